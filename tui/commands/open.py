"""`runferry [ROOT]`: the app."""

import gc
import os
from functools import partial

import click

from core.errors import EXIT_OK, EXIT_USAGE
from core.settings import AppearanceSettings
from tui.commands.options import PATH, rule_options, store_options
from tui.commands.sessions import session_of
from tui.composition.app_sessions import AppSessions
from tui.composition.options import Options
from tui.composition.session import Session
from tui.dialog_prompt import DialogMfaPrompt
from tui.output import has_terminal, note
from tui.reopening import Reopening
from tui.services import AppServices


@click.command("open")
@click.argument("roots", nargs=-1, type=PATH, metavar="[ROOT]...")
@click.option("--read-only", is_flag=True, help="Look only: nothing is stored, changed or kept.")
@rule_options
@store_options
def open_app(
    roots: tuple[str, ...],
    read_only: bool,
    kind: str,
    rule: str,
    quiet_seconds: float | None,
    stall_seconds: float | None,
    profile: str,
    bucket: str,
) -> int:
    """Open the app, watching ROOT: one tree or several.

    Without ROOT it watches those of the last time. Where there are none, and no settings either, it
    asks first what to watch and where to store it.
    """
    if not has_terminal() and "TEXTUAL_DRIVER" not in os.environ:
        note("runferry: the app needs a terminal, and there is none here.")
        note("  Without one: `runferry scan`, `watch`, `upload`, `jobs`, `demo --headless`.")
        return EXIT_USAGE
    overrides = {
        "kind": kind,
        "rule": rule,
        "quiet_seconds": quiet_seconds,
        "stall_seconds": stall_seconds,
    }
    prompt = DialogMfaPrompt()
    make = partial(session_of, context=click.get_current_context(silent=True))
    with AppSessions(Options(profile, bucket, overrides, read_only=read_only), make) as sessions:
        session = sessions.begin(prompt)
        for root in roots:
            session.trees.absence(root)  # that is shown; what is no directory is refused
        known = roots or session.last_roots()
        services = session.app_services(known or [os.getcwd()])
        first_run = not known and not read_only and is_new(session)
        appearance = session.settings.appearance
        return run_app(services, appearance, prompt, sessions, first_run=first_run)


def run_app(
    services: AppServices,
    appearance: AppearanceSettings,
    prompt: DialogMfaPrompt | None = None,
    reopening: Reopening | None = None,
    *,
    first_run: bool = False,
) -> int:
    """The app until the user quits; returns the exit code. It shows what the `prompt` asks."""
    # What is made for the first frame stays: to look for garbage in it takes a tenth of the time.
    gc.disable()
    from tui.app import RunFerryApp  # textual: not for a demo without a screen

    app = RunFerryApp(
        services,
        prompt,
        _look_for_garbage,
        reopening=reopening,
        appearance=appearance,
        first_run=first_run,
    )
    return app.run() or app.return_code or EXIT_OK


def is_new(session: Session) -> bool:
    """Whether nobody has said anything about the store yet: neither in a file nor here."""
    said = session.settings.origins.get("profile") != "default"
    return not said and not os.path.lexists(session.places.settings)


def _look_for_garbage() -> None:
    """From now on, and never in what is there already."""
    gc.freeze()
    gc.enable()
