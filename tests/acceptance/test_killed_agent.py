"""However often the agent is killed: the next one comes to the end that an undisturbed one reaches."""

import os
import signal
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Answer, Command
from tests.acceptance.processes import RunFerryProcess, runferry_process
from tests.acceptance.test_watch import a_run
from tests.servers.fault_server import Answer as HttpAnswer
from tests.servers.fault_server import Fault, FaultServer, ForsakenServer, refuse
from tui.composition.options import Options
from tui.composition.session import Session

_UPLOAD = ("--auto-upload", "--rule", "sentinel", "--json")
_IN_A_MOMENT = ("--quiet", "0.2")
_NEVER = ("--quiet", "3600")
_TO_THE_END = (*_UPLOAD, *_IN_A_MOMENT, "--stall", "1", "--until-idle")

_ENDS = {1: "done", 2: "failed", 3: "stalled", 4: "done"}
_STORED = {("flu", 1, 1): {"data": b"RUN1", "DONE": b""}}

Moment = Callable[[RunFerryProcess, Path], object]
"""Brings the tree and the agent to where the agent is killed."""


@pytest.fixture
def tree(home: Path, tmp_path: Path) -> Path:
    """RUN1 begins, RUN2 has failed, RUN3 was given up, RUN4 is finished and held by the user."""
    out = tmp_path / "flu/OUT"
    (out / "RUN1").mkdir(parents=True)
    (a_run(out / "RUN2", done=False) / "FAILED").touch()
    a_run(out / "RUN3", done=False)
    held = a_run(out / "RUN4")
    with Session(Options()) as session:
        session.transfers.hold(str(held))
    return tmp_path / "flu"


@pytest.fixture
def countdown(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the seconds of the agents that are started from then on; none before."""

    def set_to(seconds: int) -> None:
        monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", str(seconds))

    set_to(0)
    return set_to


def complete(tree: Path) -> None:
    """RUN1 goes on to its end, as far as it has not come yet."""
    run = tree / "OUT/RUN1"
    for name, text in (("data", "RUN1"), ("DONE", "")):
        if not (run / name).exists():
            (run / name).write_text(text)


def to_the_end(runferry: Command, tree: Path, *more: str, code: int = 0) -> Answer:
    """The next agent, left alone."""
    answer = runferry("watch", tree, *_TO_THE_END, *more)
    assert answer.code == code, answer.err
    return answer


def ends(answer: Answer) -> dict[int, str]:
    """The last state of each run that the agent told."""
    return {r["run_id"]: r["state"] for r in answer.records if r["event"].startswith("run_")}


def stored(runferry: Command, place: Path, *store: str) -> dict[tuple[str, int, int], Any]:
    """(job's name, run, version) -> content of everything in the store, downloaded."""
    jobs = runferry("jobs", "list", "--json", *store).records
    found: dict[tuple[str, int, int], Any] = {}
    for job in jobs:
        here = ("--job-id", str(job["job_id"]), "--json", *store)
        artifacts = runferry("jobs", "uploads", "list", *here).records
        found |= {(job["name"], 0, 0): {}} if not artifacts else {}
        for stored in (a for a in artifacts if a["kind"] == "run_results"):
            version = ("--run-id", str(stored["run_id"]), "--version", str(stored["version"]))
            target = place / f"{stored['run_id']}.{stored['version']}"
            got = runferry("jobs", "uploads", "download", *here, *version, "--output-dir", target)
            key = (job["name"], stored["run_id"], stored["version"])
            found[key] = members(Path(got.records[0]["path"]))
    return found


def members(archive: Path) -> Mapping[str, bytes]:
    """Path inside of the RUN directory -> content."""
    with zipfile.ZipFile(archive) as opened:
        names = (name for name in opened.namelist() if not name.endswith("/"))
        return {name.partition("/")[2]: opened.read(name) for name in names}


def killed(watch: RunFerryProcess) -> None:
    watch.signal(signal.SIGKILL)
    assert watch.wait() == -signal.SIGKILL


def events_of(answer: Answer, kind: str) -> list[dict[str, Any]]:
    return [record for record in answer.records if record["event"] == kind]


def _empty(watch: RunFerryProcess, tree: Path) -> None:
    watch.wait_for("run_detected", run_id=1, state="running")


def _writing(watch: RunFerryProcess, tree: Path) -> None:
    watch.wait_for("run_detected", run_id=1)
    (tree / "OUT/RUN1/data").write_text("RUN1")


def _settling(watch: RunFerryProcess, tree: Path) -> None:
    watch.wait_for("run_detected", run_id=1)
    complete(tree)
    watch.wait_for("run_state_changed", run_id=1, state="settling")


def _counting_down(watch: RunFerryProcess, tree: Path) -> None:
    complete(tree)
    watch.wait_for("auto_upload_announced", run_id=1)


def _started(watch: RunFerryProcess, tree: Path) -> None:
    complete(tree)
    watch.wait_for("transfer_started")


def _stored(watch: RunFerryProcess, tree: Path) -> None:
    complete(tree)
    watch.wait_for("transfer_succeeded")


def _failed(watch: RunFerryProcess, tree: Path) -> None:
    watch.wait_for("run_detected", "run_state_changed", run_id=2, state="failed")


def _stalled(watch: RunFerryProcess, tree: Path) -> None:
    watch.wait_for("run_detected", "run_state_changed", run_id=3, state="stalled")


_MOMENTS: list[tuple[Moment, tuple[str, ...], int]] = [
    (_empty, _NEVER, 0),
    (_writing, _NEVER, 0),
    (_settling, _NEVER, 0),
    (_counting_down, _IN_A_MOMENT, 3600),
    (_started, _IN_A_MOMENT, 0),
    (_stored, _IN_A_MOMENT, 0),
    (_failed, _IN_A_MOMENT, 0),
    (_stalled, (*_IN_A_MOMENT, "--stall", "1"), 0),
]


def test_undisturbed(runferry: Command, tree: Path, tmp_path: Path, countdown: object) -> None:
    """
    Given a finished, a failed, an abandoned and a held run
    When they are watched with auto-upload until idle
    Then the finished one is stored: the end that all other tests of this file compare with.
    """
    complete(tree)
    assert ends(to_the_end(runferry, tree)) == _ENDS
    assert stored(runferry, tmp_path) == _STORED


@pytest.mark.parametrize(("moment", "patience", "seconds"), _MOMENTS)
def test_killed(
    runferry: Command,
    tree: Path,
    tmp_path: Path,
    countdown: Callable[[int], None],
    moment: Moment,
    patience: tuple[str, ...],
    seconds: int,
) -> None:
    """
    Given an agent that is killed at some moment in the life of a run
    When the run finishes while no agent is there, and another agent is started
    Then it ends as if nothing had happened, the held run held, and nothing is stored twice.
    """
    countdown(seconds)
    with runferry_process("watch", tree, *_UPLOAD, *patience) as watch:
        moment(watch, tree)
        killed(watch)
    countdown(0)
    complete(tree)
    answer = to_the_end(runferry, tree)
    assert ends(answer) == _ENDS
    assert stored(runferry, tmp_path) == _STORED
    if moment is _stored:
        assert not events_of(answer, "transfer_started")
    assert not events_of(to_the_end(runferry, tree), "transfer_started")


def test_killed_again_and_again(
    runferry: Command, tree: Path, tmp_path: Path, countdown: Callable[[int], None]
) -> None:
    """
    Given a run through whose life no agent lives
    When each is killed at the next moment and followed by another
    Then the last one ends as if nothing had happened.
    """
    for moment, patience, seconds in _MOMENTS[:6]:
        countdown(seconds)
        with runferry_process("watch", tree, *_UPLOAD, *patience) as watch:
            moment(watch, tree)
            killed(watch)
    assert ends(to_the_end(runferry, tree)) == _ENDS
    assert stored(runferry, tmp_path) == _STORED


def test_held_while_it_counts_down(
    runferry: Command, tree: Path, tmp_path: Path, countdown: Callable[[int], None]
) -> None:
    """
    Given an agent that is about to upload a run
    When the user holds the run in another process, the agent is killed, and started again
    Then the run stays held, and is uploaded when it is released.
    """
    countdown(3600)
    run = str(tree / "OUT/RUN1")
    with runferry_process("watch", tree, *_UPLOAD, *_IN_A_MOMENT) as watch:
        _counting_down(watch, tree)
        with Session(Options()) as session:
            session.transfers.hold(run)
        killed(watch)
    countdown(0)
    assert ends(to_the_end(runferry, tree)) == _ENDS
    assert stored(runferry, tmp_path) == {}
    with Session(Options()) as session:
        session.transfers.release(run)
    assert ends(to_the_end(runferry, tree)) == _ENDS
    assert stored(runferry, tmp_path) == _STORED


def test_changed_after_it_was_stored(
    runferry: Command, tree: Path, tmp_path: Path, countdown: Callable[[int], None]
) -> None:
    """
    Given a stored run that is written again, and an agent that is killed when it says so
    When another is started
    Then the run is changed as before: no version is made that nobody asked for.
    """
    with runferry_process("watch", tree, *_UPLOAD, *_IN_A_MOMENT) as watch:
        _stored(watch, tree)
        (tree / "OUT/RUN1/DONE").write_text("again")
        watch.wait_for("run_state_changed", run_id=1, state="changed")
        killed(watch)
    left = to_the_end(runferry, tree, code=1)
    assert ends(left) == {**_ENDS, 1: "changed"}
    assert "RUN1 was written again since it was stored" in left.err
    assert stored(runferry, tmp_path) == _STORED


_RESULTS, _MANIFEST = r"run_1_results\.zip", r"run_1_results\.v0001\.json"
_BEGIN = ("POST", f"{_RESULTS}.uploads")
_REQUESTS = {
    "job": ("PUT", "_runferry/jobs"),
    "part": ("PUT", _RESULTS),
    "content": ("POST", f"{_RESULTS}.uploadId"),
    "manifest": ("PUT", _MANIFEST),
}


def last_request(server: FaultServer, watch: RunFerryProcess, what: str, when: str) -> None:
    """The agent is killed as its request arrives, or when it was carried out and no reply went out."""

    def before() -> HttpAnswer | None:
        if when == "arrives":
            watch.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")
        return None

    def after(answer: HttpAnswer) -> None:
        watch.signal(signal.SIGKILL)

    server.plan(Fault(*_REQUESTS[what], before=before, after=after))


@pytest.mark.parametrize(
    ("what", "when"),
    [
        ("job", "arrives"),
        ("job", "was carried out"),
        ("part", "arrives"),
        ("content", "arrives"),
        ("content", "was carried out"),
        ("manifest", "arrives"),
        ("manifest", "was carried out"),
    ],
)
def test_killed_while_it_uploads(
    runferry: Command,
    tmp_path: Path,
    countdown: object,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    when: str,
) -> None:
    """
    Given an upload of several parts, and another that waits behind it
    When the agent is killed with one of the requests, and another is started
    Then both are stored once, in one job; content that had arrived is not sent again.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    monkeypatch.setenv("RUNFERRY_PARALLEL", "1")
    store = ("--bucket", f"s3://{s3_bucket}")
    large = os.urandom(9 << 20)
    (a_run(tmp_path / "flu/OUT/RUN1") / "large").write_bytes(large)
    (tmp_path / "flu/OUT/RUN1/DONE").write_text("now")
    a_run(tmp_path / "flu/OUT/RUN2")
    with runferry_process("watch", tmp_path / "flu", *_UPLOAD, *_IN_A_MOMENT, *store) as watch:
        last_request(server, watch, what, when)
        assert watch.wait() == -signal.SIGKILL
    begun = server.count(*_BEGIN)
    answer = to_the_end(runferry, tmp_path / "flu", *store)
    assert ends(answer) == {1: "done", 2: "done"}
    assert stored(runferry, tmp_path, *store) == {
        ("flu", 1, 1): {"data": b"RUN1", "DONE": b"now", "large": large},
        ("flu", 2, 1): {"data": b"RUN2", "DONE": b""},
    }
    if (what, when) == ("content", "was carried out") or what == "manifest":
        assert server.count(*_BEGIN) == begun
