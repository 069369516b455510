"""Bundled plugin `dates`: dates in the text, in four calendars, and the day of publication from the dateline."""
