"""`run_4/{RUN1,RUN2}`: a run that consists of several directories is one run everywhere."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from textual.pilot import Pilot

from tests.acceptance.conftest import Command
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import drawn_text_of, lines_of, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session

MEMBERS = {"RUN1/DONE", "RUN1/result", "RUN2/DONE", "RUN2/result"}
_WATCH = ("--until-idle", "--json")


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two such runs; both have a RUN1 and a RUN2."""
    monkeypatch.setenv("RUNFERRY_RULE", "sentinel")
    monkeypatch.setenv("RUNFERRY_QUIET_SECONDS", "0.2")
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")
    for run in (4, 5):
        for part in (1, 2):
            a_part(tmp_path / f"flu/OUT/run_{run}/RUN{part}")
    return tmp_path / "flu/OUT"


def a_part(directory: Path, *, done: bool = True) -> None:
    directory.mkdir(parents=True)
    (directory / "result").write_text(f"{directory.parent.name} {directory.name}")
    if done:
        (directory / "DONE").touch()


def members(home: Path, run_id: int) -> set[str]:
    """Files in the archive of the run."""
    (archive,) = (home / "store").rglob(f"run_{run_id}_results.zip")
    return {name for name in ZipFile(archive).namelist() if not name.endswith("/")}


def test_seen(runferry: Command, out: Path) -> None:
    """
    Given two runs of two directories each, one of which has a part that is not finished
    When their tree is scanned and watched
    Then they are two runs, with all their files; one is not done, for that part's reason.
    """
    (out / "run_5/RUN2/DONE").unlink()
    records = runferry("scan", out, "--json").records
    assert [(r["path"], r["run_id"], r["state"], r["files"]) for r in records] == [
        (f"{out}/run_4", 4, "done", 4),
        (f"{out}/run_5", 5, "running", 3),
    ]
    assert records[1]["reason"].startswith("RUN2: ")
    lines = runferry("scan", out, "--explain").out
    assert "RUN1 " in lines
    assert "RUN2 " in lines
    (out / "run_5/RUN2/DONE").touch()
    events = runferry("watch", out, *_WATCH).records
    assert {e["path"] for e in events if e.get("state") == "done"} == {
        f"{out}/run_4",
        f"{out}/run_5",
    }


def test_stored_by_the_watch(runferry: Command, out: Path, home: Path, tmp_path: Path) -> None:
    """
    Given the same runs
    When they are uploaded by the watch, checked, and extracted together and alone
    Then each is one archive with both directories, and comes back as it was, side by side.
    """
    assert runferry("watch", out, *_WATCH, "--auto-upload").code == 0
    assert [members(home, run_id) for run_id in (4, 5)] == [MEMBERS, MEMBERS]
    assert runferry("store", "check", "--read-data", "100%").code == 0
    manifests = sorted((home / "store").rglob("*.v0001.json"))
    assert [json.loads(m.read_text())["directory"] for m in manifests] == ["run_4", "run_5"]
    for path in (out, out / "run_4"):
        outcomes = runferry("upload", path, "--json").records
        assert {record["outcome"] for record in outcomes} == {"unchanged"}

    download = ("jobs", "uploads", "download", "--job-id", "1", "--extract", "--output-dir")
    assert runferry(*download, tmp_path / "both").code == 0
    for run in ("run_4", "run_5"):
        for part in ("RUN1", "RUN2"):
            result = tmp_path / "both" / run / part / "result"
            assert result.read_text() == f"{run} {part}"
    assert runferry(*download, tmp_path / "one", "--run-id", "4").code == 0
    assert (tmp_path / "one/RUN2/result").read_text() == "run_4 RUN2"


def test_stored_by_name(runferry: Command, out: Path, home: Path) -> None:
    """
    Given the same runs
    When one is named to be uploaded, one of its parts is, and it grows by a part
    Then all of it is stored as run 4; a part alone is refused, as it would be another content of it;
    the third part makes version 2.
    """
    (result,) = runferry("upload", out / "run_4", "--json").records
    assert (result["run_id"], result["version"], result["files"]) == (4, 1, 4)
    refused = runferry("upload", out / "run_4/RUN1")
    assert refused.code == 2
    assert "one of several directories of the run" in refused.err
    same = ("jobs", "results", "upload", "--job-id", "1", "--run-id", "4", "--json")
    assert runferry(*same, "--results-dir", out / "run_4").records[0]["outcome"] == "unchanged"

    a_part(out / "run_4/RUN3")
    (result,) = runferry("upload", out / "run_4", "--json").records
    assert (result["run_id"], result["version"], result["outcome"]) == (4, 2, "uploaded")
    assert members(home, 4) == MEMBERS | {"RUN3/DONE", "RUN3/result"}


def test_one_part_grows(runferry: Command, out: Path) -> None:
    """
    Given stored runs of two directories each
    When something is written into one directory of one of them
    Then that run differs from what is stored of it, and the other one does not.
    """
    assert runferry("upload", out).code == 0
    (out / "run_4/RUN2/notes").write_text("more")
    (out / "run_4/RUN2/DONE").touch()
    answer = runferry("watch", out, *_WATCH, "--auto-upload")
    assert answer.code == 1
    assert answer.records[-1]["differing"] == [f"{out}/run_4"]


def row(pilot: Pilot[int], text: str) -> str:
    return next((line for line in lines_of(table_of(pilot)) if text in line), "")


async def test_in_the_app(out: Path, home: Path) -> None:
    """
    Given the same tree in the app
    When the cursor rests on a run, it is uploaded, and Browse is opened
    Then it is one row in Watch; its pane tells files of both directories; it is one run in the store.
    """
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(out)]))
        async with app.run_test(size=(110, 36)) as pilot:
            await until(pilot, lambda: "● done" in row(pilot, " run_4 "))
            assert not row(pilot, "RUN1")
            await until(pilot, lambda: table_of(pilot).move_to(str(out / "run_4")))
            await until(pilot, lambda: "RUN2" in text_of(pilot, "#detail"))
            await pilot.press("u")
            await until(pilot, lambda: "enter Upload run_4" in drawn_text_of(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: "✓ stored" in row(pilot, " run_4 "))
            await pilot.press("2", "enter")
            await until(pilot, lambda: "✓ stored" in row(pilot, "run_4 "))
    assert members(home, 4) == MEMBERS
