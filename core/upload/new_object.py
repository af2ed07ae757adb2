"""An artifact of a kind without versions, for `StoreContent`."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from core.errors import ConflictError, SourceChangedError, StoreAccessDeniedError
from core.model import Artifact, FileId, whole_seconds
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent
from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import PackStream, PackSummary
from core.progress import Progress
from core.stored.arrange_rows import put_current
from core.stored.job_s3_prefix import ParsedKey, parse_key
from core.stored.manifests import ORIGIN
from core.stored.unreadable import in_the_way
from core.stored.unversioned import digest_of, unversioned_artifact, unversioned_metadata
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft
from core.upload.known_content import KnownContent, first_known
from core.upload.store_content import NewContent, Place


@dataclass(frozen=True)
class Present:
    """Other content that is there, its URL and its origin."""

    artifact: Artifact
    url: str
    origin: str


def keep(present: Present) -> None:
    """Raises ConflictError."""
    managed = present.artifact.managed
    what = "other content" if managed else "content that RunFerry did not store"
    raise ConflictError(
        f"There is {what} at {present.url}.",
        kept="Nothing was overwritten.",
        todo="It has no versions: --replace puts yours in its place.",
    )


@dataclass(frozen=True)
class UnversionedContent:
    """What is to be stored. `open` is called twice: to know what it will be, and to send it.

    `total` is the size of the source in bytes; 0 leaves the counters of the progress alone.
    `origin` goes into the metadata, for whoever wants to replace it. `may_replace` is asked about
    other content that is there, and raises ConflictError to keep it.
    """

    open: Callable[[], PackStream]
    total: int = 0
    origin: str = ""
    may_replace: Callable[[Present], None] = keep

    def summary(self, progress: Progress) -> PackSummary:
        """What it will be: its digests go into the metadata, which is sent first."""
        progress.begin(Phase.COMPARING, total=self.total)
        with closing(self.open()) as stream:
            for _ in stream:
                progress.check_cancelled()
            return stream.summary()


class CommitObject:
    """Records what was stored, and keeps it: there is no manifest, the metadata tells all."""

    def __init__(self, catalog: Catalog, clock: Clock, still_there: Callable[[], None]) -> None:
        """`still_there` raises JobNotFoundError when the job is gone, StoreError."""
        self.catalog = catalog
        self.still_there = still_there
        self._clock = clock
        self._artifact: Artifact | None = None

    def __call__(self, intent: Intent, stored: StoredObject) -> FileId:
        """What `ArtifactProducer` calls; may be repeated. Raises JobNotFoundError, StoreError."""
        self.still_there()  # the object is the commit: now who deletes the job sees it, or we see
        self._artifact = artifact_of(stored)
        return put_current(self.catalog, self._artifact)

    def metadata(self, summary: PackSummary, origin: str) -> Mapping[str, str]:
        """What goes with the content, beside the write token."""
        metadata = unversioned_metadata(summary, whole_seconds(self._clock.now()))
        return {**metadata, ORIGIN: origin} if origin else metadata

    def artifact(self) -> Artifact:
        """What was committed last."""
        if self._artifact is None:
            raise RuntimeError("nothing was committed")
        return self._artifact


class CommitObjects:
    """Makes a `CommitObject` for one upload."""

    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock

    def __call__(self, still_there: Callable[[], None]) -> CommitObject:
        """Touches nothing."""
        return CommitObject(self._catalog, self._clock, still_there)


class NewObject(NewContent[Artifact]):
    """Replaces other content only when it may, and only what it saw."""

    def __init__(
        self,
        key: str,
        content: UnversionedContent,
        summary: PackSummary,
        commit: CommitObject,
        store: ObjectReader,
    ) -> None:
        """`summary` is that of the content."""
        self._parsed = _parsed(key)
        self._place = Place(self._parsed.prefix.job_id, self._parsed.run_id, key)
        self._content = content
        self._summary = summary
        self._commit = commit
        self._store = store
        self._found: StoredObject | None = None
        self._sent: PackStream | None = None
        self._foreign: KnownContent | None = None

    @property
    def place(self) -> Place:
        """Its one key."""
        return self._place

    @property
    def commit(self) -> CommitObject:
        """The object is the commit."""
        return self._commit

    def look(self) -> None:
        """At the object. Raises ConflictError for one that may not be read."""
        key = self._place.key
        try:
            self._found = self._store.head(key)
        except StoreAccessDeniedError as denied:
            raise in_the_way(self._store, key, denied) from None

    def look_again(self, progress: Progress) -> bool:
        """Nobody moves such objects."""
        self.look()
        return False

    def stored(self, progress: Progress) -> Artifact | None:
        """The object, if it has this content; the catalog may be new.

        Another tool's of the same bytes is made ours by a copy onto itself.
        """
        return self._same(self._found) if self._found else None

    def draft(self) -> ArtifactDraft:
        """With all that is recorded of it."""
        return ArtifactDraft(
            kind=self._parsed.kind,
            job_id=self._place.job_id,
            run_id=self._place.run_id,
            version=0,
            key=self._place.key,
            size_bound=self._summary.stored_bytes,
            replaces=self._found,
            metadata=self._commit.metadata(self._summary, self._content.origin),
        )

    def elsewhere(self, progress: Progress) -> KnownContent | None:
        """These very bytes, perhaps where they are to be."""
        return self._foreign or self._described(first_known(self._store, self._others()))

    def pack(self, begun_with: str, progress: Progress) -> tuple[PackStream, str]:
        """As it was opened; who made it is not recorded."""
        progress.begin(Phase.SENDING, total=self._content.total)
        self._sent = self._content.open()
        return self._sent, ""

    def confirm(self) -> None:
        """By what was sent, if anything was."""
        if self._sent and self._sent.summary() != self._summary:
            raise SourceChangedError(
                "The files changed while they were packed.",
                todo="Try again when nothing writes into them any more.",
            )
        self.still_there()

    def still_there(self) -> None:
        """By the job's record."""
        self._commit.still_there()

    def committed(self) -> Artifact:
        """The artifact."""
        return self._commit.artifact()

    def _same(self, there: StoredObject) -> Artifact | None:
        found = artifact_of(there)
        if found.managed and found.content_id == self._summary.content_id:
            put_current(self._commit.catalog, found)
            return found
        self._check_replaceable(there, found)
        return None

    def _check_replaceable(self, there: StoredObject, found: Artifact) -> None:
        if not found.managed and self._is_same_content(there):
            self._foreign = KnownContent(there, self._summary)
            return
        origin = there.metadata.get(ORIGIN, "")
        self._content.may_replace(Present(found, self._store.url(found.key), origin))

    def _is_same_content(self, there: StoredObject) -> bool:
        """By its bytes, which are read only where their number is right."""
        if there.size != self._summary.stored_bytes:
            return False
        return digest_of(self._store, there) == self._summary.sha256

    def _others(self) -> Sequence[Artifact]:
        holding = self._commit.catalog.holding(self._summary.sha256)
        return [artifact for artifact in holding if artifact.key != self._place.key]

    def _described(self, known: KnownContent | None) -> KnownContent | None:
        """Its bytes are these; what they were made of is told by what is to be stored."""
        return replace(known, summary=self._summary) if known else None


def _parsed(key: str) -> ParsedKey:
    parsed = parse_key(key)
    if parsed is None:
        raise ValueError(f"{key} is not a key of the layout")
    return parsed


def artifact_of(stored: StoredObject) -> Artifact:
    """Of an object at a key of such a kind."""
    artifact = unversioned_artifact(stored)
    if artifact is None:
        raise ValueError(f"{stored.key} is not the key of an artifact without versions")
    return artifact
