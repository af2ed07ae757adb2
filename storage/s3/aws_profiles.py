"""Which profiles the AWS settings of this machine have."""

from collections.abc import Sequence

from core.settings import Profile, StoreKind
from storage.s3.aws_settings import aws_settings


def aws_profiles() -> Sequence[str]:
    """Their names, `default` first. Raises SettingsError for a broken file; imports botocore."""
    names = aws_settings(Profile("", StoreKind.S3)).available_profiles
    return sorted(names, key=lambda name: (name != "default", name))
