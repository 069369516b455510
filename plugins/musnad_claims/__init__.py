"""Bundled plugin `claims`."""
