"""Sessions of commands that talk to a store."""

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tui.commands.output import note
from tui.wording.formatting import age, date_time

if TYPE_CHECKING:
    from collections.abc import Generator

    from tui.composition.session import Session


@contextmanager
def open_session(profile: str = "", bucket: str = "", **overrides: object) -> "Generator[Session]":
    """As the store options of a command line say; `overrides` are settings that it names.

    That the store keeps its user waiting is told on stderr.
    """
    from tui.commands.waiting_line import tell_waiting

    with (
        open_app_session(profile, bucket, **overrides) as session,
        tell_waiting(session.store_waits),
    ):
        yield session


@contextmanager
def open_app_session(
    profile: str = "", bucket: str = "", **overrides: object
) -> "Generator[Session]":
    """As `open_session`, for the app, which has the whole terminal to itself."""
    from tui.composition.options import Options
    from tui.composition.pauses import Pauses
    from tui.composition.session import Session

    context = click.get_current_context(silent=True)
    pauses = context.find_object(Pauses) if context else None
    with Session(Options(profile, bucket, overrides), pauses=pauses) as session:
        yield session


def refresh(session: "Session") -> int:
    """The number of objects that were set aside. Offline, what the cache knows is shown with its age."""
    from core.stored.catch_up import Stale

    found = session.jobs.catch_up()
    if not isinstance(found, Stale):
        return len(found.set_aside)
    if found.synced_at:
        ago = age(found.synced_at, session.clock.now())
        note(f"{found.reason} This is what was stored on {date_time(found.synced_at)}, {ago}.")
    else:
        note(f"{found.reason} This is what this machine stored; the rest was never read.")
    return 0
