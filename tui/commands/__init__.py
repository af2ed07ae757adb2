"""One file, one command: arguments in, use case, lines out."""
