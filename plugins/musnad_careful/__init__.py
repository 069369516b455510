"""Plugin `careful`: a small transformer that finds names nobody listed."""
