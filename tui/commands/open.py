"""`runferry [ROOT]`: the app."""

import gc
import os

import click

from core.errors import EXIT_OK, EXIT_USAGE
from tui.commands.options import PATH, rule_options, store_options
from tui.commands.sessions import open_app_session
from tui.dialog_prompt import DialogMfaPrompt
from tui.output import has_terminal, note
from tui.services import AppServices


@click.command("open")
@click.argument("roots", nargs=-1, type=PATH, metavar="[ROOT]...")
@rule_options
@store_options
def open_app(
    roots: tuple[str, ...],
    kind: str,
    rule: str,
    quiet_seconds: float | None,
    stall_seconds: float | None,
    profile: str,
    bucket: str,
) -> int:
    """Open the app, watching ROOT: one tree or several.

    Without ROOT it watches those of the last time, else the current directory.
    """
    if not has_terminal():
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
    with open_app_session(prompt, profile, bucket, **overrides) as session:
        for root in roots:
            session.trees.absence(root)  # that is shown; what is no directory is refused
        services = session.app_services(roots or session.last_roots() or [os.getcwd()])
        return run_app(services, prompt)


def run_app(services: AppServices, prompt: DialogMfaPrompt | None = None) -> int:
    """The app until the user quits; returns the exit code. It shows what the `prompt` asks."""
    # What is made for the first frame stays: to look for garbage in it takes a tenth of the time.
    gc.disable()
    from tui.app import RunFerryApp  # textual: not for a demo without a screen

    app = RunFerryApp(services, prompt, on_first_frame=_look_for_garbage)
    return app.run() or app.return_code or EXIT_OK


def _look_for_garbage() -> None:
    """From now on, and never in what is there already."""
    gc.freeze()
    gc.enable()
