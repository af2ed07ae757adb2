"""The command palette: every action of the screen with its key, every run and job by name."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from os.path import relpath

from textual import on
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.message import Message
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from core.model import Job
from core.printable import harmless
from tui.background import WorkFailedError, in_thread
from tui.screens.mode_screen import JobChosen, ModeScreen, RunChosen
from tui.widgets.keys import in_order, written
from tui.wording.action_keys import keyed
from tui.wording.formatting import short_path

_MOST = 200
_NAVIGATION = "MOVE"


@dataclass(frozen=True)
class Command:
    """A line of the palette; `text` is literal."""

    text: str
    help: str
    act: Callable[[], object]


class Palette(CommandPalette):
    """Textual's, but `enter` takes only what was found for the text that stands there.

    Until a search has ended its list is that of the text before. `_gather_commands` and
    `_select_or_command` are semi-private: how a search begins, and what `enter` does.
    """

    _search: Worker[None] | None = None
    _entered = False

    def _gather_commands(self, search_value: str) -> Worker[None]:
        self._entered = False
        self._search = super()._gather_commands(search_value)
        return self._search

    @on(Input.Submitted)
    def _wait_for_search(self, event: Input.Submitted) -> None:
        if self._search and not self._search.is_finished:
            event.prevent_default().stop()
            self._entered = True

    @on(Worker.StateChanged)
    def _take_what_was_found(self) -> None:
        if self._entered and self._search and self._search.state is WorkerState.SUCCESS:
            self._entered = False
            self._select_or_command()


class RunFerryCommands(Provider):
    """Fuzzy matching is dear, so candidates are narrowed by plain search and capped first."""

    async def startup(self) -> None:
        """Begins to read the newest jobs, once for all keystrokes.

        It does not wait: a key that is typed meanwhile cancels the search, and with it what that
        waits for; Textual then finds nothing any more.
        """
        self._reading = asyncio.create_task(self._read_jobs())

    async def shutdown(self) -> None:
        """Nobody wants the jobs any more."""
        self._reading.cancel()

    async def _read_jobs(self) -> Sequence[Job]:
        if not isinstance(self.screen, ModeScreen):
            return ()
        list_jobs = self.screen.services.list_jobs
        try:
            page = await in_thread("palette-jobs", lambda: list_jobs(limit=_MOST))
        except WorkFailedError:
            return ()
        return [summary.job for summary in page]

    async def discover(self) -> Hits:
        """The actions, before anything is typed."""
        for command in self._actions():
            yield DiscoveryHit(
                Content(command.text), command.act, text=command.text, help=command.help
            )

    async def search(self, query: str) -> Hits:
        """Actions, runs and jobs with all words of the query, in any order."""
        matchers = [self.matcher(word) for word in query.split()]
        jobs = await asyncio.shield(self._reading)
        for command in (*self._actions(), *self._places(query, jobs)):
            scores = [matcher.match(command.text) for matcher in matchers]
            if all(scores):
                display = Content(command.text)
                yield Hit(sum(scores), display, command.act, text=command.text, help=command.help)

    def _actions(self) -> Iterator[Command]:
        seen: set[str] = set()
        for active in in_order(self.screen.active_bindings.values()):
            binding = active.binding
            group = binding.group.description if binding.group else ""
            if not active.enabled or not group or group == _NAVIGATION or binding.action in seen:
                continue
            seen.add(binding.action)
            text = keyed(binding.tooltip or binding.description)
            act = partial(self.app.run_action, binding.action, active.node)
            yield Command(f"{text[:1].upper()}{text[1:]}", f"key: {written(binding.key)}", act)

    def _places(self, query: str, jobs: Sequence[Job]) -> Iterator[Command]:
        if isinstance(self.screen, ModeScreen):
            yield from self._runs(self.screen, query.lower())
            yield from self._job_commands(query.lower(), jobs)

    def _runs(self, screen: ModeScreen, query: str) -> Iterator[Command]:
        wanted = query.split()
        found = (
            run
            for run in screen.services.watch.views()
            if all(word in f"run {run.path}".lower() for word in wanted)
        )
        roots = screen.services.watch.roots()
        for _, run in zip(range(_MOST), found, strict=False):
            place = relpath(run.path, run.root) if len(roots) == 1 else short_path(run.path)
            # Only `text` is shown as it is: Textual reads markup in `help`.
            text = harmless(f"Run {place}")
            yield Command(text, "show it", partial(self._post, RunChosen(run.path)))

    def _job_commands(self, query: str, jobs: Sequence[Job]) -> Iterator[Command]:
        for job in jobs:
            text = f"Job {job.id} {job.name}"
            if all(word in text.lower() for word in query.split()):
                yield Command(
                    harmless(text), "browse its runs", partial(self._post, JobChosen(job))
                )

    def _post(self, message: Message) -> None:
        self.screen.post_message(message)
