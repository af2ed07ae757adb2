"""What an upload in parts leaves to the next try, as the queue counts it."""

from core.errors import StateError
from core.ports.journal.uploads import Intent
from core.ports.object_store import OpenUpload, SentPart
from core.progress import Progress
from core.upload.journaled_session import JournaledSession
from tests.builders import NOON
from tests.fakes.journal import FakeJournal

INTENT = Intent("token", 1, 4, 1, "jobs/1/x.zip", NOON)
UPLOAD = OpenUpload("upload-1", 8, "sha256")


def part(number: int, size: int = 8) -> SentPart:
    return SentPart(number, size, f"digest {number}", f"etag {number}")


def test_what_is_left_to_the_next_try() -> None:
    """Parts that were written down; one that replaces another counts once, a new upload begins at 0."""
    journal, first = FakeJournal(), Progress()
    session = JournaledSession(journal, INTENT, first)
    assert not session.holds_parts
    session.opened(UPLOAD)
    assert not session.holds_parts
    session.sent(part(1))
    session.sent(part(2, 5))
    assert (first.in_store, session.holds_parts) == (13, True)

    second = Progress()
    later = JournaledSession(journal, session.intent, second)
    assert (second.in_store, second.kept_before) == (13, 13)
    later.sent(part(2, 6))
    assert second.in_store == 14
    later.opened(UPLOAD)
    assert second.in_store == 0


def test_what_nobody_finds_again_is_not_kept() -> None:
    """A part that could not be written down, and an upload that was given up."""
    journal, progress = FakeJournal(), Progress()
    session = JournaledSession(journal, INTENT, progress)
    session.opened(UPLOAD)
    journal.fail_next("put_part", StateError("The disk is full."))
    session.sent(part(1))
    assert not session.holds_parts
    session.sent(part(2))
    assert session.holds_parts
    session.dropped()
    assert not session.holds_parts
