"""Links and odd entries inside a run keep nobody from storing it, and nothing is left out unsaid."""

import json
import os
import socket
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.conftest import Answer, Command

DOWNLOAD = ("jobs", "uploads", "download", "--job-id", "1", "--extract")
TABLE = "RUN1/table.bin: link to {}, content not stored"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """RUN1 has an input that is linked into it, RUN2 the newest of its results as `latest`."""
    out = tmp_path / "OUT"
    (tmp_path / "shared/tables").mkdir(parents=True)
    (tmp_path / "shared/tables/table.bin").write_text("the table")
    for number in (1, 2):
        (out / f"RUN{number}").mkdir(parents=True)
        (out / f"RUN{number}/result").write_text(f"result {number}")
    (out / "RUN1/table.bin").symlink_to(tmp_path / "shared/tables/table.bin")
    (out / "RUN2/latest").symlink_to("result")
    for number in (1, 2):
        (out / f"RUN{number}/DONE").touch()
    return out


def of_kind(home: Path, setting: str) -> None:
    home.mkdir()
    (home / "settings.toml").write_text(f"[kinds.fred]\n{setting}\n")


def manifests(home: Path) -> list[dict[str, object]]:
    """What the local store holds of them, by run and version."""
    return [json.loads(path.read_text()) for path in sorted(home.rglob("*.v0*.json"))]


def stored(answer: Answer) -> dict[int, object]:
    return {record["run_id"]: record.get("left_out") for record in answer.records}


def test_stored(runferry: Command, home: Path, tree: Path) -> None:
    """
    Given a run with an input linked from elsewhere, and one with a link to its own result
    When they are scanned, uploaded and extracted
    Then both are stored; what is not in them is said before, in the result and in the manifest; the
    link within the run comes back as a link, the other one does not, and plain unzip makes both.
    """
    table = tree.parent / "shared/tables/table.bin"
    line = TABLE.format(table)
    assert f"left out: {line}" in runferry("scan", tree).out
    assert stored(runferry("scan", tree, "--json")) == {1: [line], 2: None}
    answer = runferry("upload", tree, "--json")
    assert answer.code == 0
    assert f"Not stored: {line}" in answer.err
    assert stored(answer) == {1: [line], 2: None}
    assert [manifest.get("left_out") for manifest in manifests(home)] == [[line], None]
    assert [(m["files"], m["bytes"]) for m in manifests(home)] == [(2, 8), (2, 8)]

    back = tree.parent / "back"
    extracted = runferry(*DOWNLOAD, "--output-dir", back)
    assert extracted.code == 0
    assert "not made, as it leads out of the run: link RUN1/table.bin" in extracted.err
    assert not os.path.lexists(back / "RUN1/table.bin")
    assert os.readlink(back / "RUN2/latest") == "result"
    assert "there already" in runferry(*DOWNLOAD, "--output-dir", back).out
    members = ("members", "--job-id", "1", "--run-id", "2")
    assert [m["name"] for m in runferry(*members, "--json").records if m.get("link")] == [
        "RUN2/latest"
    ]
    assert "RUN2/latest (link)" in runferry(*members).out
    assert runferry(*members, "RUN2/latest").out == "result"

    runferry("jobs", "uploads", "download", "--job-id", "1", "--output-dir", back)
    for number in (1, 2):
        archive = back / f"run_{number}_results.zip"
        subprocess.run(["unzip", "-qq", archive, "-d", back / "unzipped"], check=True)
    assert os.readlink(back / "unzipped/RUN1/table.bin") == str(table)
    assert (back / "unzipped/RUN2/latest").read_text() == "result 2"


def test_watched(runferry: Command, tree: Path) -> None:
    """
    Given the same tree
    When it is watched until it is idle, with auto-upload
    Then both runs are stored, and what was left out of the first is said.
    """
    options = ("--auto-upload", "--until-idle", "--rule", "sentinel", "--quiet", "0.2")
    answer = runferry("watch", tree, *options)
    assert answer.code == 0
    assert TABLE.format(tree.parent / "shared/tables/table.bin") in answer.out + answer.err
    listed = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records
    assert sorted(record["run_id"] for record in listed) == [1, 2]


def test_a_link_led_elsewhere(runferry: Command, tree: Path) -> None:
    """
    Given a stored run whose link is led to another file of as long a name
    When it is uploaded again
    Then it is its version 2; led back, and nothing else changed, it is version 1 again: copied.
    """
    assert runferry("upload", tree / "RUN2").code == 0
    (tree / "RUN2/latest").unlink()
    (tree / "RUN2/latest").symlink_to("tluser")
    (again,) = runferry("upload", tree / "RUN2", "--json").records
    assert (again["version"], again["outcome"]) == (2, "uploaded")
    (unchanged,) = runferry("upload", tree / "RUN2", "--json").records
    assert (unchanged["version"], unchanged["outcome"]) == (2, "unchanged")


def test_followed(runferry: Command, home: Path, tree: Path) -> None:
    """
    Given links to a file, to directories, into circles and to nowhere, and `links = "follow"`
    When the run is uploaded
    Then the archive holds what they lead to, and what could not be followed is said.
    """
    of_kind(home, 'links = "follow"')
    run, shared = tree / "RUN1", tree.parent / "shared"
    (run / "tables").symlink_to(shared / "tables")
    (run / "loop").symlink_to(".")
    (run / "gone").symlink_to("nowhere")
    (shared / "tables/back").symlink_to(run)
    (shared / "tables/also").symlink_to("table.bin")
    (record,) = runferry("upload", run, "--json").records
    archive = next(home.rglob("run_1_results.zip"))
    with zipfile.ZipFile(archive) as members:
        found = {name: members.read(name) for name in members.namelist()}
    table = b"the table"
    assert found == {
        "RUN1/DONE": b"",
        "RUN1/result": b"result 1",
        "RUN1/table.bin": table,
        "RUN1/tables/also": table,
        "RUN1/tables/table.bin": table,
    }
    assert record["left_out"] == [
        "RUN1/gone: link to nowhere, which leads nowhere, or to what may not be seen",
        "RUN1/loop: link to ., a directory on the way to it: it has no end",
        f"RUN1/tables/back: link to {run}, a directory on the way to it: it has no end",
    ]
    (shared / "tables/table.bin").write_text("another")
    (changed,) = runferry("upload", run, "--json").records
    assert (changed["version"], changed["outcome"]) == (2, "uploaded")


def test_skipped(runferry: Command, home: Path, tree: Path) -> None:
    """
    Given `links = "skip"`
    When a run with links is uploaded
    Then none of them is in its archive, and each is said.
    """
    of_kind(home, 'links = "skip"')
    (record,) = runferry("upload", tree / "RUN2", "--json").records
    assert record["left_out"] == ["RUN2/latest: link to result"]
    names = [
        m["name"] for m in runferry("members", "--job-id", "1", "--run-id", "2", "--json").records
    ]
    assert names == ["RUN2/DONE", "RUN2/result"]


def test_refused(runferry: Command, home: Path, tree: Path) -> None:
    """
    Given `links = "refuse"`
    When a run with a link is scanned and uploaded
    Then both say it, nothing is stored, and what else could be done with links is named.
    """
    of_kind(home, 'links = "refuse"')
    why = "RUN2/latest is a link to result, and links are refused"
    assert why in runferry("scan", tree).out
    answer = runferry("upload", tree / "RUN2")
    assert answer.code == 1
    assert why in answer.err
    assert "stored, followed or skipped" in answer.err
    assert runferry("jobs", "list", "--json").out == ""


def test_odd_entries(runferry: Command, home: Path, tree: Path) -> None:
    """
    Given a run with a FIFO, a socket, a Latin-1 name, a backslash and two ways to write "é"
    When it is scanned, uploaded and extracted
    Then the first two are left out and said, all others come back with their exact names.
    """
    run = tree / "RUN2"
    os.mkfifo(run / "pipe")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(run / "sock"))
    names = [b"m\xfcller", b"back\\slash", "é".encode(), b"e\xcc\x81"]
    for number, name in enumerate(names):
        Path(os.fsdecode(os.fsencode(run) + b"/" + name)).write_text(str(number))
    lines = ["RUN2/pipe: a FIFO: it has no content", "RUN2/sock: a socket: it has no content"]
    answer = runferry("upload", run, "--json")
    assert (answer.code, stored(answer)) == (0, {2: lines})
    assert [manifest["left_out"] for manifest in manifests(home)] == [lines]
    back = tree.parent / "back"
    assert runferry(*DOWNLOAD, "--output-dir", back).code == 0
    assert sorted(os.listdir(os.fsencode(back / "RUN2"))) == sorted(
        [*names, b"result", b"latest", b"DONE"]
    )
    for number, name in enumerate(names):
        assert Path(os.fsdecode(os.fsencode(back / "RUN2") + b"/" + name)).read_text() == str(
            number
        )
    assert runferry("upload", run, "--json").records[0]["outcome"] == "unchanged"


def test_excluded(runferry: Command, home: Path, tree: Path) -> None:
    """
    Given patterns of what is not to be stored
    When a run is scanned and uploaded
    Then how much is left out is said before, and in the manifest with the pattern.
    """
    of_kind(home, 'exclude = ["restart.*"]')
    for number in range(7):
        (tree / f"RUN2/restart.{number}").write_text("x" * 1000)
    line = "7 files, 7,000 bytes: excluded by restart.*"
    assert (
        "left out: 6.8 KiB" in runferry("scan", tree, "--explain").out + runferry("scan", tree).out
    )
    assert f"not stored: {line}" in runferry("scan", tree, "--explain").out
    assert stored(runferry("upload", tree / "RUN2", "--json")) == {2: [line]}
    assert [manifest["left_out"] for manifest in manifests(home)] == [[line]]
