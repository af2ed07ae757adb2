"""A directory behind the `ObjectStore` port, safe for several processes."""
