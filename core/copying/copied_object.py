"""An artifact of a kind without versions on its way to another store, for `StoreContent`."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.copying.stored_stream import StoredStream
from core.errors import ConflictError
from core.model import Artifact
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import PackStream, PackSummary
from core.progress import Progress
from core.stored.manifests import WRITE_TOKEN
from core.upload.artifact_draft import ArtifactDraft
from core.upload.new_object import CommitObject, NewObject, Present, UnversionedContent


class CommitObjectCopy(CommitObject):
    """The copy says what the original does, also when that was stored."""

    def __init__(
        self,
        catalog: Catalog,
        clock: Clock,
        still_there: Callable[[], None],
        original: StoredObject,
    ) -> None:
        super().__init__(catalog, clock, still_there)
        self._original = original

    def metadata(self, summary: PackSummary, origin: str) -> Mapping[str, str]:
        """Without the token, which is another one."""
        told = self._original.metadata.items()
        return {name: value for name, value in told if name != WRITE_TOKEN}


class CopiedObject(NewObject):
    """Every try of the same original says the same, so an earlier one can be gone on with."""

    def draft(self) -> ArtifactDraft:
        """As of any other object."""
        return replace(super().draft(), lasting=True)

    def pack(self, begun_with: str, progress: Progress) -> tuple[PackStream, str]:
        """As it is stored. What was begun of another original tells of that one."""
        stream, _ = super().pack(begun_with, progress)
        return stream, self._summary.sha256


def copied_content(
    source: ObjectReader, original: StoredObject, artifact: Artifact
) -> tuple[UnversionedContent, PackSummary]:
    """Of an `original` that was seen to be that of the `artifact`, and what it will be."""
    summary = PackSummary(artifact.content_id, 0, 0, artifact.sha256, artifact.size)
    content = UnversionedContent(
        open=lambda: StoredStream(source, original, summary),
        total=artifact.size,
        may_replace=_keep,
    )
    return content, summary


def _keep(present: Present) -> None:
    raise ConflictError(
        f"There is other content at {present.url}.",
        kept="Nothing was overwritten.",
    )
