"""What is done to a store, each with what it is about: listed before anybody is asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from core.care.archive_artifacts import ArchiveScope
from core.care.job_contents import JobContents
from core.care.move_plan import MovePlan
from core.care.run_contents import RunContents
from core.errors import ArtifactNotFoundError, Failure, RunFerryError, TransferCancelledError
from core.model import Artifact, run_id_of
from core.printable import printable
from tui.background import failure_of
from tui.parts.care import Care
from tui.screens.care_questions import (
    adopt_lines,
    amount_of,
    archive_lines,
    delete_job_lines,
    delete_runs_lines,
    move_lines,
    moved_title,
    runs_title,
)
from tui.screens.chosen import Chosen
from tui.screens.typed import Operation, Outcome, Steps
from tui.services import AppServices
from tui.wording.action_keys import keyed
from tui.wording.formatting import plural, short_path, size
from tui.wording.titles import job_title

T = TypeVar("T")

_LEFT = "D lists what is left, and goes on."
_UNKNOWN = "How much is left cannot be told before the store answers."


def archive_operation(services: AppServices, chosen: Chosen) -> Operation:
    """Of what the rows stand for. Reads the store; raises RunFerryError."""
    care = services.part(Care)
    for job_id in [chosen.job.id] if chosen.job else chosen.job_ids:
        services.read_store.job(job_id)
    found = [*_to_archive(services, care, chosen)]
    where, storage_class = services.store_location, care.archive.storage_class
    what = chosen.describe(services)
    lines = archive_lines(what, found, storage_class, where)
    if not found:
        return Operation(lines)
    return Operation(
        lines,
        "archives",
        f"Archiving {what}",
        partial(_archive, care, found),
        len(found),
        _name_of(services, chosen),
    )


def delete_job_operation(services: AppServices, job_id: int) -> Operation:
    """A job with all that RunFerry stored of it. Reads the store; raises RunFerryError."""
    care = services.part(Care)
    contents = asked(services, lambda: care.delete_job.contents(job_id))
    return Operation(
        delete_job_lines(contents, services.store_location),
        "deletes",
        f"Deleting {job_title(contents.job)}",
        partial(_delete_job, services, care, contents),
        len(contents.objects),
        contents.job.name if contents.job.name.strip() else f"job {job_id}",
    )


def delete_runs_operation(services: AppServices, chosen: Chosen) -> Operation:
    """Runs of a job, or one version. Reads the store; raises RunFerryError."""
    care = services.part(Care)
    find = care.delete_run.contents
    found = [asked(services, lambda p=place: find(*p)) for place in _places(services, chosen)]
    return Operation(
        delete_runs_lines(found, services.store_location),
        "deletes",
        f"Deleting {runs_title(found)}",
        partial(_delete_runs, services, care, found),
        len(found),
        runs_title(found),
    )


def move_operation(services: AppServices, place: tuple[int, int], to: tuple[int, int]) -> Operation:
    """A run, by the ids of its job and its own, to others. Reads the store; raises RunFerryError."""
    care = services.part(Care)
    plan = asked(services, lambda: care.move_run.plan(*place, *to))
    roots = ", ".join(printable(short_path(root)) for root in plan.roots)
    return Operation(
        move_lines(plan),
        "moves",
        f"Moving {moved_title(plan)} to {job_title(plan.to_job)}",
        partial(_move, services, care, plan),
        option=f"New runs of {roots} go there, too" if roots else "",
    )


def adopt_operation(services: AppServices, chosen: Chosen) -> Operation:
    """What other tools stored, as far as it is known. Raises CatalogError."""
    found = [a for a in chosen.artifacts(services) if not a.managed]
    lines = adopt_lines(found)
    if not found:
        return Operation(lines)
    doing, act = f"Adopting {amount_of(found)}", partial(_adopt, services.part(Care), found)
    return Operation(lines, "adopts", doing, act, len(found))


def asked(services: AppServices, call: Callable[[], T]) -> T:
    """The result of `call`; that the store did not answer is known to all screens then.

    That it refused is said of this alone: other things may be allowed.
    """
    try:
        return call()
    except RunFerryError as error:
        if error.unreachable:
            services.store_watch.lost(error.what, away=True)
        raise


def _to_archive(services: AppServices, care: Care, chosen: Chosen) -> Iterator[Artifact]:
    for scope in _scopes(chosen):
        found = asked(services, lambda s=scope: [*care.archive.candidates(s)])
        yield from (artifact for artifact in found if _is_meant(artifact, chosen))


def _scopes(chosen: Chosen) -> Iterable[ArchiveScope]:
    """Each is read by one listing of its job: of several runs of a job, all of it is."""
    if chosen.job is None:
        return map(ArchiveScope, chosen.job_ids)
    runs = chosen.run_ids
    return [ArchiveScope(chosen.job.id, runs[0] if [*runs] == [*chosen.keys] else None)]


def _is_meant(artifact: Artifact, chosen: Chosen) -> bool:
    if chosen.job is None:
        return True
    if chosen.artifact_keys:
        return artifact.key in chosen.artifact_keys
    return artifact.run_id in chosen.run_ids or (chosen.has_job_files and artifact.run_id is None)


def _name_of(services: AppServices, chosen: Chosen) -> str:
    """What is typed to mean it: the name of one job, else what the rows are called."""
    jobs = chosen.jobs(services) if len(chosen.job_ids) == 1 else ()
    return jobs[0].name if jobs and jobs[0].name.strip() else chosen.describe(services)


def _archive(care: Care, found: Sequence[Artifact], steps: Steps) -> Outcome:
    done, failure = _each(found, care.archive, steps)
    said = f"Archived {amount_of(done)} in {care.archive.storage_class}"
    if failure is None:
        return Outcome(said)
    left = len(found) - len(done)
    return Outcome(
        said, _rest(failure, f"{said}; {plural(left, 'object')} not.", keyed("{archive} goes on."))
    )


def _adopt(care: Care, found: Sequence[Artifact], steps: Steps) -> Outcome:
    done, failure = _each(found, lambda artifact: care.adopt(artifact.key), steps)
    said = f"Adopted {amount_of(done)}"
    if failure is None:
        return Outcome(said)
    left = len(found) - len(done)
    return Outcome(said, _rest(failure, f"{said}; {plural(left, 'object')} not.", ""))


def _each(
    found: Sequence[Artifact], act: Callable[[Artifact], object], steps: Steps
) -> tuple[Sequence[Artifact], Failure | None]:
    """Those that it was done to, and the first failure; one keeps the others from nothing.

    Unless the store is away, or the user has it stopped.
    """
    done, first = list[Artifact](), None
    for artifact in found:
        try:
            steps.step()
            act(artifact)
        except RunFerryError as error:
            first = first or failure_of(error)
            if error.offline or isinstance(error, TransferCancelledError):
                break
        else:
            done.append(artifact)
    return done, first


def _delete_job(services: AppServices, care: Care, contents: JobContents, steps: Steps) -> Outcome:
    total = f"{plural(len(contents.objects), 'object')}, {size(contents.stored_bytes)}"
    try:
        asked(services, lambda: care.delete_job(contents, steps.step))
    except RunFerryError as error:
        kept = _what_is_left(care, contents)
        return Outcome("", _rest(failure_of(error), kept, ""))
    return Outcome(f"Deleted {job_title(contents.job)}: {total}")


def _places(
    services: AppServices, chosen: Chosen
) -> Sequence[tuple[int, int] | tuple[int, int, int]]:
    """Job, run and version for what goes."""
    if chosen.job is None:
        return ()
    if not chosen.artifact_keys:
        return [(chosen.job.id, run_id) for run_id in chosen.run_ids]
    found = chosen.artifacts(services)
    if not all(artifact.current for artifact in found):
        raise ArtifactNotFoundError(
            "Another one is the current one of its run.",
            kept="Nothing was deleted.",
            todo="It is deleted with all of the run, or of the job.",
        )
    versions = [artifact for artifact in found if artifact.is_version]
    if not versions:
        raise ArtifactNotFoundError(
            "RunFerry did not store it as a version.",
            kept="Nothing was deleted.",
            todo="M adopts it; then it can be deleted.",
        )
    return [(a.job_id, run_id_of(a), a.version) for a in versions]


def _delete_runs(
    services: AppServices, care: Care, found: Sequence[RunContents], steps: Steps
) -> Outcome:
    done, stayed = list[RunContents](), 0
    for contents in found:
        try:
            steps.step()
            delete = partial(care.delete_run, contents, steps.progress)
            stayed += len(asked(services, delete))
        except RunFerryError as error:
            kept = f"{plural(len(done), 'run')} of {len(found)} are deleted." if done else ""
            return Outcome("", _rest(failure_of(error), kept, "D lists what is left."))
        done.append(contents)
    total = sum(len(contents.what.objects) for contents in done)
    needed = f"; {plural(stayed, 'object')} that others need stay" if stayed else ""
    return Outcome(f"Deleted {runs_title(found)}: {plural(total, 'object')}{needed}")


def _move(services: AppServices, care: Care, plan: MovePlan, steps: Steps) -> Outcome:
    rebind = plan.roots[0] if steps.chosen and plan.roots else None
    asked(services, lambda: care.move_run(plan, rebind=rebind, progress=steps.progress))
    return Outcome(f"Moved {moved_title(plan)} to run {plan.to_run} of {job_title(plan.to_job)}")


def _what_is_left(care: Care, before: JobContents) -> str:
    """After a delete that was not carried through: looked up, never guessed."""
    try:
        left = care.delete_job.contents(before.job.id)
    except RunFerryError:
        return _UNKNOWN
    gone = len(before.objects) - len(left.objects)
    if not gone:
        return f"All {plural(len(before.objects), 'object')} are there."
    there = (
        f"{plural(gone, 'object')} of {len(before.objects)} are gone; {len(left.objects)} are left."
    )
    return f"{there} {_LEFT}"


def _rest(failure: Failure, kept: str, todo: str) -> Failure:
    return Failure(
        failure.what,
        " ".join(filter(None, (kept, failure.kept))),
        " ".join(filter(None, (failure.todo, todo))),
        failure.retryable,
        failure.exit_code,
        cause=failure.cause,
    )
