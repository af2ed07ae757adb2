"""A researcher gets results back that lie in an archive, which takes minutes to two days."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_asks
from tests.servers.fault_server import Answer, Fault, ForsakenServer, refuse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RUN = ("--job-id", "1", "--run-id", "1")
ONGOING = 'ongoing-request="true"'
ANY_RESULTS = r"run_1_results\.zip(\?|$)"


@pytest.fixture
def cold(
    runferry: Command,
    fred_out: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
    home: Path,
) -> tuple[str, ...]:
    """The options that choose a bucket, in which the results of run 1 are archived."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(
        f'[profiles.cold]\nkind = "s3"\nbucket = "{s3_bucket}"\narchive_class = "DEEP_ARCHIVE"\n'
    )
    options = ("--profile", "cold")
    assert runferry("upload", fred_out / "RUN1", *options).code == 0
    assert runferry("jobs", "uploads", "archive", *RUN, *options).code == 0
    return options


@pytest.fixture
def slow(server: ForsakenServer) -> Callable[[int], None]:
    """Lets a restore take so many looks: moto makes each at once."""

    def ongoing(answer: Answer) -> Answer:
        return replace(answer, headers={**answer.headers, "x-amz-restore": ONGOING})

    def take(looks: int) -> None:
        archived = refuse(
            403, "InvalidObjectState", extra="<StorageClass>DEEP_ARCHIVE</StorageClass>"
        )
        server.plan(Fault("GET", ANY_RESULTS, before=lambda: archived, times=looks))
        server.plan(Fault("HEAD", ANY_RESULTS, after=ongoing, times=looks))

    return take


def listed(runferry: Command, *options: str) -> dict[str, object]:
    (record,) = runferry("jobs", "uploads", "list", *RUN, "--json", *options).records
    return {name: record[name] for name in ("archived_in", "restore", "restored_until")}


def test_asked_for(
    runferry: Command, cold: tuple[str, ...], server: ForsakenServer, tmp_path: Path
) -> None:
    """
    Given results in an archive
    When a restore is asked for
    Then the list, the job and a download say how far it is, as the store tells.
    """
    assert listed(runferry, *cold) == {
        "archived_in": "DEEP_ARCHIVE",
        "restore": None,
        "restored_until": None,
    }
    assert "archived in DEEP_ARCHIVE" in runferry("jobs", "uploads", "list", *RUN, *cold).out
    assert "archived in DEEP_ARCHIVE" in runferry("jobs", "info", "--job-id", "1", *cold).out

    asked = runferry(
        "jobs", "uploads", "restore", *RUN, "--tier", "bulk", "--days", "3", "--json", *cold
    )

    (record,) = asked.records
    assert (asked.code, record["restore"], record["asked"]) == (0, "ready", True)
    assert server.count("POST", r"\?restore") == 1
    state = listed(runferry, *cold)
    assert (state["restore"], state["restored_until"]) == ("ready", record["restored_until"])
    assert "restored until" in runferry("jobs", "info", "--job-id", "1", *cold).out
    got = runferry("jobs", "uploads", "download", *RUN, "--output-dir", tmp_path / "back", *cold)
    assert got.code == 0


def test_while_it_lasts(
    runferry: Command, cold: tuple[str, ...], slow: Callable[[int], None], server: ForsakenServer
) -> None:
    """
    Given a restore that takes its time
    When it is looked at, and asked for again
    Then it is said to be under way, and nothing is asked for a second time.
    """
    slow(99)
    assert listed(runferry, *cold)["restore"] == "ongoing"
    assert "being restored" in runferry("jobs", "uploads", "list", *RUN, *cold).out
    assert "being restored" in runferry("jobs", "info", "--job-id", "1", *cold).out
    again = runferry("jobs", "uploads", "restore", *RUN, "--json", *cold)
    assert (again.code, again.records[0]["restore"]) == (0, "ongoing")
    assert server.count("POST", r"\?restore") == 0


def test_download_waits_in_the_queue(
    runferry: Command,
    cold: tuple[str, ...],
    slow: Callable[[int], None],
    server: ForsakenServer,
    tmp_path: Path,
) -> None:
    """
    Given results that are being restored
    When they are downloaded
    Then the download waits in the queue, over restarts, as what it is; and when they can be read it is
    done.
    """
    download = ("jobs", "uploads", "download", *RUN, "--output-dir", tmp_path / "back")
    slow(99)
    answer = runferry(*download, *cold)
    assert answer.code == 3
    assert "is being restored" in answer.err
    assert "kept in the queue" in answer.err
    retried = runferry("queue", "retry", "--json", *cold)
    assert (retried.code, retried.records[-1]["state"]) == (3, "restoring")
    (waiting,) = runferry("queue", "list", "--json", *cold).records
    assert (waiting["state"], waiting["error"], waiting["attempts"]) == ("restoring", "", 0)
    assert "restoring" in runferry("queue", "list", *cold).out
    watched = runferry("watch", tmp_path / "flu", "--until-idle", "--quiet", "1", *cold)
    assert watched.code == 0  # nobody waits two days for it
    server.forget_faults()
    assert runferry("jobs", "uploads", "restore", *RUN, *cold).code == 0
    assert runferry("queue", "retry", *cold).code == 0
    assert (tmp_path / "back/run_1_results.zip").exists()


def test_wait(
    runferry: Command,
    cold: tuple[str, ...],
    slow: Callable[[int], None],
    tmp_path: Path,
    no_pauses: object,
) -> None:
    """
    Given results that are being restored
    When they are downloaded by a command that is to wait
    Then it looks again until they can be read.
    """
    assert runferry("jobs", "uploads", "restore", *RUN, *cold).code == 0
    slow(3)
    download = ("jobs", "uploads", "download", *RUN, "--output-dir", tmp_path / "back", "--wait")
    assert runferry(*download, *cold).code == 0
    assert (tmp_path / "back/run_1_results.zip").exists()


def test_offered(
    runferry: Command, cold: tuple[str, ...], server: ForsakenServer, tmp_path: Path
) -> None:
    """
    Given results in an archive
    When a person downloads them
    Then a restore is offered; without a person the command that asks for it is named.
    """
    download = ("jobs", "uploads", "download", *RUN, "--output-dir", tmp_path / "back", *cold)
    refused = runferry(*download)
    assert refused.code == 1
    assert "`runferry jobs uploads restore --job-id 1 --run-id 1`" in refused.err
    assert server.count("POST", r"\?restore") == 0
    assert runferry_asks("Ask for it to be restored", b"n\n", *download)[0] == 1
    assert server.count("POST", r"\?restore") == 0
    assert runferry_asks("Ask for it to be restored", b"y\n", *download)[0] == 0
    assert server.count("POST", r"\?restore") == 1
    assert (tmp_path / "back/run_1_results.zip").exists()


def test_refusals(
    runferry: Command,
    cold: tuple[str, ...],
    server: ForsakenServer,
    fred_out: Path,
    s3_client: "S3Client",
    s3_bucket: str,
) -> None:
    """
    Given what cannot be restored as somebody wants
    When that is asked for
    Then it is said why not: too fast for this archive, no room at the moment, already on its way, or
    nothing that needs it.
    """
    restore = ("jobs", "uploads", "restore", *RUN)
    too_fast = runferry(*restore, "--tier", "expedited", *cold)
    assert (too_fast.code, "DEEP_ARCHIVE cannot be restored in minutes" in too_fast.err) == (
        1,
        True,
    )
    full = refuse(503, "GlacierExpeditedRetrievalNotAvailable")
    server.plan(Fault("POST", r"\?restore", before=lambda: full))
    no_room = runferry(*restore, *cold)
    assert (no_room.code, "--tier standard" in no_room.err) == (1, True)
    under_way = refuse(409, "RestoreAlreadyInProgress")
    server.plan(Fault("POST", r"\?restore", before=lambda: under_way))
    assert runferry(*restore, *cold).code == 0
    assert runferry("upload", fred_out / "RUN2", *cold).code == 0
    needless = runferry(
        "jobs", "uploads", "restore", "--job-id", "1", "--run-id", "2", "--json", *cold
    )
    assert (needless.code, needless.records[0]["restore"]) == (0, "not_needed")


def test_local_store(runferry: Command, fred_out: Path) -> None:
    """
    Given the local store
    When something is to be restored there
    Then it is said that it has no archive.
    """
    assert runferry("upload", fred_out / "RUN1").code == 0
    answer = runferry("jobs", "uploads", "restore", *RUN)
    assert (answer.code, "has no archive storage class" in answer.err) == (1, True)
    (record,) = runferry("jobs", "uploads", "list", *RUN, "--json").records
    assert record["archived_in"] is None
