"""Sessions of commands that talk to a store."""

from collections.abc import Generator
from contextlib import contextmanager

import click

from tui.commands.waiting_line import tell_waiting
from tui.composition.options import Options, Pauses
from tui.composition.session import Session


@contextmanager
def open_session(profile: str = "", bucket: str = "", **overrides: object) -> Generator[Session]:
    """As the store options of a command line say; `overrides` are settings that it names.

    That the store keeps its user waiting is told on stderr.
    """
    with (
        open_app_session(profile, bucket, **overrides) as session,
        tell_waiting(session.store_waits),
    ):
        yield session


@contextmanager
def open_app_session(
    profile: str = "", bucket: str = "", **overrides: object
) -> Generator[Session]:
    """As `open_session`, for the app, which has the whole terminal to itself."""
    context = click.get_current_context(silent=True)
    pauses = context.find_object(Pauses) if context else None
    with Session(Options(profile, bucket, overrides), pauses=pauses) as session:
        yield session
