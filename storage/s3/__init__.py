"""S3: the bucket behind the `ObjectStore` port. Only this package imports botocore."""
