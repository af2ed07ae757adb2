"""An S3 server that obeys rules as real buckets and other servers have them, one by one."""
