"""A researcher gives a colleague without credentials a link, and nobody else."""

import shlex
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.test_no_secret_leaks import everything_below
from tests.servers.fault_server import Fault, FaultServer, lost

JOB = ["--job-id", "1"]
RUN = [*JOB, "--run-id", "1"]


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:  # noqa: S310 - a server or a file of ours
        return answer.read()


def signature(url: str) -> str:
    return parse_qs(urlsplit(url).query)["X-Amz-Signature"][0]


@pytest.fixture
def stored(runferry: Command, fred_out: Path, s3_bucket: str, tmp_path: Path) -> list[str]:
    """The options of a bucket with one stored run and the job's configuration."""
    options = ["--bucket", f"s3://{s3_bucket}"]
    assert runferry("upload", fred_out / "RUN1", *options).code == 0
    config = tmp_path / "c.json"
    config.write_text("{}")
    assert runferry("jobs", "config", "submit", config, *JOB, *options).code == 0
    return options


def test_all_of_a_job(runferry: Command, stored: list[str]) -> None:
    """
    Given a job with results and a configuration
    When its links are asked for
    Then one command gives both, each fetches its object without credentials until it expires.
    """
    before = datetime.now(UTC).replace(microsecond=0)
    records = runferry("link", *JOB, "--expires", "30m", "--json", *stored).records

    assert [(r["kind"], r["run_id"], r["method"]) for r in records] == [
        ("job_config", None, "GET"), ("run_results", 1, "GET"),
    ]  # fmt: skip
    assert fetched(records[0]["url"]) == b"{}"
    assert fetched(records[1]["url"]).startswith(b"PK")
    for record in records:
        expires = datetime.fromisoformat(record["expires_at"])
        assert timedelta(0) <= expires - before - timedelta(minutes=30) < timedelta(minutes=1)
        assert "X-Amz-Expires=1800&" in record["url"]
    lines = runferry("link", *JOB, *stored).out.splitlines()
    assert [line.split("  ")[0] for line in lines] == ["job_config.json", "run_1_results.zip"]
    (line,) = runferry("link", *RUN, "--kind", "run_results", *stored).out.splitlines()
    assert fetched(line).startswith(b"PK")


def test_upload_by_link(runferry: Command, stored: list[str]) -> None:
    """
    Given a client that uploads by itself
    When it stores an input and logs by the links it was given
    Then they are in the job's prefix, listed as unmanaged; there is no second link to them.
    """
    put = [
        *runferry("link", *JOB, "--put", "--kind", "job_input", "--json", *stored).records,
        *runferry("link", *RUN, "--put", "--kind", "run_logs", "--json", *stored).records,
    ]
    for record in put:
        assert record["method"] == "PUT"
        request = urllib.request.Request(  # noqa: S310 - a server of ours
            record["url"], b"theirs", record["headers"], method="PUT"
        )
        urllib.request.urlopen(request).close()  # noqa: S310

    listed = runferry("jobs", "uploads", "list", *JOB, "--json", *stored).records
    unmanaged = [r["key"] for r in listed if not r["managed"]]
    assert unmanaged == [record["key"] for record in put]
    refused = runferry("link", *JOB, "--put", "--kind", "job_input", *stored)
    assert (refused.code, refused.out) == (1, "")
    assert "is stored already" in refused.err
    (left,) = runferry("link", *RUN, "--put", "--json", *stored).records
    assert left["kind"] == "run_config"


def test_line_that_stores(runferry: Command, stored: list[str]) -> None:
    """
    Given a link to store an input
    When it is printed for people
    Then the line is a command with everything that has to be sent, which works as it stands.
    """
    (line,) = runferry("link", *JOB, "--put", "--kind", "job_input", *stored).out.splitlines()

    words = shlex.split(line)
    assert words[:3] == ["curl", "-fT", "job_input.zip"]
    assert words[3:-1] == ["-H", "Content-Type: application/zip"]
    headers = dict(word.split(": ", 1) for word in words[4:-1:2])
    request = urllib.request.Request(words[-1], b"theirs", headers, method="PUT")  # noqa: S310 - a server of ours
    urllib.request.urlopen(request).close()  # noqa: S310
    listed = runferry("jobs", "uploads", "list", *JOB, "--json", *stored).records
    assert "job_input" in [r["kind"] for r in listed if not r["managed"]]


def test_never_written_down(
    runferry: Command, stored: list[str], home: Path, fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """
    Given temporary credentials, and a server at which every request is seen
    When links are made
    Then their signatures are in the output and nowhere else: no log, no database, no request.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", fault_server.url)
    monkeypatch.setenv("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789abcdefghij")
    answers = [
        runferry("link", *JOB, *stored),
        runferry("link", *JOB, "--json", *stored),
        runferry("link", *RUN, "--put", "--json", *stored),
    ]
    written, requests = everything_below(home), str(fault_server.seen)

    urls = [word for answer in answers for word in answer.out.replace('"', " ").split()]
    signatures = [signature(word) for word in urls if "X-Amz-Signature" in word]
    assert len(signatures) == 6
    assert all(answer.code == 0 for answer in answers)
    assert b"run_1_results.zip" in written
    for secret in (*signatures, "IQoJb3JpZ2luX2VjEXAMPLETOKEN"):
        assert secret.encode() not in written
        assert not any(secret in answer.err for answer in answers)
    assert not any(secret in requests for secret in signatures)


def test_nothing_to_link(runferry: Command, stored: list[str]) -> None:
    """
    Given what is not stored, or cannot be asked for
    When a link is wanted
    Then there is none, and the message says why.
    """
    for arguments, code, words in (
        ([*JOB, "--kind", "job_input"], 1, "No job_input is stored of job 1."),
        ([*JOB, "--run-id", "9"], 1, "Nothing is stored of run 9 of job 1."),
        (["--job-id", "9"], 1, "Job 9 does not exist"),
        ([*JOB, "--expires", "8d"], 2, "7 days"),
        ([*JOB, "--expires", "0s"], 2, "7 days"),
        ([*JOB, "--expires", "1"], 2, "not a time such as 30m"),
        ([*JOB, "--expires", "٣h"], 2, "not a time such as 30m"),
        ([*RUN, "--kind", "job_config"], 2, "leave --run-id out"),
        ([*JOB, "--kind", "run_logs", "--put"], 2, "Add --run-id"),
        ([*JOB, "--kind", "nonsense"], 2, "nonsense"),
    ):
        answer = runferry("link", *arguments, *stored)
        assert (answer.code, answer.out) == (code, ""), answer
        assert words in answer.err


def test_without_network(
    runferry: Command,
    fred_out: Path,
    s3_bucket: str,
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a catalog that knows the job, and a server that does not answer
    When links are asked for
    Then they are those of what is known, with its age on stderr.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", fault_server.url)
    options = ["--bucket", f"s3://{s3_bucket}", "--json"]
    runferry("upload", fred_out / "RUN1", *options)
    runferry("jobs", "list", *options)
    known = runferry("link", *JOB, *options).records
    fault_server.plan(Fault("GET", "", after=lost, times=1000))

    answer = runferry("link", *JOB, *options)

    assert (answer.code, [r["key"] for r in answer.records]) == (0, [r["key"] for r in known])
    assert "This is what was stored on" in answer.err


def test_local_store(runferry: Command, fred_out: Path) -> None:
    """
    Given a store that is a directory
    When links are asked for
    Then they are those of its files, which never expire, and there are none to store.
    """
    runferry("upload", fred_out / "RUN1")
    (record,) = runferry("link", *JOB, "--json").records
    assert (record["expires_at"], fetched(record["url"])[:2]) == (None, b"PK")
    refused = runferry("link", *JOB, "--put")
    assert (refused.code, refused.out) == (1, "")
    assert "takes no uploads by link" in refused.err
