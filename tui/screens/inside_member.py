"""The file that is open beside the tree: read as it is looked at, and searched."""

from collections.abc import Callable, Mapping
from functools import partial

from core.ports.content import Content
from tui.screens.member_reading import MemberReading
from tui.screens.member_status import fetching_lines, status_line
from tui.widgets.line_window import LineWindow
from tui.widgets.member_view import MemberView, Offer
from tui.wording.action_keys import keyed

_AHEAD = 3
"""Screens that are read ahead of what is shown."""
NO_MEMBER = "No file is open: {open} opens the one under the cursor"


class MemberSide:
    """Between a file and the view of it, on the UI thread; `changed` is called on any."""

    def __init__(self, view: MemberView, changed: Callable[[], None]) -> None:
        self._view = view
        self._changed = changed
        self._needle = ""
        self._comes = False
        """Whether the keys are still to be given to what is being fetched."""
        self._return_to: int | None = None
        """The line that was at the top before the file was begun again."""
        self.reading: MemberReading | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a file, or one is on its way."""
        return self.reading is not None

    @property
    def path(self) -> str:
        """That of the open file; empty without one."""
        return self.reading.name if self.reading else ""

    @property
    def has_failed(self) -> bool:
        """Whether it could not be read."""
        return self.reading is not None and self.reading.failure is not None

    @property
    def is_settled(self) -> bool:
        """Whether it is there, and nothing of it is on its way."""
        return self.reading is not None and not (self.reading.working or self.has_failed)

    def open(self, path: str, content: Callable[[], Content]) -> None:
        """Begins to read a file, which takes the keys when it comes."""
        self._needle, self._return_to, self._comes = "", None, True
        reading = self._begin(path, content)
        self._view.say(fetching_lines(reading))
        self._view.call_after_refresh(self._view.take_focus)

    def reopen(self) -> None:
        """Begins again: what was read stays until there is more, and one stays where one is."""
        if self.reading and self.reading.failure:
            self.open(self.reading.name, self.reading.content)
        elif self.reading:
            window = self._view.window
            self._return_to = window.top if window else 0
            self._begin(self.reading.name, self.reading.content)

    def compare(self) -> None:
        """Finds out whether the file is still as long as it was when it was begun."""
        if self.reading:
            self.reading.compare()

    def close(self) -> None:
        """Ends what is being read of it."""
        if self.reading:
            self.reading.close()
        self.reading = None

    def show(self, *, has_keys: bool) -> None:
        """What is there of it; takes the keys when it comes and they are about it."""
        reading = self.reading
        if reading is None:
            return
        seen = reading.seen
        if seen is None:
            self._show_wait(reading)
            return
        self._view.show(seen)
        if self._comes and has_keys:
            self._view.call_after_refresh(self._view.take_focus)
        self._comes = False
        reading.want(self._view.offer)
        self.read_ahead()
        self._show_curve(reading)
        self._take_match(reading)
        self._come_back(reading)
        shown = self._view.text.shows_match
        self._view.show_status(status_line(reading, self._view.offer, shows_match=shown))

    def read_ahead(self) -> None:
        """More, when one comes near to its end."""
        window: LineWindow | None = self._view.window
        if self.reading and window:
            wanted = window.bottom + _AHEAD * window.room
            self.reading.want_line(self._view.offer, wanted)

    def read_on(self) -> None:
        """64 MiB more."""
        if self.reading:
            self.reading.read_on(self._view.offer)

    def mark(self, needle: str) -> None:
        """Marks words that may be looked for."""
        self._view.text.mark(needle, None)

    def mark_again(self) -> None:
        """What is looked for already."""
        self._view.text.mark(self._needle, self._view.text.found)

    def search(self, needle: str) -> None:
        """Looks for text, from where one is; tables are searched as text."""
        self._needle = needle
        if self._view.offer in {Offer.TABLE, Offer.CHART}:
            self._view.choose(Offer.TEXT)
        self.mark(needle)
        self._look_for(self._view.text.top, backwards=False)

    def search_on(self, *, backwards: bool) -> None:
        """The next match, or the one before."""
        at = self._view.text.found
        if at is None:
            at = self._view.text.top
        self._look_for(at - 1 if backwards else at + 1, backwards=backwards)

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Of what needs an open file, or something to go on with."""
        reasons: Mapping[str, Callable[[], str]] = {
            "next_offer": self._why_no_other_offer,
            "column": partial(self._why_no_column, parameters),
            "next": self._why_no_next,
            "wrap": self._why_no_wrap,
            "read_on": self._why_not_on,
        }
        reason = reasons.get(action)
        return reason() if reason else ""

    def why_no_search(self) -> str:
        """There have to be lines."""
        seen = self._view.seen
        return "" if seen and Offer.IMAGE not in seen.offers[:1] else keyed(NO_MEMBER)

    def _begin(self, path: str, content: Callable[[], Content]) -> MemberReading:
        self.close()
        self.reading = MemberReading(path, content, self._changed)
        self.reading.begin()
        return self.reading

    def _show_wait(self, reading: MemberReading) -> None:
        if self._return_to is None or reading.failure:
            self._view.say(fetching_lines(reading))
            self._view.show_status(())

    def _come_back(self, reading: MemberReading) -> None:
        """To the line that was at the top, as soon as it is here again."""
        top, window, offer = self._return_to, self._view.window, self._view.offer
        if top is None:
            return
        if window is None or window.line_count > top + window.room or reading.is_whole(offer):
            self._return_to = None
            if window:
                window.go_to(top)
                self._view.text.mark(self._needle, None)
        else:
            reading.want_line(offer, top + window.room)

    def _show_curve(self, reading: MemberReading) -> None:
        if not self._view.charted:
            return
        if self._view.offer is Offer.CHART:
            reading.want_limit(Offer.CHART)
        reading.want_curve(self._view.column)
        if reading.drawn and reading.drawn[0] == self._view.column:
            self._view.show_curve(reading.drawn[1])

    def _take_match(self, reading: MemberReading) -> None:
        found = reading.found
        if found and found.needle == self._needle:
            text = self._view.text
            if found.line is not None and text.found != found.line:
                text.mark(found.needle, found.line)

    def _look_for(self, start: int, *, backwards: bool) -> None:
        if self.reading:
            self.reading.search(self._view.offer, self._needle, start, backwards=backwards)

    def _why_no_other_offer(self) -> str:
        seen = self._view.seen
        if seen is None:
            return keyed(NO_MEMBER)
        return "" if len(seen.offers) > 1 else "There is one way to look at this file"

    def _why_no_column(self, parameters: tuple[object, ...]) -> str:
        seen, step = self._view.seen, parameters[0]
        if seen is None or self._view.offer not in {Offer.TABLE, Offer.CHART}:
            return "Columns are those of a table or a chart"
        other = isinstance(step, int) and self._view.column_after(step) != self._view.column
        return "" if other else "There is no other column on that side"

    def _why_no_next(self) -> str:
        if self._needle and self._view.window is self._view.text:
            return ""
        return "Nothing is looked for: / in a text begins it"

    def _why_no_wrap(self) -> str:
        return "" if self._view.window is self._view.text else "Only lines of text are wrapped"

    def _why_not_on(self) -> str:
        reading = self.reading
        if reading is None or self._view.seen is None:
            return keyed(NO_MEMBER)
        if reading.is_whole(self._view.offer):
            return "All of it is here"
        if not reading.at_limit(self._view.offer):
            return "It is read by itself as far as you look; a search or a chart reads 64 MiB"
        return "It is being read" if reading.working else ""
