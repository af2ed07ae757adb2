"""Take an archive apart without getting into another run's way."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from core.download.incoming import object_of
from core.download.wanted import Downloaded, Wanted, top_names
from core.errors import LooseArchiveError, NameTakenError, UnsafeArchiveError
from core.model import Artifact
from core.ports.local_files import LocalFiles
from core.ports.object_store import ObjectReader
from core.ports.packaging import ArchiveExtractor, ArchiveReader, ExtractRule, OpenArchive
from core.stored.ranged_archive import RangedArchive


class ExtractArtifact:
    """Knows an archive that was taken apart already by its directory in the store."""

    def __init__(
        self,
        store: ObjectReader,
        local_files: LocalFiles,
        extractor: ArchiveExtractor,
        reader: ArchiveReader,
    ) -> None:
        self._store = store
        self._local_files = local_files
        self._extractor = extractor
        self._reader = reader

    def there(self, wanted: Wanted) -> Downloaded | None:
        """Where all of it is already; if nowhere, it makes way for another run in its place.

        Only where something is can it be just that; to tell takes the archive's directory. Raises
        StoreError, DownloadError.
        """
        if self._is_nothing_there(wanted):
            return None
        try:
            return self._found(wanted, self._open(wanted.artifact))
        except UnsafeArchiveError:  # which is nowhere, then
            return None

    def __call__(self, archive: str, wanted: Wanted) -> Downloaded:
        """Takes apart the file called `archive`.

        Raises UnsafeArchiveError, NameTakenError for what is in the way, DownloadError.
        """
        try:
            return self._extract(archive, wanted, wanted.place, wanted.rule)
        except LooseArchiveError:
            rule = replace(wanted.rule, only_runs=False)
            return self._extract(archive, wanted, wanted.own_place, rule)
        except NameTakenError as taken:
            return self._overtaken(archive, wanted, taken)

    def _is_nothing_there(self, wanted: Wanted) -> bool:
        return all(self._local_files.is_free(p, wanted.name) for p in wanted.all_places)

    def _open(self, artifact: Artifact) -> OpenArchive:
        return self._reader.open(RangedArchive(self._store, object_of(self._store, artifact)))

    def _found(self, wanted: Wanted, archive: OpenArchive) -> Downloaded | None:
        for place in wanted.all_places:
            files = self._extractor.extracted(archive.members(), place)
            if files is not None:
                return Downloaded(wanted.artifact, place, files, reused=True)
        self._make_way(wanted, top_names(archive.members()))
        return None

    def _make_way(self, wanted: Wanted, tops: Collection[str]) -> None:
        if not all(map(wanted.is_called_after, tops)):
            wanted.aside = self._free_place(wanted.places, tops)

    def _free_place(self, places: Sequence[str], tops: Collection[str]) -> str:
        """The last one if none is: what is there is told to be in the way."""
        free = (place for place in places if not self._is_taken(place, tops))
        return next(free, places[-1])

    def _is_taken(self, place: str, tops: Collection[str]) -> bool:
        return any(self._local_files.has(place, top) for top in tops)

    def _extract(self, archive: str, wanted: Wanted, place: str, rule: ExtractRule) -> Downloaded:
        extracted = self._extractor.extract(archive, place, rule)
        return Downloaded(wanted.artifact, place, extracted.files, unmade=extracted.unmade)

    def _overtaken(self, archive: str, wanted: Wanted, taken: NameTakenError) -> Downloaded:
        """Something came there meanwhile: the very same, or another run."""
        place = wanted.place
        if there := self.there(wanted):
            return there
        if wanted.place == place:
            raise taken
        return self(archive, wanted)
