"""See what it takes to move a run to another job, or to another id."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import filterfalse

from core.care.find_run_contents import FindRunContents
from core.care.move_plan import (
    NOTHING_MOVED,
    MovePlan,
    ObjectMove,
    VersionMove,
    moved_object,
    version_moves,
)
from core.care.run_contents import RunContents
from core.care.run_manifests import proven_content, run_manifests
from core.care.tombstones import is_tombstone
from core.errors import ConflictError
from core.jobs.get_job import GetJob
from core.model import Artifact, Job, Manifest, check_id
from core.ports.journal.bindings import Bindings
from core.ports.object_store import ObjectReader
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.orphans import FoundOrphan, OrphanKind
from core.stored.unversioned import unversioned_content


class PlanMove:
    """Reads the store anew: what a move that was cut off has copied is found again."""

    def __init__(
        self,
        store: ObjectReader,
        get_job: GetJob,
        find_contents: FindRunContents,
        journal: Bindings,
    ) -> None:
        self._store = store
        self._get_job = get_job
        self._find_contents = find_contents
        self._journal = journal

    def __call__(self, job_id: int, run_id: int, to_job: int, to_run: int) -> MovePlan:
        """Raises JobNotFoundError, RunNotFoundError, StoreError, StateError, CatalogError.

        ConflictError where the run that it is to be has other content, or not all of it can be moved.
        """
        check_id(to_run, "Run id")
        contents = self._find_contents(job_id, run_id)
        self._find_contents.refresh_job(to_job)
        target = self._get_job(to_job, confirm=True)
        _check_other(contents, target, to_run)
        _check_recorded(contents)
        places = self._get_job.places
        prefix, to = places.results(contents.job, run_id), places.results(target, to_run)
        return MovePlan(
            contents.job,
            run_id,
            target,
            to_run,
            prefix,
            to,
            versions=self._versions(contents, prefix, to, to_run),
            objects=self._objects(contents, to, to_run),
            artifacts=[*filter(_is_current, (*contents.artifacts, *contents.what.replaced))],
            stays=_staying(contents),
            sources=contents.sources,
            roots=self._roots(contents),
        )

    def _versions(
        self, contents: RunContents, prefix: JobS3Prefix, to: JobS3Prefix, to_run: int
    ) -> Sequence[VersionMove]:
        """As manifests tell, not the catalog."""
        source = run_manifests(self._store, prefix, contents.run_id, NOTHING_MOVED)
        self._check_whole(prefix, source)
        if not source:
            return ()
        there = run_manifests(self._store, to, to_run, NOTHING_MOVED)
        return version_moves(source, there, to, to_run)

    def _check_whole(self, prefix: JobS3Prefix, source: Mapping[int, Manifest]) -> None:
        for version, manifest in source.items():
            if proven_content(self._store, prefix, manifest) is None:
                raise ConflictError(
                    f"The content of version {version} is not what was stored.",
                    kept=NOTHING_MOVED,
                    todo=f"`runferry store check` tells more. `runferry jobs runs delete --version "
                    f"{version}` leaves it out.",
                )

    def _objects(self, contents: RunContents, to: JobS3Prefix, to_run: int) -> Sequence[ObjectMove]:
        others = filterfalse(_is_version, filter(_is_current, contents.artifacts))
        return [self._object(artifact, to, to_run) for artifact in filter(self._is_there, others)]

    def _is_there(self, artifact: Artifact) -> bool:
        """The catalog may be behind."""
        return self._store.head(artifact.key) is not None

    def _object(self, source: Artifact, to: JobS3Prefix, to_run: int) -> ObjectMove:
        target = moved_object(source, to, to_run)
        there = self._store.head(target.key)
        if there is None:
            return ObjectMove(source, target, there=False)
        found = unversioned_content(there, source)
        if found is None:
            raise _in_the_way(self._store.url(target.key))
        return ObjectMove(source, found, there=True)

    def _roots(self, contents: RunContents) -> Sequence[str]:
        roots = self._journal.bound_roots(contents.job.id)
        return [root for root in roots if _is_above_any(root, contents.sources)]


def _is_above_any(root: str, sources: Iterable[str]) -> bool:
    return any(source.startswith(f"{root.rstrip('/')}/") for source in sources)


def _check_other(contents: RunContents, target: Job, to_run: int) -> None:
    if (contents.job.id, contents.run_id) == (target.id, to_run):
        raise ConflictError(
            f"Run {to_run} is in job {target.id} already.",
            kept=NOTHING_MOVED,
            todo="Name another job with --to-job, or another id with --to-run.",
        )


def _check_recorded(contents: RunContents) -> None:
    """What an upload of this machine stored last would be left behind, or nothing would go along."""
    for orphan in filter(_is_unrecorded, contents.orphans):
        raise ConflictError(
            f"What was stored at {orphan.key} is not recorded yet.",
            kept=NOTHING_MOVED,
            todo=f"`runferry store orphans adopt {orphan.key}` records it; `jobs runs delete` deletes "
            "it with the run.",
        )
    if not contents.what.ours:
        raise ConflictError(
            f"RunFerry recorded nothing of run {contents.run_id} of job {contents.job.id}.",
            kept=NOTHING_MOVED,
            todo="`runferry store orphans adopt KEY` makes what other tools stored a version.",
        )


def _staying(contents: RunContents) -> Sequence[str]:
    """What is beside the current ones stays with what is not ours."""
    beside = [artifact.key for artifact in filterfalse(_is_current, contents.artifacts)]
    loose = [*contents.what.unmanaged, *(judged.orphan for judged in contents.stays)]
    return [*contents.foreign, *beside, *_keys(loose)]


def _is_current(artifact: Artifact) -> bool:
    return artifact.current


def _is_version(artifact: Artifact) -> bool:
    return artifact.is_version


def _is_unrecorded(orphan: FoundOrphan) -> bool:
    return orphan.kind is OrphanKind.ORPHAN and not is_tombstone(orphan)


def _keys(orphans: Iterable[FoundOrphan]) -> Sequence[str]:
    return [orphan.key for orphan in orphans]


def _in_the_way(url: str) -> ConflictError:
    return ConflictError(
        f"There is other content at {url}.",
        kept=NOTHING_MOVED,
        todo="Give the run another id with --to-run.",
    )
