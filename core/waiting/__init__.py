"""Waiting for the store or for another upload, and giving it up."""
