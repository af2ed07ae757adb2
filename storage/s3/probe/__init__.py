"""Tries a bucket out, request by request: what `S3Store` does about an answer is left out."""
