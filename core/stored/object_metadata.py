"""Names of what goes into an object's metadata."""

WRITE_TOKEN = "write-token"  # noqa: S105 - the name of a metadata field
"""Tells who wrote the object."""

CONTENT_ID = "content-id"
SHA256 = "sha256"
STORED_AT = "stored-at"
"""Of objects that have no manifest."""

ORIGIN = "origin"
"""What made the content, where that decides who may replace it; else it is not there."""
