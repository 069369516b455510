"""The Elasticsearch side: what is stored, in which indices, and how it is written and read."""
