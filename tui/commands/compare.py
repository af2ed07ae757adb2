"""`runferry compare`: a few runs side by side, or all runs of a job as one."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import click

from core.compare.named_run import NamedRun
from core.errors import EXIT_FAILED, EXIT_OK
from core.model import parse_id
from core.printable import printable
from tui.commands.comparison_lines import emit_comparison, show_comparison, show_difference
from tui.commands.ensemble_lines import emit_ensemble, note_unread, show_ensemble, write_bands
from tui.commands.options import ID, json_option, store_options
from tui.commands.refresh import refresh
from tui.commands.sessions import open_session
from tui.composition.session import Session
from tui.wording.formatting import plural, short_path

_STORED = re.compile(r"([0-9]+):([0-9]+)(?:@v([0-9]+))?", re.ASCII)
_FEWEST, _MOST = 2, 4


@click.command()
@click.argument("names", nargs=-1, metavar="[RUN...]")
@click.option("--job-id", type=ID, metavar="N", help="All runs of a job, as one picture.")
@click.option(
    "--variable", default="", metavar="V", help="As INF.I; else what most runs show first."
)
@click.option("--file", "path", default="", metavar="PATH", help="Where this file differs first.")
@click.option("--csv", "as_csv", is_flag=True, help="With --job-id: the days as CSV.")
@json_option
@store_options
def compare(
    names: tuple[str, ...],
    job_id: int | None,
    variable: str,
    path: str,
    as_csv: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Compare two to four runs, or all runs of a job.

    RUN is a RUN directory, a directory of them, or JOB:RUN[@vN] for what is stored, as in 12:4@v2. Told are
    parameters that differ, sizes, days, peaks and final values, and which files differ from those of
    the first run.

    With --job-id, the median of all runs of the job day by day, where 50 % and 90 % of them are, and
    which runs are unlike the others.
    """
    _check(names, job_id, path, as_csv=as_csv, as_json=as_json)
    with open_session(profile, bucket) as session:
        if job_id:
            return _ensemble(session, job_id, variable, as_csv=as_csv, as_json=as_json)
        runs = _runs(session, names)
        if path:
            show_difference(session.curves.compare_files, runs, path, as_json=as_json)
            return EXIT_OK
        comparison = session.curves.compare_runs(runs, variable)
        show = emit_comparison if as_json else show_comparison
        show(comparison, session.curves.compare_files)
    return EXIT_OK


def _ensemble(session: Session, job_id: int, variable: str, *, as_csv: bool, as_json: bool) -> int:
    refresh(session)
    session.jobs.get_job(job_id)
    ensemble = session.curves.ensemble.of_job(job_id, variable)
    if as_csv:
        write_bands(ensemble)
    elif as_json:
        emit_ensemble(ensemble)
    else:
        show_ensemble(ensemble)
    return EXIT_FAILED if note_unread(ensemble) else EXIT_OK


def _runs(session: Session, names: Sequence[str]) -> Sequence[NamedRun]:
    """What is stored is as the store has it now."""
    if any(map(_stored, names)):
        refresh(session)
    found = _told_apart([run for name in names for run in _named(session, name)])
    if not _FEWEST <= len(found) <= _MOST:
        what = plural(len(found), "run")
        raise click.UsageError(f"{_FEWEST} to {_MOST} runs can be compared, these are {what}.")
    return found


def _named(session: Session, name: str) -> Iterator[NamedRun]:
    if match := _stored(name):
        job_id, run_id = (parse_id(match[n], what) for n, what in ((1, "job id"), (2, "run id")))
        version = parse_id(match[3], "version") if match[3] else None
        yield session.curves.job_runs.stored(job_id, run_id, version)
        return
    for path in session.trees.find_results.run_directories(os.path.expanduser(name)):
        yield NamedRun(os.path.basename(path), [session.curves.local(path)], path=path)


def _told_apart(runs: Sequence[NamedRun]) -> Sequence[NamedRun]:
    """RUN4 where that says which it is, else its path."""
    names = Counter(run.name for run in runs)
    return [
        replace(run, name=printable(short_path(run.path))) if names[run.name] > 1 else run
        for run in runs
    ]


def _stored(name: str) -> "re.Match[str] | None":
    """A directory of that name is meant before all."""
    return None if os.path.isdir(name) else _STORED.fullmatch(name)


def _check(
    names: Sequence[str], job_id: int | None, path: str, *, as_csv: bool, as_json: bool
) -> None:
    if bool(names) == bool(job_id):
        raise click.UsageError("Name two to four runs, or a job with --job-id.")
    if as_csv and not job_id:
        raise click.UsageError("--csv is for the days of a job: it needs --job-id.")
    if as_csv and as_json:
        raise click.UsageError("Either --csv or --json.")
    if path and job_id:
        raise click.UsageError("--file is for runs that are named.")
