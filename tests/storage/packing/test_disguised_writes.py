"""Real files, changed by a real writer while they are stored: nothing mixed is ever committed.

The writers hide what they do: same size, the modification time put back.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.binding.check_own import CheckOwn
from core.binding.job_tree import JobTree
from core.binding.known_ids import KnownIds
from core.binding.match_content import MatchContent
from core.binding.number_runs import NumberRuns
from core.binding.run_ids import RunIds
from core.binding.run_owners import RunOwners
from core.binding.stored_here import StoredHere
from core.errors import ResultsPackagingError, SourceChangedError
from core.jobs.free_job_ids import FreeJobIds
from core.jobs.get_job import GetJob
from core.jobs.job_claims import JobClaims
from core.jobs.register_job import RegisterJob
from core.model import Run
from core.pace.throttle import Throttle
from core.progress import Progress
from core.source.find_results import FindResults
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces
from core.source.storable_runs import StorableRuns
from core.stored.results_versions import ResultsVersions
from core.upload.choose_compression import ChooseCompression
from core.upload.commit_version import CommitVersions, Writer
from core.upload.create_artifact import ArtifactProducer
from core.upload.read_loose import ReadLoose
from core.upload.results_source import ResultsSource
from core.upload.store_content import StoreContent
from core.upload.upload_result import UploadOutcome, UploadResult
from core.upload.upload_results import BeginVersion, UploadResults
from storage.packing.linkless_folders import LinklessFolders
from storage.packing.pack_plan import PIECE, plan_members
from storage.packing.source_file import SourceFile
from storage.packing.zip_writer import ZipResultsPackager
from storage.tree.folders import LocalFolders
from storage.tree.tree_scanner import FileTreeScanner
from tests.fakes.archives import FakeHasher, FakeReader
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.turns import FakeTurns
from tests.storage.trees import source_of, text, write_tree

SMALL = {f"a/{number:03}.txt": text(900, number) for number in range(200)}
FILES = {**SMALL, "m/large.txt": text(4 * PIECE, 9), "z/last.txt": text(900, 1000)}
FIRST, LARGE, LAST = "a/000.txt", "m/large.txt", "z/last.txt"


def rewrite(path: Path) -> None:
    """Other bytes of the same number, and the time put back."""
    before = path.stat()
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # clocks of file systems are coarse
        with path.open("r+b") as file:
            file.write(b"X")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def exchange(path: Path) -> None:
    """Another file of that size and time, renamed over it."""
    before = path.stat()
    other = path.parent.parent.parent / "other"
    other.write_bytes(b"X" * before.st_size)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(path)


def shrink(path: Path) -> None:
    os.truncate(path, 10)


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link(path: Path) -> None:
    """To the very content."""
    elsewhere = path.rename(path.parent.parent.parent / "elsewhere")
    path.symlink_to(elsewhere)


CHANGES: tuple[Callable[[Path], None], ...] = (rewrite, exchange, shrink, Path.unlink, fifo, link)


class Meddling(Progress):
    """Runs `change` once, on whichever thread has just read `portion` bytes or any number."""

    def __init__(self, change: Callable[[], None], portion: int = 0) -> None:
        super().__init__()
        self._change = change
        self._portion = portion
        self._first = threading.Lock()

    def add_read(self, count: int) -> None:
        if count >= self._portion and self._first.acquire(blocking=False):
            self._change()
        super().add_read(count)


class Workstation:
    """Stores real files in a store in memory."""

    def __init__(self, run: Path) -> None:
        self.store = FakeObjectStore()
        self._run = run
        self._catalog, self._clock = FakeCatalog(), FixedClock()
        self._journal = FakeJournal(self.store.location)
        self._register = RegisterJob(
            FreeJobIds(self.store, self._catalog),
            JobClaims(self.store, self._journal, self._clock),
            self._catalog,
            FakeTurns(),
        )
        packager = ZipResultsPackager(2)
        directories = RunDirectories(LocalFolders())
        self._find_results = FindResults(FileTreeScanner(), packager, directories)
        match_content = MatchContent(packager, self._catalog)
        source = ResultsSource(
            self._find_results,
            match_content,
            packager,
            ChooseCompression(None, self._journal, Throttle()),
        )
        versions = ResultsVersions(self.store, self._catalog)
        places = RunPlaces()
        here = StoredHere(self._journal, places, directories)
        owners = RunOwners(here, self._journal, places, self._catalog.run)
        number_runs = NumberRuns(places, directories, KnownIds(self._journal, directories.exists))
        run_ids = RunIds(here, owners, number_runs, match_content)
        storable_runs = StorableRuns(self._find_results, directories)
        job_tree = JobTree(storable_runs, match_content, run_ids, versions)
        writer = Writer("lab", "0.1.0")
        begin_version = BeginVersion(
            source,
            ReadLoose(self.store, FakeHasher(), FakeReader(), writer),
            CommitVersions(versions, self._clock, writer),
            CheckOwn(self._journal, self._catalog, owners, job_tree),
        )
        producer = ArtifactProducer(self.store, self._journal, self._clock)
        self._upload = UploadResults(
            GetJob(self._catalog, self.store),
            self._find_results,
            begin_version,
            StoreContent(producer, self.store),
        )

    def upload(self, progress: Progress) -> UploadResult:
        """As run 4 of a new job."""
        job = self._register("flu")
        return self._upload(Run(job.id, 4), self._find_results.scan([str(self._run)]), progress)

    def stored(self) -> list[str]:
        return [stored.key for stored in self.store.list("jobs/")]


@pytest.fixture
def run4(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "RUN4", FILES)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", [FIRST, LARGE, LAST])
def test_while_packing(run4: Path, name: str, change: Callable[[Path], None]) -> None:
    """A file that was packed already, one between two of its pieces, one that is still to come."""
    lab = Workstation(run4)
    portion = PIECE if name == LARGE else 0
    with pytest.raises(ResultsPackagingError):
        lab.upload(Meddling(lambda: change(run4 / name), portion))
    assert lab.stored() == []


@pytest.mark.parametrize("name", [FIRST, LARGE, LAST])
def test_while_comparing(run4: Path, name: str) -> None:
    """What is copied instead of sent is held to the same."""
    lab = Workstation(run4)
    lab.upload(Progress())
    before = lab.stored()
    portion = PIECE if name == LARGE else 0
    with pytest.raises(SourceChangedError):
        lab.upload(Meddling(lambda: rewrite(run4 / name), portion))
    assert lab.stored() == before


def test_nobody_writes(run4: Path) -> None:
    """Reading a run is no change of it."""
    lab = Workstation(run4)
    assert lab.upload(Meddling(lambda: None)).outcome is UploadOutcome.UPLOADED
    assert lab.upload(Meddling(lambda: None)).outcome is UploadOutcome.COPIED


@pytest.mark.parametrize("change", [rewrite, exchange, shrink, Path.unlink])
def test_small_file_while_it_is_read(run4: Path, change: Callable[[Path], None]) -> None:
    """Files of a batch are held to it one by one: between being opened and being done with."""
    member = next(m for m in plan_members([source_of(run4)]) if m.entry.path == FIRST)
    with LinklessFolders() as folders, SourceFile(folders, member) as source:
        source.read_into(memoryview(bytearray(member.size)), 0)
        change(run4 / FIRST)
        with pytest.raises(SourceChangedError, match="RUN4/a/000"):
            source.finish()
