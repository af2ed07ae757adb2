"""What the completion of a shell offers: from the settings and the cache, never from the store.

Whatever goes wrong offers nothing: there is no place where a message could be read.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

import click
from click.shell_completion import CompletionItem

from core.printable import one_line
from core.settings import Settings
from tui.composition.options import Options
from tui.composition.session import Session

_MOST = 100
_NAMES: Mapping[str, Callable[[Settings], Iterable[str]]] = {
    "profile": lambda settings: settings.profiles,
    "kind": lambda settings: (kind.name for kind in settings.watch.kinds),
    "rule": lambda settings: (rule.name for rule in settings.watch.rules),
}


def suggest_ids(
    context: click.Context, parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    """Jobs whose id or name begins so, the newest first; or the runs of the job that was named."""
    if parameter.name == "job_id":
        return _from_cache(context, lambda session: _jobs(session, begun))
    if parameter.name == "run_id" and (job_id := context.params.get("job_id")):
        return _from_cache(context, lambda session: _runs(session, job_id, begun))
    return []


def suggest_names(context: click.Context, begun: str) -> list[CompletionItem]:
    """Names of jobs."""

    def names(session: Session) -> Iterator[CompletionItem]:
        known = dict.fromkeys(summary.job.name for summary in session.jobs.list_jobs.all())
        return (CompletionItem(one_line(name)) for name in known if name.startswith(begun))

    return _from_cache(context, names)


def suggest_from_settings(context: click.Context, what: str, begun: str) -> list[CompletionItem]:
    """Names of profiles, run kinds or finish rules."""

    def names(session: Session) -> Iterator[CompletionItem]:
        return (CompletionItem(n) for n in _NAMES[what](session.settings) if n.startswith(begun))

    return _offered(context, names)


def _jobs(session: Session, begun: str) -> Iterator[CompletionItem]:
    for summary in session.jobs.list_jobs.all():
        job = summary.job
        if str(job.id).startswith(begun) or (begun and job.name.startswith(begun)):
            yield CompletionItem(str(job.id), help=one_line(job.name))


def _runs(session: Session, job_id: int, begun: str) -> Iterator[CompletionItem]:
    for run in session.jobs.list_runs(job_id):
        if str(run.run_id).startswith(begun):
            yield CompletionItem(str(run.run_id), help=run.status.value.lower())


def _from_cache(
    context: click.Context, items: Callable[[Session], Iterator[CompletionItem]]
) -> list[CompletionItem]:
    """Makes no cache where there is none."""

    def of_cache(session: Session) -> Iterator[CompletionItem]:
        there = os.path.exists(session.places.cache_db(session.settings.profile))
        return items(session) if there else iter(())

    return _offered(context, of_cache)


def _offered(
    context: click.Context, items: Callable[[Session], Iterator[CompletionItem]]
) -> list[CompletionItem]:
    profile, bucket = (context.params.get(name) or "" for name in ("profile", "bucket"))
    try:
        with Session(Options(profile, bucket)) as session:
            return [*islice(items(session), _MOST)]
    except Exception:  # noqa: BLE001 - a shell asks, and nobody reads
        return []
