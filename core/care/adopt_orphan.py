"""Make what lies in the store an artifact."""

from collections.abc import Mapping

from core.care.adopt_by_reading import AdoptByReading
from core.care.adopt_object import AdoptObject
from core.errors import ObjectNotFoundError
from core.model import Artifact, ArtifactKind
from core.ports.catalog import CatalogReader
from core.ports.journal.orphans import Orphans
from core.stored.job_s3_prefix import ParsedKey, parse_key
from core.upload.adopt_intended import AdoptIntended


class AdoptForeign:
    """What nobody on this machine knows: it is read to find out what it is."""

    def __init__(self, results: AdoptByReading, objects: AdoptObject) -> None:
        self._results = results
        self._objects = objects

    def __call__(self, key: str, place: ParsedKey) -> None:
        """Raises as both do."""
        if place.kind is ArtifactKind.RUN_RESULTS:
            self._results(key, place)
        else:
            self._objects(key)

    def no_orphan(self, key: str) -> ObjectNotFoundError:
        """The error that says so; for the caller to raise."""
        return self._results.no_orphan(key)


class AdoptOrphan:
    """By what this machine knows of it; else its content is read to find out what it is."""

    def __init__(
        self,
        catalog: CatalogReader,
        journal: Orphans,
        adopt_intended: AdoptIntended,
        adopt_foreign: AdoptForeign,
    ) -> None:
        self._catalog = catalog
        self._journal = journal
        self._adopt_intended = adopt_intended
        self._adopt_foreign = adopt_foreign

    def __call__(self, key: str) -> Artifact:
        """The artifact that it is from now on; nothing is overwritten.

        Raises ObjectNotFoundError when there is no such orphan, UnsafeArchiveError when results are
        not an archive, JobNotFoundError, ConflictError, StoreError, ResultsMetadataError.
        """
        place = parse_key(key)
        if place is None:
            raise self._adopt_foreign.no_orphan(key)
        if not self._adopt_intended(key):
            self._adopt_foreign(key, place)
        self._journal.remove_orphan(key)
        return self._adopted(key, place)

    def _adopted(self, key: str, place: ParsedKey) -> Artifact:
        found = self._managed(place).get(key)
        if found is None:
            raise self._adopt_foreign.no_orphan(key)
        return found

    def _managed(self, place: ParsedKey) -> Mapping[str, Artifact]:
        """By key; the newest version where several say to be at one."""
        known = self._catalog.artifacts(place.prefix.job_id, place.run_id)
        return {artifact.key: artifact for artifact in known if artifact.managed}
