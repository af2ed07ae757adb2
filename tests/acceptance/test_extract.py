"""A researcher gets runs back as directories, whatever they are called, and as often as they like."""

import io
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_asks

DOWNLOAD = ("jobs", "uploads", "download", "--job-id", "1")


def a_run(path: Path, text: str) -> None:
    path.mkdir(parents=True)
    (path / "out.csv").write_text(text)


@pytest.fixture
def same_names(runferry: Command, tmp_path: Path) -> Path:
    """A job whose runs 4 and 5 were both written to a RUN1, and run 6 to a RUN6."""
    for number, name in ((4, "RUN1"), (5, "RUN1"), (6, "RUN6")):
        a_run(tmp_path / f"OUT/run_{number}/{name}", f"{number}\n")
    assert runferry("upload", tmp_path / "OUT").code == 0
    return tmp_path / "back"


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Lets the machine be somewhere else, until the test is over."""

    def move(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield move
    monkeypatch.delenv("TZ")
    time.tzset()


@pytest.mark.parametrize("name", ["America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"])
@pytest.mark.parametrize("year", ["1902", "2037", "2039", "2150"])
def test_times_keep_their_zone(
    runferry: Command, tmp_path: Path, zone: Callable[[str], None], name: str, year: str
) -> None:
    """
    Given a file whose time is after 2038, which 32 bits cannot say, or before
    When it is stored in one zone, and listed and extracted in another one
    Then its time is what it was.
    """
    a_run(tmp_path / "OUT/RUN1", "1\n")
    moment = int(datetime.fromisoformat(f"{year}-07-01T12:30:58Z").timestamp())
    os.utime(tmp_path / "OUT/RUN1/out.csv", (moment, moment))
    zone("UTC")
    assert runferry("upload", tmp_path / "OUT").code == 0
    zone(name)
    back = tmp_path / "back"
    assert runferry(*DOWNLOAD, "--extract", "--output-dir", back).code == 0
    assert int((back / "RUN1/out.csv").stat().st_mtime) == moment
    (member,) = runferry("members", "--job-id", "1", "--run-id", "1", "--json").records
    assert member["mtime"] == f"{year}-07-01T12:30:58Z"


def files_below(place: Path) -> dict[str, str]:
    return {
        str(path.relative_to(place)): path.read_text()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


SIDE_BY_SIDE = {
    "RUN6/out.csv": "6\n",
    "run_4/RUN1/out.csv": "4\n",
    "run_5/RUN1/out.csv": "5\n",
}


def test_side_by_side(runferry: Command, same_names: Path) -> None:
    """
    Given a job whose runs have directories of the same name
    When all of it is extracted, twice
    Then they lie side by side, and the second time all is there already.
    """
    first = runferry(*DOWNLOAD, "--extract", "--output-dir", same_names)
    assert (first.code, files_below(same_names)) == (0, SIDE_BY_SIDE)
    again = runferry(*DOWNLOAD, "--extract", "--output-dir", same_names)
    assert (again.code, files_below(same_names)) == (0, SIDE_BY_SIDE)
    assert again.out.count("there already") == 3


def test_one_by_one(runferry: Command, same_names: Path) -> None:
    """
    Given a job whose runs have directories of the same name
    When they are extracted one after the other into one directory, and all of that again
    Then none is in the place of another, and nothing is put anywhere else the second time.
    """
    for _ in range(2):
        for number in (4, 5, 6):
            answer = runferry(
                *DOWNLOAD, "--run-id", number, "--extract", "--output-dir", same_names
            )
            assert answer.code == 0
        assert files_below(same_names) == {
            "RUN1/out.csv": "4\n",
            "RUN6/out.csv": "6\n",
            "run_5/RUN1/out.csv": "5\n",
        }


def test_two_jobs(runferry: Command, tmp_path: Path) -> None:
    """
    Given two jobs whose runs 4 and 5 were all written to a RUN1
    When they are extracted one after the other into one directory, and all of that again
    Then none is in the place of another, and nothing is put anywhere else the second time.
    """
    for job in (1, 2):
        for run in (4, 5):
            a_run(tmp_path / f"{job}/OUT/run_{run}/RUN1", f"{job}.{run}")
        assert runferry("upload", tmp_path / f"{job}/OUT", "--name", f"job {job}").code == 0
    place = tmp_path / "back"
    for job, run in ((1, 4), (1, 5), (2, 4), (2, 5)) * 2:
        of = ("--job-id", job, "--run-id", run)
        answer = runferry("jobs", "uploads", "download", *of, "--extract", "--output-dir", place)
        assert answer.code == 0, answer.err
    assert files_below(place) == {
        "RUN1/out.csv": "1.4",
        "job_2_run_5/RUN1/out.csv": "2.5",
        "run_4/RUN1/out.csv": "2.4",
        "run_5/RUN1/out.csv": "1.5",
    }


def test_goes_on(runferry: Command, same_names: Path) -> None:
    """
    Given an extraction of a job that was cut off after one run
    When it is done again
    Then it ends with what it would have been.
    """
    runferry(*DOWNLOAD, "--extract", "--output-dir", same_names)
    (same_names / "run_5/RUN1/out.csv").unlink()
    (same_names / "run_5/RUN1").rmdir()
    (same_names / "run_5/run_5_results.zip.partial").write_text("half")
    (same_names / "run_4/run_4_results.zip.partial").write_text("whole")
    assert runferry(*DOWNLOAD, "--extract", "--output-dir", same_names).code == 0
    assert files_below(same_names) == SIDE_BY_SIDE


def test_changed_afterwards(runferry: Command, same_names: Path) -> None:
    """
    Given an extracted run that somebody has changed since
    When it is extracted again
    Then it is left alone, and the exit code tells.
    """
    runferry(*DOWNLOAD, "--run-id", "6", "--extract", "--output-dir", same_names)
    (same_names / "RUN6/out.csv").write_text("mine")
    answer = runferry(*DOWNLOAD, "--run-id", "6", "--extract", "--output-dir", same_names)
    assert answer.code == 1
    assert "exists already" in answer.err
    assert files_below(same_names) == {"RUN6/out.csv": "mine"}


def test_link_in_the_way(runferry: Command, same_names: Path) -> None:
    """
    Given a directory in which somebody has put a link called as a run would be
    When a job is extracted there, all of it and run by run
    Then nothing comes to where the link leads, and the other runs come.
    """
    elsewhere = same_names.with_name("elsewhere")
    elsewhere.mkdir()
    same_names.mkdir()
    (same_names / "run_5").symlink_to(elsewhere)
    answer = runferry(*DOWNLOAD, "--extract", "--output-dir", same_names)
    assert answer.code == 1
    assert f"{same_names / 'run_5'} is a link." in answer.err
    assert files_below(same_names) == {"RUN6/out.csv": "6\n", "run_4/RUN1/out.csv": "4\n"}
    for run in (4, 5):
        one = ("--run-id", run, "--extract", "--output-dir", same_names.with_name("one"))
        same_names.with_name("one").mkdir(exist_ok=True)
        if run == 4:
            (same_names.with_name("one") / "run_5").symlink_to(elsewhere)
        assert runferry(*DOWNLOAD, *one).code == 0
    assert [*files_below(same_names.with_name("one"))] == [
        "RUN1/out.csv",
        "job_1_run_5/RUN1/out.csv",
    ]
    assert list(elsewhere.iterdir()) == []


def test_link_that_the_user_names(runferry: Command, same_names: Path) -> None:
    """
    Given a directory that the user reaches by a link
    When a job is extracted to it
    Then it comes there.
    """
    same_names.mkdir()
    link = same_names.with_name("link")
    link.symlink_to(same_names)
    assert runferry(*DOWNLOAD, "--extract", "--output-dir", link).code == 0
    assert files_below(same_names) == SIDE_BY_SIDE


def foreign(home: Path, content: bytes) -> None:
    """What another tool stored as run 4 of job 1."""
    place = home / "store/jobs/1/2026/11/20/120000"
    place.mkdir(parents=True)
    (place / "run_4_results.zip").write_bytes(content)


def a_zip(*names: str, content: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def own_store(runferry: Command) -> None:
    runferry("jobs", "list")  # makes it


@pytest.mark.usefixtures("own_store")
def test_without_manifest(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given a ZIP in the bucket that no manifest knows
    When it is extracted
    Then it has a directory of its own.
    """
    foreign(home, a_zip("bin/tool", "out.csv"))
    answer = runferry(*DOWNLOAD, "--extract", "--output-dir", tmp_path / "back")
    assert answer.code == 0
    assert sorted(files_below(tmp_path / "back")) == [
        "run_4_results/bin/tool",
        "run_4_results/out.csv",
    ]


@pytest.mark.usefixtures("own_store")
def test_hidden_names(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given such a ZIP with a key for somebody's login in it
    When it is extracted
    Then nothing of it is, nor a directory for it.
    """
    foreign(home, a_zip("RUN4/out.csv", ".ssh/authorized_keys"))
    answer = runferry(*DOWNLOAD, "--extract", "--output-dir", tmp_path / "back")
    assert answer.code == 1
    assert ".ssh/authorized_keys must not be extracted" in answer.err
    assert not (tmp_path / "back").exists()


@pytest.fixture
def adopt(runferry: Command, home: Path) -> Callable[..., None]:
    """Puts a ZIP with these members into the store, and makes results of it."""

    def adopt(*names: str) -> None:
        foreign(home, a_zip(*names))
        assert runferry("store", "orphans", "adopt", "--unmanaged").code == 0

    return adopt


@pytest.mark.usefixtures("own_store")
@pytest.mark.parametrize("names", [("out.csv",), ("RUN4/out.csv", "bin/tool"), ("data/out.csv",)])
def test_adopted(
    runferry: Command, adopt: Callable[..., None], tmp_path: Path, names: Sequence[str]
) -> None:
    """
    Given results that another tool packed, not all in RUN directories, and that were adopted
    When they are extracted, twice
    Then they have a directory of their own, and are there already the second time.
    """
    adopt(*names)
    answers = [
        runferry(*DOWNLOAD, "--extract", "--output-dir", tmp_path / "back") for _ in range(2)
    ]
    assert [answer.code for answer in answers] == [0, 0]
    assert [*files_below(tmp_path / "back")] == [f"run_4_results/{name}" for name in names]
    assert "there already" in answers[1].out


@pytest.mark.usefixtures("own_store")
def test_adopted_as_packed_here(
    runferry: Command, adopt: Callable[..., None], tmp_path: Path
) -> None:
    """
    Given results that another tool packed just as RunFerry does, and that were adopted
    When they are extracted
    Then they are where those of RunFerry are.
    """
    adopt("RUN4/out.csv")
    assert runferry(*DOWNLOAD, "--extract", "--output-dir", tmp_path / "back").code == 0
    assert [*files_below(tmp_path / "back")] == ["RUN4/out.csv"]


@pytest.mark.usefixtures("own_store")
def test_adopted_hidden_names(
    runferry: Command, adopt: Callable[..., None], tmp_path: Path
) -> None:
    """
    Given adopted results with a key for somebody's login in them
    When they are extracted
    Then nothing of them is.
    """
    adopt("out.csv", ".ssh/authorized_keys")
    answer = runferry(*DOWNLOAD, "--extract", "--output-dir", tmp_path / "back")
    assert (answer.code, files_below(tmp_path / "back")) == (1, {})
    assert ".ssh/authorized_keys must not be extracted" in answer.err


@pytest.fixture
def bomb(own_store: None, home: Path, tmp_path: Path) -> tuple[str, ...]:
    """The command that would extract a ZIP of zeros, a thousand times its size."""
    foreign(home, a_zip(*(f"RUN4/{number}" for number in range(5)), content=bytes(64 << 20)))
    return (*DOWNLOAD, "--extract", "--output-dir", str(tmp_path / "back"))


def test_bomb(runferry: Command, bomb: tuple[str, ...], tmp_path: Path) -> None:
    """
    Given a ZIP that becomes a thousand times its size
    When it is extracted where nobody can be asked
    Then it is refused by its name with the option that allows it, and with that option extracted.
    """
    answer = runferry(*bomb)
    assert (answer.code, "--any-size" in answer.err) == (1, True)
    assert "run_4_results.zip of 326," in answer.err
    assert not (tmp_path / "back").exists()
    assert runferry(*bomb, "--any-size").code == 0


@pytest.mark.parametrize(
    ("keys", "code", "said", "files"),
    [
        (b"y\n", 0, "5 files of run_4_results.zip", 5),
        (b"n\n", 1, "Nothing was extracted", 0),
        (b"\n", 1, "Nothing was extracted", 0),
        (b"\x03", 130, "Interrupted", 0),
        (b"\x04", 130, "Interrupted", 0),
    ],
    ids=["y", "n", "enter", "ctrl+c", "ctrl+d"],
)
def test_bomb_on_a_terminal(
    bomb: tuple[str, ...], tmp_path: Path, keys: bytes, code: int, said: str, files: int
) -> None:
    """
    Given a ZIP that becomes a thousand times its size
    When it is extracted on a terminal
    Then I am asked, with its name and sizes, and only my yes extracts it.
    """
    ended, shown = runferry_asks("Extract it? [y/N]", keys, *bomb)
    assert ended == code
    assert "run_4_results.zip of 326," in shown
    assert said in shown
    assert len(files_below(tmp_path / "back")) == files
