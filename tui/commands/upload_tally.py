"""What became of the uploads of one session, and the exit code that says so."""

from collections.abc import Iterable

from core.errors import EXIT_CONNECTION, EXIT_FAILED, EXIT_OK
from core.events import (
    AutoUploadRefused,
    Event,
    TransferEvent,
    TransferFailed,
    TransferQueued,
    TransferSucceeded,
)
from core.transfer_view import TransferView


class UploadTally:
    """Counts what lies at or below `roots`, whichever process uploads it. One thread at a time."""

    def __init__(self, roots: Iterable[str]) -> None:
        self._roots = tuple(f"{root.rstrip('/')}/" for root in roots)
        self._refused: set[str] = set()
        self._ended: dict[int, TransferView] = {}

    def counts(self, transfer: TransferView) -> bool:
        """Whether it lies at or below one of the roots."""
        return f"{transfer.source}/".startswith(self._roots)

    def take(self, event: Event) -> None:
        """Remembers how an upload ended, until it is tried again."""
        if isinstance(event, AutoUploadRefused):
            self._refused.add(event.run.path)
        if isinstance(event, TransferEvent) and self.counts(event.transfer):
            self._refused.discard(event.transfer.source)
            if isinstance(event, TransferQueued):
                self._ended.pop(event.transfer.id, None)
            if isinstance(event, TransferSucceeded | TransferFailed):
                self._ended[event.transfer.id] = event.transfer

    def refused(self, path: str) -> bool:
        """Whether a run could not even be queued."""
        return path in self._refused

    @property
    def ended(self) -> int:
        """How many were stored, failed, or could not be queued."""
        return len(self._ended) + len(self._refused)

    @property
    def failed(self) -> int:
        """How many of them are not stored."""
        return len(self._failures()) + len(self._refused)

    def exit_code(self) -> int:
        """1 when one failed, 3 when all that failed had no connection."""
        if not self.failed:
            return EXIT_OK
        codes = set(self._failures())
        return EXIT_CONNECTION if codes == {EXIT_CONNECTION} and not self._refused else EXIT_FAILED

    def _failures(self) -> list[int]:
        return [transfer.failure.exit_code for transfer in self._ended.values() if transfer.failure]
