"""What must survive a crash and cannot be read from the store: `state.db`, by what is kept there."""
