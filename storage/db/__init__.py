"""SQLite: the catalog (a cache) and the journal (durable state)."""
