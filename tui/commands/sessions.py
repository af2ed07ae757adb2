"""Sessions of commands that talk to a store."""

from collections.abc import Generator
from contextlib import contextmanager

import click

from core.ports.mfa_prompt import MfaPrompt
from tui.commands.terminal_prompt import TerminalMfaPrompt
from tui.commands.waiting_line import tell_waiting
from tui.composition.options import Options, Pauses
from tui.composition.session import Session


@contextmanager
def open_session(profile: str = "", bucket: str = "", **overrides: object) -> Generator[Session]:
    """As the store options of a command line say; `overrides` are settings that it names.

    That the store keeps its user waiting is told on stderr. Codes of MFA devices are asked for on the
    terminal; a command with --json asks nobody.
    """
    context = click.get_current_context(silent=True)
    prompt = None if context and context.params.get("as_json") else TerminalMfaPrompt()
    with (
        session_of(Options(profile, bucket, overrides), prompt, context=context) as session,
        tell_waiting(session.store_waits),
    ):
        yield session


def session_of(
    options: Options, prompt: MfaPrompt | None, *, context: click.Context | None
) -> Session:
    """For the command with this context, which is known on the thread that runs it alone."""
    pauses = context.find_object(Pauses) if context else None
    command = context.command_path if context else ""
    return Session(options, pauses=pauses, prompt=prompt, command=command)
