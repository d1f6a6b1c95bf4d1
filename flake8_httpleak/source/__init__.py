"""One parsed file: its text, its pieces, their trees, what its names stand for. Knows nothing of HTTP."""
