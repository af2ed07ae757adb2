"""Where somebody wants to go who types a name, a number or a key: what there is of that, and where."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from os.path import relpath

from textual.message import Message

from core.model import HIGHEST_ID, Artifact, Job, Run
from core.printable import harmless
from tui.modes import MODES
from tui.screens.mode_screen import JobChosen, ModeChosen, RunChosen
from tui.services import AppServices
from tui.widgets.store_rows import JOB_FILES
from tui.wording.formatting import short_path
from tui.wording.store import reading_age
from tui.wording.titles import run_title

_A_NUMBER = re.compile(r"(?:job )?([0-9]{1,10})")
_URI = re.compile(r"[a-z0-9]+://")


@dataclass(frozen=True)
class FoundPlace:
    """`text` is literal; `what` says what it is; `message` goes there."""

    text: str
    what: str
    message: Message


def places_like(services: AppServices, typed: str, *, limit: int) -> Sequence[FoundPlace]:
    """At most about `limit` of each kind, what is meant exactly first. Reads the catalog: not on the UI thread.

    Raises CatalogError.
    """
    words = typed.lower().split()
    if not words:
        return ()
    if key := key_in_store(services.store_location, typed):
        return [_of_artifact(services, a) for a in services.list_artifacts.like(key, limit=limit)]
    if _URI.match(typed):
        return ()
    found = [
        *_screens(words),
        *_numbered(services, typed),
        *_watched(services, words, limit),
        *map(_of_job, services.list_jobs.like(words, limit=limit)),
        *_of_runs(services, services.list_runs.like(words, limit=limit)),
    ]
    once: dict[str, FoundPlace] = {}
    for place in found:
        once.setdefault(place.text, place)
    return sorted(once.values(), key=lambda place: not _is_meant(place, words))


def nothing_like(services: AppServices, typed: str) -> str:
    """Why there is no such place, as far as that is known."""
    typed = harmless(typed)
    if _URI.match(typed) and not key_in_store(services.store_location, typed):
        return f"{typed} is not in this store, which is {services.store_location}"
    state = services.store_state()
    age = reading_age(state, state.read_at.of_list, services.clock.now())
    what = f"Job {number[1]}" if (number := _A_NUMBER.fullmatch(typed.lower())) else typed
    return f"{what} is not known here; store {age}"


def key_in_store(location: str, typed: str) -> str:
    """The key within the store, of a key or of a URI in it; empty for what is none of both."""
    typed = typed.strip()
    if typed.startswith(f"{location.rstrip('/')}/"):
        return typed[len(location.rstrip("/")) + 1 :]
    is_key = "/" in typed and " " not in typed and not typed.startswith(("/", "~"))
    return typed if is_key and not _URI.match(typed) else ""


def _is_meant(place: FoundPlace, words: Sequence[str]) -> bool:
    """Whether its last word, or its number, is one that was typed."""
    said = place.text.lower().replace("/", " ").split()
    return bool(said) and (said[-1] in words or (said[:1] == ["job"] and said[1] == words[-1]))


def _screens(words: Sequence[str]) -> Iterator[FoundPlace]:
    for mode in MODES:
        if all(word in mode.title.lower() for word in words):
            yield FoundPlace(mode.title, "a screen", ModeChosen(mode.name))


def _numbered(services: AppServices, typed: str) -> Iterator[FoundPlace]:
    """The job of this number, however many others have it in theirs."""
    number = _A_NUMBER.fullmatch(typed.strip().lower())
    if number and 0 < int(number[1]) <= HIGHEST_ID:
        job = services.list_jobs.find(int(number[1]))
        if job is not None:
            yield _of_job(job)


def _watched(services: AppServices, words: Sequence[str], limit: int) -> Iterator[FoundPlace]:
    roots = services.watch.roots()
    found = (
        run
        for run in services.watch.views()
        if all(word in f"run {run.path}".lower() for word in words)
    )
    for run in islice(found, limit):
        place = relpath(run.path, run.root) if len(roots) == 1 else short_path(run.path)
        yield FoundPlace(harmless(f"Run {place}"), "in Watch", RunChosen(run.path))


def _of_job(job: Job) -> FoundPlace:
    return FoundPlace(harmless(f"Job {job.id} {job.name}"), "its runs, in Browse", JobChosen(job))


def _of_runs(services: AppServices, runs: Sequence[Run]) -> Iterator[FoundPlace]:
    ids = list(dict.fromkeys(run.job_id for run in runs))
    jobs = {found.job.id: found.job for found in services.list_jobs.these(ids)}
    for run in runs:
        if job := jobs.get(run.job_id):
            text = f"Job {job.id} {job.name} / {run_title(run.run_id, run.directory)}"
            yield FoundPlace(
                harmless(text), "what is stored of it, in Browse", JobChosen(job, str(run.run_id))
            )


def _of_artifact(services: AppServices, artifact: Artifact) -> FoundPlace:
    job = services.list_jobs.find(artifact.job_id)
    run = str(artifact.run_id) if artifact.run_id else JOB_FILES
    message = JobChosen(job, run, artifact.key) if job else ModeChosen("browse")
    return FoundPlace(harmless(artifact.key), "in Browse", message)
