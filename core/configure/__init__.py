"""Settings as a user changes them: one at a time, and whole profiles."""
