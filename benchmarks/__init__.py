"""Side-by-side programs that print ratios against peers of the same run. Never part of the tests."""
