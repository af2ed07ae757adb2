"""What tests of the S3 adapter share."""

from tests.storage.s3.aws_settings import aws_home

__all__ = ["aws_home"]
