"""Find what no manifest refers to."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from core.errors import StoreAccessDeniedError
from core.ports.catalog import CatalogReader
from core.ports.journal.orphans import Orphan
from core.ports.journal.uploads import UploadJournal
from core.ports.object_store import ObjectStore, StoredObject
from core.stored.job_s3_prefix import JOBS_ROOT, JobS3Prefix, job_root, parse_key
from core.stored.listed_jobs import ListedJob, ListedRun, listed_jobs, listed_of_run
from core.stored.loose_results import loose_results, may_know
from core.stored.manifests import WRITE_TOKEN, ManifestsReadOnce
from core.stored.orphans import FoundOrphan, OrphanKind, has_intent
from core.stored.record_reader import RecordReader
from core.threads import in_parallel

Unseen = Callable[[StoreAccessDeniedError], object]


def _refuse(denied: StoreAccessDeniedError) -> None:
    raise denied


class FindOrphans:
    """Compares all results with all manifests, and adds what this machine has written down.

    Configurations, inputs and logs have no manifests: they are ours, or another tool's. Those that
    the catalog knows as ours, as they still are, are not asked about.
    """

    def __init__(self, store: ObjectStore, catalog: CatalogReader, journal: UploadJournal) -> None:
        self._store = store
        self._catalog = catalog
        self._journal = journal

    def __call__(
        self, below: str = JOBS_ROOT, *, unseen: Unseen = _refuse
    ) -> Iterator[FoundOrphan]:
        """Objects by key, then unfinished uploads, with keys below a `/`-terminated prefix.

        `unseen` is told where those may not be listed; it may raise that. Raises StoreError, StateError,
        CatalogError.
        """
        recorded = self._recorded(below)
        unreferenced = map(self._unreferenced, listed_jobs(self._store, below))
        for stored, doubtful in chain.from_iterable(unreferenced):
            yield _found(stored, recorded.pop(stored.key, None), doubtful=doubtful)
        for orphan in recorded.values():
            yield from self._uncommitted(orphan)
        yield from self._told(self._unfinished(below), unseen)

    def of_run(self, prefix: JobS3Prefix, run_id: int) -> Iterator[FoundOrphan]:
        """As calling does, for what of a run is below one prefix."""
        recorded = {orphan.key: orphan for orphan in self._journal.orphans()}
        for stored, doubtful in self._unreferenced(listed_of_run(self._store, prefix, run_id)):
            yield _found(stored, recorded.get(stored.key), doubtful=doubtful)
        yield from self._unfinished(prefix.of_run(run_id))
        yield from self._unfinished(prefix.superseded_of(run_id))

    def _recorded(self, below: str) -> dict[str, Orphan]:
        known = self._journal.orphans()
        return {orphan.key: orphan for orphan in known if orphan.key.startswith(below)}

    def _unreferenced(self, job: ListedJob) -> Sequence[tuple[StoredObject, bool]]:
        """Each with whether it is doubtful, by key."""
        of_runs = in_parallel(self._loose, [*job.runs.values()])
        found = [(stored, False) for stored in self._foreign(job)]
        for loose in of_runs:
            found += loose
        return sorted(found, key=lambda one: one[0].key)

    def _loose(self, run: ListedRun) -> Sequence[tuple[StoredObject, bool]]:
        read = ManifestsReadOnce(self._store)
        return [(s, may_know(run, s, read)) for s in loose_results(self._store, run, read)]

    def _foreign(self, job: ListedJob) -> Sequence[StoredObject]:
        """Of the kinds without versions."""
        known = self._catalog.etags(job_root(job.id))
        read = RecordReader(self._store, self._catalog, known, ManifestsReadOnce(self._store))
        told = read.artifacts(job.id, job.others)
        foreign = {key for key, one in told.items() if not one.artifact.managed}
        return [*filter(lambda stored: stored.key in foreign, job.others)]

    def _uncommitted(self, orphan: Orphan) -> Iterator[FoundOrphan]:
        """It may have a manifest by now; its upload is not over before its rows are there, too."""
        intended = has_intent(self._journal, orphan.key)
        if intended and (stored := self._store.head(orphan.key)):
            yield _found(stored, orphan)

    def _told(self, found: Iterator[FoundOrphan], unseen: Unseen) -> Iterator[FoundOrphan]:
        try:
            yield from found
        except StoreAccessDeniedError as denied:
            unseen(denied)

    def _unfinished(self, below: str) -> Iterator[FoundOrphan]:
        for pending in self._store.pending_uploads(below):
            if parse_key(pending.key):
                yield FoundOrphan(
                    OrphanKind.UPLOAD,
                    pending.key,
                    since=pending.started_at,
                    reason="the upload was not finished",
                    upload_id=pending.upload_id,
                )


def _found(stored: StoredObject, recorded: Orphan | None, *, doubtful: bool = False) -> FoundOrphan:
    kind = OrphanKind.ORPHAN if stored.metadata.get(WRITE_TOKEN) else OrphanKind.UNMANAGED
    return FoundOrphan(
        kind,
        stored.key,
        stored.size,
        stored.etag,
        stored.last_modified,
        recorded.reason if recorded else _reason(kind, doubtful=doubtful),
        doubtful=doubtful,
        write_token=stored.metadata.get(WRITE_TOKEN, ""),
    )


def _reason(kind: OrphanKind, *, doubtful: bool) -> str:
    if doubtful:
        return "the manifest that may refer to it cannot be read"
    ours = kind is OrphanKind.ORPHAN
    return "no manifest refers to it" if ours else "RunFerry did not store it"
