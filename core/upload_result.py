"""How an upload ended."""

from dataclasses import dataclass
from enum import StrEnum

from core.model import Manifest


class UploadOutcome(StrEnum):
    """What it took to have the content stored."""

    UPLOADED = "uploaded"
    UNCHANGED = "unchanged"
    COPIED = "copied"


@dataclass(frozen=True)
class UploadResult:
    """The stored version of a run. `sent_bytes` is what travelled: 0 when nothing had to.

    `fingerprint` is that of the first RUN directory when it was packed. `logs` is what became of
    the files beside the run; None when they were not asked for, or there are none.
    """

    outcome: UploadOutcome
    manifest: Manifest
    url: str
    sent_bytes: int = 0
    fingerprint: str = ""
    logs: UploadOutcome | None = None

    def describe(self) -> str:
        """In words: "uploaded", "uploaded as version 2", "unchanged"."""
        if self.outcome is UploadOutcome.UPLOADED and self.manifest.version > 1:
            return f"uploaded as version {self.manifest.version}"
        return self.outcome.value
