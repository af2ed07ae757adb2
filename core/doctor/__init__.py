"""What is wrong here? Everything that RunFerry needs is looked at, one thing at a time."""
