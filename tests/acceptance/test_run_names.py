"""Runs are found, numbered and stored under the names that their simulators give them."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.acceptance.conftest import Answer, Command
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import drawn_text_of, lines_of, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session

IDS = {
    "2026-11-30_run": 2,
    "RUN1": 1,
    "RUN-A": 5,
    "RUN_7": 7,
    "Run4": 4,
    "case-A": 6,
    "iter.0003": 8,
    "job_123_4": 9,
    "multirun/2026-01-01/12-00-00/0": 10,
    "outputs/2026-01-01/12-00-00": 11,
    "replica_00": 13,
    "run3": 3,
    "run-12": 12,
    "run_18": 18,
    "seed_001": 14,
}
"""Numbers go to the first that has them, in the order of the shortest; the others take what is free."""


def a_machine(place: Path, store: Path) -> None:
    """A RUNFERRY_HOME whose user has runs of any simulator, and shares a store with others."""
    place.mkdir(parents=True)
    (place / "settings.toml").write_text(
        f'[watch]\nkind = "any"\nquiet_seconds = 0.2\ncountdown_seconds = 0\n'
        f'[profiles.shared]\nkind = "local"\npath = "{store}"\n'
    )


def a_tree(root: Path, names: Iterable[str]) -> Path:
    """Finished runs in these directories."""
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / "result").write_text(f"result of {name}")
        (root / name / "DONE").touch()
    return root


def ids(answer: Answer, root: Path) -> dict[str, int]:
    """By the path below the root."""
    return {r["path"].removeprefix(f"{root}/"): r["run_id"] for r in answer.records if "path" in r}


def outcomes(answer: Answer) -> dict[int, str]:
    return {record["run_id"]: record["outcome"] for record in answer.records}


SHARED = ("--profile", "shared")


@pytest.fixture
def shared(home: Path, tmp_path: Path) -> tuple[str, str]:
    """The options of a store that machines share; the first is here."""
    a_machine(home, tmp_path / "shared")
    return SHARED


def test_usual_layouts(
    runferry: Command, shared: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given fifteen directories as simulators, schedulers and people call them
    When they are scanned, stored, scanned and stored once more, here and on another machine
    Then each is the same run every time, and nothing is stored twice.
    """
    tree = a_tree(tmp_path / "study", IDS)
    assert ids(runferry("scan", tree, "--json", *shared), tree) == IDS
    first = runferry("upload", tree, "--json", *shared)
    assert outcomes(first) == dict.fromkeys(IDS.values(), "uploaded")
    again = runferry("upload", tree, "--json", *shared)
    assert outcomes(again) == dict.fromkeys(IDS.values(), "unchanged")
    watched = runferry("watch", tree, "--until-idle", "--json", *shared)
    assert ids(watched, tree) == IDS
    assert all(event["stored"] for event in watched.records if event["event"] == "run_detected")

    a_machine(tmp_path / "other/home", tmp_path / "shared")
    monkeypatch.setenv("RUNFERRY_HOME", str(tmp_path / "other/home"))
    there = a_tree(tmp_path / "other/study", IDS)
    assert outcomes(runferry("upload", there, "--json", *shared)) == outcomes(again)
    assert ids(runferry("scan", there, "--json", *shared), there) == IDS
    assert runferry("store", "check", "--read-data", "100%", *shared).code == 0


def test_some_of_them_elsewhere(
    runferry: Command, shared: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a stored study of cases without numbers
    When another machine that has some of them, and one more, works on the same job
    Then those that are stored keep their ids by their names, whatever is in them, and the new one
    gets an id of its own.
    """
    tree = a_tree(tmp_path / "study", ("case-A", "case-B", "case-C"))
    runferry("upload", tree, *shared)

    a_machine(tmp_path / "other/home", tmp_path / "shared")
    monkeypatch.setenv("RUNFERRY_HOME", str(tmp_path / "other/home"))
    there = a_tree(tmp_path / "other/study", ("case-0", "case-B", "case-C"))
    (there / "case-C/result").write_text("another result")
    (there / "case-C/DONE").touch()
    answer = runferry("upload", there, "--job-id", "1", "--json", *shared)
    stored = {r["run_id"]: (r["version"], r["outcome"]) for r in answer.records}
    assert stored == {2: (1, "unchanged"), 3: (2, "uploaded"), 4: (1, "uploaded")}
    assert ids(runferry("scan", there, "--json", *shared), there) == {
        "case-0": 4,
        "case-B": 2,
        "case-C": 3,
    }


def test_the_same_number_twice(runferry: Command, shared: tuple[str, str], tmp_path: Path) -> None:
    """
    Given `run_1` beside RUN1, and two arrays of jobs with the same tasks
    When they are stored, and later ones appear
    Then no two are versions of one run, and what was stored stays what it was.
    """
    tree = a_tree(tmp_path / "study", ("RUN1", "run_1", "job_7_1", "job_8_1"))
    before = ids(runferry("scan", tree, "--json", *shared), tree)
    assert sorted(before.values()) == [1, 2, 3, 4]
    assert before["RUN1"] == 1
    stored = runferry("upload", tree, "--json", *shared)
    assert {(r["version"], r["outcome"]) for r in stored.records} == {(1, "uploaded")}

    a_tree(tree, ("RUN2", "job_9_1", "a_first_one/run_1"))
    after = ids(runferry("scan", tree, "--json", *shared), tree)
    assert {name: after[name] for name in before} == before
    of_tree = [run_id for name, run_id in after.items() if not name.startswith("a_first_one")]
    assert len(set(of_tree)) == len(of_tree) == 6
    assert runferry("upload", tree, "--json", *shared).code == 0
    listed = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *shared).records
    assert {record["version"] for record in listed} == {1}


NAMES = ("outputs/2026-01-01/12-00-00", "case-A", "seed_001")


def test_names_in_commands(runferry: Command, shared: tuple[str, str], tmp_path: Path) -> None:
    """
    Given three runs, of which one has its id in its name
    When they are scanned, watched, stored and listed
    Then each is called as its directory is, with its id where that does not tell it.
    """
    tree = a_tree(tmp_path / "study", NAMES)
    scan = runferry("scan", tree, *shared)
    assert f"{tree}/case-A (run 2)  DONE is there" in scan.out
    assert f"{tree}/seed_001  DONE is there" in scan.out
    watched = runferry("watch", tree, "--until-idle", *shared).out
    assert "case-A   detected (run 2), " in watched
    assert "outputs/2026-01-01/12-00-00 detected (run 3), " in watched
    assert "seed_001 detected, " in watched
    upload = runferry("upload", tree, *shared)
    assert "outputs/2026-01-01/12-00-00 -> run 3" in upload.err
    assert "case-A is run 2 of job 1: uploaded" in upload.out

    of_job = ("--job-id", "1", *shared)
    (record,) = runferry("jobs", "info", *of_job, "--json").records
    names = {1: "seed_001", 2: "case-A", 3: "outputs/2026-01-01/12-00-00"}
    assert {run["run_id"]: run["directory"] for run in record["runs"]} == names
    lines = [line.split()[:3] for line in runferry("jobs", "info", *of_job).out.splitlines()[2:]]
    assert lines == [["run", str(run_id), name] for run_id, name in names.items()]
    listed = runferry("jobs", "uploads", "list", *of_job, "--json").records
    assert {artifact["run_id"]: artifact["directory"] for artifact in listed} == names
    assert "run_2_results.zip  of case-A" in runferry("jobs", "uploads", "list", *of_job).out


def row(pilot: Pilot[int], text: str) -> str:
    return next((line for line in lines_of(table_of(pilot)) if text in line), "")


async def test_names_in_the_app(runferry: Command, shared: tuple[str, str], tmp_path: Path) -> None:
    """
    Given the same runs in a terminal of usual size
    When they are uploaded in Watch, looked at in Transfers and in Browse
    Then they are called as their directories are, with the id where those do not tell it.
    """
    tree = a_tree(tmp_path / "study", NAMES)
    assert runferry("upload", tree / "seed_001", *shared).code == 0
    with Session(Options(shared[1])) as session:
        app = HeardApp(session.app_services([str(tree)]))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "● done" in row(pilot, "seed_001 "))
            assert "/2026-01-01/12-00-00 " in row(pilot, "12-00-00")
            await until(pilot, lambda: table_of(pilot).move_to(str(tree / "case-A")))
            await until(pilot, lambda: "→ job 1, run 2" in text_of(pilot, "#detail"))
            await until(pilot, lambda: table_of(pilot).move_to(str(tree / NAMES[0])))
            await until(pilot, lambda: "→ job 1, run 3" in text_of(pilot, "#detail"))
            await pilot.press("u")
            await until(pilot, lambda: "✓ stored" in row(pilot, "12-00-00"))
            await pilot.press("3")
            await until(pilot, lambda: f"{NAMES[0]} results" in drawn_text_of(pilot))

            await pilot.press("2", "enter")
            await until(pilot, lambda: f"{NAMES[0]} (run 3)" in row(pilot, "outputs"))
            assert "seed_001  " in row(pilot, "seed_001")
            await until(pilot, lambda: table_of(pilot).move_to("3"))
            await pilot.press("enter")
            await until(pilot, lambda: "12-00-00 (run 3)" in text_of(pilot, "#crumbs"))


def test_a_scan_only_looks(
    runferry: Command, shared: tuple[str, str], home: Path, tmp_path: Path
) -> None:
    """
    Given runs whose names tell no ids, on a machine that has stored nothing yet, and later on
    When they are scanned
    Then no state is made or changed, and the ids are those that an upload gives them.
    """
    tree = a_tree(tmp_path / "study", ("case-A", "case-B"))
    told = ids(runferry("scan", tree, "--json", *shared), tree)
    assert not (home / "state.db").exists()
    stored = runferry("upload", tree / "case-B", "--json", *shared).records[0]["run_id"]
    assert stored == told["case-B"] == 2

    a_tree(tree, ("case-0",))
    before = (home / "state.db").read_bytes()
    told = ids(runferry("scan", tree, "--json", *shared), tree)
    assert (home / "state.db").read_bytes() == before
    assert {r["run_id"] for r in runferry("upload", tree, "--json", *shared).records} == {1, 2, 3}
    assert ids(runferry("scan", tree, "--json", *shared), tree) == told


def test_an_id_of_another_directory(
    runferry: Command, shared: tuple[str, str], tmp_path: Path
) -> None:
    """
    Given a run that was stored as run 5
    When two other directories are to be stored with the same explicit id
    Then both commands refuse, and say whose run that is and how to say that one means it; meant, it
    becomes the next version.
    """
    tree = a_tree(tmp_path / "study", ("seed_001", "run_18", "job_123_4"))
    runferry("upload", tree / "seed_001", "--run-id", "5", *shared)
    other = ("jobs", "results", "upload", "--job-id", "1", "--run-id", "5", "--results-dir")
    for words in (("upload", tree / "run_18", "--run-id", "5"), (*other, tree / "job_123_4")):
        refused = runferry(*words, *shared)
        assert refused.code == 1
        assert "Run 5 of job 1 was stored from seed_001" in refused.err
        assert "--new-version" in refused.err
    runs = {r["run_id"] for r in runferry("upload", tree, "--json", *shared).records}
    assert runs == {4, 5, 18}
    (meant,) = runferry(*other, tree / "job_123_4", "--new-version", "--json", *shared).records
    assert (meant["run_id"], meant["version"]) == (5, 2)


def test_a_tree_without_runs(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given a tree whose directories are called as FRED calls none, and nothing that says otherwise
    When it is watched until it is idle, uploaded and scanned
    Then each says what it looked for, what it found instead and what takes that for runs; who waited
    for runs, or wanted some stored, is told by the exit code as well.
    """
    tree = a_tree(tmp_path / "study", ("seed_001", "seed_002"))
    codes = {"watch --until-idle": 1, "upload": 2, "scan": 0}
    for words, code in codes.items():
        answer = runferry(*words.split(), tree)
        assert answer.code == code
        for said in ("such as RUN4", "found instead: seed_001, seed_002", "--kind any"):
            assert said in answer.err
    assert runferry("upload", tree, "--kind", "any").code == 0


async def test_a_tree_without_runs_in_the_app(home: Path, tmp_path: Path) -> None:
    """
    Given the same tree in the app
    When nothing is found in it, and then a RUN directory appears
    Then the app says what it looked for and what is there instead, until the run is shown.
    """
    tree = a_tree(tmp_path / "study", ("seed_001", "seed_002"))
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(tree)]))
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: "such as RUN4" in text_of(pilot, "#empty"))
            told = text_of(pilot, "#empty")
            assert "found instead: seed_001, seed_002. `--kind any` takes these for runs." in told
            a_tree(tree, ("RUN1",))
            await until(pilot, lambda: bool(row(pilot, "RUN1 ")))
