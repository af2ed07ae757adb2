"""A bucket that refuses: the first line says what it said, the last one what is behind it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.conftest import Command
from tests.servers.fault_server import refuse
from tests.servers.strict.modes import MODES, allowing, within, without
from tests.servers.strict.policy import Policy
from tests.servers.strict.server import StrictServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/lab"
WITHOUT_SSE = {
    "Effect": "Deny",
    "Action": "s3:PutObject",
    "Resource": "*",
    "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
}


@pytest.fixture
def store(
    s3_bucket: str, strict_server: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict_server.url)
    return "--bucket", f"s3://{s3_bucket}"


def test_encryption_that_is_demanded(
    runferry: Command,
    fred_out: Path,
    store: tuple[str, str],
    strict_server: StrictServer,
    s3_client: "S3Client",
    s3_bucket: str,
    home: Path,
) -> None:
    """
    Given a bucket that encrypts with a key of KMS by itself, and whose policy denies other writes
    When a run is uploaded, twice, and then with the setting that the message names
    Then nobody is sent for a permission, the bucket was asked once by each, and the last is stored.
    """
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KMS_KEY}
    rules: Any = {"Rules": [{"ApplyServerSideEncryptionByDefault": default}]}
    s3_client.put_bucket_encryption(Bucket=s3_bucket, ServerSideEncryptionConfiguration=rules)
    strict_server.rules.append(Policy(allowing(WITHOUT_SSE), of_bucket=True))
    for tries in (1, 2):
        answer = runferry("upload", fred_out / "RUN1", "--name", "flu", *store)
        assert answer.code == 1
        assert "with an explicit deny in a resource-based policy" in answer.err
        assert "The bucket's own policy forbids it" in answer.err
        assert f"encrypts with aws:kms and the key {KMS_KEY} by itself" in answer.err
        assert 'encryption = "aws:kms"' in answer.err
        assert "Ask for" not in answer.err
        assert strict_server.count("GET", r"\?encryption") == tries
    settings = f'[profiles.lab]\nbucket = "{s3_bucket}"\nencryption = "aws:kms"\n'
    (home / "settings.toml").write_text(settings)
    upload = ("upload", fred_out / "RUN1", "--name", "flu", "--profile", "lab")
    assert runferry(*upload).code == 0


def test_listing_that_is_limited(
    runferry: Command, store: tuple[str, str], strict_server: StrictServer, s3_bucket: str
) -> None:
    """
    Given credentials that may list below one prefix only
    When jobs are listed
    Then the refusal names the prefix that was asked for, and the policy that lacks it.
    """
    strict_server.rules.append(within("teams/epi/"))
    answer = runferry("store", "sync", *store)
    assert answer.code == 1
    assert f"ListObjectsV2 on s3://{s3_bucket}/" in answer.err
    assert f"s3:ListBucket on arn:aws:s3:::{s3_bucket}" in answer.err
    assert "Ask the administrator of your user or role" in answer.err


def test_way_of_addressing(
    runferry: Command, fred_out: Path, store: tuple[str, str], strict_server: StrictServer
) -> None:
    """
    Given a server that wants the bucket in the host's name
    When a run is uploaded
    Then it is a matter of settings, and the setting is named.
    """
    strict_server.rules.append(MODES["oss"]())
    answer = runferry("upload", fred_out / "RUN1", "--name", "flu", *store)
    assert answer.code == 2
    assert 'addressing_style = "virtual"' in answer.err
    assert "permission" not in answer.err


def test_who_pays(runferry: Command, store: tuple[str, str], strict_server: StrictServer) -> None:
    """
    Given a bucket that denies all, and does not say why
    When jobs are listed
    Then the permission is likely what is missing, or that whoever asks pays.
    """
    strict_server.rules.append(lambda _: refuse(403, "AccessDenied"))
    answer = runferry("store", "sync", *store)
    assert answer.code == 1
    assert "The answer does not tell why. Likely the permission s3:ListBucket" in answer.err
    assert "request_payer = true" in answer.err


def test_deletion_that_is_denied(
    runferry: Command, fred_out: Path, store: tuple[str, str], strict_server: StrictServer
) -> None:
    """
    Given credentials that may not delete
    When a run is deleted
    Then the action and the object are named, as the policy knows them.
    """
    assert runferry("upload", fred_out / "RUN1", "--name", "flu", *store).code == 0
    strict_server.rules.append(without("s3:DeleteObject"))
    answer = runferry("jobs", "delete", "--job-id", "1", "--confirm", "flu", *store)
    assert answer.code == 1
    assert "A policy of your user or role forbids it" in answer.err
    assert "s3:DeleteObject on arn:aws:s3:::" in answer.err
