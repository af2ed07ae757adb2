"""When is a run finished: named rules, pure functions over what the scanner read."""
