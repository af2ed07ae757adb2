"""What several runs have in common, and what not."""
