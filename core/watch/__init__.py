"""Runs as they grow, and what is uploaded by itself."""
