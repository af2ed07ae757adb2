"""A user makes mistakes: each is one clear message, the right exit code, and nothing recorded."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Answer, Command

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def nothing_stored(runferry: Command) -> bool:
    return runferry("jobs", "list", "--json").out == ""


def told(answer: Answer, *words: str) -> bool:
    """Whether a message of at most four lines, and nothing else, says it with these words."""
    brief = len(answer.err.splitlines()) <= 4 and not answer.out
    return brief and all(word in answer.err for word in words)


def nothing(path: Path) -> None:
    pass


def a_file(path: Path) -> None:
    path.touch()


def empty(path: Path) -> None:
    path.mkdir()


def nested(path: Path) -> None:
    (path / "x/RUN1").mkdir(parents=True)


def empty_run(path: Path) -> None:
    (path / "RUN1").mkdir(parents=True)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (nothing, ("No such file",)),
        (a_file, ("Not a directory",)),
        (empty, ("contains none",)),
        (nested, ("further below", "RUN1")),
        (empty_run, ("empty",)),
    ],
)
def test_directory(
    runferry: Command, tmp_path: Path, make: Callable[[Path], None], words: tuple[str, ...]
) -> None:
    """
    Given a path that is not a run
    When it is uploaded
    Then the message names it and says what a run would be.
    """
    make(tmp_path / "given")
    answer = runferry("upload", tmp_path / "given")
    assert answer.code == 2
    assert told(answer, *words)
    assert nothing_stored(runferry)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(runferry: Command, tmp_path: Path) -> None:
    """
    Given a run with a file that may not be read
    When it is uploaded
    Then the whole run is refused: no file is ever left out silently.
    """
    run = tmp_path / "RUN1"
    run.mkdir()
    (run / "secret.txt").write_text("x")
    (run / "secret.txt").chmod(0)
    answer = runferry("upload", run)
    assert answer.code == 1
    assert told(answer, "secret.txt")


def test_linked_run_directory(runferry: Command, fred_out: Path) -> None:
    """
    Given RUN9, a link to RUN3
    When RUN9 is uploaded
    Then it is run 9, by its own name.
    """
    (fred_out / "RUN9").symlink_to("RUN3")
    answer = runferry("upload", fred_out / "RUN9")
    assert "run 9 of job 1: uploaded" in answer.out


def test_odd_names_and_times_are_fine(runferry: Command, tmp_path: Path) -> None:
    """
    Given names with newlines, brackets and escapes, and a file of 1970
    When the run is uploaded and extracted
    Then everything comes back, and no name is printed raw.
    """
    run = tmp_path / "RUN1"
    run.mkdir()
    names = ["new\nline", "[red]x[|]", "\x1b[31m", "é漢"]
    for name in names:
        (run / name).write_text(name)
    os.utime(run / "é漢", (0, 0))
    assert runferry("upload", run).code == 0
    back = tmp_path / "back"
    answer = runferry(
        "jobs", "uploads", "download", "--job-id", "1", "--extract", "--output-dir", back
    )
    assert answer.code == 0
    assert sorted(path.name for path in (back / "RUN1").iterdir()) == sorted(names)
    assert (back / "RUN1/é漢").stat().st_mtime == 0
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.parametrize(
    "bad", ["0", "-1", "007", "１２", "+5", "1e3", "", "9" * 30, "../1", "4.0"]
)
@pytest.mark.parametrize("option", ["--job-id", "--run-id"])
def test_ids(runferry: Command, fred_out: Path, option: str, bad: str) -> None:
    """
    Given an id that is not a positive decimal number
    When it is used
    Then it is a usage error.
    """
    answer = runferry("upload", fred_out / "RUN1", option, bad)
    assert (answer.code, answer.out) == (2, "")
    assert option in answer.err


@pytest.mark.parametrize(
    "command",
    [
        ["jobs", "register"],
        ["jobs", "set", "--job-id", "1"],
        ["upload", "{out}/RUN1"],
        ["watch", "{out}", "--auto-upload"],
    ],
    ids=["register", "set", "upload", "watch"],
)
def test_names_that_cannot_be_seen(
    runferry: Command, fred_out: Path, home: Path, command: list[str]
) -> None:
    """
    Given a name with a control character
    When a job is to be called by it
    Then that is a usage error which names the character, and nothing was made.
    """
    words = [word.format(out=fred_out) for word in command]
    answer = runferry(*words, "--name", "\x1b[31mflu")
    assert (answer.code, answer.out) == (2, "")
    assert told(answer, r"cannot be seen: \x1b")
    assert not (home / "store").exists()


def test_unknown_job_and_run_of_another_job(runferry: Command, fred_out: Path) -> None:
    """
    Given run 1 of job 1, and a job 2 without runs
    When job 99, or run 1 of job 2, is asked for
    Then each is said not to exist, and where to look.
    """
    runferry("upload", fred_out / "RUN1")
    runferry("jobs", "register", "--name", "other")
    answer = runferry("upload", fred_out / "RUN1", "--job-id", "99")
    assert answer.code == 1
    assert told(answer, "Job 99 does not exist")
    answer = runferry("jobs", "info", "--job-id", "99")
    assert answer.code == 1
    assert told(answer, "Job 99")
    for verb in ("list", "download"):
        answer = runferry("jobs", "uploads", verb, "--job-id", "2", "--run-id", "1")
        assert answer.code == 1
        assert told(answer, "no run 1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[watch]\nquite_seconds = 3\n", ("2", "quiet_seconds")),
        ("profile = 'lab'\n", ("profile",)),
        ("[watch]\nrule = 'magic'\n", ("2", "fred")),
        ("profile = \n", ("line 1",)),
        ("[profiles.lab]\nkind = 's3'\n", ("bucket",)),
        (f"[profiles.lab]\nkind = 's3'\nbucket = 'b'\nsecret_access_key = '{SECRET}'\n", ("4",)),
    ],
    ids=["unknown", "no such profile", "value", "syntax", "incomplete", "literal secret"],
)
def test_settings(
    runferry: Command, home: Path, fred_out: Path, text: str, words: tuple[str, ...]
) -> None:
    """
    Given a mistake in the settings, or a secret written into them
    When a command needs them
    Then file and line are named, and never the text of the line.
    """
    home.mkdir()
    (home / "settings.toml").write_text(text)
    answer = runferry("upload", fred_out / "RUN1")
    assert answer.code == 2
    assert told(answer, "settings.toml", *words)
    assert SECRET not in answer.err


def test_state_directory_that_cannot_be_written(
    runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """
    Given a file where the state directory should be
    When something is uploaded
    Then it is refused before anything is stored.
    """
    (tmp_path / "file").touch()
    monkeypatch.setenv("RUNFERRY_HOME", str(tmp_path / "file"))
    answer = runferry("upload", fred_out / "RUN1")
    assert answer.code == 2
    assert told(answer, "RUNFERRY_HOME")


def test_download_into_something_that_exists(
    runferry: Command, fred_out: Path, tmp_path: Path
) -> None:
    """
    Given a directory that holds a RUN1 already
    When RUN1 is downloaded there and extracted
    Then it is left alone.
    """
    runferry("upload", fred_out / "RUN1")
    target = tmp_path / "there"
    (target / "RUN1").mkdir(parents=True)
    answer = runferry(
        "jobs", "uploads", "download", "--job-id", "1", "--extract", "--output-dir", target
    )
    assert answer.code == 1
    assert told(answer, "RUN1")
    assert list((target / "RUN1").iterdir()) == []
    assert [path.name for path in target.iterdir()] == ["RUN1"]


def test_unknown_command(runferry: Command) -> None:
    """
    Given a command that does not exist
    When it is typed
    Then the nearest one is offered.
    """
    answer = runferry("uplaod")
    assert answer.code == 2
    assert told(answer, "Did you mean `upload`")


def test_no_terminal(runferry: Command, tmp_path: Path) -> None:
    """
    Given no terminal
    When the app is started
    Then the headless commands are named.
    """
    answer = runferry(tmp_path)
    assert answer.code == 2
    assert told(answer, "watch", "demo --headless")


@pytest.mark.usefixtures("s3_bucket")
class TestStore:
    """S3 that cannot be used."""

    def test_bucket_missing(self, runferry: Command, fred_out: Path) -> None:
        """
        Given a bucket that does not exist
        When something is uploaded
        Then it is a matter of settings, and no bucket is made.
        """
        answer = runferry("upload", fred_out / "RUN1", "--bucket", "s3://no-such")
        assert answer.code == 2
        assert told(answer, "no-such")

    def test_endpoint_down(
        self, runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Given an endpoint that does not answer
        When something is uploaded
        Then the exit code says that a retry may help.
        """
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{unused.getsockname()[1]}")
            answer = runferry("upload", fred_out / "RUN1", "--bucket", "s3://epi")
            assert answer.code == 3
            assert told(answer, "connection")

    def test_no_credentials(
        self, runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """
        Given no credentials anywhere
        When something is uploaded
        Then signing in is suggested.
        """
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        answer = runferry("upload", fred_out / "RUN1", "--bucket", "s3://epi")
        assert answer.code == 2
        assert told(answer, "credentials")
