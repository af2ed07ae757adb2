"""First run, second step: where runs are stored, and whether that works."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input

from core.configure.bucket_fields import bucket_fields
from core.configure.first_choices import LOCAL
from core.doctor.examine import Examined
from core.errors import Failure
from tui.background import in_background
from tui.bridge import post
from tui.parts.first_run import FirstRun
from tui.screens.first_run_step import FirstRunStep, show_in
from tui.screens.setting import form_field, form_row
from tui.screens.settings_reports import TestReport
from tui.widgets.cells import Tone
from tui.widgets.one_of import OneOf
from tui.widgets.panes import Line, TextPane, failure_lines, line
from tui.wording.formatting import short_path

_DIRECTORY, _BUCKET = "{} a directory of this machine", "{} a bucket, of AWS or of any other S3"
_ON, _OFF = "(•)", "( )"
_KEYS_ARE = "Keys are never asked for: they come from the AWS settings or variables."
_ABOUT = (
    line(_KEYS_ARE, Tone.DIM),
    line("↑ ↓ the other fields   ← → the AWS profiles that there are", Tone.DIM),
)
_REPORT = "   pgup pgdn the report"
_WIDTH = 72

Chosen = tuple[str, Mapping[str, object]]
"""Name and fields of a profile."""


class StoreStep(FirstRunStep):
    """What has the keys is what is chosen: the directory, or the bucket with what belongs to it."""

    DEFAULT_CSS = """
        StoreStep .dialog-row { margin: 0 0 0 4; }
        StoreStep .dialog-row .dialog-label { width: 13; }
        #first-report-list {
            height: auto;
            max-height: 8;
            margin-top: 1;
            scrollbar-size-vertical: 1;
        }
        .-short-dialog #first-report-list { max-height: 4; margin-top: 0; }
        .-wide #first-report-list { max-height: 16; }
    """

    TITLE = "where are runs stored?"
    examine: Callable[[Chosen], Iterator[Examined]]
    """Tries a store; set by the card, which knows the other choices."""

    BINDINGS: ClassVar[list[BindingType]] = [
        # At once: what is typed next, however fast, belongs to the field that they lead to.
        Binding("down", "app.focus_next", "next", show=False, priority=True),
        Binding("up", "app.focus_previous", "previous", show=False, priority=True),
        Binding("pagedown", "scroll(4)", "the report", show=False),
        Binding("pageup", "scroll(-4)", "the report", show=False),
    ]

    class Tested(Message):
        """Some lines more of a test; `ended` with the last, or with why there are no more."""

        def __init__(
            self,
            test: "_Test",
            lines: Sequence[Line],
            *,
            ended: bool = False,
            failure: Failure | None = None,
        ) -> None:
            super().__init__()
            self.test = test
            self.lines = lines
            self.ended = ended
            self.failure = failure

    class ProfilesRead(Message):
        """Those of the AWS settings, or why they cannot be read."""

        def __init__(self, names: Sequence[str], failure: Failure | None = None) -> None:
            super().__init__()
            self.names = names
            self.failure = failure

    def __init__(self, part: Callable[[], FirstRun]) -> None:
        super().__init__(part, id="first-store")
        self._directory, self._bucket = TextPane(id="first-local"), TextPane(id="first-s3")
        self._path = form_field("first-directory", "", "RunFerry's own, beside its state")
        self._place = form_field("first-bucket", "", "its name, or s3://name/folder")
        self._aws = OneOf("as the AWS settings have it", id="first-aws")
        self._region = form_field("first-region", "", "as the AWS settings have it")
        self._endpoint = form_field("first-endpoint", "", "only for servers that are not AWS")
        self._report, self._says = TextPane(id="first-report"), TextPane(id="first-store-says")
        self._scroll = VerticalScroll(self._report, can_focus=False, id="first-report-list")
        self._is_bucket = False
        self._is_well = self._may_pass = False
        """What was tested last does what is asked of it; can be used, if not now."""
        self._test: _Test | None = None
        self._tested: Chosen | None = None

    def compose(self) -> ComposeResult:
        """The directory, the bucket, what came of the test."""
        self._says.show(_ABOUT)
        self._scroll.display = False
        self._show_choice()
        yield self._directory
        yield form_row("Directory", self._path)
        yield self._bucket
        yield form_row("Bucket", self._place)
        yield form_row("AWS profile", self._aws)
        yield form_row("Region", self._region)
        yield form_row("Endpoint", self._endpoint)
        yield self._scroll
        yield self._says

    @property
    def chosen(self) -> Chosen:
        """As it is typed now."""
        if self._is_bucket:
            return bucket_fields(
                self._place.value,
                {
                    "region": self._region.value.strip(),
                    "endpoint_url": self._endpoint.value.strip(),
                    "aws_profile": self._aws.value,
                },
            )
        path = self._path.value.strip()
        own = path in {"", short_path(self.part().store)}
        return (LOCAL, {} if own else {"kind": LOCAL, "path": path})

    @property
    def enter(self) -> str:
        """Tested, what is typed now: on it goes."""
        return "next" if self._is_well else "test"

    @property
    def is_busy(self) -> bool:
        """While the store is asked."""
        return self._test is not None

    @property
    def may_pass(self) -> bool:
        """Who is not connected just now may set all up the same."""
        return self._may_pass and self._tested == self.chosen

    def begin(self) -> None:
        """The keys belong to what was chosen; the AWS settings are read meanwhile."""
        if not self._path.value:
            self._path.value = short_path(self.part().store)
        (self._place if self._is_bucket else self._path).focus()
        in_background(
            "aws-profiles",
            lambda: self.part().aws_profiles(),
            lambda names: post(self, self.ProfilesRead(names)),
            lambda failure: post(self, self.ProfilesRead((), failure)),
        )

    def end(self) -> None:
        """What is asked then is given up."""
        if self._test:
            self._test.left.set()
            self._test = None

    def accept(self) -> None:
        """Tests what is typed; a store that was tested is taken."""
        self._forget()
        if self._is_well:
            super().accept()
        elif self._is_bucket and not self._place.value.strip():
            show_in(self._says, line("Type the name of the bucket.", Tone.WARN))
        elif self._test is None:
            self._begin_test()

    def on_unmount(self) -> None:
        """Nobody reads on."""
        self.end()

    def on_descendant_focus(self) -> None:
        """What has the keys is chosen."""
        bucket = not self._path.has_focus
        if bucket != self._is_bucket:
            self._is_bucket = bucket
            self._forget()
        self._show_choice()

    def on_click(self, event: events.Click) -> None:
        """On the words of a choice."""
        if event.widget is self._directory:
            self._path.focus()
        elif event.widget is self._bucket:
            self._place.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was tested is something else now."""
        event.stop()
        self._forget()

    def on_one_of_changed(self, event: OneOf.Changed) -> None:
        """The same."""
        event.stop()
        self._forget()

    def on_store_step_profiles_read(self, message: ProfilesRead) -> None:
        """To choose from."""
        message.stop()
        self._aws.offer(message.names)
        if message.failure:
            told = f"{message.failure.what} {message.failure.todo}"
            show_in(self._says, line(told, Tone.WARN))

    def on_store_step_tested(self, message: Tested) -> None:
        """Below the others, unless something else is asked by now."""
        message.stop()
        test = message.test
        if test is not self._test:
            return
        test.lines += message.lines
        if message.failure:
            test.lines += failure_lines(message.failure, _WIDTH - 2)
        show_in(self._report, *test.lines)
        self._scroll.scroll_end(animate=False)
        if message.ended:
            self._test, self._tested = None, test.chosen
            self._is_well = test.report.is_well and not message.failure
            self._may_pass = not self._is_well and not message.failure
            end = line("It ended early.", Tone.BAD) if message.failure else test.report.summary()
            show_in(self._says, [*end, (_REPORT, Tone.DIM)])
            if not self._is_well:
                self._scroll.scroll_home(animate=False)
            self.changed()

    def action_scroll(self, lines: int) -> None:
        """Through a long report."""
        self._scroll.scroll_relative(y=lines, animate=False)

    def _forget(self) -> None:
        """Of what is typed by now something may be known already: keys are faster than news of them."""
        about = self._test.chosen if self._test else self._tested
        if about == self.chosen:
            return
        self.end()
        self._tested, self._is_well, self._may_pass = None, False, False
        self._scroll.display = False
        show_in(self._says, *_ABOUT)
        self.changed()

    def _begin_test(self) -> None:
        self._test = test = _Test(self.chosen)
        self._scroll.display = True
        show_in(self._report)
        show_in(self._says, line("Asking the store …", Tone.BUSY))
        self.changed()
        examine = self.examine
        in_background(
            "test-store",
            lambda: self._ask(test, examine(test.chosen)),
            lambda _: post(self, self.Tested(test, (), ended=True)),
            lambda failure: post(self, self.Tested(test, (), ended=True, failure=failure)),
        )

    def _ask(self, test: "_Test", found: Iterator[Examined]) -> None:
        for lines in test.report.told(found):
            if test.left.is_set():
                return
            post(self, self.Tested(test, [*lines]))

    def _show_choice(self) -> None:
        self._directory.show([line(_DIRECTORY.format(_OFF if self._is_bucket else _ON))])
        self._bucket.show([line(_BUCKET.format(_ON if self._is_bucket else _OFF))])


class _Test:
    """One test of one store."""

    def __init__(self, chosen: Chosen) -> None:
        self.chosen = chosen
        self.report = TestReport()
        self.lines = list[Line]()
        self.left = threading.Event()
