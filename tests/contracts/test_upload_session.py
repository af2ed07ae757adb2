"""What every session of an upload that is begun anew tells a store, and takes from it."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from core.ports.journal.uploads import Intent
from core.ports.object_store import OpenUpload, SentPart, UploadSession
from core.progress import Progress
from core.upload.journaled_session import JournaledSession
from tests.fakes.journal import FakeJournal
from tests.fakes.upload_session import NewSession

INTENT = Intent("f00d" * 8, 7, 4, 1, "jobs/7/x.zip", datetime(2026, 11, 20, 12, tzinfo=UTC))
New = Callable[[bool], UploadSession]


def fake(repeated: bool) -> UploadSession:
    return NewSession(repeated=repeated)


def journaled(repeated: bool) -> UploadSession:
    return JournaledSession(FakeJournal(), INTENT, Progress(), repeated=repeated)


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize("new", [fake, journaled])
def test_new(new: New, *, repeated: bool) -> None:
    """There is nothing to go on with, unless nobody wrote it down."""
    session = new(repeated)
    assert (session.before, dict(session.parts), session.repeated) == (None, {}, repeated)


@pytest.mark.parametrize("new", [fake, journaled])
def test_what_happens_is_for_the_next(new: New) -> None:
    """What the store tells while it works changes nothing of where this try began."""
    session = new(False)
    session.unfreed(OpenUpload("older", 6 << 20))
    session.opened(OpenUpload("id", 5 << 20))
    session.sent(SentPart(1, 5, "d", "e"))
    session.kept(5)
    assert (session.before, dict(session.parts)) == (None, {})
