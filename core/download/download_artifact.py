"""Bring one artifact back."""

import os.path
from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.download.download_ways import DownloadWay, InOneStream, InPieces, not_what_was_stored
from core.errors import (
    LooseArchiveError,
    NameTakenError,
    ObjectNotFoundError,
    PreconditionFailedError,
    UnsafeArchiveError,
)
from core.model import Artifact, ArtifactKind, run_number
from core.pace.paced import Pace, as_it_comes
from core.ports.local_files import LocalFiles
from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import ArchiveExtractor, ArchiveReader, ExtractRule
from core.progress import Progress
from core.stored.ranged_archive import RangedArchive
from core.threads import pieces_of
from core.transfer_view import Phase

_PIECE_BYTES = 4 << 20
_THREADS = 4


@dataclass(frozen=True)
class Downloaded:
    """Where the artifact is now: its file, or the directory with its `files` extracted ones.

    `reused` is what was there already.
    """

    artifact: Artifact
    path: str
    files: int = 0
    reused: bool = False

    def describe(self) -> str:
        """In words: "downloaded", "extracted, 12 files"."""
        if self.reused:
            return "there already"
        return f"extracted, {self.files} files" if self.files else "downloaded"


@dataclass
class Wanted:
    """What is to come where.

    It is taken apart in the first of `places`, or in the one that it was moved `aside` to as
    another run has its name.
    """

    artifact: Artifact
    directory: str
    extract: bool
    any_size: bool
    aside: str = ""

    @property
    def name(self) -> str:
        """Of the file."""
        return self.artifact.key.rpartition("/")[2]

    @property
    def places(self) -> tuple[str, ...]:
        """Where it may be taken apart; the next one when another run is in the one before."""
        artifact = self.artifact
        if artifact.kind is not ArtifactKind.RUN_RESULTS or not artifact.managed:
            return (self.directory,)
        folders = run_folder(artifact), job_run_folder(artifact)
        return self.directory, *(os.path.join(self.directory, folder) for folder in folders)

    @property
    def place(self) -> str:
        """Where it is taken apart."""
        return self.aside or self.directory

    @property
    def own_place(self) -> str:
        """Where it is taken apart when it is not what RunFerry packs: it was adopted."""
        return os.path.join(self.directory, self.name.removesuffix(".zip"))

    @property
    def rule(self) -> ExtractRule:
        """A run is in RUN directories; who knows what is in an archive of others."""
        managed = self.artifact.managed
        is_run = self.artifact.kind is ArtifactKind.RUN_RESULTS
        return ExtractRule(managed and is_run, managed and not is_run, self.any_size)


class DownloadArtifact:
    """Fetches into a partial file, verifies, and only then gives it its name.

    What is larger than `piece_bytes` comes in pieces of that size on `threads` threads. When it
    is interrupted, or cannot be extracted or named, the next call goes on with what it has.
    """

    def __init__(
        self,
        store: ObjectReader,
        local_files: LocalFiles,
        extractor: ArchiveExtractor,
        reader: ArchiveReader,
        pace: Pace = as_it_comes,
        *,
        piece_bytes: int = _PIECE_BYTES,
        threads: int = _THREADS,
    ) -> None:
        self._store = store
        self._local_files = local_files
        self._extractor = extractor
        self._reader = reader
        self._pace = pace
        self._piece_bytes = piece_bytes
        self._threads = threads

    def __call__(
        self,
        artifact: Artifact,
        directory: str,
        progress: Progress,
        *,
        extract: bool = False,
        any_size: bool = False,
    ) -> Downloaded:
        """Extracting keeps the members only, not the archive; when all are there it does nothing.

        A run in a directory that is not called after it makes way for another one of that name, be
        it one that comes there meanwhile: it comes below `run_<id>`, or `job_<id>_run_<id>`; results
        that are not all in RUN directories have one of their own.
        A file that is there with the artifact's size and SHA-256 is taken for it.

        Raises StoreError, DownloadError, UnsafeArchiveError (LargeArchiveError when `any_size` would
        help); nothing half-written then has the artifact's name. An object that is replaced
        meanwhile is begun anew, once.
        """
        wanted = Wanted(artifact, directory, extract, any_size)
        there = self._extracted(wanted) if extract else self._whole(wanted)
        if there:
            self._local_files.forget(directory, wanted.name)
            return there
        progress.begin(Phase.RECEIVING, total=artifact.size)
        try:
            return self._download(wanted, progress)
        except PreconditionFailedError:
            return self._download(wanted, progress)

    def is_there(self, artifact: Artifact, directory: str) -> bool:
        """Whether `directory` has the very file; the store is not asked."""
        name = os.path.basename(artifact.key)
        return self._local_files.holds(directory, name, size=artifact.size, sha256=artifact.sha256)

    def _whole(self, wanted: "Wanted") -> Downloaded | None:
        if not self.is_there(wanted.artifact, wanted.directory):
            return None
        path = os.path.join(wanted.directory, wanted.name)
        return Downloaded(wanted.artifact, path, reused=True)

    def _extracted(self, wanted: "Wanted") -> Downloaded | None:
        """Only where something is can it be just that; to tell takes the archive's directory."""
        places = *wanted.places, wanted.own_place
        if all(self._local_files.is_free(place, wanted.name) for place in places):
            return None
        try:
            archive = self._reader.open(RangedArchive(self._store, self._look(wanted.artifact)))
        except UnsafeArchiveError:  # which is nowhere, then
            return None
        for place in places:
            files = self._extractor.extracted(archive.members(), place)
            if files is not None:
                return Downloaded(wanted.artifact, place, files, reused=True)
        tops = {member.name.partition("/")[0] for member in archive.members()}
        if any(run_number(top) != wanted.artifact.run_id for top in tops):
            wanted.aside = self._free_place(wanted, tops)
        return None

    def _free_place(self, wanted: "Wanted", tops: Iterable[str]) -> str:
        """The last one if none is: what is there is told to be in the way."""
        free = (p for p in wanted.places if not any(self._local_files.has(p, t) for t in tops))
        return next(free, wanted.places[-1])

    def _download(self, wanted: "Wanted", progress: Progress) -> Downloaded:
        artifact = wanted.artifact
        way = self._way(artifact, wanted.directory, progress)
        try:
            way.fetch()
            if not wanted.extract:
                return Downloaded(artifact, way.target.commit())
            extracted = self._extract(way.target.path, wanted)
            way.target.discard()
            return extracted
        finally:
            way.target.close()

    def _extract(self, archive: str, wanted: "Wanted") -> Downloaded:
        place, rule = wanted.place, wanted.rule
        try:
            files = self._extractor.extract(archive, place, rule)
        except LooseArchiveError:
            place = wanted.own_place
            files = self._extractor.extract(archive, place, replace(rule, only_runs=False))
        except NameTakenError:
            there = self._extracted(wanted)
            if there is None and wanted.place == place:
                raise
            return there or self._extract(archive, wanted)
        return Downloaded(wanted.artifact, place, files)

    def _way(self, artifact: Artifact, directory: str, progress: Progress) -> DownloadWay:
        name = artifact.key.rpartition("/")[2]
        if artifact.size <= self._piece_bytes:
            target = self._local_files.create(directory, name)
            return InOneStream(self._store, artifact, target, progress, self._pace)
        stored = self._look(artifact)
        return InPieces(
            self._store,
            artifact,
            stored,
            self._local_files.resume(
                directory,
                name,
                size=stored.size,
                pieces=len(pieces_of(stored.size, self._piece_bytes)),
                identity=f"{self._store.url(artifact.key)}\n{stored.etag}\n{artifact.sha256}",
            ),
            progress,
            self._pace,
            piece_bytes=self._piece_bytes,
            threads=self._threads,
        )

    def _look(self, artifact: Artifact) -> StoredObject:
        stored = self._store.head(artifact.key)
        if stored is None:
            raise ObjectNotFoundError(f"There is no object {self._store.url(artifact.key)}.")
        if artifact.sha256 and stored.size != artifact.size:
            raise not_what_was_stored(self._store, artifact, "size")
        return stored


def run_folder(artifact: Artifact) -> str:
    """Where a run comes whose directory has the name of another one's."""
    return f"run_{artifact.run_id}"


def job_run_folder(artifact: Artifact) -> str:
    """Where it comes when the other one has the same id, in another job."""
    return f"job_{artifact.job_id}_{run_folder(artifact)}"
