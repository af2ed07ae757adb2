"""Make what lies in the store an artifact."""

from collections.abc import Mapping

from core.care.adopt_by_reading import AdoptByReading
from core.model import Artifact
from core.ports.catalog import CatalogReader
from core.ports.journal.orphans import Orphans
from core.stored.job_s3_prefix import ParsedKey, parse_key
from core.upload.adopt_intended import AdoptIntended


class AdoptOrphan:
    """By what this machine knows of it; else its content is read to find out what it is."""

    def __init__(
        self,
        catalog: CatalogReader,
        journal: Orphans,
        adopt_intended: AdoptIntended,
        adopt_by_reading: AdoptByReading,
    ) -> None:
        self._catalog = catalog
        self._journal = journal
        self._adopt_intended = adopt_intended
        self._adopt_by_reading = adopt_by_reading

    def __call__(self, key: str) -> Artifact:
        """The artifact that it is from now on; nothing is overwritten.

        Raises ObjectNotFoundError when there is no such orphan, UnsafeArchiveError when it is not
        an archive, ConflictError, StoreError, ResultsMetadataError.
        """
        place = parse_key(key)
        if place is None:
            raise self._adopt_by_reading.no_orphan(key)
        if not self._adopt_intended(key):
            self._adopt_by_reading(key, place)
        self._journal.remove_orphan(key)
        return self._adopted(key, place)

    def _adopted(self, key: str, place: ParsedKey) -> Artifact:
        found = self._managed(place).get(key)
        if found is None:
            raise self._adopt_by_reading.no_orphan(key)
        return found

    def _managed(self, place: ParsedKey) -> Mapping[str, Artifact]:
        """By key; the newest version where several say to be at one."""
        known = self._catalog.artifacts(place.prefix.job_id, place.run_id)
        return {artifact.key: artifact for artifact in known if artifact.managed}
