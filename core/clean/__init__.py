"""Runs of this machine that may go, as all they hold is in the store."""
