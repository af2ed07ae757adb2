"""A researcher leaves RunFerry watching on a machine without a screen."""

import shutil
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.servers.fault_server import Fault, ForsakenServer, answering, refuse

_NOW = ("--until-idle", "--quiet", "0.2")
_UPLOAD = (*_NOW, "--auto-upload")


@pytest.fixture(autouse=True)
def no_countdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")


def a_run(directory: Path, *, done: bool = True) -> Path:
    """A RUN directory of the sentinel rule."""
    directory.mkdir(parents=True)
    (directory / "data").write_text(directory.name)
    if done:
        (directory / "DONE").touch()
    return directory


def refuse_links(home: Path) -> None:
    """From now on a run with a link in it cannot be stored."""
    home.mkdir(exist_ok=True)
    kinds = (f'[kinds.{name}]\nlinks = "refuse"\n' for name in ("fred", "any"))
    (home / "settings.toml").write_text("".join(kinds))


def stored_runs(runferry: Command, job_id: int) -> list[int]:
    runs = runferry("jobs", "info", "--job-id", str(job_id), "--json").records[0]["runs"]
    return [run["run_id"] for run in runs if run["status"] == "DONE"]


def test_until_idle(runferry: Command, fred_out: Path) -> None:
    """
    Given a tree whose runs are all finished
    When it is watched until idle
    Then each run is detected and finished, at a moment that is told, and the command ends.
    """
    before = datetime.now(UTC) - timedelta(seconds=1)
    answer = runferry("watch", fred_out, *_NOW, "--json")
    assert answer.code == 0
    for number in (1, 2, 3):
        events = [record for record in answer.records if record.get("run_id") == number]
        assert events[0]["event"] == "run_detected"
        assert events[-1]["state"] == "done"
    moments = [datetime.fromisoformat(record["at"]) for record in answer.records]
    assert before < moments[0] <= moments[-1] <= datetime.now(UTC)
    last = answer.records[-1]
    assert (last["event"], last["interrupted"], last["left"]) == ("watch_ended", False, 0)


@pytest.mark.parametrize("run", [False, True])
def test_root_that_comes_late(
    runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: bool
) -> None:
    """
    Given a results tree, or one RUN directory, on a disk that is not mounted yet
    When it is watched, and then appears
    Then it was waited for, which is said at once, and what is in it is stored.
    """
    out = tmp_path / "disk" / "flu" / "OUT"
    root = out / "RUN1" if run else out
    arguments = (str(root), "--auto-upload", "--quiet", "0.2", "--rule", "sentinel", "--json")
    with runferry_process("watch", *arguments) as watching:
        gone = watching.wait_for("root_went_offline")
        assert (gone["root"], "No such file" in gone["reason"]) == (str(root), True)
        assert f"{root} cannot be read: No such file or directory." in watching.errors
        assert "It is waited for, as long as it takes: is that the right path?" in watching.errors
        disk = tmp_path / "elsewhere"
        a_run(disk / "flu" / "OUT" / "RUN1")
        disk.rename(tmp_path / "disk")
        assert watching.wait_for("root_came_back")["root"] == str(root)
        stored = watching.wait_for("transfer_succeeded")
        assert (stored["path"], stored["run_id"]) == (str(out / "RUN1"), 1)
        watching.signal(signal.SIGTERM)
        assert watching.wait() == 0


def test_root_that_never_comes(runferry: Command, tmp_path: Path) -> None:
    """
    Given a path that leads nowhere, or to a file
    When it is watched until idle, or the file anyhow
    Then it is refused at once: nobody waits for a slip of the pen.
    """
    (tmp_path / "file").touch()
    for arguments in (("nowhere", "--until-idle"), ("file", "--until-idle"), ("file",)):
        answer = runferry("watch", tmp_path / arguments[0], *arguments[1:])
        assert (answer.code, answer.out) == (2, "")
        assert f"{tmp_path / arguments[0]} cannot be read: No" in answer.err


def test_app_on_a_root_that_comes_late(runferry: Command, tmp_path: Path) -> None:
    """
    Given a path that leads nowhere
    When the app is to be opened on it
    Then that is no mistake, as the name of a command that there is not.
    """
    assert "the app needs a terminal" in runferry(tmp_path / "nowhere").err
    assert "There is no command and no directory 'wach'" in runferry("wach").err


@pytest.mark.parametrize("how", [("watch", *_UPLOAD), ("upload",)])
def test_in_a_batch_job(
    runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: tuple[str, ...]
) -> None:
    """
    Given a script that SLURM runs, with credentials in its environment
    When it stores the run of its task
    Then job and task are told with the run, and nothing else of the environment.
    """
    told = {"SLURM_JOB_ID": "12", "SLURM_ARRAY_TASK_ID": "1", "RUNFERRY_EXIT_CODE": "0"}
    for name, value in {**told, "SLURM_JWT": "eyJhbGciOiJI", "AWS_SESSION_TOKEN": "x1"}.items():
        monkeypatch.setenv(name, value)
    run = a_run(tmp_path / "OUT" / "RUN1")
    runferry("jobs", "register", "--name", "flu", "--tag", "project=flu")
    command, *options = how
    assert runferry(command, run, "--job-id", "1", "--rule", "sentinel", *options).code == 0
    tags = ["slurm_job_id=12", "slurm_array_task_id=1", "exit_code=0"]
    (info,) = runferry("jobs", "info", "--job-id", "1", "--json").records
    assert [run["tags"] for run in info["runs"]] == [["project=flu", *tags]]
    lines = runferry("jobs", "info", "--job-id", "1").out.splitlines()
    assert lines[-1].endswith(f"  [{', '.join(tags)}]")
    listed = runferry("jobs", "uploads", "list", "--search", "slurm_job_id=12", "--json").records
    assert [record["kind"] for record in listed] == ["run_results"]


def test_sigterm_is_ignored(runferry: Command, tmp_path: Path) -> None:
    """
    Given a script that ignores SIGTERM, as one does that has a moment before it is killed
    When SLURM sends that to all of its processes
    Then the watch goes on until what is finished is stored.
    """
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    out = tmp_path / "OUT"
    out.mkdir()
    try:
        with runferry_process(
            "watch", out, "--auto-upload", "--quiet", "0.2", "--rule", "sentinel", "--json"
        ) as watching:
            a_run(out / "RUN1")
            watching.wait_for("run_detected")
            watching.signal(signal.SIGTERM)
            watching.wait_for("transfer_succeeded")
            watching.signal(signal.SIGINT)
            assert watching.wait() == 130
    finally:
        signal.signal(signal.SIGTERM, before)


def test_auto_upload(runferry: Command, fred_out: Path) -> None:
    """
    Given finished runs
    When the tree is watched with auto-upload until idle
    Then the runs are stored when the command ends.
    """
    assert runferry("watch", fred_out, *_UPLOAD).code == 0
    assert stored_runs(runferry, 1) == [1, 2, 3]


def test_countdown(runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given a second of thought before an automatic upload
    When finished runs are watched until idle
    Then the uploads are announced, and waited for.
    """
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "1")
    answer = runferry("watch", fred_out, *_UPLOAD, "--json")
    announced = [r["uploads_in"] for r in answer.records if r["event"] == "auto_upload_announced"]
    assert (answer.code, announced) == (0, [1.0, 1.0, 1.0])
    assert stored_runs(runferry, 1) == [1, 2, 3]


def test_only_this_command(runferry: Command, fred_out: Path) -> None:
    """
    Given a tree that was watched with auto-upload
    When a run appears and the tree is watched without
    Then nothing is uploaded.
    """
    assert runferry("watch", fred_out, *_UPLOAD).code == 0
    shutil.copytree(fred_out / "RUN1", fred_out / "RUN4")
    assert runferry("watch", fred_out, *_NOW).code == 0
    assert stored_runs(runferry, 1) == [1, 2, 3]


def test_several_roots(runferry: Command, tmp_path: Path) -> None:
    """
    Given two trees
    When both are watched by one command with auto-upload
    Then the runs of each are stored in a job of its own.
    """
    for name in ("flu", "measles"):
        a_run(tmp_path / name / "OUT/RUN1")
    roots = (tmp_path / "flu", tmp_path / "measles")
    assert runferry("watch", *roots, "--rule", "sentinel", *_UPLOAD).code == 0
    jobs = runferry("jobs", "list", "--json").records
    assert sorted(job["name"] for job in jobs) == ["flu", "measles"]
    assert [stored_runs(runferry, job["job_id"]) for job in jobs] == [[1], [1]]


def test_which_job(runferry: Command, tmp_path: Path) -> None:
    """
    Given a registered job
    When a tree is watched with its id, and another with a name
    Then runs go to that job, and to a new one of that name.
    """
    runferry("jobs", "register", "--name", "asked")
    a_run(tmp_path / "flu/OUT/RUN3")
    a_run(tmp_path / "measles/OUT/RUN5")
    rule = ("--rule", "sentinel", *_UPLOAD)
    assert runferry("watch", tmp_path / "flu", *rule, "--job-id", "1").code == 0
    assert runferry("watch", tmp_path / "measles", *rule, "--name", "named").code == 0
    jobs = runferry("jobs", "list", "--json").records
    assert {job["job_id"]: job["name"] for job in jobs} == {1: "asked", 2: "named"}
    assert (stored_runs(runferry, 1), stored_runs(runferry, 2)) == ([3], [5])


@pytest.mark.parametrize("option", [["--job-id", "1"], ["--name", "flu"], ["--sidecars"]])
def test_without_auto_upload(runferry: Command, tmp_path: Path, option: list[str]) -> None:
    """
    Given options about uploads
    When a tree is watched without auto-upload
    Then the command says that they go together, and does nothing.
    """
    answer = runferry("watch", tmp_path, *option)
    assert answer.code == 2
    assert "--auto-upload" in answer.err


def test_old_failures_are_not_counted(
    runferry: Command,
    fred_out: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given an upload that failed in an earlier session
    When the tree is watched with auto-upload again
    Then the exit code speaks of this session only.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    watch = ("watch", fred_out, *_UPLOAD, "--bucket", f"s3://{s3_bucket}")
    server.plan(
        Fault("PUT", r"run_2_results\.zip", answering(refuse(400, "InvalidRequest")), times=-1)
    )
    answer = runferry(*watch)
    assert answer.code == 1
    assert "1 of 3 uploads failed." in answer.err
    server.forget_faults()
    assert runferry(*watch).code == 0


def test_nothing_to_watch(runferry: Command, tmp_path: Path) -> None:
    """
    Given a tree without runs, and a path that is not there
    When each is watched
    Then it is said of the first what was looked for, and the second is refused.
    """
    (tmp_path / "empty").mkdir()
    answer = runferry("watch", tmp_path / "empty", "--until-idle")
    assert answer.code == 1
    assert "Looked for directories of runs of the kind fred" in answer.err
    assert runferry("watch", tmp_path / "gone", "--until-idle").code == 2
    assert runferry("watch").code == 2


def test_killed_simulation(runferry: Command, tmp_path: Path) -> None:
    """
    Given a run whose simulation was killed, and one that has finished
    When they are watched with auto-upload until idle
    Then the first counts as stalled in the end and is not uploaded, the second is stored.
    """
    a_run(tmp_path / "flu/OUT/RUN1", done=False)
    a_run(tmp_path / "flu/OUT/RUN2")
    answer = runferry(
        "watch", tmp_path / "flu", *_UPLOAD, "--rule", "sentinel", "--stall", "1", "--json"
    )
    states = [r["state"] for r in answer.records if r.get("run_id") == 1]
    assert (answer.code, states[-1]) == (0, "stalled")
    assert stored_runs(runferry, 1) == [2]
