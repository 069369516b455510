"""Bundled plugin `names`: a fast sequence tagger for names that no authority knows."""
