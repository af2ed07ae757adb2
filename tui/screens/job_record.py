"""What a job is called, and its tags."""

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from core.errors import Failure, InvalidNameError
from core.jobs.change_job import JobChange
from core.model import Job
from core.printable import printable, unprintable
from core.redaction import conceal
from tui.background import failure_of, in_background
from tui.bridge import post
from tui.screens.dialog import Dialog
from tui.widgets.cells import Tone
from tui.widgets.panes import TextPane, line
from tui.wording.formatting import date_time, plural

_KEYS = "enter saves   tab the other   esc not now"
_SAVING = "Asking the store …"
_HINT = 'Tags with spaces between; "two words" is one. owner=ada takes the place of owner=….'


@dataclass(frozen=True)
class Saved:
    """The job as it is now; None when nothing was to be changed."""

    job: Job | None


class JobRecordScreen(Dialog[Job]):
    """Answers True when the record is what was typed; then `saved` is the job as it is now.

    It is changed on another thread; what goes wrong is shown, and can be tried again. Who leaves
    meanwhile leaves that to go on.
    """

    BOX = "job-record"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "tags", show=False),
        Binding("up", "app.focus_previous", "name", show=False),
    ]

    class Changed(Message):
        """It was changed; or not, and why."""

        def __init__(self, saved: Saved, failure: Failure | None = None) -> None:
            super().__init__()
            self.saved = saved
            self.failure = failure

    def __init__(
        self,
        job_id: int,
        find: Callable[[], Job],
        change: Callable[[JobChange], Job],
    ) -> None:
        """`find` and `change`, which asks the store, are called on other threads."""
        super().__init__(f"Job {job_id}", "Looking at the job", find)
        self.saved: Job | None = None
        self._change = change
        self._job: Job | None = None
        self._busy = False
        self._name, self._tags = _input("record-name", "a name"), _input("record-tags", "no tags")
        self._says, self._keys = TextPane(id="record-says"), TextPane(classes="dialog-keys")

    def contents(self, found: Job) -> Iterable[Widget] | None:
        """What there is to change, and what stays."""
        self._job = found
        self._name.value = _shown_name(found)
        self._tags.value = shlex.join(_shown_tags(found))
        head, hint = TextPane(), TextPane(id="record-hint")
        whose = f", made by {found.owner}" if found.owner else ""
        head.show([line(f"{found.status.value}, {date_time(found.created_at)}{whose}", Tone.DIM)])
        hidden = len(found.tags) - len(_shown_tags(found))
        kept = [line(f"{plural(hidden, 'tag')} that cannot be shown stay.", Tone.DIM)]
        hint.show([line(_HINT, Tone.DIM), *(kept if hidden else [])])
        self._say("")
        self._keys.show([line(_KEYS, Tone.DIM)])
        rows = (_row("Name", self._name), _row("Tags", self._tags))
        return (head, *rows, hint, self._says, self._keys)

    def begin(self) -> None:
        """The keys belong to the name; nothing of it is selected."""
        self._name.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What cannot be is said as it is typed."""
        event.stop()
        if self._job and not self._busy:
            self._checked(self._job)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter, in either field."""
        event.stop()
        if self._job is None or self._busy or (change := self._checked(self._job)) is None:
            return
        if change == JobChange():
            self.dismiss(True)
            return
        act = self._change
        self._start()
        in_background(
            "change-job",
            lambda: act(change),
            lambda job: post(self, self.Changed(Saved(job))),
            lambda failure: post(self, self.Changed(Saved(None), failure)),
        )

    def on_job_record_screen_changed(self, message: Changed) -> None:
        """Done, or to be corrected."""
        if self.is_covered(message):
            return
        self._busy = self._name.disabled = self._tags.disabled = False
        if message.failure:
            self._name.focus()
            parts = (message.failure.what, message.failure.kept, message.failure.todo)
            self._say(" ".join(filter(None, parts)), Tone.BAD)
        else:
            self.saved = message.saved.job
            self.dismiss(True)

    def _start(self) -> None:
        self._busy = self._name.disabled = self._tags.disabled = True
        self._say(_SAVING)

    def _checked(self, job: Job) -> JobChange | None:
        """What was typed, as far as a job can be so; else says why not."""
        try:
            change = _change_of(job, self._name.value, self._tags.value)
            change.check()
        except InvalidNameError as error:
            self._say(failure_of(error).what, Tone.WARN)
            return None
        self._say("")
        return change

    def _say(self, text: str, tone: Tone = Tone.DIM) -> None:
        self._says.display = bool(text)
        self._says.show([line(text, tone)])
        self._says.refresh(layout=True)


def _change_of(job: Job, name: str, tags: str) -> JobChange:
    """Only what differs. Raises InvalidNameError for quotes that do not end."""
    try:
        wanted = shlex.split(tags)
    except ValueError:
        raise InvalidNameError("A quote in the tags does not end.", todo="End it.") from None
    shown = _shown_tags(job)
    return JobChange(
        name=None if name == _shown_name(job) else name,
        add_tags=[tag for tag in wanted if tag not in shown],
        remove_tags=[tag for tag in shown if tag not in wanted],
    )


def _shown_name(job: Job) -> str:
    """What can be seen of it; left as it is, it stays what it was."""
    return printable(conceal(job.name)) if unprintable(job.name) else job.name


def _shown_tags(job: Job) -> Sequence[str]:
    """Records may hold any text; what nobody could see or type is left alone."""
    return [tag for tag in job.tags if tag and not unprintable(tag)]


def _input(name: str, placeholder: str) -> Input:
    made = Input(compact=True, placeholder=placeholder, select_on_focus=False, id=name)
    made.cursor_blink = False
    return made


def _row(title: str, field: Input) -> Horizontal:
    label = TextPane(classes="dialog-label")
    label.show([line(title, Tone.STRONG)])
    return Horizontal(label, field, classes="dialog-row")
