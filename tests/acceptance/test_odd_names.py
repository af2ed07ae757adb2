"""Names that a terminal must not see, and scripts must: every command, in lines and in JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command

HOME = Path(__file__).parents[2]
NAMES = {
    "escape": b"a\x1b]0;title\x07b",
    "newline": b"a\nb",
    "csi": "a\u009b31mb".encode(),
    "bidi": "a\u202eb".encode(),
    "latin-1": b"m\xfcller",
    "backslash": b"a\\x1bb",
    "delete": b"a\x7fb",
    "umlaut": "größe".encode(),
}


def harmless(text: str) -> bool:
    """Nothing in it but lines of characters that have a width."""
    return all(line.isprintable() for line in text.splitlines())


@pytest.fixture(params=NAMES.values(), ids=list(NAMES))
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A results root below a directory of that name."""
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + request.param)) / "OUT"
    (path / "RUN1").mkdir(parents=True)
    for name in ("out.csv", "log.txt"):
        (path / "RUN1" / name).write_text("1\n")
    return path


def run_path(text: str) -> bytes:
    return os.fsencode(json.loads(text.splitlines()[-1])["path"])


def test_json_is_exact(runferry: Command, tree: Path) -> None:
    """
    Given a tree below a directory with any name
    When it is scanned and downloaded with --json
    Then the bytes of its paths come out of the JSON, which holds nothing that a terminal obeys.
    """
    scanned = runferry("scan", tree, "--json")
    assert run_path(scanned.out) == os.fsencode(tree / "RUN1")
    assert runferry("upload", tree / "RUN1", "--json", "--name", "flu").code == 0
    back = runferry(
        "jobs", "uploads", "download", "--job-id", "1", "--json", "--output-dir", tree / "back"
    )
    assert run_path(back.out) == os.fsencode(tree / "back/run_1_results.zip")
    assert all(answer.out.isascii() and harmless(answer.out) for answer in (scanned, back))


COMMANDS = [
    ["scan", "{tree}"],
    ["scan", "{tree}", "--explain"],
    ["upload", "{tree}/RUN1"],
    ["upload", "{tree}/RUN7"],
    ["upload", "{tree}/RUN1", "--job-id", "{name}"],
    ["upload", "{tree}/RUN1", "--{name}"],
    ["{name}"],
    ["jobs", "{name}"],
    ["jobs", "list"],
    ["jobs", "uploads", "download", "--job-id", "1", "--output-dir", "{tree}/x"],
    ["jobs", "uploads", "download", "--job-id", "1", "--extract", "--output-dir", "{tree}"],
    ["members", "--job-id", "1", "--run-id", "1", "{name}"],
    ["watch", "{tree}", "--until-idle", "--rule", "quiet", "--quiet", "0"],
    ["queue", "list"],
    ["config", "show", "--profile", "{name}"],
    ["jobs", "list", "--bucket", "s3://{name}"],
    ["jobs", "register", "--name", "{name}"],
]


def test_lines_are_harmless(runferry: Command, tree: Path) -> None:
    """
    Given the same tree
    When each command says something about it, or complains about such a word
    Then the terminal gets lines of visible characters.
    """
    runferry("upload", tree / "RUN1")
    for command in COMMANDS:
        words = [word.format(tree=tree, name=tree.parent.name) for word in command]
        answer = runferry(*words)
        assert harmless(answer.out + answer.err), words


def test_members(runferry: Command, tmp_path: Path) -> None:
    """
    Given a stored file whose name holds a line break and a backslash
    When members are listed and one is asked for as it was printed
    Then it is that one, and JSON has its exact name.
    """
    name = "a\n\\x1b"
    run = tmp_path / "OUT/RUN1"
    run.mkdir(parents=True)
    (run / "out.csv").write_text("1\n")
    (run / name.replace("\\", "b")).write_text("content")
    runferry("upload", run)
    whose = ("members", "--job-id", "1", "--run-id", "1")
    listed = [record["name"] for record in runferry(*whose, "--json").records]
    assert "RUN1/a\nbx1b" in listed
    lines = runferry(*whose).out.splitlines()
    (shown,) = [line.split()[-1] for line in lines if "bx1b" in line]
    assert shown == "RUN1/a\\nbx1b"
    assert runferry(*whose, shown).out == "content"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
@pytest.mark.parametrize("json_too", [False, True])
def test_encodings(home: Path, tmp_path: Path, encoding: str, json_too: bool) -> None:
    """
    Given a terminal that does not know all characters
    When a tree with such a name is scanned
    Then what it has no character for is an escape.
    """
    tree = tmp_path / "größe 漢字/OUT"
    (tree / "RUN1").mkdir(parents=True)
    command = [sys.executable, "-m", "tui", "scan", os.fspath(tree)]
    done = subprocess.run(
        command + ["--json"] * json_too,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True, cwd=HOME, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    out = done.stdout.decode(encoding)
    if json_too:
        assert run_path(out) == os.fsencode(tree / "RUN1")
    elif encoding == "ascii":
        assert r"gr\u00f6\u00dfe \u6f22\u5b57/OUT/RUN1" in out


def test_reader_has_gone(home: Path, tmp_path: Path) -> None:
    """
    Given more output than a pipe holds
    When its reader goes after the first line
    Then nothing is said about it.
    """
    for number in range(300):
        (tmp_path / f"{'x' * 200}/OUT/RUN{number}").mkdir(parents=True)
    shell = '"$0" -m tui scan --explain "$1" | head -1'
    done = subprocess.run(
        ["sh", "-c", shell, sys.executable, tmp_path],
        capture_output=True, text=True, cwd=HOME, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_reader_has_gone_before_the_first_line(runferry: Command, home: Path) -> None:
    """
    Given a job
    When nobody reads the list of jobs
    Then that is no error, neither on the terminal nor in the log.
    """
    runferry("jobs", "register", "--name", "flu")
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "tui", "jobs", "list", "--json"],
        stdout=writing, stderr=subprocess.PIPE, cwd=HOME, check=False,
    )  # fmt: skip
    os.close(writing)
    logged = "".join(log.read_text() for log in home.glob("logs/*"))
    assert (done.stderr, "BrokenPipe" in logged) == (b"", False)
