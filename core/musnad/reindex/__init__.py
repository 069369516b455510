"""Blue/green re-enrichment: a new set of indices is built beside the live one, compared with it, and swapped in.

Articles, statements, claims and prints of copies are rebuilt together: a statement names its article and its claim, an
article the status of its claims, so only a set of one making fits. The set lies behind aliases of its own
(`<prefix>-reindex-articles` …) beside which those of the actors, reviews and decisions point at the live indices: all
that works on an archive works on it as on any other, by its prefix.
"""
