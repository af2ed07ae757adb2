"""How an upload ended."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.model import Manifest
from core.progress import Progress
from core.source.left_out_lines import briefly
from core.upload.upload_request import UploadRequest


class UploadOutcome(StrEnum):
    """What it took to have the content stored; COPIED from where the store has it already.

    KEPT: it is not stored, because what is there was submitted by a user.
    """

    UPLOADED = "uploaded"
    UNCHANGED = "unchanged"
    COPIED = "copied"
    KEPT = "kept"


@dataclass(frozen=True)
class UploadResult:
    """The stored version of a run.

    `fingerprint` is that of the first RUN directory when it was packed. `logs` is what became of
    the files beside the run; None when they were not asked for, or there are none. `left_out` tells
    in lines what of the run is not stored.
    """

    outcome: UploadOutcome
    manifest: Manifest
    url: str
    fingerprint: str = ""
    logs: UploadOutcome | None = None
    left_out: tuple[str, ...] = ()

    def describe(self) -> str:
        """In words: "uploaded", "uploaded as version 2", "unchanged", "copied in the store".

        Says when it could not be read back, and when logs that a user submitted were kept instead of
        the files beside the run.
        """
        kept = ", kept the submitted logs" if self.logs is UploadOutcome.KEPT else ""
        return self._describe_results() + self._doubt() + kept + self._without()

    @property
    def verified(self) -> bool:
        """Whether the store was seen to hold it, now or when it was stored."""
        return self.manifest.verified

    def _doubt(self) -> str:
        return "" if self.verified else ", not verified"

    def _without(self) -> str:
        return f", {briefly(self.left_out)}" if self.left_out else ""

    def _describe_results(self) -> str:
        if self.outcome is UploadOutcome.UNCHANGED:
            return "unchanged"
        words = "uploaded" if self.outcome is UploadOutcome.UPLOADED else "copied in the store"
        version = self.manifest.version
        return f"{words} as version {version}" if version > 1 else words


Ferry = Callable[[UploadRequest, Progress], UploadResult]
"""Does one upload on the calling thread; raises RunFerryError."""
