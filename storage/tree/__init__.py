"""The watched tree, read."""
