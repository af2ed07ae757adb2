"""Adapters: S3, local store, ZIP, file system, SQLite, settings file. Each implements a port of core."""
