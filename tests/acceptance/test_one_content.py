"""One content, many artifacts: stored at once from many threads, deleted one by one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from core.care.delete_artifact import DeleteArtifact
from core.model import Artifact, ArtifactKind
from core.ports.object_store import ObjectStore
from core.progress import Progress
from core.stored.job_s3_prefix import JobS3Prefix
from core.upload.create_artifact import ArtifactProducer
from core.upload.new_object import CommitObjects
from core.upload.store_content import StoreContent, Stored
from core.upload.store_unversioned import StoreUnversioned, UnversionedContent
from core.upload.upload_result import UploadOutcome
from storage.db.catalog_db import SqliteCatalog
from storage.db.journal_db import SqliteJournal
from storage.local.store import LocalStore
from storage.machine.system import SystemClock
from storage.packing.zip_writer import ZipResultsPackager
from storage.s3.store import S3Store
from tests.storage.trees import ignore, source_of, text, write_tree

_MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
_THREADS = 16


@pytest.fixture(params=["local", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ObjectStore]:
    if request.param == "local":
        opened: ObjectStore = LocalStore(str(tmp_path / "store"))
    else:
        opened = S3Store(request.getfixturevalue("s3_profile"))
    yield opened
    opened.close()


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqliteCatalog]:
    opened = SqliteCatalog(str(tmp_path / "cache.db"))
    yield opened
    opened.close()


@pytest.fixture
def creator(
    store: ObjectStore, catalog: SqliteCatalog, tmp_path: Path
) -> Iterator[StoreUnversioned]:
    journal = SqliteJournal(str(tmp_path / "state.db"), store_location=store.location)
    clock = SystemClock()
    producer = ArtifactProducer(store, journal, clock)
    yield StoreUnversioned(StoreContent(producer, store), store, CommitObjects(catalog, clock))
    journal.close()


def test_sixteen_threads(
    store: ObjectStore, catalog: SqliteCatalog, creator: StoreUnversioned, tmp_path: Path
) -> None:
    """
    Given sixteen jobs
    When the same input is stored for all of them at once
    Then there is one content with sixteen references, which goes with the last of them.
    """
    source = source_of(write_tree(tmp_path / "input", {"params": text(70_000)}))
    barrier = Barrier(_THREADS)

    def create(job_id: int) -> Stored[Artifact]:
        key = JobS3Prefix(job_id, _MOMENT).artifact(ArtifactKind.JOB_INPUT)
        content = UnversionedContent(lambda: ZipResultsPackager(1).pack([source], ignore))
        barrier.wait(30)
        return creator(key, content, Progress(), still_there=lambda: None)

    with ThreadPoolExecutor(_THREADS) as pool:
        made = list(pool.map(create, range(1, _THREADS + 1)))
    assert {stored.outcome for stored in made} <= {UploadOutcome.UPLOADED, UploadOutcome.COPIED}
    artifacts = [stored.artifact for stored in made]
    (digest,) = {artifact.sha256 for artifact in artifacts}
    assert len({catalog.put_artifact(artifact) for artifact in artifacts}) == 1
    assert len(catalog.holding(digest)) == _THREADS
    assert len(list(store.list("jobs/"))) == _THREADS

    delete = DeleteArtifact(store, catalog)
    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(delete, artifacts[1:]))
    assert list(catalog.holding(digest)) == artifacts[:1]
    assert [stored.key for stored in store.list("jobs/")] == [artifacts[0].key]
    assert len(b"".join(store.read(artifacts[0].key))) == artifacts[0].size
    delete(artifacts[0])
    assert list(catalog.holding(digest)) == []
    assert list(store.list("jobs/")) == []
