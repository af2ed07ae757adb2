"""The first settings, and how a bucket is typed."""

import pytest

from core.configure.begin import Begin
from core.configure.bucket_fields import bucket_fields
from core.configure.first_choices import FirstChoices
from core.errors import ConflictError
from tests.fakes.settings_file import FakeSettingsFile

ARN = "arn:aws:s3:eu-central-1:123456789012:accesspoint/lab"


def test_a_bucket_and_another_kind() -> None:
    """All of it at once."""
    file = FakeSettingsFile()
    name, fields = bucket_fields("s3://lab/epi", {"region": "eu-central-1", "aws_profile": ""})
    Begin(file)(FirstChoices("/data/sims", "any", name, fields))
    assert file.table == {
        "profile": "lab",
        "profiles": {
            "lab": {"kind": "s3", "bucket": "lab", "prefix": "epi", "region": "eu-central-1"}
        },
        "roots": {"/data/sims": {"kind": "any"}},
    }


def test_all_as_usual() -> None:
    """The file then says that somebody has chosen."""
    file = FakeSettingsFile()
    Begin(file)(FirstChoices("/data/flu"))
    assert file.table == {"profile": "local"}


def test_somebody_was_faster() -> None:
    """Their file stays."""
    file = FakeSettingsFile()
    file.write({"profile": "theirs"})
    with pytest.raises(ConflictError):
        Begin(file)(FirstChoices("/data/flu"))
    assert file.table == {"profile": "theirs"}


@pytest.mark.parametrize(
    ("typed", "name", "bucket"),
    [(" lab ", "lab", "lab"), ("local", "local-bucket", "local"), (ARN, "lab", ARN)],
)
def test_names_of_buckets(typed: str, name: str, bucket: str) -> None:
    """The profile is called after it, but for the one that is built in."""
    named, fields = bucket_fields(typed, {})
    assert (named, fields) == (name, {"kind": "s3", "bucket": bucket})
