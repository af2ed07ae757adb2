"""Make an object of a kind without versions ours: a configuration, an input, logs."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from core.care.delete_artifact import changed_object
from core.errors import ObjectNotFoundError, PreconditionFailedError
from core.model import Artifact, whole_seconds
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore, StoredObject
from core.ports.packaging import PackSummary
from core.stored.find_job import recorded_job
from core.stored.job_s3_prefix import prefix_of
from core.stored.manifests import WRITE_TOKEN
from core.stored.unversioned import digest_of, unversioned_artifact, unversioned_metadata


class AdoptObject:
    """By reading it: what it is stands in its metadata, which a copy onto itself gives it.

    Its bytes stay what they are.
    """

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def __call__(self, key: str) -> None:
        """Raises ObjectNotFoundError when nothing there is another tool's, StoreError.

        JobNotFoundError when the job was deleted, ConflictError when the object is replaced meanwhile.
        """
        stored = self._store.head(key)
        if stored is None or _is_ours(stored):
            raise ObjectNotFoundError(
                f"{self._store.url(key)} is not an orphan.",
                todo="`runferry store orphans list` shows what can be adopted.",
            )
        job_id = prefix_of(key).job_id
        self._catalog.put_job(recorded_job(self._store, job_id).job)
        self._record(self._described(stored))

    def _described(self, stored: StoredObject) -> StoredObject:
        metadata = {**stored.metadata, **self._metadata(stored)}
        try:
            return self._store.copy(
                stored.key,
                stored.key,
                source_etag=stored.etag,
                if_match=stored.etag,
                metadata=metadata,
            )
        except PreconditionFailedError:
            url = self._store.url(stored.key)
            raise changed_object(url, "was replaced meanwhile") from None

    def _metadata(self, stored: StoredObject) -> dict[str, str]:
        """As of a file with these bytes that is submitted."""
        digest, size = digest_of(self._store, stored), stored.size
        moment = whole_seconds(stored.last_modified or self._store.now())
        described = unversioned_metadata(PackSummary(digest, 1, size, digest, size), moment)
        return {**described, WRITE_TOKEN: secrets.token_hex(16)}

    def _record(self, stored: StoredObject) -> None:
        adopted = unversioned_artifact(stored)
        if adopted:
            known = self._catalog.artifacts(adopted.job_id, adopted.run_id)
            self._catalog.put_artifact(replace(adopted, beside=_beside(adopted, known)))


def _is_ours(stored: StoredObject) -> bool:
    known = unversioned_artifact(stored)
    return known is None or known.managed


def _beside(adopted: Artifact, known: Sequence[Artifact]) -> str:
    """As it was; what is current does not depend on whose it is."""
    return next((artifact.beside for artifact in known if artifact.key == adopted.key), "")
