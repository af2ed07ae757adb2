"""Make count what an upload of this machine stored and did not live to record."""

from functools import partial

from core.jobs.get_job import GetJob
from core.model import ArtifactKind
from core.stored.job_s3_prefix import ParsedKey, parse_key
from core.upload.artifact_draft import Commit
from core.upload.commit_version import CommitVersions, Destination
from core.upload.create_artifact import ArtifactProducer
from core.upload.new_object import CommitObjects
from core.upload.store_content import Place


class AdoptIntended:
    """Goes on where the upload ended: nothing is read or sent again."""

    def __init__(
        self,
        get_job: GetJob,
        producer: ArtifactProducer,
        commit_versions: CommitVersions,
        commit_objects: CommitObjects,
    ) -> None:
        self._get_job = get_job
        self._producer = producer
        self._commit_versions = commit_versions
        self._commit_objects = commit_objects

    def __call__(self, key: str) -> bool:
        """Whether an open intent owns the object at `key`, which is an artifact on return.

        Raises JobNotFoundError when its job is gone, and then the object is, too;
        ResultsMetadataError, StoreError, StateError.
        """
        place = parse_key(key)
        return place is not None and self._adopted(key, place)

    def _adopted(self, key: str, place: ParsedKey) -> bool:
        where = Place(place.prefix.job_id, place.run_id, key)
        if owned := self._producer.owns(*where):
            self._producer.recover(*where, self._commit(place))
        return owned

    def _commit(self, place: ParsedKey) -> Commit:
        job = self._get_job.of_prefix(place.prefix)
        still_there = partial(self._get_job.still_there, job)
        if place.kind is not ArtifactKind.RUN_RESULTS:
            return self._commit_objects(still_there)
        return self._commit_versions(Destination(place.prefix, job.tags, still_there))
