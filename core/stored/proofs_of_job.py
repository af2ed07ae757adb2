"""What was last proven of the artifacts of a job."""

from collections.abc import Callable, Collection, Iterable, Mapping

from core.model import Artifact
from core.ports.catalog import CatalogReader
from core.ports.journal.proofs import Proof, Proofs
from core.stored.job_s3_prefix import JOBS_ROOT


class ProofsOfJob:
    """No network. A proof of other content that was at the key does not count."""

    def __init__(self, journal: Proofs, catalog: CatalogReader) -> None:
        self._journal = journal
        self._catalog = catalog

    def __call__(self, job_id: int) -> Mapping[str, Proof]:
        """By key. Raises StateError, CatalogError."""
        proofs = self._journal.proofs(f"{JOBS_ROOT}{job_id}/")
        artifacts = self._catalog.artifacts(job_id) if proofs else ()
        digests = {(artifact.key, artifact.sha256) for artifact in artifacts}
        return dict(filter(_is_of_any(digests), proofs.items()))

    def of_these(self, artifacts: Iterable[Artifact]) -> Mapping[str, Proof]:
        """Of some artifacts, by key: quick, however many the job has. Raises StateError."""
        found = filter(None, map(self._of, artifacts))
        return {proof.key: proof for proof in found}

    def _of(self, artifact: Artifact) -> Proof | None:
        proof = self._journal.proofs(artifact.key).get(artifact.key)
        return proof if proof and proof.sha256 == artifact.sha256 else None


def _is_of_any(digests: Collection[tuple[str, str]]) -> Callable[[tuple[str, Proof]], bool]:
    return lambda item: (item[0], item[1].sha256) in digests
