"""A researcher asks which of their FRED runs are really finished."""

import os
import shutil
import time
from pathlib import Path

import pytest

from core.ports.tree import FoundRuns
from storage.tree.tree_scanner import FileTreeScanner
from tests.acceptance.conftest import Command
from tests.processes import program, running

FAILED = "fred-failed"
EXPECTED = [
    ("fred-sample-job/RESULTS/JOB/1/OUT/RUN1", "done", "all finish checks hold"),
    ("fred-sample-job/RESULTS/JOB/1/OUT/RUN2", "done", "all finish checks hold"),
    ("fred-sample-job/RESULTS/JOB/1/OUT/RUN3", "done", "all finish checks hold"),
    (f"{FAILED}/direct-abort/RUN1", "failed", "err.txt: FRED ERROR: Can't open"),
    (f"{FAILED}/direct-diskfull/RUN1", "stopped", "last line of out.csv is cut"),
    (f"{FAILED}/job-finished-but-run2-killed/JOB/1/OUT/RUN1", "done", "all finish checks"),
    (
        f"{FAILED}/job-finished-but-run2-killed/JOB/1/OUT/RUN2",
        "stopped",
        "the job has ended but LOG has not ended",
    ),
    (f"{FAILED}/job-finished-but-run2-killed/JOB/1/OUT/RUN3", "done", "all finish checks"),
    (f"{FAILED}/run_fred-badlocation/RUN1", "failed", "No locations specified"),
    (f"{FAILED}/run_fred-badlocation/RUN2", "failed", "No locations specified"),
    (f"{FAILED}/run_fred-sigkill-postproc/RUN1", "stalled", "out.csv is not there"),
]


@pytest.mark.parametrize(("run", "state", "reason"), EXPECTED)
def test_state_and_reason(
    runferry: Command, samples: Path, run: str, state: str, reason: str
) -> None:
    """
    Given real output of FRED: complete, aborted, killed, disk full
    When it is scanned
    Then each run has the right state and says why; nothing cut short is called finished.
    """
    answer = runferry("scan", samples / run, "--json")

    (record,) = answer.records
    assert answer.code == 0
    assert record["state"] == state
    assert reason in record["reason"]


def test_whole_tree(runferry: Command, samples: Path) -> None:
    """
    Given a tree with results roots at several depths
    When it is scanned without --json
    Then every run is one line, and dot-directories are left out.
    """
    answer = runferry("scan", samples)
    assert len(answer.out.splitlines()) == len(EXPECTED)


def test_explained(runferry: Command, samples: Path) -> None:
    """
    Given a run that a full disk cut short
    When it is scanned with --explain
    Then the rule and every finish check are named, with what was found.
    """
    run = samples / FAILED / "direct-diskfull/RUN1"
    (record,) = runferry("scan", run, "--explain", "--json").records
    assert record["rule"] == "fred"
    assert all(check["reason"] for check in record["checks"])
    failing = [check["name"] for check in record["checks"] if not check["passed"]]
    assert failing == ["all rows"]
    text = runferry("scan", run, "--explain").out
    assert "by the rule fred" in text
    assert "✗ all rows" in text
    assert "✓ final header" in text


def state_of(runferry: Command, run: Path) -> tuple[str, str]:
    """State and reason of one RUN directory."""
    (record,) = runferry("scan", run, "--json").records
    return record["state"], record["reason"]


def test_job_that_was_killed(runferry: Command, fred_out: Path) -> None:
    """
    Given a job whose script was killed: STATUS stays RUNNING, its second LOG is cut
    When it is scanned within a day, and after that
    Then the complete run waits for the job, the cut one for its end; both have stalled later.
    """
    (fred_out.parent / "META/STATUS").write_text("RUNNING\n")
    log = (fred_out / "RUN2/LOG").read_bytes()
    shutil.rmtree(fred_out / "RUN2")
    (fred_out / "RUN2").mkdir()
    (fred_out / "RUN2/LOG").write_bytes(log[: len(log) // 2])
    os.utime(fred_out / "RUN1")

    assert state_of(runferry, fred_out / "RUN1") == ("running", "the job is running")
    assert state_of(runferry, fred_out / "RUN2") == ("running", "LOG has not ended")

    two_days_ago = time.time() - 2 * 86400
    for path in (fred_out / "RUN1", fred_out / "RUN2/LOG", fred_out / "RUN2"):
        os.utime(path, (two_days_ago, two_days_ago))
    assert state_of(runferry, fred_out / "RUN1") == ("stalled", "the job is running")
    assert state_of(runferry, fred_out / "RUN2") == ("stalled", "LOG has not ended")


def test_status_caught_while_it_is_written(runferry: Command, fred_out: Path) -> None:
    """
    Given the moment in which the script has emptied STATUS and not yet written it
    When the job is scanned
    Then nothing is concluded from that: neither finished nor failed.
    """
    (fred_out.parent / "META/STATUS").write_text("")
    os.utime(fred_out / "RUN1")
    (fred_out / "RUN2/out.csv").unlink()

    assert state_of(runferry, fred_out / "RUN1") == ("running", "the job is being updated")
    assert state_of(runferry, fred_out / "RUN2") == ("running", "out.csv is not there yet")


@pytest.mark.parametrize(
    ("file", "state", "reason"),
    [
        ("", "running", "nothing written yet, which is normal until a FRED simulation ends"),
        ("health_records.txt", "running", "out.csv is not there yet"),
    ],
    ids=["killed, or at work for hours", "compiled only"],
)
def test_nothing_to_see(
    runferry: Command, tmp_path: Path, file: str, state: str, reason: str
) -> None:
    """
    Given a RUN directory in which FRED has left nothing, or nothing but an empty file
    When it is scanned
    Then it is not called failed: a simulation that goes on looks the same.
    """
    run = tmp_path / "OUT/RUN1"
    run.mkdir(parents=True)
    if file:
        (run / file).touch()
    assert state_of(runferry, run) == (state, reason)


@pytest.mark.parametrize("kind", ["directory", "pipe", "dangling link"])
@pytest.mark.parametrize("name", ["out.csv", "LOG", "DAILY/Date.txt"])
def test_not_a_file(runferry: Command, fred_out: Path, name: str, kind: str) -> None:
    """
    Given a complete run in which one of FRED's files is something else
    When it is scanned
    Then that is the reason why it is not called finished, and nobody waits for a pipe.
    """
    path = fred_out / "RUN1" / name
    path.unlink()
    if kind == "directory":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere")
    assert state_of(runferry, path.parents[name.count("/")]) == (
        "running",
        f"{name} cannot be read as a file",
    )


def test_huge_err_txt(runferry: Command, fred_out: Path) -> None:
    """
    Given an err.txt of many megabytes of warnings and one error at its end
    When it is scanned
    Then the run has failed, and the reason is one short line.
    """
    with open(fred_out / "RUN1/err.txt", "wb") as err:
        err.truncate(50 << 20)
        err.seek(0, os.SEEK_END)
        err.write(b"\nFRED ERROR: no \xff\x00 place\r\n" + b"\0" * 1000)
    state, reason = state_of(runferry, fred_out / "RUN1")
    assert state == "failed"
    assert reason == r"err.txt: FRED ERROR: no \xff\x00 place"


@pytest.mark.parametrize("first", ["RUN1", "DAILY", "out.csv", "LOG"])
def test_copied_without_file_times(runferry: Command, fred_out: Path, first: str) -> None:
    """
    Given a complete run that was copied file by file in some order, with new times
    When it is scanned
    Then it is finished; but not when its LOG has no end.
    """
    run = fred_out / "RUN1"
    files = sorted(path for path in run.rglob("*") if path.is_file())
    files.sort(key=lambda path: first not in {path.name, path.parent.name})
    for number, path in enumerate(files):
        os.utime(path, (1e9 + number / 10, 1e9 + number / 10))
    assert state_of(runferry, run) == ("done", "all finish checks hold")
    (run / "LOG").write_bytes(b"")
    os.utime(run / "LOG", (1e9, 1e9))
    assert state_of(runferry, run) == ("stopped", "the job has ended but LOG has not ended")


def test_maps_made_of_a_finished_run(runferry: Command, fred_out: Path) -> None:
    """
    Given a finished job, of which fred_make_maps was to draw maps, and failed
    When it is scanned
    Then the run is what it was: the maps are no results of FRED's.
    """
    maps = fred_out / "RUN1/VIS/MAPS"
    maps.mkdir(parents=True)
    for name in ("FIPS", "BBOX", "FAILED", "data-0-0-5684", ".done.0", "fred_make_maps.log"):
        (maps / name).write_text("FAILED TO CREATE googlemap.png\n")
    assert state_of(runferry, fred_out / "RUN1") == ("done", "all finish checks hold")


def test_an_error_that_only_the_log_tells(runferry: Command, fred_out: Path) -> None:
    """
    Given FRED that could not read its program and left a LOG only, as the job's end or within it
    When it is scanned
    Then it has failed and the reason is FRED's.
    """
    shutil.rmtree(fred_out / "RUN2")
    (fred_out / "RUN2").mkdir()
    log = "fred_open_file: opening file x.fred\nFRED failed reading program file x.fred\n"
    (fred_out / "RUN2/LOG").write_text(log)
    for status in ("FINISHED\n", "RUNNING\n"):
        (fred_out.parent / "META/STATUS").write_text(status)
        answer = state_of(runferry, fred_out / "RUN2")
        assert answer == ("failed", "LOG: FRED failed reading program file x.fred")


def test_simulated_again(runferry: Command, fred_out: Path) -> None:
    """
    Given a finished run, and FRED that was started into the same directory again
    When it is scanned
    Then it is being written, although not one byte in it has changed yet.
    """
    fred = program(fred_out.parent / "FRED")
    command = [fred, "-p", "model.fred", "-r1", "-d", fred_out.name]
    with running(command, fred_out.parent) as pid:
        states = [state_of(runferry, fred_out / f"RUN{number}") for number in (1, 2)]
    assert states == [
        ("running", f"FRED is running (pid {pid})"),
        ("done", "all finish checks hold"),
    ]
    assert state_of(runferry, fred_out / "RUN1")[0] == "done"


def test_a_directory_that_cannot_be_looked_into(
    runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a directory of somebody else beside the results
    When the tree is scanned
    Then it is said on stderr, and stdout holds the runs as ever.
    """
    hidden = str(fred_out / "private")
    found = FoundRuns((str(fred_out / "RUN1"),), {hidden: "Permission denied"})

    def find_runs(scanner: FileTreeScanner, root: str) -> FoundRuns:
        return found

    monkeypatch.setattr(FileTreeScanner, "find_runs", find_runs)
    for options in ([], ["--json"]):
        answer = runferry("scan", fred_out, *options)
        assert len(answer.out.splitlines()) == 1
        assert f"{hidden} cannot be looked into: Permission denied." in answer.err


RULES = """
[rules.solver]
kind = "sentinel"
success = [{ file = "exit_code", matches = "^0$" }]
failure = [{ file = "exit_code", matches = "^[1-9]" }]
absent = ["*.part"]
"""


def test_another_simulator(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given a simulator that leaves its exit code, and a rule for it in the settings
    When its runs are scanned with that rule
    Then each has its state with the reason, and an unknown rule is refused with what there is.
    """
    home.mkdir()
    (home / "settings.toml").write_text(RULES)
    for number, code in enumerate(("0\n", "7\n", "", None, "0"), start=1):
        run = tmp_path / f"tree/RUN{number}"
        run.mkdir(parents=True)
        (run / "data").touch()
        if code is not None:
            (run / "exit_code").write_text(code)
    (tmp_path / "tree/RUN5/field.part").touch()

    records = runferry("scan", tmp_path / "tree", "--rule", "solver", "--json").records
    assert [(record["state"], record["reason"]) for record in records] == [
        ("done", "exit_code says 0"),
        ("failed", "exit_code says 7"),
        ("running", "exit_code does not match ^0$: it says nothing yet"),
        ("running", "exit_code is not there yet"),
        ("running", "field.part is there"),
    ]
    refused = runferry("scan", tmp_path / "tree", "--rule", "slover")
    assert refused.code == 2
    assert "There are: exit-code, fred, " in refused.err
    assert ", sentinel, solver, " in refused.err
