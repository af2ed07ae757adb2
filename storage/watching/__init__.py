"""Says that something happened below a root: by events where they can be relied on."""
