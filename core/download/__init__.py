"""Artifacts on their way out of the store."""
