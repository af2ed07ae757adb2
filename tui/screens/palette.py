"""The command palette: every action of the screen with its key, every run and job by name."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from textual import on
from textual.binding import Binding
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widgets import Input
from textual.worker import Worker, WorkerState

from tui.background import WorkFailedError, in_thread
from tui.screens.mode_screen import ModeScreen
from tui.screens.places import FoundPlace, nothing_like, places_like
from tui.widgets.keys import in_order, written
from tui.wording.action_keys import keyed

_MOST, _FEW = 200, 50
"""Places of one kind."""
_LEAST = 0.01
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


class Places(Provider):
    """Where one can go: screens, watched runs, jobs, runs and artifacts of the store."""

    async def search(self, query: str) -> Hits:
        """What is meant exactly first; else why there is nothing."""
        found = await self.find(query, _FEW)
        for number, place in enumerate(found):
            yield self.hit(place, 1.0 - number / (len(found) + 1))
        if not found and (screen := self.below) and query.strip():
            nothing = nothing_like(screen.services, query.strip())
            yield Hit(1.0, Content(nothing), _nothing, text=nothing)

    @property
    def below(self) -> ModeScreen | None:
        """The screen that it was opened on, also behind an opened run."""
        behind = (
            screen for screen in reversed(self.app.screen_stack) if isinstance(screen, ModeScreen)
        )
        return next(behind, None)

    async def find(self, query: str, limit: int) -> Sequence[FoundPlace]:
        """On another thread. A key that is typed meanwhile cancels the search, but not what that waits for.

        Textual would find nothing any more.
        """
        if (screen := self.below) is None:
            return ()
        work = in_thread("places", partial(places_like, screen.services, query, limit=limit))
        try:
            return await asyncio.shield(asyncio.ensure_future(work))
        except WorkFailedError:
            return ()

    def hit(self, place: FoundPlace, score: float) -> Hit:
        """A line of the list. Only `text` is shown as it is: Textual reads markup in `help`."""
        go = partial(self.app.post_message, place.message)
        return Hit(score, Content(place.text), go, text=place.text, help=place.what)


class RunFerryCommands(Places):
    """Actions as well. Fuzzy matching is dear, so places are narrowed by plain search and capped first."""

    async def discover(self) -> Hits:
        """The actions, before anything is typed."""
        for command in self._actions():
            yield DiscoveryHit(
                Content(command.text), command.act, text=command.text, help=command.help
            )

    async def search(self, query: str) -> Hits:
        """Actions and places with all words of the query, in any order."""
        matchers = [self.matcher(word) for word in query.split()]
        found = await self.find(query, _MOST)
        for command in self._actions():
            if score := _score(matchers, command.text):
                display = Content(command.text)
                yield Hit(score, display, command.act, text=command.text, help=command.help)
        for place in found:
            yield self.hit(place, _score(matchers, place.text) or _LEAST)

    def _actions(self) -> Iterator[Command]:
        """Each once, also what does nothing here and now: it says why."""
        seen: set[str] = set()
        bindings = in_order(self.screen.active_bindings.values())
        shared = _shared_tooltips(active.binding for active in bindings)
        for active in bindings:
            binding = active.binding
            group = binding.group.description if binding.group else ""
            if not group or group == _NAVIGATION or binding.action in seen:
                continue
            seen.add(binding.action)
            own = binding.tooltip not in shared and binding.tooltip
            text = keyed(own or binding.description)
            act = partial(self.app.run_action, binding.action, active.node)
            not_now = "" if active.enabled else "   not here and now"
            help_ = f"key: {written(binding.key)}{not_now}"
            yield Command(f"{text[:1].upper()}{text[1:]}", help_, act)


def _shared_tooltips(bindings: Iterable[Binding]) -> frozenset[str]:
    """Those that are one line of the help for several actions."""
    told = {(binding.tooltip, binding.action) for binding in bindings}
    times = Counter(tooltip for tooltip, _ in told)
    return frozenset(tooltip for tooltip, count in times.items() if count > 1)


def _score(matchers: Sequence[Matcher], text: str) -> float:
    """0 unless all match."""
    scores = [matcher.match(text) for matcher in matchers]
    return sum(scores) if all(scores) else 0.0


def _nothing() -> None:
    """There is nowhere to go."""
