"""Before the first upload of a results root: which job its runs go to, and as which runs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from core.binding.job_choice import ExistingJob, JobChoice, NewJob
from core.errors import Failure, InvalidResultsDirectoryError
from core.progress import Progress
from core.run_view import RunView
from core.upload.upload_plan import UploadPlan
from tui.background import in_background
from tui.bridge import post
from tui.screens.confirm import ConfirmScreen
from tui.screens.dialog import Dialog, put_on_top
from tui.screens.job_question import JobFacts, job_facts, job_question, versions_question
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.chosen_runs import counted
from tui.widgets.job_list import JobList, JobTable
from tui.widgets.panes import Line, TextPane, line
from tui.widgets.row_table import RowTable
from tui.wording.formatting import short_path

_SHOWN = 6
_LATER = "Later runs of this folder go to the same job."
_NEW, _EXISTING = "{} a new job   name", "{} a job that exists"
_ON, _OFF = "(•)", "( )"
_NO_NAME = "Type a name."
_GAP = "   "


@dataclass(frozen=True)
class Offer:
    """A job that holds the same content as a run; `facts.holds` what it has under the ids of others."""

    facts: JobFacts
    run: str

    @property
    def text(self) -> str:
        """What it is, and what the keys do about it."""
        job = self.facts.job
        same = f'job {job.id} "{job.name}" holds the same content as {self.run}'
        return f"{same}: enter uploads there; ↑ makes a new job"


class BindScreen(Dialog["UploadPlan"]):
    """Answers True when the root is bound: to a new job, or to one that was chosen from its list.

    Binding happens on another thread; what goes wrong is shown, and can be tried again; who leaves
    has bound nothing. `runs` are those that are uploaded then.
    """

    DEFAULT_CSS = """
        #new-job {
            width: 22;
        }
        #new-job-row Input {
            margin-right: 1;
        }
        #bind-keys {
            margin-top: 1;
        }
        BindScreen.-short-dialog #bind-keys {
            margin-top: 0;
        }
    """

    BOX = "bind"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "jobs", "a job that exists", show=False),
        Binding("up", "name", "a new job", show=False),
    ]

    class Bound(Message):
        """It belongs to a job now; or not, and why."""

        def __init__(self, failure: Failure | None = None) -> None:
            super().__init__()
            self.failure = failure

    class Looked(Message):
        """For `name`: what is to be offered instead, if anything is; or that it could not be told."""

        def __init__(self, name: str, offer: Offer | None, failure: Failure | None = None) -> None:
            super().__init__()
            self.name = name
            self.offer = offer
            self.failure = failure

    class FactsRead(Message):
        """What the chosen job is and holds; None when it is not known any more."""

        def __init__(self, facts: JobFacts | None, failure: Failure | None = None) -> None:
            super().__init__()
            self.facts = facts
            self.failure = failure

    def __init__(self, services: AppServices, root: str, runs: Sequence[RunView]) -> None:
        title = f"Where {'does this run' if len(runs) == 1 else f'do these {len(runs)} runs'} go?"
        super().__init__(
            title, f"Looking at {short_path(root)}", lambda: services.plan_upload(root)
        )
        self._services = services
        self._root = root
        self._runs = runs
        self._proposed = ""
        self._run_ids: dict[str, int | None] = {}
        self._busy = self._takes_existing = False
        self._offer: Offer | None = None
        self._asking = Progress()
        self._name = Input(compact=True, placeholder="a name", select_on_focus=False, id="job-name")
        self._name.cursor_blink = False
        self._jobs = JobList(services)
        self._new, self._existing = TextPane(id="new-job"), TextPane(id="existing-job")
        self._trouble, self._keys = TextPane(id="bind-trouble"), TextPane(id="bind-keys")

    def contents(self, found: UploadPlan) -> Iterable[Widget] | None:
        """Which runs, where to, a new job or one of those that exist."""
        if found.job:
            return None
        self._run_ids = dict(found.runs)
        self._proposed = self._name.value = found.proposed_name
        what, later = TextPane(), TextPane()
        what.show(self._what())
        later.show([line(_LATER, Tone.DIM)])
        self._show_choice()
        self._say("")
        row = Horizontal(self._new, self._name, id="new-job-row", classes="dialog-row")
        return (what, row, self._existing, self._jobs, later, self._trouble, self._keys)

    def begin(self) -> None:
        """The keys belong to the name; nothing of it is selected, so that no key replaces it."""
        self._name.focus()

    def on_descendant_focus(self) -> None:
        """What has the keys is chosen, and needs no name then."""
        if self._jobs.has_keys and self._trouble.text == _NO_NAME:
            self._say("")
        self._show_choice()

    def on_resize(self) -> None:
        """As many keys as there is room for."""
        self.call_after_refresh(self._show_choice)

    def on_job_list_changed(self) -> None:
        """Another job may be the one that is meant."""
        self._show_choice()

    def on_click(self, event: events.Click) -> None:
        """On the words of a choice."""
        if event.widget in {self._new, self._name}:
            self.action_name()
        elif event.widget is self._existing:
            self.action_jobs()

    def action_jobs(self) -> None:
        """To the jobs that exist."""
        if not self._busy:
            self._jobs.take_keys()

    def action_name(self) -> None:
        """To the name of a new one."""
        if self._busy:
            return
        if self._offer and self._trouble.text == self._offer.text:
            self._say("")
        self._name.focus()

    def action_leave(self) -> None:
        """One step: the filter, else the dialog; what the store is asked for then is given up."""
        if not self._jobs.close_filter():
            self._asking.cancel()
            super().action_leave()

    def on_job_table_left(self, message: JobTable.Left) -> None:
        """Up from the first job."""
        message.stop()
        self.action_name()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """A new job. Before one of the name that was proposed, what is there already is offered, once."""
        event.stop()
        typed = event.value.strip()
        if not typed:
            self._say(_NO_NAME, Tone.WARN)
        elif typed == self._proposed and not self._offer:
            self._look(typed)
        else:
            self._bind(NewJob(typed))

    def on_bind_screen_looked(self, message: Looked) -> None:
        """Binds nothing where there is something to choose."""
        if self.is_covered(message):
            return
        self._free()
        offer = self._offer = message.offer
        if message.failure:
            self._fail(message.failure)
        elif offer:
            self._say(offer.text, Tone.WARN)
            self._jobs.offer(str(offer.facts.job.id))
        else:
            self._bind(NewJob(message.name))

    def on_row_table_row_highlighted(self) -> None:
        """What `enter` does names the job."""
        self._show_choice()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        """A job of the list: what it is and holds is read before it is asked about."""
        message.stop()
        job_id = int(message.key)
        if self._offer and self._offer.facts.job.id == job_id:
            self._take_offer(self._offer.facts)
        elif not self._busy:
            self._read_facts(job_id)

    def _take_offer(self, facts: JobFacts) -> None:
        """It was asked about already, other runs of the same numbers aside."""
        bind = partial(self._bind, ExistingJob(facts.job.id))
        if facts.holds:
            self._ask(versions_question(facts), bind)
        else:
            bind()

    def _read_facts(self, job_id: int) -> None:
        services, run_ids = self._services, self._chosen_ids()
        self._start(f"Looking at job {job_id} …", existing=True)
        in_background(
            "job-facts",
            lambda: job_facts(services, job_id, run_ids),
            lambda facts: post(self, self.FactsRead(facts)),
            lambda failure: post(self, self.FactsRead(None, failure)),
        )

    def on_bind_screen_facts_read(self, message: FactsRead) -> None:
        """Asks; once more where runs of these numbers are there already."""
        if self.is_covered(message):
            return
        self._free()
        facts = message.facts
        if facts is None:
            self._fail(message.failure or Failure("The job is not known any more."))
            return
        self._say("")
        what = counted(self._runs)
        bind = partial(self._bind, ExistingJob(facts.job.id))
        then = partial(self._ask, versions_question(facts), bind) if facts.holds else bind
        self._ask(job_question(what, facts), then)

    def on_bind_screen_bound(self, message: Bound) -> None:
        """Done, or to be corrected."""
        if self.is_covered(message):
            return
        self._free()
        if message.failure:
            self._fail(message.failure)
        else:
            self.dismiss(True)

    def _ask(self, question: Sequence[Line], act: Callable[[], None]) -> None:
        dialog = ConfirmScreen(question, yes="Upload", no="No")
        put_on_top(self, dialog, lambda answer: act() if answer else None)

    def _look(self, name: str) -> None:
        self._start(f'Asking the store …   a new job "{name}"')
        services, root, asking = self._services, self._root, self._asking
        run_ids = self._run_ids
        in_background(
            "look-for-job",
            lambda: _offer(services, root, run_ids, asking),
            lambda offer: post(self, self.Looked(name, offer)),
            lambda failure: post(self, self.Looked(name, None, failure)),
        )

    def _bind(self, choice: JobChoice) -> None:
        if self._busy:
            return
        new = isinstance(choice, NewJob)
        to = f'a new job "{choice.name}"' if isinstance(choice, NewJob) else f"job {choice.id}"
        self._start(f"Asking the store …   {to}", existing=not new)
        services, root, runs, asking = self._services, self._root, self._runs, self._asking
        in_background(
            "bind",
            lambda: _bind_those(services, root, runs, choice, asking),
            lambda _: post(self, self.Bound()),
            lambda failure: post(self, self.Bound(failure)),
        )

    def _start(self, text: str, *, existing: bool = False) -> None:
        """What was taken stays as it is, and nothing else takes keys, until `_free`."""
        self._takes_existing, self._busy = existing, True
        self._name.disabled = self._jobs.disabled = True
        self._say(text)
        self._show_choice()

    def _free(self) -> None:
        self._busy = False
        self._name.disabled = self._jobs.disabled = False
        if not (self._takes_existing and self._jobs.take_keys()):
            self._name.focus()
        self._show_choice()

    def _fail(self, failure: Failure) -> None:
        self._say(" ".join(part for part in (failure.what, failure.todo) if part), Tone.BAD)

    def _say(self, text: str, tone: Tone = Tone.DIM) -> None:
        self._trouble.display = bool(text)
        self._trouble.show([line(text, tone)])
        self._trouble.refresh(layout=True)

    def _show_choice(self) -> None:
        existing = self._takes_existing if self._busy else self._jobs.has_keys
        self._new.show([line(_NEW.format(_OFF if existing else _ON))])
        self._existing.show([line(_EXISTING.format(_ON if existing else _OFF))])
        self._keys.show([line(self._key_text(existing=existing), Tone.STRONG)])

    def _key_text(self, *, existing: bool) -> str:
        """What the keys do, without what there is no room for; how to leave is always said."""
        upload, leave = f"enter Upload {counted(self._runs)}", "esc Cancel"
        if self._busy:
            return leave
        if self._jobs.filters:
            some = ("enter To these jobs",) if self._jobs.cursor_key else ()
            return _GAP.join((*some, "esc All jobs"))
        if not existing and not self._jobs.has_jobs:
            choices = [(upload, leave)]
        elif not existing:
            choices = [(upload, "↓ a job that exists", leave), (upload, "↓ a job", leave)]
        elif job_id := self._jobs.cursor_key:
            to = f"{upload} to job {job_id} …"
            choices = [(to, "↑ a new job", leave), (to, leave), (f"enter To job {job_id} …", leave)]
        else:
            choices = [("↑ a new job", leave)]
        texts = [_GAP.join(choice) for choice in choices]
        return next(
            (text for text in texts if len(text) <= self._box.content_size.width), texts[-1]
        )

    def _chosen_ids(self) -> Sequence[int]:
        found = (self._run_ids.get(run.path) for run in self._runs)
        return [run_id for run_id in found if run_id is not None]

    def _what(self) -> Sequence[Line]:
        """Which directories become which runs, and in which store."""
        known = [run for run in self._runs if self._run_ids.get(run.path)]
        lines: list[Line] = [line(short_path(self._root), Tone.DIM)]
        if known:
            names = _listed([self._name_of(run) for run in known])
            ids = _listed([str(self._run_ids[run.path]) for run in known])
            lines.append(line(f"{names}  →  run {ids}"))
        lines += [
            line(f"{self._name_of(run)} says no run id: upload it with --run-id", Tone.WARN)
            for run in self._runs
            if run not in known
        ][:_SHOWN]
        return [*lines, line(f"to {self._services.store_location}", Tone.DIM)]

    def _name_of(self, run: RunView) -> str:
        return run.path.removeprefix(self._root).lstrip("/")


def _offer(
    services: AppServices, root: str, run_ids: Mapping[str, int | None], asking: Progress
) -> Offer | None:
    """The job that holds the same content, if there is one. Not for the UI thread."""
    found = services.look_for_job(root, asking)
    if found is None:
        return None
    job_id, same = found
    others = [run_id for path, run_id in run_ids.items() if run_id and path != same]
    facts = job_facts(services, job_id, others)
    return Offer(facts, same.rpartition("/")[2]) if facts else None


def _bind_those(
    services: AppServices,
    root: str,
    runs: Sequence[RunView],
    choice: JobChoice,
    asking: Progress,
) -> None:
    """No job is made for runs that are gone. Not for the UI thread."""
    there = dict(services.plan_upload(root).runs)
    if not any(run.path in there for run in runs):
        raise InvalidResultsDirectoryError(
            f"{counted(runs)} {'is' if len(runs) == 1 else 'are'} not there any more.",
            kept="No job was made.",
        )
    services.bind(root, choice, asking)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
