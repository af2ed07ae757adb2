"""What a command shows is what the store holds now; offline, what the cache knows of it."""

from typing import NamedTuple

from core.stored.catch_up import Stale
from tui.composition.session import Session
from tui.output import note
from tui.wording.formatting import age, date_time


class Refreshed(NamedTuple):
    """Whether the store answered, and the number of objects that were set aside."""

    answered: bool
    set_aside: int


def refresh(session: Session) -> Refreshed:
    """Offline, what the cache knows is shown with its age."""
    found = session.jobs.catch_up()
    if not isinstance(found, Stale):
        return Refreshed(True, len(found.set_aside))
    if found.synced_at:
        ago = age(found.synced_at, session.clock.now())
        note(f"{found.reason} This is what was stored on {date_time(found.synced_at)}, {ago}.")
    else:
        note(f"{found.reason} This is what this machine stored; the rest was never read.")
    return Refreshed(False, 0)
