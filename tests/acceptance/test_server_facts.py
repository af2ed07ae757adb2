"""A server that wants something else than the settings say is understood, and that is said once."""

import re
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.servers.strict.quirks import another_region, no_checksums
from tests.servers.strict.server import StrictServer


@pytest.fixture
def bucket_options(
    s3_bucket: str, strict_server: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict_server.url)
    return ["--bucket", f"s3://{s3_bucket}"]


def test_region(
    runferry: Command, fred_out: Path, bucket_options: list[str], strict_server: StrictServer
) -> None:
    """
    Given a server with a region of its own, and no region in the settings
    When runs are uploaded one after the other, and a link is made
    Then each works, one request in all was signed for another region, and that was said once.
    """
    strict_server.rules.append(another_region())

    first = runferry("upload", fred_out / "RUN1", *bucket_options)
    second = runferry("upload", fred_out / "RUN2", *bucket_options)
    link = runferry("link", "--job-id", "1", "--run-id", "1", *bucket_options)

    assert (first.code, second.code, link.code) == (0, 0, 0)
    assert 'region = "garage"' in first.err
    assert "garage" not in second.err + link.err
    assert re.search(r"%2Fgarage%2F", link.out)
    bare = sum(refused.request.method == "HEAD" for refused in strict_server.refused)
    assert len(strict_server.refused) - bare == 1


def test_checksums(
    runferry: Command, fred_out: Path, bucket_options: list[str], strict_server: StrictServer
) -> None:
    """
    Given a server that refuses checksums
    When runs are uploaded and fetched
    Then each works without any setting, and it was said once that damage is noticed later.
    """
    strict_server.rules.append(no_checksums)

    first = runferry("upload", fred_out / "RUN1", *bucket_options)
    refused = len(strict_server.refused)
    second = runferry("upload", fred_out / "RUN2", *bucket_options)
    fetch = ("jobs", "uploads", "download", "--job-id", "1", "--output-dir", fred_out / "back")
    back = runferry(*fetch, *bucket_options)

    assert (first.code, second.code, back.code) == (0, 0, 0)
    assert "checksums = false" in first.err
    assert "checksums" not in second.err + back.err
    assert len(strict_server.refused) == refused
