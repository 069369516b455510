"""Bundled plugin `arabic`: normalization, segmentation and quality notes of Arabic text."""
