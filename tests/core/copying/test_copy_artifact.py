"""One artifact from one store to another."""

import hashlib

import pytest

from core.copying.copy_artifact import CopyArtifact, NewCopies
from core.copying.copy_plan import PlannedCopy, Standing
from core.errors import ResultsStorageError, StoreConnectionError
from core.model import Artifact
from core.ports.packaging import PackSummary
from core.progress import Progress
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.manifests import SHA256, WRITE_TOKEN
from core.stored.unversioned import unversioned_artifact, unversioned_metadata
from core.upload.commit_version import Destination
from core.upload.create_artifact import ArtifactProducer
from core.upload.store_content import StoreContent
from tests.builders import NOON, a_job
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.turns import FakeTurns

JOB = a_job()
KEY = f"{JobS3Prefix.from_job(JOB)}job_input.zip"


class Copying:
    """Two stores, and what copies from one to the other."""

    def __init__(self) -> None:
        self.source, self.target = FakeObjectStore("s3://first"), FakeObjectStore("s3://real")
        catalog, clock = FakeCatalog(), FixedClock()
        catalog.put_job(JOB)
        producer = ArtifactProducer(self.target, FakeJournal(), clock)
        self._copy = CopyArtifact(
            NewCopies(self.source, self.target, catalog, clock),
            StoreContent(producer, self.target),
            producer,
            FakeTurns(),
        )

    def submit(self, content: bytes) -> Artifact:
        """An input of the job, in place of the one before."""
        digest, size = hashlib.sha256(content).hexdigest(), len(content)
        metadata = unversioned_metadata(PackSummary(digest, 1, size, digest, size), NOON)
        stored = self.source.put(KEY, content, metadata={**metadata, WRITE_TOKEN: digest})
        artifact = unversioned_artifact(stored)
        assert artifact
        return artifact

    def copy(self, artifact: Artifact) -> None:
        """To the same job of the other store."""
        job = Destination(JobS3Prefix.from_job(JOB), (), lambda: None)
        self._copy(PlannedCopy(artifact, Standing.MISSING), job, Progress())

    def cut_off(self, artifact: Artifact) -> None:
        """Something of it was sent."""
        self.target.fail_next("complete", StoreConnectionError("away"))
        with pytest.raises(ResultsStorageError):
            self.copy(artifact)
        assert self.target.open_uploads == 1


def test_another_original() -> None:
    """A copy that was cut off is not gone on with when the original is another one by now.

    What the store records of an object it was told when that was begun.
    """
    copying = Copying()
    copying.cut_off(copying.submit(b"first"))
    copying.copy(copying.submit(b"second"))
    (content,) = copying.target.read(KEY)
    stored = copying.target.head(KEY)
    assert content == b"second"
    assert stored
    assert stored.metadata[SHA256] == hashlib.sha256(content).hexdigest()
    assert copying.target.open_uploads == 0


def test_same_original() -> None:
    """It is gone on with where it was cut off."""
    copying = Copying()
    artifact = copying.submit(b"first")
    copying.cut_off(artifact)
    begun = [*copying.target.kept_parts]
    copying.target.fail_next("start_upload", StoreConnectionError("away"), after=True)
    with pytest.raises(ResultsStorageError):
        copying.copy(artifact)
    assert [*copying.target.kept_parts] == begun
    copying.copy(artifact)
    assert copying.target.head(KEY)
