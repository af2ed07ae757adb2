"""One artifact on its way into the store, until it is committed."""
