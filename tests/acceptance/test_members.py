"""A researcher looks into stored results without fetching them."""

import os
import zipfile
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.servers.fault_server import FaultServer
from tui.cli import run

RUN = ["--job-id", "1", "--run-id", "1"]
RESULTS = r"run_1_results\.zip"
MEMBER_BYTES = 300_000


@pytest.fixture
def many_files(tmp_path: Path) -> Path:
    """A run whose ZIP has a directory far larger than what is read without a hint."""
    run = tmp_path / "flu/OUT/RUN1"
    (run / "daily").mkdir(parents=True)
    for day in range(3000):
        (run / f"daily/prevalence-of-all-{day:05}.txt").write_text(f"day {day}\n")
    (run / "a-large.bin").write_bytes(os.urandom(MEMBER_BYTES))
    (run / "LOG").write_text("FRED started\n")
    return run


@pytest.fixture
def s3(s3_bucket: str, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options that choose a bucket behind the counting server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", fault_server.url)
    return ["--bucket", f"s3://{s3_bucket}"]


def fetched(server: FaultServer) -> int:
    """Bytes of the ZIP that were asked for since the requests were forgotten."""
    total = 0
    for seen in server.requests("GET", RESULTS):
        first, _, last = seen.headers["range"].removeprefix("bytes=").partition("-")
        total += int(last) - int(first) + 1
    return total


def test_two_requests(
    home: Path,
    many_files: Path,
    s3: list[str],
    fault_server: FaultServer,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """
    Given a stored run of three thousand files
    When one of its members is printed
    Then its bytes come back, by two requests that fetch the directory and the member.
    """
    run(["upload", str(many_files), *s3])
    fault_server.seen.clear()
    capfdbinary.readouterr()

    code = run(["members", *RUN, "RUN1/a-large.bin", *s3])

    assert code == 0
    assert capfdbinary.readouterr().out == (many_files / "a-large.bin").read_bytes()
    assert [seen.method for seen in fault_server.seen] == ["GET", "GET"]
    directory = 3002 * 112 + (66 << 10)
    assert fetched(fault_server) <= directory + MEMBER_BYTES + 1000


def test_list(
    runferry: Command, many_files: Path, s3: list[str], fault_server: FaultServer
) -> None:
    """
    Given a stored run
    When its members are listed
    Then name, sizes and time of each are those of the tree, by one request.
    """
    runferry("upload", many_files, *s3)
    fault_server.seen.clear()

    answer = runferry("members", *RUN, "--json", *s3)

    assert (answer.code, len(fault_server.seen)) == (0, 1)
    found = {record["name"]: record for record in answer.records}
    assert len(found) == 3002
    large = found["RUN1/a-large.bin"]
    assert (large["size"], large["compressed_size"] > 0) == (MEMBER_BYTES, True)
    assert large["mtime"][10] == "T"
    lines = runferry("members", *RUN, *s3).out.splitlines()
    assert len(lines) == 3002
    assert lines[0].startswith(f"{found['RUN1/LOG']['size']:>14,} B")


def test_without_the_cache(
    runferry: Command, many_files: Path, s3: list[str], fault_server: FaultServer, home: Path
) -> None:
    """
    Given a machine whose catalog knows nothing of the store
    When a member is printed
    Then it is found, and the ZIP itself is still read by two requests.
    """
    runferry("upload", many_files, *s3)
    for cache in (home / "cache").iterdir():
        cache.unlink()
    fault_server.seen.clear()

    assert runferry("members", *RUN, "RUN1/LOG", *s3).out == "FRED started\n"
    assert fault_server.count("GET", RESULTS) == 2


@pytest.mark.parametrize("where", ["local", "s3"])
def test_versions(
    runferry: Command, fred_out: Path, request: pytest.FixtureRequest, where: str
) -> None:
    """
    Given a run that was stored twice
    When its log is printed without and with a version
    Then each is that of the version.
    """
    options: list[str] = request.getfixturevalue("s3") if where == "s3" else []
    for text in ("first\n", "second\n"):
        (fred_out / "RUN1/LOG").write_text(text)
        runferry("upload", fred_out / "RUN1", *options)
    for version, text in ((["--version", "1"], "first\n"), ([], "second\n")):
        answer = runferry("members", *RUN, *version, "RUN1/LOG", *options)
        assert (answer.code, answer.out) == (0, text)


def test_replaced_by_another_machine(
    runferry: Command,
    fred_out: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    s3: list[str],
) -> None:
    """
    Given a catalog that has not heard of the version that another machine stored
    When a member of the latest version is printed
    Then it is that of the version in the store.
    """
    runferry("upload", fred_out / "RUN1", *s3)
    monkeypatch.setenv("RUNFERRY_HOME", str(home.with_name("other")))
    (fred_out / "RUN1/LOG").write_text("second, and a good deal longer than before\n" * 99)
    runferry("upload", fred_out / "RUN1", "--job-id", "1", *s3)
    monkeypatch.setenv("RUNFERRY_HOME", str(home))

    assert runferry("members", *RUN, "RUN1/LOG", *s3).out.startswith("second, and")


def test_what_is_not_there(runferry: Command, fred_out: Path) -> None:
    """
    Given one stored run
    When another run, version or member is asked for, or JSON of a member
    Then the message says which is missing, and the exit code is not 0.
    """
    runferry("upload", fred_out / "RUN1")
    for arguments, code, words in (
        (["--job-id", "1", "--run-id", "2"], 1, "Nothing is stored of run 2 of job 1"),
        ([*RUN, "--version", "7"], 1, "in version 7"),
        ([*RUN, "RUN1/\x1bnothing"], 1, "no member RUN1/\\x1bnothing"),
        ([*RUN, "RUN1/LOG", "--json"], 2, "--json is for the list"),
    ):
        answer = runferry("members", *arguments)
        assert (answer.code, answer.out) == (code, "")
        assert words in answer.err


def test_strange_names(runferry: Command, fred_out: Path) -> None:
    """
    Given a run with a file whose name would steer a terminal
    When the members are listed
    Then no control character is printed, and what is printed names the member.
    """
    (fred_out / "RUN1/evil\x1b[2J\nname").write_text("harmless\n")
    runferry("upload", fred_out / "RUN1")

    answer = runferry("members", *RUN)

    assert "\x1b" not in answer.out
    (line,) = [line for line in answer.out.splitlines() if "evil" in line]
    assert runferry("members", *RUN, line.split("  ")[-1]).out == "harmless\n"
    records = runferry("members", *RUN, "--json").records
    assert "RUN1/evil\x1b[2J\nname" in [record["name"] for record in records]


def test_damaged(fred_out: Path, home: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """
    Given a stored ZIP of which a byte has changed
    When the member with that byte is printed
    Then the exit code is 1 and the message says that its checksum is wrong.
    """
    (fred_out / "RUN1/plain.bin").write_bytes(os.urandom(5000))
    run(["upload", str(fred_out / "RUN1")])
    (stored,) = (home / "store").rglob("run_1_results.zip")
    with zipfile.ZipFile(stored) as archive:
        offset = archive.getinfo("RUN1/plain.bin").header_offset
    data = bytearray(stored.read_bytes())
    data[offset + 2500] ^= 1
    stored.write_bytes(data)

    capfdbinary.readouterr()
    code = run(["members", *RUN, "RUN1/plain.bin"])

    assert code == 1
    assert b"its checksum is wrong" in capfdbinary.readouterr().err
