"""What the output of a run says over time."""
