"""Finish rules of one's own, for simulators that end their logs with a word."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command

RULE = """\
[watch]
rule = "lmp"
[rules.lmp]
kind = "sentinel"
success = [
  { file = "log.lammps", matches = "Total wall time" },
  { file = "log", matches = "^End$" },
  { file = "*.log", matches = "Finished" },
]
"""
STEPS = "".join(f"{n}\n" for n in range(2000))
NOW = 1_760_000_000


def states(runferry: Command, root: Path, *more: str) -> dict[str, tuple[str, str]]:
    records = runferry("scan", root, "--json", *more).records
    return {Path(r["path"]).name: (r["state"], r["reason"]) for r in records}


def test_the_end_of_a_log(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given runs whose logs end with the simulator's word, far behind the beginning or not
    When the tree is scanned by a rule that searches for it
    Then each is done, and the reason is the line that was found.
    """
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(RULE)
    for path, text in {
        "RUN1/log.lammps": STEPS + "Total wall time: 0:00:03\n",
        "RUN2/log.lammps": "Total wall time: 0:00:03\n",
        "RUN3/log": "Time = 1\n\nEnd\n\n",
        "RUN4/md.log": STEPS + "Finished mdrun\n",
        "RUN5/log.lammps": STEPS,
    }.items():
        file = tmp_path / "OUT" / path
        file.parent.mkdir(parents=True)
        file.write_text(text)
    assert states(runferry, tmp_path / "OUT") == {
        "RUN1": ("done", "log.lammps says Total wall time: 0:00:03"),
        "RUN2": ("done", "log.lammps says Total wall time: 0:00:03"),
        "RUN3": ("done", "log says End"),
        "RUN4": ("done", "md.log says Finished mdrun"),
        "RUN5": ("running", "log.lammps does not match Total wall time: it ends with 1999"),
    }


@pytest.mark.parametrize(
    ("later", "state"),
    [
        ("slurm-123.out", "done"),
        ("plots/a.png", "done"),
        (".DS_Store", "done"),
        ("data", "running"),
        ("more", "running"),
    ],
)
def test_what_came_after_the_marker(
    runferry: Command, tmp_path: Path, later: str, state: str
) -> None:
    """
    Given a run with its marker, and something that is a minute newer
    When it is scanned for the first time
    Then only a result makes the marker one of an earlier run, and the reason names it.
    """
    run = tmp_path / "OUT/RUN1"
    for name, when in {"data": NOW - 70, "DONE": NOW - 60, later: NOW}.items():
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_text("x")
        os.utime(run / name, (when, when))
    ((found, reason),) = states(runferry, tmp_path / "OUT", "--rule", "sentinel").values()
    assert found == state
    assert (f"DONE is older than {later}" in reason) is (state == "running")


def test_what_a_watch_has_seen(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given a run that a watch has seen done, and a table that is made of it later
    When it is scanned, tried and uploaded, with the state or without
    Then its marker holds there, too, until a result changes; a state that cannot be read is in nobody's way.
    """
    root, rule = tmp_path / "OUT", ("--rule", "sentinel")
    for run in ("RUN1", "RUN2"):
        for name, when in {"data": NOW - 70, "DONE": NOW - 60}.items():
            (root / run / name).parent.mkdir(parents=True, exist_ok=True)
            (root / run / name).write_text("x")
            os.utime(root / run / name, (when, when))
    assert runferry("watch", root, *rule, "--quiet", "0.1", "--until-idle", "--json").code == 0
    (root / "RUN1/table").write_text("made of data")
    (root / "RUN2/data").write_text("another")
    found = {name: state for name, (state, _) in states(runferry, root, *rule).items()}
    assert found == {"RUN1": "done", "RUN2": "running"}
    (tried,) = runferry("rules", "try", "sentinel", root / "RUN1", "--json").records
    assert tried["state"] == "done"
    assert "It is stored as it is now" not in runferry("upload", root / "RUN1", *rule).err
    os.chmod(home / "state.db", 0o400)
    assert states(runferry, root, *rule)["RUN1"][0] == "done"
    (home / "state.db").unlink()
    with closing(sqlite3.connect(tmp_path / "other")) as other:
        other.execute("CREATE TABLE watched (path, proof)")
    foreign = (tmp_path / "other").read_bytes()
    for damage in (foreign, b"", b"no database", b"SQLite format 3\0" + b"x" * 5000):
        (home / "state.db").write_bytes(damage)
        assert states(runferry, root, *rule)["RUN1"][0] == "running"
        assert not damage or (home / "state.db").read_bytes() == damage


def test_a_log_alone(runferry: Command, tmp_path: Path) -> None:
    """
    Given a run that has only begun a log
    When it is scanned by the rule that knows no sign of an end
    Then it is not said to be done.
    """
    log = tmp_path / "OUT/RUN1/log.txt"
    log.parent.mkdir(parents=True)
    log.write_text("day 1\n")
    rule = ("--rule", "quiet")
    (told,) = states(runferry, tmp_path / "OUT", *rule).values()
    assert told == ("running", "there are 1 of 2 results that are not empty")
    (log.parent / "out.csv").write_text("1\n")
    ((state, _),) = states(runferry, tmp_path / "OUT", *rule).values()
    assert state == "done"


def linked(file: Path, target: Path) -> None:
    """Has the file written elsewhere, as people do where home is small."""
    target.parent.mkdir(exist_ok=True)
    file.rename(target)
    file.symlink_to(target)


def test_a_log_on_scratch(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given runs whose markers are links: to a log that has ended, to one that goes on, and to nothing
    When the tree is scanned
    Then what the links lead to counts, as if it lay there.
    """
    home.mkdir(exist_ok=True)
    progress = '{ file = "steps.*", pattern = "^(\\\\d+)$", of = 2000 }'
    kind = f'kind = "mine"\n[kinds.mine]\nrule = "lmp"\nprogress = {progress}'
    (home / "settings.toml").write_text(RULE.replace('rule = "lmp"', kind, 1))
    for number, name, text in (
        (1, "log.lammps", STEPS + "Total wall time: 0:00:03\n"),
        (2, "steps.txt", STEPS),
        (3, "md.log", "gone"),
        (4, "log", STEPS + "End\n"),
    ):
        file = tmp_path / f"OUT/RUN{number}" / name
        file.parent.mkdir(parents=True)
        file.write_text(text)
        linked(file, tmp_path / f"scratch/{number}")
    (tmp_path / "scratch/3").unlink()
    found = states(runferry, tmp_path / "OUT")
    assert {run: state for run, (state, _) in found.items()} == {
        "RUN1": "done",
        "RUN2": "running",
        "RUN3": "running",
        "RUN4": "done",
    }
    assert found["RUN1"][1] == "log.lammps says Total wall time: 0:00:03"
    second = runferry("scan", tmp_path / "OUT", "--json").records[1]
    assert second["progress"] == {"done": 1999, "planned": 2000, "unit": "step"}


def test_a_marker_on_scratch(runferry: Command, tmp_path: Path) -> None:
    """
    Given runs with DONE: a link to a file, to a folder, to nothing, and to a file that is older than the results
    When the tree is scanned by the ready-made rule for such files
    Then only the first one is done.
    """
    (tmp_path / "done").write_text("")
    (tmp_path / "old").write_text("")
    os.utime(tmp_path / "old", (NOW, NOW))
    for number, target in enumerate(("done", "..", "nothing", "old"), start=1):
        run = tmp_path / f"OUT/RUN{number}"
        run.mkdir(parents=True)
        (run / "result").write_text("1")
        (run / "DONE").symlink_to(tmp_path / target)
    found = states(runferry, tmp_path / "OUT", "--rule", "sentinel")
    assert [state for state, _ in found.values()] == ["done", "running", "running", "running"]
    assert found["RUN3"][1] == "DONE is no regular file, and does not count"


def test_log_of_fred_on_scratch(runferry: Command, fred_out: Path) -> None:
    """
    Given a finished run of FRED, and one that goes on, whose LOGs are links
    When the tree is scanned
    Then it is as if they were not.
    """
    before = runferry("scan", fred_out, "--json").records
    for number in (1, 2):
        linked(fred_out / f"RUN{number}/LOG", fred_out.parent / f"scratch/LOG.{number}")
    after = runferry("scan", fred_out, "--json").records
    told = ("run_id", "state", "reason", "days", "planned_days")
    assert [[r.get(t) for t in told] for r in after] == [[r.get(t) for t in told] for r in before]
    with (fred_out.parent / "scratch/LOG.1").open("w") as log:
        log.write("FRED has begun again\n")
    first, *_ = runferry("scan", fred_out, "--json").records
    assert (before[0]["state"], first["state"]) == ("done", "stopped")
