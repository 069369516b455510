"""Bundled plugin `outlets`."""
