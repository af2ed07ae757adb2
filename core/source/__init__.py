"""What lies in a tree: runs, their directories, names and logs."""
