"""What people read: states, sizes, transfers and events in words."""
