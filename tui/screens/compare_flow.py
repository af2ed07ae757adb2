"""From the key `c` to a comparison: of marked runs, or of all runs of a job."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from textual.signal import Signal

from core.compare.named_run import NamedRun
from core.events import Event
from core.model import ArtifactKind
from core.printable import printable
from core.run_view import RunView
from core.stored.job_s3_prefix import parse_key
from tui.parts.curves import Curves
from tui.screens.chosen import Chosen
from tui.screens.ensemble import EnsembleScreen
from tui.screens.mode_screen import ModeScreen
from tui.screens.overlay import MOST_CURVES, OverlayScreen
from tui.services import AppServices
from tui.wording.formatting import short_path


def compare_watched(
    screen: ModeScreen, events: Signal[Event], marked: Sequence[RunView], root: str, job: int | None
) -> None:
    """Two to four marked runs are laid over each other, more are an ensemble.

    Else it is that of all runs of `job`; where none is known, of what would go to one job with `root`.
    """
    services = screen.services
    if len(marked) > 1:
        paths = [run.path for run in marked]
        _open(screen, events, "marked runs", len(paths), lambda: _here(services, paths))
    elif job is not None:
        compare_job(screen, events, job)
    else:
        views = services.watch.views()
        paths = [run.path for run in views if run.results_root == root]
        title = printable(short_path(root))
        _push(screen, _ensemble(screen, events, title, lambda: _here(services, paths)))


def compare_stored(screen: ModeScreen, events: Signal[Event], chosen: Chosen) -> None:
    """The same of runs of one job, or of versions of one, that are chosen in Browse."""
    job = chosen.job.id if chosen.job else chosen.job_ids[0]
    runs = [(run_id, None) for run_id in chosen.run_ids] or [
        *_versions(sorted(chosen.artifact_keys))
    ]
    services = screen.services

    def find() -> Sequence[NamedRun]:
        stored = services.part(Curves).job_runs.stored
        return [stored(job, run_id, version) for run_id, version in runs]

    if len(runs) > 1:
        _open(screen, events, _title(services, job), len(runs), find)
    else:
        compare_job(screen, events, job)


def compare_job(screen: ModeScreen, events: Signal[Event], job: int) -> None:
    """All runs of it, stored or here."""
    services = screen.services
    title = _title(services, job)
    _push(screen, _ensemble(screen, events, title, lambda: services.part(Curves).job_runs(job)))


def _open(
    screen: ModeScreen,
    events: Signal[Event],
    title: str,
    count: int,
    find: Callable[[], Sequence[NamedRun]],
) -> None:
    if count > MOST_CURVES:
        _push(screen, _ensemble(screen, events, title, find))
        return
    _push(screen, OverlayScreen(screen.services, events, screen.mode, title, find))


def _versions(keys: Sequence[str]) -> Iterator[tuple[int, int | None]]:
    """Runs with versions, of the keys that are those of results."""
    for parsed in filter(None, map(parse_key, keys)):
        if parsed.run_id and parsed.kind is ArtifactKind.RUN_RESULTS:
            yield parsed.run_id, parsed.version or None


def _ensemble(
    screen: ModeScreen, events: Signal[Event], title: str, find: Callable[[], Sequence[NamedRun]]
) -> EnsembleScreen:
    return EnsembleScreen(screen.services, events, screen.mode, title, find)


def _push(screen: ModeScreen, opened: ModeScreen) -> None:
    screen.app.push_screen(opened)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual


def _here(services: AppServices, paths: Sequence[str]) -> Sequence[NamedRun]:
    """Runs of this machine, by names that tell them apart."""
    local = services.part(Curves).local
    runs = [NamedRun(path.rpartition("/")[2], [local(path)], path=path) for path in paths]
    names = Counter(run.name for run in runs)
    return [replace(run, name=short_path(run.path)) if names[run.name] > 1 else run for run in runs]


def _title(services: AppServices, job: int) -> str:
    found = services.list_jobs.find(job)
    return printable(f"{job} {found.name}") if found else f"job {job}"
