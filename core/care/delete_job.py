"""Delete a job with everything that RunFerry stored of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.care.clean_orphans import CleanOrphans
from core.care.delete_artifact import DeleteArtifact
from core.care.find_orphans import FindOrphans
from core.errors import ConflictError, PreconditionFailedError
from core.jobs.get_job import GetJob
from core.model import Artifact, ArtifactKind, Job
from core.ports.catalog import Catalog
from core.ports.journal.journal import Journal
from core.ports.journal.queue import TransferRecord
from core.ports.object_store import ObjectStore
from core.source.run_identity import results_root_of
from core.stored.implied_rows import unrecorded_job
from core.stored.job_s3_prefix import JOBS_ROOT, JobS3Prefix, job_record_key
from core.stored.orphans import FoundOrphan, OrphanKind
from core.stored.record_format import DELETED_JOB
from core.transfer_view import TransferState
from core.upload.create_artifact import ArtifactProducer


@dataclass(frozen=True)
class JobContents:
    """What goes with a job: artifacts, older versions first, and what was left behind of it.

    `foreign` are keys of other tools, which stay. `replaced` are artifacts, each the latest of its
    run, in whose place something else lies, an orphan or foreign: only their manifests go.
    """

    job: Job
    artifacts: Sequence[Artifact]
    orphans: Sequence[FoundOrphan]
    foreign: Sequence[str]
    replaced: Sequence[Artifact] = ()

    @property
    def runs(self) -> int:
        """How many runs something is stored of."""
        return len({artifact.run_id for artifact in self.artifacts if artifact.run_id})

    @property
    def stored_bytes(self) -> int:
        """Of everything that goes; what unfinished uploads sent is not known."""
        return sum(item.size for item in (*self.artifacts, *self.orphans))


class DeleteJob:
    """Artifacts first, each after a fresh look, then what is left over, the job's record last.

    Killed anywhere, the job is listed still, with what is left of it, and the next call goes on.
    An emptied record stays: the id is never given to another job, and machines that remember the
    job learn that it is gone before they store anything in it.
    """

    def __init__(
        self,
        *,
        store: ObjectStore,
        catalog: Catalog,
        journal: Journal,
        get_job: GetJob,
        producer: ArtifactProducer,
        refresh: Callable[[], object],
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._journal = journal
        self._get_job = get_job
        self._producer = producer
        self._refresh = refresh
        self._find_orphans = FindOrphans(store, journal)
        self._clean = CleanOrphans(store, journal)
        self._delete_artifact = DeleteArtifact(store, catalog)

    def contents(self, job_id: int) -> JobContents:
        """What the store holds now.

        Raises JobNotFoundError, ConflictError while transfers of the job wait or travel, StoreError.
        """
        self._refuse_busy(job_id)
        self._refresh()
        return self._contents(self._get_job(job_id))

    def _contents(self, job: Job) -> JobContents:
        artifacts = self._catalog.artifacts(job.id)
        every = self._find_orphans(str(JobS3Prefix.from_job(job)))
        found = [orphan for orphan in every if not orphan.doubtful]
        orphans = [orphan for orphan in found if orphan.kind is not OrphanKind.UNMANAGED]
        managed = [artifact for artifact in artifacts if artifact.managed]
        known = {key for artifact in managed for key in _keys(job, artifact)}
        known |= {orphan.key for orphan in orphans}
        known -= {orphan.key for orphan in found if orphan.kind is OrphanKind.UNMANAGED}
        listed = [stored.key for stored in self._store.list(f"{JOBS_ROOT}{job.id}/")]
        foreign = [key for key in listed if key not in known]
        loose = {orphan.key for orphan in found if orphan.kind is not OrphanKind.UPLOAD}
        replaced = [a for a in managed if a.key in loose and _aside(job, a) not in listed]
        ours = [artifact for artifact in managed if artifact not in replaced]
        return JobContents(job, ours, orphans, foreign, replaced)

    def __call__(self, contents: JobContents) -> None:
        """Deletes exactly that, and then the job.

        Raises ConflictError when something is not what was listed any more or has come to it,
        also in the moment before the job was gone; StoreError, CatalogError, StateError.
        """
        job_id = contents.job.id
        self._refuse_busy(job_id)
        self._give_up(job_id)
        for artifact in (*contents.artifacts, *contents.replaced):
            self._delete_artifact(artifact)
        for orphan in contents.orphans:
            self._clean(orphan)
        left = self.contents(job_id)
        if left.artifacts or left.orphans or left.replaced:
            raise _conflict(f"Something new was stored in job {job_id} meanwhile, or is in use.")
        self._journal.forget_job(job_id)
        self._empty_record(job_id)
        self._catalog.remove_job(job_id)
        self._refresh()
        self._check_late(contents.job)

    def _check_late(self, job: Job) -> None:
        """Who stores something looks at the record afterwards: what came later takes itself back."""
        left = self._contents(job)
        objects = [o for o in left.orphans if o.kind is not OrphanKind.UPLOAD]
        if left.artifacts or left.replaced or objects:
            raise ConflictError(
                f"Job {job.id} is deleted, but something new was stored in it at the last moment.",
                kept="What is new is still there, as an unnamed job.",
                todo=f"`runferry jobs delete --job-id {job.id}` lists it, and deletes it when it is "
                f'confirmed as "{unrecorded_job(JobS3Prefix.from_job(job)).name}".',
            )

    def _refuse_busy(self, job_id: int) -> None:
        busy = [t.id for t in self._journal.transfers() if self._will_store(t, job_id)]
        if busy:
            numbers = " ".join(map(str, busy))
            raise ConflictError(
                f"Transfers of job {job_id} are queued or under way.",
                kept="Nothing was deleted.",
                todo=f"Wait for them, or give them up: `runferry queue cancel {numbers}`.",
            )

    def _will_store(self, transfer: TransferRecord, job_id: int) -> bool:
        state = TransferState(transfer.state)
        if state.ended and state is not TransferState.PAUSED:
            return False
        asked = transfer.job_id or transfer.request.get("job_id")
        return job_id == (asked or self._journal.bound_job(results_root_of(transfer.source)))

    def _give_up(self, job_id: int) -> None:
        """What was sent by uploads that were cut off is freed."""
        for intent in self._journal.all_intents():
            if intent.job_id == job_id:
                self._producer.give_up(job_id, intent.run_id, intent.key)

    def _empty_record(self, job_id: int) -> None:
        key = job_record_key(job_id)
        record = self._store.head(key)
        if record is None:  # another tool's job
            return
        try:
            self._store.put(key, DELETED_JOB, if_match=record.etag)
        except PreconditionFailedError:
            raise _conflict(f"The record of job {job_id} was changed meanwhile.") from None


def _keys(job: Job, artifact: Artifact) -> Sequence[str]:
    """All objects of an artifact; content may be aside and in its place while it is replaced."""
    if artifact.kind is not ArtifactKind.RUN_RESULTS:
        return [artifact.key]
    manifest = JobS3Prefix.from_job(job).manifest(artifact.run_id or 0, artifact.version)
    return [artifact.key, _aside(job, artifact), manifest]


def _aside(job: Job, artifact: Artifact) -> str:
    return JobS3Prefix.from_job(job).superseded_results(artifact.run_id or 0, artifact.version)


def _conflict(what: str) -> ConflictError:
    return ConflictError(
        what,
        kept="The job is still there, with what is left of it.",
        todo="Give the same command again.",
    )
