"""What was asked for when the catalog was last read, fetched when it may be outdated."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from core.download.download_artifact import DownloadArtifact
from core.download.download_request import DownloadRequest
from core.download.extract_artifact import ExtractArtifact
from core.download.fetch_artifact import FetchArtifact
from core.errors import ArtifactNotFoundError, ContentDiffersError, DownloadError
from core.model import Artifact, ArtifactKind
from core.progress import Progress
from core.stored.keep_proofs import KeepProofs
from storage.files.local_files import LocalFileSystem
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_reader import ZipArchiveReader
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal
from tests.fakes.object_store import FakeObjectStore

PREFIX = "jobs/7/2026/11/20/120000/"
KEY, OLD = f"{PREFIX}run_4_results.zip", f"{PREFIX}versions/run_4_results.v0001.zip"


def an_artifact(key: str, version: int, content: bytes) -> Artifact:
    digest = hashlib.sha256(content).hexdigest()
    return Artifact(7, ArtifactKind.RUN_RESULTS, key, len(content), 4, version, digest)


FIRST = an_artifact(KEY, 1, b"first")
LATER = (an_artifact(OLD, 1, b"first"), an_artifact(KEY, 2, b"second"))


class Desk:
    """A catalog that knows the first version; `stored` is what it learns when it is read anew."""

    def __init__(self, place: Path) -> None:
        self.store, self.catalog = FakeObjectStore(), FakeCatalog()
        self.catalog.put_artifact(FIRST)
        self.store.put(KEY, b"first")
        self.stored: tuple[Artifact, ...] = (FIRST,)
        self.refreshed = 0
        self.journal = FakeJournal()
        self.place = place
        files = LocalFileSystem()
        extract = ExtractArtifact(self.store, files, ZipArchiveExtractor(), ZipArchiveReader())
        download = DownloadArtifact(self.store, files, extract)
        self._fetch = FetchArtifact(
            self.catalog, download, self._refresh, KeepProofs(self.journal, FixedClock())
        )

    def second_version(self) -> None:
        """Another machine has stored it."""
        self.store.put(OLD, b"first")
        self.store.put(KEY, b"second")
        self.stored = LATER

    def fetch(self, version: int | None = None) -> tuple[str, bytes]:
        """Name and content of the file."""
        request = DownloadRequest.of(FIRST, str(self.place), version=version)
        got = Path(self._fetch(request, Progress()).path)
        return got.name, got.read_bytes()

    def _refresh(self) -> None:
        self.refreshed += 1
        self.catalog.clear()
        for artifact in self.stored:
            self.catalog.put_artifact(artifact)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_as_the_catalog_says(desk: Desk) -> None:
    """The store is not listed."""
    assert desk.fetch() == ("run_4_results.zip", b"first")
    assert desk.refreshed == 0


def test_the_latest(desk: Desk) -> None:
    """Without a version it is the one that there is when it comes."""
    desk.second_version()
    assert desk.fetch() == ("run_4_results.zip", b"second")
    assert desk.refreshed == 1


def test_an_older_one(desk: Desk) -> None:
    """With a version it is that one, wherever it is kept by now."""
    desk.second_version()
    assert desk.fetch(1) == ("run_4_results.v0001.zip", b"first")


def test_the_cache_was_deleted(desk: Desk) -> None:
    """It is read anew."""
    desk.catalog.clear()
    assert desk.fetch() == ("run_4_results.zip", b"first")


def test_not_stored_any_more(desk: Desk) -> None:
    """It says so, having looked."""
    desk.stored = ()
    desk.store.delete(KEY)
    with pytest.raises(ArtifactNotFoundError, match="not stored any more"):
        desk.fetch()
    assert desk.refreshed == 1


def test_damaged(desk: Desk) -> None:
    """What the store confirms to be there, but is something else, is refused."""
    desk.store.put(KEY, b"fi?st")
    with pytest.raises(ContentDiffersError):
        desk.fetch()
    assert list(desk.place.iterdir()) == []


def test_name_is_taken(desk: Desk) -> None:
    """That has nothing to do with the store, which is not asked."""
    (desk.place / "run_4_results.zip").write_bytes(b"mine")
    with pytest.raises(DownloadError):
        desk.fetch()
    assert desk.refreshed == 0


def test_there_already(desk: Desk) -> None:
    """It is not fetched again; the store is asked whether it still is the one."""
    (desk.place / "run_4_results.zip").write_bytes(b"first")
    assert desk.fetch() == ("run_4_results.zip", b"first")
    assert desk.refreshed == 1


def test_an_earlier_one_is_there(desk: Desk) -> None:
    """What was the latest is none any more: it is in the way, and stays."""
    (desk.place / "run_4_results.zip").write_bytes(b"first")
    desk.second_version()
    with pytest.raises(DownloadError, match="exists already"):
        desk.fetch()
    assert (desk.place / "run_4_results.zip").read_bytes() == b"first"


def test_of_another_run(desk: Desk) -> None:
    """Ids of runs repeat in other jobs, kinds in other runs: all of them have to be equal."""
    request = DownloadRequest.of(FIRST, "/x")
    others = (replace(FIRST, job_id=8), replace(FIRST, run_id=5))
    assert request.is_for(FIRST)
    assert not any(map(request.is_for, (*others, replace(FIRST, kind=ArtifactKind.RUN_LOGS))))
