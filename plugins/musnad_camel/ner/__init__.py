"""Names by camel-tools' neural tagger, where the user installed its model and torch."""
