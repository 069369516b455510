"""What the lists of names say of a word, as bits."""

GIVEN, SURNAME, COMMON, PLACE, PLACE_PART, SEEN = 1, 2, 4, 8, 16, 32
"""Flags: a given name; a surname; either of these and borne by many; a place; a word of a longer place name;
a word of a name in the training data, without proclitics (this one is no hint: it would be true of all names there)."""
