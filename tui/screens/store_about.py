"""What is known of the row under the cursor, below the lists of the store."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from textual.message import Message

from core.errors import RunFerryError
from core.model import Job
from core.ports.catalog import Tally
from core.stored.archived import Archived
from tui.background import in_background
from tui.bridge import post
from tui.parts.archives import Archives
from tui.screens.store_place import StorePlace
from tui.services import AppServices
from tui.widgets.about_stored import about_artifact, about_job, about_job_files, about_run
from tui.widgets.panes import Line, TextPane
from tui.widgets.store_rows import JOB_FILES, Known


class StoreAbout(TextPane):
    """Reads a row's few details as the cursor comes to it; what a job holds is counted on another thread."""

    class Tallied(Message):
        """What there is of a job; None when that could not be counted."""

        def __init__(self, job_id: int, tally: Tally | None) -> None:
            super().__init__()
            self.job_id = job_id
            self.tally = tally

    class Looked(Message):
        """What of a job has to be restored before it is read; nothing when that cannot be told."""

        def __init__(self, job: Job, archived: Mapping[str, Archived]) -> None:
            super().__init__()
            self.job = job
            self.archived = archived

    def __init__(self, services: AppServices) -> None:
        super().__init__(id="about")
        self._services = services
        self._shown_of: tuple[StorePlace, str, Job | None] | None = None
        self._job: Job | None = None
        self._known = Known()
        self._counting = False
        self._tallies: dict[int, Tally] = {}
        self._looking = False
        self._archived: dict[int, Mapping[str, Archived]] = {}

    def expire(self) -> None:
        """Anything may have changed in the catalog."""
        self._shown_of = None
        self._tallies.clear()
        self._archived.clear()

    def learn(self, known: Known) -> None:
        """What is known of the content of artifacts."""
        if known != self._known:
            self._known, self._shown_of = known, None

    def show_row(self, place: StorePlace, key: str, job: Job | None) -> None:
        """A row of a list; `job` is the row's where rows are jobs."""
        row = place, key, job
        if row == self._shown_of:
            return
        self._shown_of = row
        self._job = job if place.job is None else None
        with suppress(RunFerryError):  # the lists say that the catalog cannot be read
            self.show(self._about(place, key) if key else ())

    def on_store_about_tallied(self, message: Tallied) -> None:
        """Shows it, if the cursor is there still, and counts that of another job."""
        self._counting = False
        if message.tally:
            self._tallies[message.job_id] = message.tally
        if job := self._job:
            if job.id != message.job_id:
                self._count(job)
            elif message.tally:
                self.show(about_job(job, message.tally))

    def on_store_about_looked(self, message: Looked) -> None:
        """Shows it of the row that the cursor is on by now."""
        self._looking = False
        self._archived[message.job.id] = message.archived
        if self._shown_of:
            place, key, job = self._shown_of
            self._shown_of = None
            self.show_row(place, key, job)

    def _about(self, place: StorePlace, key: str) -> Sequence[Line]:
        services = self._services
        if place.job is None:
            return self._about_job(self._job) if self._job else ()
        if not place.run:
            inside = StorePlace(place.job, key).artifacts(services)
            if key == JOB_FILES:
                return about_job_files(inside)
            runs = services.list_runs.these(place.job.id, [int(key)])
            return about_run(runs[0], inside) if runs else ()
        beside = place.artifacts(services)
        found = next((a for a in beside if a.key == key), None)
        archived = self._archived_of(place.job).get(key)
        return about_artifact(found, beside, self._known, archived) if found else ()

    def _archived_of(self, job: Job) -> Mapping[str, Archived]:
        """As far as the store was asked; asks it, one job at a time."""
        if job.id not in self._archived and not self._looking:
            self._looking = True
            in_background(
                "archived",
                lambda: self._services.part(Archives).of_job(job),
                lambda archived: post(self, self.Looked(job, archived)),
                lambda _: post(self, self.Looked(job, {})),
            )
        return self._archived.get(job.id, {})

    def _about_job(self, job: Job) -> Sequence[Line]:
        tally = self._tallies.get(job.id)
        if tally is None:
            self._count(job)
        return about_job(job, tally)

    def _count(self, job: Job) -> None:
        """One at a time: the cursor may pass many jobs meanwhile."""
        if self._counting:
            return
        self._counting = True
        in_background(
            "tally",
            lambda: self._services.list_jobs.tally(job.id),
            lambda tally: post(self, self.Tallied(job.id, tally)),
            lambda _: post(self, self.Tallied(job.id, None)),
        )
