"""What this machine has once: a clock, users, processes, and locks that die with them."""
