"""What lies in the store of one job, and what of it is ours to delete."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from core.care.find_orphans import FindOrphans
from core.jobs.get_job import GetJob
from core.model import Artifact, ArtifactKind, Job, run_id_of
from core.ports.catalog import Catalog
from core.ports.journal.uploads import UploadJournal
from core.ports.object_store import ObjectStore
from core.stored.job_s3_prefix import job_root, prefix_of
from core.stored.orphans import FoundOrphan, OrphanKind

_OURS = (OrphanKind.ORPHAN, OrphanKind.UPLOAD)
_OBJECTS = (OrphanKind.ORPHAN, OrphanKind.UNMANAGED)
_FOREIGN = (OrphanKind.UNMANAGED,)


@dataclass(frozen=True)
class JobContents:
    """What goes with a job: artifacts, older versions first, and what was left behind of it.

    `unmanaged` are artifacts of other tools, which go, too; `foreign` are keys of what is none, which
    stays. `replaced` are artifacts, each the latest of its run, in whose place something else lies,
    an orphan or unmanaged: only their manifests go.
    """

    job: Job
    artifacts: Sequence[Artifact]
    orphans: Sequence[FoundOrphan]
    foreign: Sequence[str]
    replaced: Sequence[Artifact] = ()
    unmanaged: Sequence[FoundOrphan] = ()

    @property
    def runs(self) -> int:
        """How many runs something is stored of."""
        ours = {artifact.run_id for artifact in self.artifacts}
        return len((ours | {found.place.run_id for found in self.unmanaged}) - {None})

    @property
    def stored_bytes(self) -> int:
        """Of everything that goes; what unfinished uploads sent is not known."""
        return sum(item.size for item in (*self.artifacts, *self.orphans, *self.unmanaged))

    @property
    def recorded(self) -> Sequence[Artifact]:
        """What RunFerry knows of what goes."""
        return (*self.artifacts, *self.replaced)

    @property
    def ours(self) -> Sequence[Artifact | FoundOrphan]:
        """What RunFerry stored of what goes, without unfinished uploads."""
        return (*self.recorded, *_of(_OBJECTS, self.orphans))

    @property
    def objects(self) -> Sequence[Artifact | FoundOrphan]:
        """What goes, without unfinished uploads."""
        return (*self.ours, *self.unmanaged)


class FindJobContents:
    """Reads anew what the store holds of the job.

    What a manifest that cannot be read may refer to is foreign.
    """

    def __init__(
        self,
        store: ObjectStore,
        catalog: Catalog,
        journal: UploadJournal,
        refresh_job: Callable[[int], object],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._refresh_job = refresh_job
        self._get_job = GetJob(catalog, store)
        self._find_orphans = FindOrphans(store, catalog, journal)

    def __call__(self, job_id: int) -> JobContents:
        """Raises JobNotFoundError, StoreError, StateError, CatalogError."""
        self._refresh_job(job_id)
        return self._sorted(self._get_job(job_id))

    def of_deleted(self, job: Job) -> JobContents:
        """What came to it although its record says that it was deleted. Raises as calling does."""
        self._refresh_job(job.id)
        return self._sorted(job)

    def _sorted(self, job: Job) -> JobContents:
        loose = self._surely_loose(job)
        return contents_of(job, self._managed(job), loose, self._listed(job))

    def _managed(self, job: Job) -> Sequence[Artifact]:
        return [artifact for artifact in self._catalog.artifacts(job.id) if artifact.managed]

    def _surely_loose(self, job: Job) -> Sequence[FoundOrphan]:
        found = self._find_orphans(job_root(job.id))
        return [orphan for orphan in found if not orphan.doubtful]

    def _listed(self, job: Job) -> Sequence[str]:
        return [stored.key for stored in self._store.list(job_root(job.id))]


def contents_of(
    job: Job, managed: Sequence[Artifact], loose: Sequence[FoundOrphan], listed: Sequence[str]
) -> JobContents:
    """What is whose, of the keys that are listed; `loose` is surely so."""
    replaced = _replaced(managed, loose, listed)
    return JobContents(
        job,
        artifacts=[artifact for artifact in managed if artifact not in replaced],
        orphans=_of(_OURS, loose),
        foreign=_foreign(listed, _keys_of_all(managed), loose),
        replaced=replaced,
        unmanaged=_of(_FOREIGN, loose),
    )


def _replaced(
    managed: Sequence[Artifact], loose: Sequence[FoundOrphan], listed: Collection[str]
) -> Sequence[Artifact]:
    """Those whose own content is not kept aside either."""
    crowded_out = _crowded_out(managed, loose)
    return [artifact for artifact in crowded_out if _aside(artifact) not in listed]


def _crowded_out(managed: Sequence[Artifact], loose: Sequence[FoundOrphan]) -> Sequence[Artifact]:
    """Those in whose place another object lies."""
    taken = _keys(_of(_OBJECTS, loose))
    return [artifact for artifact in managed if artifact.key in taken]


def _foreign(listed: Sequence[str], ours: set[str], loose: Sequence[FoundOrphan]) -> Sequence[str]:
    known = ours | _keys(loose)
    return [key for key in listed if key not in known]


def _of(kinds: Collection[OrphanKind], orphans: Sequence[FoundOrphan]) -> Sequence[FoundOrphan]:
    return [orphan for orphan in orphans if orphan.kind in kinds]


def _keys(orphans: Sequence[FoundOrphan]) -> set[str]:
    return {orphan.key for orphan in orphans}


def _keys_of_all(artifacts: Sequence[Artifact]) -> set[str]:
    return {key for artifact in artifacts for key in _keys_of(artifact)}


def _keys_of(artifact: Artifact) -> Sequence[str]:
    """All objects of an artifact; content may be aside and in its place while it is replaced."""
    if artifact.kind is not ArtifactKind.RUN_RESULTS:
        return [artifact.key]
    manifest = prefix_of(artifact.key).manifest(run_id_of(artifact), artifact.version)
    return [artifact.key, _aside(artifact), manifest]


def _aside(artifact: Artifact) -> str:
    return prefix_of(artifact.key).superseded_results(run_id_of(artifact), artifact.version)
