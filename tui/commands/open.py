"""`runferry [ROOT]`: the app."""

import os
from typing import TYPE_CHECKING

import click

from core.errors import EXIT_OK, EXIT_USAGE
from tui.commands.options import rule_options, store_options
from tui.output import has_terminal, note

if TYPE_CHECKING:
    from tui.bootstrap import Session


@click.command("open")
@click.argument("root", required=False)
@rule_options
@store_options
def open_app(
    root: str | None, rule: str, quiet_seconds: float | None, profile: str, bucket: str
) -> int:
    """Open the app, watching ROOT."""
    if not has_terminal():
        note("runferry: the app needs a terminal, and there is none here.")
        note("  Without one: `runferry scan`, `watch`, `upload`, `jobs`, `demo --headless`.")
        return EXIT_USAGE
    from tui.bootstrap import Options, Session

    overrides = {"rule": rule, "quiet_seconds": quiet_seconds}
    with Session(Options(profile, bucket, overrides)) as session:
        chosen = root or session.last_root() or os.getcwd()
        session.check_root(chosen)
        return run_app(session, chosen)


def run_app(session: "Session", root: str) -> int:
    """The app until the user quits; returns the exit code."""
    from tui.app import RunFerryApp

    app = RunFerryApp(session.app_services(root))
    return app.run() or app.return_code or EXIT_OK
