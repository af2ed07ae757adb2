"""What happened, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.ports.journal.activity import MERGED_WITHIN, MOST_ENTRIES, ActivityEntry, ActivityLog
from core.printable import harmless
from core.redaction import redact
from tests.fakes.failing import FailsOnDemand


@dataclass
class FakeActivityFile:
    """What the logs of several stores share."""

    entries: list[ActivityEntry] = field(default_factory=list[ActivityEntry])
    number: int = 0
    last_id: int = 0


class FakeActivityLog(FailsOnDemand, ActivityLog):
    """Behaves as the one in SQLite does. A second one on the same `file` is another process."""

    def __init__(self, store: str = "fake-store", file: FakeActivityFile | None = None) -> None:
        super().__init__()
        self._store = store
        self._file = file or FakeActivityFile()
        self.closed = False

    def add(self, entries: Sequence[ActivityEntry]) -> None:
        for entry in entries:
            self._file.number += 1
            self._put(replace(_safe(entry), store=self._store, number=self._file.number))
        del self._file.entries[:-MOST_ENTRIES]

    def after(self, number: int) -> Sequence[ActivityEntry]:
        return [entry for entry in self._file.entries if entry.number > number]

    def close(self) -> None:
        self.closed = True

    def _put(self, entry: ActivityEntry) -> None:
        known = self._file.entries
        alike = (each for each in reversed(known) if _is_alike(each, entry))
        before = next(alike, None)
        if before is None:
            self._file.last_id += 1
            known.append(replace(entry, id=self._file.last_id))
        elif before.seen_by == entry.seen_by:
            known.remove(before)
            count = before.count + entry.count
            known.append(replace(entry, id=before.id, first_at=before.first_at, count=count))


def _is_alike(before: ActivityEntry, entry: ActivityEntry) -> bool:
    lately = before.last_at > entry.first_at - MERGED_WITHIN
    return lately and (before.store, before.likeness) == (entry.store, entry.likeness)


def _safe(entry: ActivityEntry) -> ActivityEntry:
    return replace(
        entry,
        subject=harmless(redact(entry.subject)),
        text=harmless(redact(entry.text)),
        kept=harmless(redact(entry.kept)),
        todo=harmless(redact(entry.todo)),
        path=redact(entry.path),
    )
