"""Input formats. Readers are components: this package is the bundled plugin, another may add formats."""
