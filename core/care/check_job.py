"""Whether what lies below the prefixes of a job is what manifests and metadata say."""

from core.care.check_run import CheckRun, Content, ContentCheck
from core.model import Artifact
from core.ports.object_store import ObjectReader
from core.stored.implied_rows import ImpliedRows
from core.stored.listed_jobs import ListedJob
from core.stored.manifests import ManifestsReadOnce
from core.threads import in_parallel


class CheckJob:
    """All runs of it, several at a time."""

    def __init__(self, store: ObjectReader, read: ManifestsReadOnce, rows: ImpliedRows) -> None:
        """`rows` are those of the whole store."""
        self._check_run = CheckRun(store, read)
        self._digests = {a.key: a.sha256 for a in filter(_tells_its_digest, rows.artifacts)}

    def __call__(self, job: ListedJob) -> ContentCheck:
        """Raises StoreError."""
        check = ContentCheck(contents=self._unversioned(job))
        for run in in_parallel(self._check_run, [*job.runs.values()]):
            check.add(run)
        return check

    def _unversioned(self, job: ListedJob) -> list[Content]:
        digests = self._digests
        return [(stored, digests[stored.key]) for stored in job.others if stored.key in digests]


def _tells_its_digest(artifact: Artifact) -> bool:
    """In its own metadata, as what has no manifest."""
    return bool(artifact.sha256) and not artifact.is_version
