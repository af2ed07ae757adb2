"""`runferry demo`: a live simulated tree and a throw-away store."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Never

import click

from core.errors import EXIT_OK
from core.pace.throttle import Throttle
from core.threads import Deadline
from tui.commands.headless import HeadlessWatch
from tui.commands.open import run_app
from tui.commands.options import json_option
from tui.composition.options import Options
from tui.composition.session import Session
from tui.demo.plan import DemoPlan
from tui.demo.simulation import DemoSimulation
from tui.output import has_terminal, note, say

_PLAN = DemoPlan(runs=4, seconds_per_run=3.0, concurrent=2)
_QUIET_SECONDS = 1.5
_COUNTDOWN_SECONDS = 1.5
_LINK_BYTES_PER_SECOND = 160_000
"""The demo's link is slow enough to see a run travel."""


@click.command()
@click.option(
    "--headless", is_flag=True, help="Print one line per event instead of opening the app."
)
@json_option
def demo(headless: bool, as_json: bool) -> int:
    """A small epidemic writes runs into a temporary tree; finished ones travel to a local store.

    Nothing outside a temporary directory is touched, and that is removed at the end.
    """
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _leave)  # the temporary directory is removed on the way out
    with TemporaryDirectory(prefix="runferry-demo-") as directory:
        environ = {
            "RUNFERRY_HOME": os.path.join(directory, "home"),
            "RUNFERRY_COUNTDOWN_SECONDS": str(_COUNTDOWN_SECONDS),
        }
        options = Options(overrides={"quiet_seconds": _QUIET_SECONDS})
        throttle = Throttle(_LINK_BYTES_PER_SECOND)
        session = Session(options, environ, throttle)
        with session, _simulated(Path(directory) / "epidemic", session.quitting) as tree:
            if headless or as_json or not has_terminal():
                return _headless(session, tree, as_json=as_json)
            return _in_app(session, tree)


def _leave(number: int, frame: FrameType | None) -> Never:
    raise SystemExit(128 + number)


@contextmanager
def _simulated(root: Path, quitting: Deadline) -> Generator[DemoSimulation]:
    simulation = DemoSimulation(root, _PLAN)
    simulation.start()
    try:
        yield simulation
    finally:
        simulation.stop()
        simulation.join(quitting)


def _headless(session: Session, tree: DemoSimulation, *, as_json: bool) -> int:

    note(f"{_PLAN.runs} runs of a simulated epidemic appear in {tree.results_root}.")
    services = session.app_services([str(tree.results_root.parent)])
    watching = HeadlessWatch(services, as_json=as_json, auto_upload=True)

    def all_stored() -> bool:
        return len(services.watch.views()) == _PLAN.runs and not tree.running and watching.idle()

    code = watching.run(until=all_stored)
    if not as_json:
        _tell_stored(session)
    return code


def _tell_stored(session: Session) -> None:
    for summary in session.jobs.list_jobs():
        say(f"stored: job {summary.job.id} ({summary.job.name}) with {summary.runs} runs")
        for artifact in session.jobs.list_artifacts(summary.job.id):
            say(f"  {artifact.key}  {artifact.size:,} B  sha256 {artifact.sha256[:16]}…")
    say("This was a demo: the tree and the store are removed now.")


def _in_app(session: Session, tree: DemoSimulation) -> int:

    services = session.app_services([str(tree.results_root.parent)])
    for root in services.watch.roots():
        services.auto_upload.set_on(root.path, on=True)
    run_app(services, session.settings.appearance)
    return EXIT_OK
