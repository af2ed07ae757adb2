"""Results that lie on a scratch disk, with links to them where their user works."""

import zipfile
from pathlib import Path

import pytest

from tests.acceptance.conftest import Answer, Command

_UPLOAD = ("--until-idle", "--auto-upload", "--rule", "sentinel", "--quiet", "0.2")


@pytest.fixture(autouse=True)
def no_countdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")


def a_run(directory: Path) -> Path:
    directory.mkdir(parents=True)
    (directory / "result").write_text(f"of {directory}")
    (directory / "DONE").touch()
    return directory


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """OUT with two runs, and a run by itself."""
    for run in ("OUT/RUN1", "OUT/RUN2", "alone/RUN7"):
        a_run(tmp_path / "scratch" / run)
    return tmp_path / "scratch"


@pytest.fixture
def project(scratch: Path) -> Path:
    """Where somebody works: a link to all of OUT, and one to the single run under another name."""
    project = scratch.parent / "project"
    project.mkdir()
    (project / "OUT").symlink_to(scratch / "OUT")
    (project / "RUN3").symlink_to(scratch / "alone/RUN7")
    return project


def found(answer: Answer) -> dict[str, int]:
    return {record["path"]: record["run_id"] for record in answer.records if "path" in record}


def stored(runferry: Command, job_id: int) -> dict[int, int]:
    """Versions by run."""
    listed = runferry("jobs", "uploads", "list", "--job-id", str(job_id), "--json").records
    return {record["run_id"]: record["version"] for record in listed}


def test_watched(runferry: Command, project: Path, home: Path) -> None:
    """
    Given a project whose OUT and whose RUN3 are links
    When it is scanned, watched with auto-upload, and its OUT is uploaded once more
    Then all runs are named by their paths in the project, and each is stored once, as itself.
    """
    runs = {f"{project}/OUT/RUN1": 1, f"{project}/OUT/RUN2": 2, f"{project}/RUN3": 3}
    assert found(runferry("scan", project, "--rule", "sentinel", "--json")) == runs
    watched = runferry("watch", project, *_UPLOAD, "--json")
    assert watched.code == 0
    assert {r["path"] for r in watched.records if r.get("outcome") == "uploaded"} == {*runs}
    jobs = {r["results_root"]: r["job_id"] for r in watched.records if "results_root" in r}
    assert stored(runferry, jobs[f"{project}/OUT"]) == {1: 1, 2: 1}
    assert stored(runferry, jobs[str(project)]) == {3: 1}
    (archive,) = (home / "store").rglob("run_3_results.zip")
    assert {name.split("/")[0] for name in zipfile.ZipFile(archive).namelist()} == {"RUN3"}

    again = runferry("upload", project / "OUT", "--json")
    assert {(r["run_id"], r["outcome"]) for r in again.records} == {
        (1, "unchanged"),
        (2, "unchanged"),
    }
    runs_of_out = {path: run_id for path, run_id in runs.items() if "/OUT/" in path}
    assert found(runferry("scan", project / "OUT", "--rule", "sentinel", "--json")) == runs_of_out


def test_a_run_that_is_a_link_by_itself(runferry: Command, project: Path) -> None:
    """
    Given a RUN directory that is a link
    When it is named to be uploaded
    Then it is the run that it is called, in a job called after where the link is.
    """
    (result,) = runferry("upload", project / "RUN3", "--json").records
    assert (result["job_id"], result["run_id"], result["outcome"]) == (1, 3, "uploaded")
    assert runferry("jobs", "list", "--json").records[0]["name"] == "project"


def test_a_link_as_root(runferry: Command, scratch: Path, tmp_path: Path) -> None:
    """
    Given a link called `study` to the scratch disk's OUT
    When it is watched, by its own path
    Then runs and job are named by that path.
    """
    (tmp_path / "study").symlink_to(scratch / "OUT")
    watched = runferry("watch", tmp_path / "study", *_UPLOAD, "--json")
    assert watched.code == 0
    assert found(watched) == {f"{tmp_path}/study/RUN1": 1, f"{tmp_path}/study/RUN2": 2}
    assert runferry("jobs", "list", "--json").records[0]["name"] == "study"


def test_links_to_what_is_there(runferry: Command, scratch: Path) -> None:
    """
    Given `latest`, `RUN9` and a directory behind a link that lead to a neighbour, and links in circles
    When the tree is scanned and uploaded
    Then they are no second runs, and nothing goes round.
    """
    out = scratch / "OUT"
    (out / "latest").symlink_to("RUN2")
    (out / "RUN9").symlink_to("RUN2")
    (out / "RUN8").symlink_to("RUN8")
    (out / "up").symlink_to("..")
    (out / "RUN6").symlink_to(out)
    (out / "back").mkdir()
    (out / "back/again").symlink_to(out)
    runs = {f"{out}/RUN1": 1, f"{out}/RUN2": 2}
    assert found(runferry("scan", out, "--rule", "sentinel", "--json")) == runs
    uploaded = runferry("upload", out, "--json").records
    assert [record["run_id"] for record in uploaded] == [1, 2]


def test_stored_before_by_its_real_path(
    runferry: Command, project: Path, scratch: Path, tmp_path: Path
) -> None:
    """
    Given trees that were bound, stored and mapped to ids by the paths that they have without links
    When one run changes, another one is new, and they are stored by the paths of the links
    Then they are the same jobs and runs, only what is new is sent, and by their real paths they
    go on being that.
    """
    out, link = scratch / "OUT", project / "OUT"
    runferry("upload", out / "RUN2", "--run-id", "9")
    runferry("upload", out)
    runferry("upload", scratch / "alone/RUN7")
    (out / "RUN1/result").write_text("changed")
    (out / "RUN1/DONE").touch()
    again = runferry("upload", link, "--json").records
    assert [(r["job_id"], r["run_id"], r["version"]) for r in again] == [(1, 1, 2), (1, 9, 1)]
    assert found(runferry("scan", link, "--json")) == {f"{link}/RUN1": 1, f"{link}/RUN2": 9}

    (tmp_path / "RUN7").symlink_to(scratch / "alone/RUN7")
    (alone,) = runferry("upload", tmp_path / "RUN7", "--json").records
    assert (alone["job_id"], alone["run_id"], alone["outcome"]) == (2, 7, "unchanged")

    a_run(out / "RUN3")
    watched = runferry("watch", link, *_UPLOAD, "--json").records
    assert [r["path"] for r in watched if r.get("outcome") == "uploaded"] == [f"{link}/RUN3"]
    real = runferry("upload", out, "--json").records
    assert {(r["job_id"], r["outcome"]) for r in real} == {(1, "unchanged")}
    assert stored(runferry, 1) == {1: 2, 3: 1, 9: 1}
