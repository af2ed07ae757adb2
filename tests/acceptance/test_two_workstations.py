"""Two workstations, one bucket: neither knows what the other has just stored."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import RunFerryProcess, runferry_process
from tests.acceptance.test_resume import digest_of

_SIZE = 9 << 20
"""Of a run: more than one part, so that the object becomes visible by its completion."""


class Workstations:
    """Each with a RUNFERRY_HOME of its own, and RUN1 of the same job on its disk."""

    def __init__(self, place: Path, store: tuple[str, str], patch: pytest.MonkeyPatch) -> None:
        self._place = place
        self._store = store
        self._patch = patch

    @property
    def store(self) -> tuple[str, str]:
        """Options of every command."""
        return self._store

    def fill(self, *contents: bytes) -> None:
        """One for each content."""
        self.runs = [self._place / f"disk-{n}/flu/OUT/RUN1" for n in range(len(contents))]
        for run, content in zip(self.runs, contents, strict=True):
            run.mkdir(parents=True)
            (run / "large").write_bytes(content)

    def upload(self) -> list[RunFerryProcess]:
        """All of them at once; ended on return."""
        with ExitStack() as working:
            started: list[RunFerryProcess] = []
            for number, run in enumerate(self.runs):
                self._patch.setenv("RUNFERRY_HOME", str(self._place / f"home-{number}"))
                words = ("upload", run, "--job-id", "1", *self._store)
                started.append(working.enter_context(runferry_process(*words)))
            self.codes = [process.wait() for process in started]
            self.errors = "".join(process.errors for process in started)
        self._patch.setenv("RUNFERRY_HOME", str(self._place / "home"))
        return started


@pytest.fixture
def with_bucket(
    tmp_path: Path, home: Path, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> Workstations:
    """They share a bucket."""
    return Workstations(tmp_path, ("--bucket", f"s3://{s3_bucket}"), monkeypatch)


@pytest.fixture
def with_directory(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Workstations:
    """They share a directory: its conditions hold also for what happens at the same moment."""
    shared = f'[profiles.shared]\nkind = "local"\npath = "{tmp_path}/shared"\n'
    for directory in (home, tmp_path / "home-0", tmp_path / "home-1"):
        directory.mkdir(exist_ok=True)
        (directory / "settings.toml").write_text(shared)
    return Workstations(tmp_path, ("--profile", "shared"), monkeypatch)


def versions(runferry: Command, store: tuple[str, str]) -> list[int]:
    """Of run 1, as a third workstation sees them."""
    records = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store).records
    return [record["version"] for record in records]


@pytest.mark.parametrize("sharing", ["with_bucket", "with_directory"])
def test_same_content(runferry: Command, request: pytest.FixtureRequest, sharing: str) -> None:
    """
    Given two workstations that have the same run on their disks
    When both store it at once
    Then both are content, and it is there once.
    """
    workstations: Workstations = request.getfixturevalue(sharing)
    store = workstations.store
    runferry("jobs", "register", "--name", "flu", *store)
    workstations.fill(*[os.urandom(_SIZE)] * 2)
    workstations.upload()
    assert workstations.codes == [0, 0], workstations.errors
    assert versions(runferry, store) == [1]
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0


def test_different_content(runferry: Command, with_directory: Workstations, tmp_path: Path) -> None:
    """
    Given two workstations that have different results of the same run
    When both store them at once, and who came too late tries again, as it is told
    Then there are two versions, and each can be fetched.
    """
    workstations, store = with_directory, with_directory.store
    runferry("jobs", "register", "--name", "flu", *store)
    workstations.fill(os.urandom(_SIZE), os.urandom(_SIZE))
    workstations.upload()
    assert sorted(workstations.codes) in ([0, 0], [0, 1]), workstations.errors
    if 1 in workstations.codes:
        assert "Nothing was overwritten" in workstations.errors
        assert "pload again" in workstations.errors
        workstations.upload()
    assert versions(runferry, store)[:2] == [1, 2]
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0
    digests: set[str] = set()
    for version in ("1", "2"):
        back = tmp_path / f"back-{version}"
        options = ("--job-id", "1", "--run-id", "1", "--version", version, "--output-dir", back)
        assert runferry("jobs", "uploads", "download", *options, *store).code == 0
        (archive,) = back.iterdir()
        digests.add(digest_of(archive))
    assert len(digests) == 2
