"""The next version of a run's results, for `StoreContent`."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.errors import ConflictError, StoreAccessDeniedError, UnsafeArchiveError
from core.model import ArtifactKind, Manifest
from core.ports.object_store import StoredObject
from core.ports.packaging import PackStream
from core.progress import Progress
from core.source.find_results import Results
from core.stored.job_s3_prefix import ParsedKey
from core.stored.loose_results import find_loose
from core.stored.manifests import WRITE_TOKEN
from core.stored.results_versions import RunVersions
from core.stored.unreadable import in_the_way
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft
from core.upload.commit_version import CommitVersion
from core.upload.known_content import KnownContent, first_known
from core.upload.read_loose import ReadLoose
from core.upload.results_source import ResultsSource
from core.upload.store_content import NewContent, Place

_MOMENTS = (0.2, 0.5, 1.0, 2.0)
"""Seconds between two looks."""
_FRESH = timedelta(seconds=30)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class NewVersion(NewContent[Manifest]):
    """What it replaces is kept aside; the same content as the latest version's is none.

    What another tool stored of the run is adopted when it has the same content, and else stays.
    """

    def __init__(
        self,
        run_id: int,
        results: Results,
        source: ResultsSource,
        commit: CommitVersion,
        read_loose: ReadLoose,
    ) -> None:
        self._results = results
        self._source = source
        self._commit = commit
        self._read_loose = read_loose
        self._store = read_loose.store
        self._prefix = commit.job.prefix
        self._place = Place(self._prefix.job_id, run_id, self._prefix.run_results(run_id))
        self._parsed = ParsedKey(self._prefix, ArtifactKind.RUN_RESULTS, run_id)
        self._found = RunVersions(run_id, None, frozenset())

    @property
    def place(self) -> Place:
        """The key of the latest results."""
        return self._place

    @property
    def commit(self) -> CommitVersion:
        """By its manifest."""
        return self._commit

    def look(self) -> None:
        """By one listing."""
        self._found = self._commit.versions.of_run(self._prefix, self._found.run_id)

    def look_again(self, progress: Progress) -> bool:
        """Who was faster may need a moment from its object to its manifest.

        What was to be replaced was moved, as into an archive, when it is the latest still. Raises
        ConflictError when an object is in the way that no version refers to.
        """
        known = self._found.latest
        self._await_theirs(_number(known), progress)
        self._check_claimed()
        latest = self._found.latest
        return latest is not None and latest == known and self._commit.versions.is_in_place(latest)

    def stored(self, progress: Progress) -> Manifest | None:
        """The latest version. Raises ConflictError as `Destination.admit` does."""
        self._recognise(progress)
        latest = self._found.latest
        if latest is None or not self._is_stored(latest, progress):
            self._admit(latest, progress)
            return None
        self._commit.versions.record(self._prefix, latest)
        return latest

    def draft(self) -> ArtifactDraft:
        """Keeps the latest version aside. Raises ConflictError when it is not what it should be."""
        version, latest = self._found.following(), self._found.latest
        replaces = self._commit.versions.keep_superseded(self._prefix, latest) if latest else None
        return ArtifactDraft(
            kind=ArtifactKind.RUN_RESULTS,
            job_id=self._place.job_id,
            run_id=self._place.run_id,
            version=version,
            key=self._place.key,
            size_bound=self._source.size_bound(self._results),
            replaces=replaces,
            left_out=self._results.left_out,
            directory=self._commit.job.directory,
        )

    def elsewhere(self, progress: Progress) -> KnownContent | None:
        """Of another run, job or version."""
        equal = self._source.equal(self._results, progress)
        return first_known(self._store, (a for a in equal if a.key != self._place.key))

    def pack(self, begun_with: str, progress: Progress) -> tuple[PackStream, str]:
        """As hard as the link gives time for."""
        return self._source.pack(self._results, begun_with, progress)

    def confirm(self) -> None:
        """By another scan."""
        self._source.confirm(self._results)
        self.still_there()

    def still_there(self) -> None:
        """By the job's record."""
        self._commit.job.still_there()

    def committed(self) -> Manifest:
        """The version."""
        return self._commit.manifest()

    def _recognise(self, progress: Progress) -> None:
        """Makes another tool's object a version. Raises ConflictError when it has other content."""
        if loose := self._loose():
            self._adopt(self._read(loose, progress), progress)

    def _loose(self) -> StoredObject | None:
        try:
            return self._foreign()
        except StoreAccessDeniedError as denied:
            raise in_the_way(self._store, self._place.key, denied) from None

    def _foreign(self) -> StoredObject | None:
        there = find_loose(self._store, self._place.key) if self._found.unclaimed else None
        return None if _is_ours(there) else there

    def _adopt(self, read: Manifest | None, progress: Progress) -> None:
        if read is None or not self._is_of(read, progress):
            raise self._in_the_way()
        directory, left_out = self._commit.job.directory, self._results.left_out
        read = replace(read, directory=directory, left_out=left_out)
        self._commit.versions.commit(self._prefix, read)
        self._found = self._found._replace(latest=read, taken=self._found.taken | {read.version})

    def _read(self, foreign: StoredObject, progress: Progress) -> Manifest | None:
        """None where its directory tells that it is not the same, or it is no archive."""
        with suppress(UnsafeArchiveError):
            if self._read_loose.extent(foreign) == self._results.extent:
                progress.begin(Phase.COMPARING)
                return self._read_loose(foreign, self._parsed, self._found.following())
        return None

    def _admit(self, latest: Manifest | None, progress: Progress) -> None:
        """The same content whose object is gone is nothing new."""
        if not (latest and self._is_of(latest, progress)):
            self._commit.job.admit(latest, progress)

    def _is_stored(self, latest: Manifest, progress: Progress) -> bool:
        """A manifest outlives its object when somebody deletes that by hand."""
        return self._is_of(latest, progress) and self._commit.versions.is_in_place(latest)

    def _is_of(self, version: Manifest, progress: Progress) -> bool:
        return self._source.content_id(self._results, progress) == version.content_id

    def _await_theirs(self, known: int, progress: Progress) -> None:
        for seconds in _MOMENTS:
            self.look()
            if not self._is_under_way(known):
                return
            progress.wait(seconds)
        self.look()

    def _is_under_way(self, known: int) -> bool:
        """Whether somebody has stored content a moment ago that no version refers to yet."""
        there = self._store.head(self._place.key) if _number(self._found.latest) <= known else None
        return there is not None and self._is_fresh(there)

    def _is_fresh(self, there: StoredObject) -> bool:
        """By the clock of the store."""
        stored_at = there.last_modified or _LONG_AGO
        return WRITE_TOKEN in there.metadata and self._store.now() - stored_at < _FRESH

    def _check_claimed(self) -> None:
        """Trying again would not help: whoever stored it may never come back to record it."""
        if self._found.latest is None and find_loose(self._store, self._place.key):
            raise self._in_the_way()

    def _in_the_way(self) -> ConflictError:
        return ConflictError(
            f"{self._store.url(self._place.key)} is there already, and no version refers to it.",
            kept="Nothing was overwritten; your files are untouched.",
            todo=f"`runferry store orphans adopt {self._place.key}` makes it a version; then "
            "upload again. If it comes back each time, the server loses metadata: `runferry "
            "store probe` tells.",
        )


def _is_ours(there: StoredObject | None) -> bool:
    return there is not None and WRITE_TOKEN in there.metadata


def _number(version: Manifest | None) -> int:
    return version.version if version else 0
