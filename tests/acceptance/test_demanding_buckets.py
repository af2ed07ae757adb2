"""Buckets that refuse whatever comes without what they demand: nothing is ever forgotten."""

import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.conftest import Command
from tests.servers.fault_server import Fault, answering, refuse
from tests.servers.strict.demands import encrypted, in_class, owned, paid_by_requester, tagged
from tests.servers.strict.policy import Policy
from tests.servers.strict.request import Request
from tests.servers.strict.server import Rule, StrictServer
from tui.composition.options import Pauses

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LAB = ("--profile", "lab")
KMS_KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd"
LARGE = 9 << 20
"""Bytes, of which nothing is saved by packing: two parts."""


AES256 = ([encrypted("AES256")], {"encryption": "AES256"})
EVERYTHING = (
    [
        encrypted("aws:kms", KMS_KEY),
        owned(),
        in_class("INTELLIGENT_TIERING", "GLACIER_IR"),
        paid_by_requester(),
        tagged("kind"),
    ],
    {
        "encryption": "aws:kms",
        "kms_key_id": KMS_KEY,
        "acl": "bucket-owner-full-control",
        "storage_class": "INTELLIGENT_TIERING",
        "request_payer": True,
        "object_tags": True,
    },
)


@pytest.fixture
def lab(
    s3_bucket: str, strict_server: StrictServer, monkeypatch: pytest.MonkeyPatch
) -> StrictServer:
    """The server before the bucket; it demands nothing yet."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict_server.url)
    return strict_server


def write_settings(home: Path, bucket: str, settings: Mapping[str, object]) -> None:
    """A profile `lab` with these."""
    home.mkdir(exist_ok=True)
    lines = (f"{name} = {_in_toml(value)}" for name, value in settings.items())
    text = "\n".join(["[profiles.lab]", f'bucket = "{bucket}"', *lines])
    (home / "settings.toml").write_text(text)


def _in_toml(value: object) -> str:
    return "true" if value is True else f'"{value}"'


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A run that is sent in parts."""
    run = tmp_path / "large/OUT/RUN1"
    run.mkdir(parents=True)
    (run / "large").write_bytes(Random(1).randbytes(LARGE))  # noqa: S311 - nothing is secret about it
    (run / "DONE").touch()
    return run


def is_signed(request: Request) -> bool:
    """Whether somebody asks who is known: to try a bucket out is to ask without credentials, too."""
    return "authorization" in request.headers or "X-Amz-Signature" in request.query


def put_by_link(record: Mapping[str, Any], data: bytes) -> None:
    """As whoever got the link does."""
    request = urllib.request.Request(record["url"], data, record["headers"], method="PUT")  # noqa: S310 - a server of ours
    urllib.request.urlopen(request).close()  # noqa: S310


@pytest.mark.parametrize(
    "rule", [*AES256[0], encrypted("aws:kms:dsse"), *EVERYTHING[0]],
    ids=["AES256", "dsse", "kms", "acl", "class", "payer", "tags"],
)  # fmt: skip
def test_what_is_demanded(runferry: Command, lab: StrictServer, s3_bucket: str, rule: Rule) -> None:
    """
    Given a bucket that demands something
    When a profile says nothing of it
    Then the first write is refused, and what may help is named.
    """
    lab.rules.append(rule)
    answer = runferry("jobs", "register", "--name", "flu", "--bucket", f"s3://{s3_bucket}")
    assert answer.code == 1
    assert lab.refused


@pytest.mark.parametrize(
    "demands",
    [
        pytest.param(AES256, id="AES256", marks=pytest.mark.acceptance),
        pytest.param(EVERYTHING, id="everything"),
    ],
)
def test_life_of_a_job(
    runferry: Command, lab: StrictServer, s3_bucket: str, home: Path, large: Path, fred_out: Path,
    tmp_path: Path, no_pauses: Pauses, demands: tuple[Sequence[Rule], Mapping[str, object]],
) -> None:  # fmt: skip
    """
    Given a bucket that refuses what comes without what it demands, and a profile that says it
    When a job lives its whole life: runs at once, in parts, cut off and gone on with, again after
         a change, copied, by link, archived, moved, downloaded, deleted, and the bucket is tried out
    Then nothing is ever refused, also not to who has no more rights than the policy of the profile.
    """
    rules, settings = demands
    lab.rules.extend(rules)
    write_settings(home, s3_bucket, settings)
    (policy,) = runferry("store", "policy", "--role", "caretaker", "--json", *LAB).records
    lab.rules.append(Policy(policy))
    job, run = ("--job-id", "1"), ("--job-id", "1", "--run-id", "1")

    # in one request, in parts, in parts that are gone on with
    assert runferry("jobs", "register", "--name", "flu", "--tag", "project=flu", *LAB).code == 0
    assert runferry("upload", fred_out / "RUN1", *job, *LAB).code == 0
    assert runferry("jobs", "register", "--name", "large", *LAB).code == 0
    broken = Fault("PUT", "partNumber=2", before=answering(refuse(500, "InternalError")), times=-1)
    lab.plan(broken)
    assert runferry("upload", large, "--job-id", "2", *LAB).code == 3
    lab.forget_faults()
    assert runferry("upload", large, "--job-id", "2", *LAB).code == 0
    assert lab.count("POST", r"\?uploads") == 1
    assert lab.count("PUT", "partNumber=1") == 1

    # another version, and content that the store has already
    (fred_out / "RUN1/LOG").write_text("another\n")
    (second,) = runferry("upload", fred_out / "RUN1", *job, "--json", *LAB).records
    assert (second["outcome"], second["version"]) == ("uploaded", 2)
    assert runferry("jobs", "register", "--name", "again", *LAB).code == 0
    (copied,) = runferry("upload", fred_out / "RUN1", "--job-id", "3", "--json", *LAB).records
    assert copied["outcome"] == "copied"

    # kinds without versions, by a command and by a link
    config = tmp_path / "c.json"
    for text in ("{}", "[]"):
        config.write_text(text)
        submitted = runferry("runs", "config", "submit", config, *run, "--replace", *LAB)
        assert submitted.code == 0
    (link,) = runferry("link", *run, "--kind", "run_logs", "--put", "--json", *LAB).records
    put_by_link(link, b"PK theirs")

    # out again
    out = tmp_path / "out"
    assert runferry("jobs", "uploads", "download", *run, "--output-dir", out, *LAB).code == 0
    assert (out / "run_1_logs.zip").read_bytes() == b"PK theirs"
    (link,) = runferry("link", *run, "--kind", "run_results", "--json", *LAB).records
    assert link["headers"] == {}
    with urllib.request.urlopen(link["url"]) as answer:  # noqa: S310 - a server of ours
        assert answer.read() == (out / "run_1_results.zip").read_bytes()
    assert runferry("members", *run, *LAB).code == 0
    assert runferry("store", "check", "--read-data", "100%", *LAB).code == 0

    # moved within the store
    assert runferry("jobs", "archive", *job, *LAB).code == 0
    moved = runferry("jobs", "move-run", *run, "--to-job", "2", "--to-run", "7", "--yes", *LAB)
    assert moved.code == 0
    assert runferry("jobs", "set", *job, "--tag", "done", *LAB).code == 0
    assert runferry("store", "sync", "--rebuild", *LAB).code == 0
    assert runferry("store", "orphans", "list", *LAB).code == 0
    assert runferry("jobs", "delete", "--job-id", "3", "--confirm", "again", *LAB).code == 0
    assert runferry("store", "probe", *LAB).code == 0

    assert [(r.operation, r.key) for r, _ in lab.refused if is_signed(r)] == []


def test_archive_at_once(
    runferry: Command, lab: StrictServer, s3_bucket: str, home: Path, fred_out: Path,
    s3_client: "S3Client", tmp_path: Path,
) -> None:  # fmt: skip
    """
    Given a bucket that takes results into an archive only
    When a run is stored in a profile with that class
    Then it is listed and checked from any machine; only what needs its bytes asks for a restore.
    """
    write_settings(home, s3_bucket, {"storage_class": "DEEP_ARCHIVE"})
    lab.rules.append(in_class("DEEP_ARCHIVE", of="_results.zip"))
    run = ("--job-id", "1", "--run-id", "1")

    assert runferry("upload", fred_out / "RUN1", *LAB).code == 0
    assert runferry("upload", fred_out / "RUN1", *LAB).out.count("unchanged") == 1
    for cache in (home / "cache").iterdir():
        cache.unlink()
    (listed,) = runferry("jobs", "uploads", "list", *run, "--json", *LAB).records
    assert (listed["kind"], listed["version"], listed["managed"]) == ("run_results", 1, True)
    assert runferry("store", "check", *LAB).code == 0
    assert runferry("jobs", "archive", "--job-id", "1", "--json", *LAB).records == []
    assert lab.refused == []

    (fred_out / "RUN1/LOG").write_text("another\n")
    for command in (
        ("jobs", "uploads", "download", *run, "--output-dir", tmp_path / "back"),
        ("upload", fred_out / "RUN1"),
    ):
        answer = runferry(*command, *LAB)
        assert answer.code == 1
        assert "is archived" in answer.err
    found = s3_client.list_objects_v2(Bucket=s3_bucket).get("Contents", [])
    classes = {o.get("Key", "").rpartition("/")[2]: o.get("StorageClass") for o in found}
    assert classes == {
        "0000000001.json": "STANDARD",
        "run_1_results.v0001.json": "STANDARD",
        "run_1_results.zip": "DEEP_ARCHIVE",
    }
