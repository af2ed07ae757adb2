"""Make count what an upload of this machine stored and did not live to record."""

from functools import partial

from core.jobs.get_job import GetJob
from core.model import ArtifactKind
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.journal.uploads import Intents
from core.ports.object_store import ObjectStore
from core.stored.implied_rows import unrecorded_job
from core.stored.job_s3_prefix import ParsedKey, parse_key
from core.stored.manifests import WRITE_TOKEN
from core.stored.results_versions import ResultsVersions
from core.upload.artifact_draft import Commit
from core.upload.commit_version import CommitVersion, Destination, Writer
from core.upload.create_artifact import ArtifactProducer
from core.upload.new_object import CommitObject


class AdoptIntended:
    """Goes on where the upload ended: nothing is read or sent again."""

    def __init__(
        self,
        *,
        get_job: GetJob,
        store: ObjectStore,
        catalog: Catalog,
        journal: Intents,
        clock: Clock,
        producer: ArtifactProducer,
        writer: Writer,
    ) -> None:
        self._get_job = get_job
        self._store = store
        self._catalog = catalog
        self._journal = journal
        self._clock = clock
        self._producer = producer
        self._writer = writer

    def __call__(self, key: str) -> bool:
        """Whether an open intent owns the object at `key`, which is an artifact on return.

        Raises JobNotFoundError when its job is gone, and then the object is, too;
        ResultsMetadataError, StoreError, StateError.
        """
        place = parse_key(key)
        if place is None or not self._is_intended(key, place):
            return False
        self._producer.recover(place.prefix.job_id, place.run_id, key, self._commit(place))
        return True

    def _is_intended(self, key: str, place: ParsedKey) -> bool:
        intents = self._journal.intents(place.prefix.job_id, place.run_id)
        tokens = {i.write_token for i in intents if i.key == key and i.sha256}
        stored = self._store.head(key) if tokens else None
        return stored is not None and stored.metadata.get(WRITE_TOKEN) in tokens

    def _commit(self, place: ParsedKey) -> Commit:
        job = self._catalog.job(place.prefix.job_id) or unrecorded_job(place.prefix)
        still_there = partial(self._get_job.still_there, job)
        if place.kind is not ArtifactKind.RUN_RESULTS:
            return CommitObject(self._catalog, self._clock, still_there)
        versions = ResultsVersions(self._store, self._catalog)
        destination = Destination(place.prefix, job.tags, still_there)
        return CommitVersion(destination, versions, self._clock, self._writer)
