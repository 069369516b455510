"""Ingest: read -> enrich -> bulk index -> account -> settle, for one article or millions."""
