"""The pages, one module each: what is read for it, and its template."""
