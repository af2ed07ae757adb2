"""Whether what was stored of a run is in the store at this moment, as it was recorded."""

import hashlib

from core.errors import (
    JobNotFoundError,
    ObjectArchivedError,
    ObjectNotFoundError,
    PreconditionFailedError,
    UnprovenRunError,
)
from core.jobs.get_job import GetJob
from core.model import Manifest
from core.ports.journal.proofs import ProofKind
from core.ports.object_store import ObjectReader, StoredObject
from core.progress import Progress
from core.stored.job_s3_prefix import prefix_of
from core.stored.keep_proofs import KeepProofs, Proven
from core.stored.manifests import is_content_of, read_manifest
from core.stored.results_versions import ResultsVersions
from core.transfer_view import Phase


class InStore:
    """Believes nothing that was read before. Methods raise UnprovenRunError, StoreError."""

    def __init__(
        self,
        get_job: GetJob,
        versions: ResultsVersions,
        store: ObjectReader,
        keep_proofs: KeepProofs,
    ) -> None:
        self._get_job = get_job
        self._versions = versions
        self._store = store
        self._keep_proofs = keep_proofs

    def __call__(self, job_id: int, run_id: int) -> Manifest:
        """The latest version of the run, whose content is in its place."""
        try:
            job = self._get_job(job_id, confirm=True)
        except JobNotFoundError as error:
            raise UnprovenRunError(error.what) from None
        prefix = self._get_job.places.results(job, run_id)
        latest = self._versions.of_run(prefix, run_id).latest
        if latest is None:
            raise UnprovenRunError(f"run {run_id} of job {job_id} has no version in the store")
        self._content(latest)
        return latest

    def still(self, version: Manifest) -> None:
        """The same version, once more."""
        key = prefix_of(version.key).manifest(version.run_id, version.version)
        if read_manifest(self._store, key) != version:
            raise UnprovenRunError(f"the manifest of version {version.version} is gone")
        self._content(version)

    def read(self, version: Manifest, progress: Progress) -> None:
        """Its content is read as a whole: the digest tells. Raises TransferCancelledError, too."""
        progress.begin(Phase.VERIFYING, total=version.stored_bytes)
        digest = self._digest(self._content(version), version, progress)
        if digest != version.sha256:
            self._keep_proofs.forget([version.key])
            raise UnprovenRunError(
                f"version {version.version} is damaged in the store: its SHA-256 is {digest}"
            )
        self._keep_proofs(ProofKind.READ, [Proven(version.key, digest)])

    def _digest(self, there: StoredObject, version: Manifest, progress: Progress) -> str:
        try:
            return self._read(there, progress)
        except ObjectArchivedError as error:
            raise UnprovenRunError(error.what, todo=error.todo) from None
        except (ObjectNotFoundError, PreconditionFailedError):
            raise _replaced(version) from None

    def _read(self, there: StoredObject, progress: Progress) -> str:
        digest = hashlib.sha256()
        for block in self._store.read(there.key, if_match=there.etag):
            digest.update(block)
            progress.add_read(len(block))
        return digest.hexdigest()

    def _content(self, version: Manifest) -> StoredObject:
        there = self._store.head(version.key)
        if there is None:
            raise UnprovenRunError(f"the content of version {version.version} is not in the store")
        if not is_content_of(there, version):
            raise _replaced(version)
        return there


def _replaced(version: Manifest) -> UnprovenRunError:
    return UnprovenRunError(
        f"the content of version {version.version} in the store was replaced by something else"
    )
