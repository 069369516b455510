"""Bundled plugin `actors`."""
