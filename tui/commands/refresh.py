"""What a command shows is what the store holds now; offline, what the cache knows of it."""

from core.stored.catch_up import Stale
from tui.composition.session import Session
from tui.output import note
from tui.wording.formatting import age, date_time


def refresh(session: Session) -> int:
    """The number of objects that were set aside. Offline, what the cache knows is shown with its age."""
    found = session.jobs.catch_up()
    if not isinstance(found, Stale):
        return len(found.set_aside)
    if found.synced_at:
        ago = age(found.synced_at, session.clock.now())
        note(f"{found.reason} This is what was stored on {date_time(found.synced_at)}, {ago}.")
    else:
        note(f"{found.reason} This is what this machine stored; the rest was never read.")
    return 0
