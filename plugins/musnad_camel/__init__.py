"""Bundled plugin `camel`: morphology and names by camel-tools, where their data is installed."""
