"""First run, third step: whether runs are uploaded by themselves, and which would be now."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message

from core.errors import Failure
from core.finish.run_state import RunState
from core.printable import brief
from core.source.scan_tree import ScannedRun
from tui.background import in_background
from tui.bridge import post
from tui.parts.first_run import FirstRun
from tui.screens.first_run_step import FirstRunStep, show_in
from tui.widgets.cells import Tone, fit
from tui.widgets.panes import Line, TextPane, failure_lines, line
from tui.widgets.yes_no_box import YesNoBox
from tui.wording.formatting import headline, plural, size
from tui.wording.signs import RUN_SIGNS

_ASK = "Upload runs by themselves when they are done"
_ABOUT = "A countdown comes before each; h holds one back, a turns all off again."
_NAME, _SIZE = 26, 9
_MOST = 500
"""Lines; nobody reads more."""


class UploadStep(FirstRunStep):
    """The runs are told one by one, each with what the finish rule says of it."""

    DEFAULT_CSS = """
        UploadStep YesNoBox, UploadStep YesNoBox:focus { margin: 0; padding: 0; }
        UploadStep YesNoBox:focus { color: $text-accent; }
        #first-runs-list {
            height: auto;
            max-height: 12;
            scrollbar-size-vertical: 1;
        }
        #first-runs { text-wrap: nowrap; text-overflow: ellipsis; }
        .-short-dialog #first-runs-list { max-height: 5; }
        .-wide #first-runs-list { max-height: 22; }
    """

    TITLE = "what goes up by itself?"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "say(True)", "Yes"),
        Binding("n", "say(False)", "No"),
        Binding("up,k", "scroll(-1)", "up", show=False),
        Binding("down,j", "scroll(1)", "down", show=False),
        Binding("pageup", "scroll(-8)", "up", show=False),
        Binding("pagedown", "scroll(8)", "down", show=False),
    ]

    class Judged(Message):
        """A run more; `ended` with the last, or with why there are no more."""

        def __init__(
            self, look: "_Look", run: ScannedRun | None, failure: Failure | None = None
        ) -> None:
            super().__init__()
            self.look = look
            self.run = run
            self.failure = failure

    judge: Callable[[], Iterator[ScannedRun]]
    """The runs of the chosen folder; set by the card, which knows it."""
    root = ""

    def __init__(self, part: Callable[[], FirstRun]) -> None:
        super().__init__(part, id="first-upload")
        self._box = YesNoBox(_ASK)
        self._about, self._runs = TextPane(), TextPane(id="first-runs")
        self._scroll = VerticalScroll(self._runs, can_focus=False, id="first-runs-list")
        self._says = TextPane(id="first-upload-says")
        self._look: _Look | None = None

    def compose(self) -> ComposeResult:
        """The question, the runs, what that would be together."""
        self._about.show([line(_ABOUT, Tone.DIM), line()])
        yield self._box
        yield self._about
        yield self._scroll
        yield self._says

    @property
    def enter(self) -> str:
        """It is the last step; the list need not be read to its end."""
        return "begin"

    @property
    def auto_upload(self) -> bool:
        """As it was answered."""
        return self._box.value

    def begin(self) -> None:
        """Looks at the runs anew: meanwhile some may have gone on."""
        self._box.focus()
        self._look = look = _Look(self.root)
        show_in(self._runs)
        show_in(self._says, line("Looking at the runs …", Tone.BUSY))
        judge = self.judge
        in_background(
            "judge-runs",
            lambda: self._judge(look, judge()),
            lambda _: post(self, self.Judged(look, None)),
            lambda failure: post(self, self.Judged(look, None, failure)),
        )

    def end(self) -> None:
        """The rest is not looked at."""
        if self._look:
            self._look.left.set()
            self._look = None

    def on_unmount(self) -> None:
        """Nobody reads on."""
        self.end()

    def on_upload_step_judged(self, message: Judged) -> None:
        """Below the others; at the end what they are together."""
        message.stop()
        look = self._look
        if look is None or message.look is not look:
            return
        if message.run:
            look.add(message.run)
            show_in(self._runs, *look.lines[:_MOST])
        else:
            lines = failure_lines(message.failure, 70) if message.failure else look.summary()
            show_in(self._says, *lines)

    def action_say(self, answer: bool) -> None:
        """One of the letters."""
        self._box.value = answer

    def action_scroll(self, lines: int) -> None:
        """Through a long list."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def _judge(self, look: "_Look", runs: Iterator[ScannedRun]) -> None:
        for run in runs:
            if look.left.is_set():
                return
            post(self, self.Judged(look, run))


class _Look:
    """The runs of a folder, as far as they were looked at."""

    def __init__(self, root: str) -> None:
        self._root = root
        self.lines = list[Line]()
        self.left = threading.Event()
        self._done = list[ScannedRun]()

    def add(self, run: ScannedRun) -> None:
        done = run.state is RunState.DONE
        self._done += [run] if done else []
        sign = RUN_SIGNS[run.state]
        name = run.path.removeprefix(self._root).lstrip("/") or run.path.rpartition("/")[2]
        self.lines.append(
            [
                (f"{sign.glyph} {sign.word:<9}", sign.tone),
                (
                    f"{fit(headline(brief(name), _NAME), _NAME)} ",
                    Tone.STRONG if done else Tone.PLAIN,
                ),
                (f"{'?' if run.bytes is None else size(run.bytes):>{_SIZE}}  ", Tone.PLAIN),
                ("would go up now" if done else run.reason, Tone.DIM),
            ]
        )

    def summary(self) -> Sequence[Line]:
        count = len(self.lines)
        if not count:
            return (line("There are no runs yet: what comes is seen."),)
        together = size(sum(run.bytes or 0 for run in self._done))
        told = f"With yes {len(self._done)} of {plural(count, 'run')}, {together}, would go up now."
        cut = f" {count - _MOST} more are not shown." if count > _MOST else ""
        return (line(f"{told}{cut}", Tone.STRONG), line("With no you say of each when: u."))
