"""What is about to become an artifact."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.model import ArtifactKind, FileId
from core.ports.journal.uploads import Intent
from core.ports.object_store import StoredObject


@dataclass(frozen=True)
class ArtifactDraft:
    """What is about to be created at `key`. `replaces` is the object that is there already.

    `metadata` goes with the content, beside the write token. It is fixed when an upload begins, so
    one with such metadata is not gone on with, as what it says of the content may not hold any more,
    unless it is `lasting`: every try of that `encoder` says the same. `encoder` makes the content, where
    one does. `left_out` tells what of the source is not in it, `directory` is that of a run, as a
    manifest holds it.
    """

    kind: ArtifactKind
    job_id: int
    run_id: int | None
    version: int
    key: str
    size_bound: int
    replaces: StoredObject | None = None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    encoder: str = ""
    lasting: bool = False
    left_out: tuple[str, ...] = ()
    directory: str = ""

    @property
    def resumable(self) -> bool:
        """Whether an earlier try may be gone on with."""
        return self.lasting or not self.metadata

    def resumes(self, begun: Intent) -> bool:
        """Whether that one may be."""
        return not self.metadata or (self.lasting and begun.encoder == self.encoder)

    @property
    def replaced_etag(self) -> str | None:
        """On condition of which it is created; None where nothing is to be replaced."""
        return self.replaces.etag if self.replaces else None


Commit = Callable[[Intent, StoredObject], FileId]
"""Makes stored content count: manifest where the kind has one, then rows."""
