"""One file, one use case: get, check, act, record."""
