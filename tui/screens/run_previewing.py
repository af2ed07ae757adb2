"""What is read of the run that is looked at: on other threads, and only when it may have changed."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from itertools import filterfalse

from core.errors import Failure
from core.finish.run_state import RunState
from core.preview.glance import Glance
from core.run_view import DiskView, RunView
from core.source.left_out_lines import briefly, is_excluded
from core.watch.disks import Disks
from tui.background import in_background
from tui.parts.run_previews import RunPreviews
from tui.screens.run_curves import RunCurves
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.glance_sections import curve_sections, glance_sections, last_words, stale_line
from tui.widgets.panes import Line, line
from tui.widgets.sections import Preview

_REST = 2.0
_COST_FACTOR = 20.0
"""A run is read for at most a twentieth of the time, and not more often than every two seconds."""


class RunReading:
    """One run, as long as it is looked at. For the UI thread; `changed` is called on any other.

    It is read when the watch has seen it change since. What comes after `close` is dropped.
    """

    def __init__(self, services: AppServices, path: str, changed: Callable[[], None]) -> None:
        self.path = path
        self.glance: Glance | None = None
        self.failure: Failure | None = None
        self.curves = RunCurves(services, path)
        self._services = services
        self._changed = changed
        self._closed = False
        self._working = False
        self._read_for: object = None
        self._again_at = float("-inf")

    def look(self, run: RunView, variable: str | None) -> None:
        """Begins to read it when that is due; with the curve of a `variable`, "" for any, if there is one."""
        if self._working or run.state is RunState.OFFLINE:
            return
        seen = run.fingerprint, run.files, run.bytes, run.state
        due = seen != self._read_for and self._services.clock.monotonic() >= self._again_at
        if due or (variable is not None and self.curves.lacks(variable)):
            self._working, self._read_for = True, seen if due else self._read_for
            read = partial(self._read, run, variable, glance=due)
            in_background("run-preview", read, lambda _: self._ended(), self._failed)

    def close(self) -> None:
        """Nobody looks at it any more."""
        self._closed = True

    def _read(self, run: RunView, variable: str | None, *, glance: bool) -> None:
        clock = self._services.clock
        started = clock.monotonic()
        if glance:
            self._glance()
            self.curves.look_again()
        if variable is not None and not self._closed:
            self.curves.read(run, variable)
        rest = max(_REST, _COST_FACTOR * (clock.monotonic() - started))
        self._again_at = clock.monotonic() + rest

    def _glance(self) -> None:
        seen = self._services.part(RunPreviews).glance_at_run(self.path, self.glance)
        if not self._closed:
            self.glance, self.failure = seen, None
            self._changed()

    def _failed(self, failure: Failure) -> None:
        self.failure = failure
        self._again_at = self._services.clock.monotonic() + _REST
        self._ended()

    def _ended(self) -> None:
        self._working = False
        if not self._closed:
            self._changed()


class RunPreviewing:
    """Follows one run at a time. For the UI thread; `changed` is called on any other.

    The variable that was chosen is shown of other runs too, where they have it.
    """

    def __init__(self, services: AppServices, changed: Callable[[], None]) -> None:
        self._services = services
        self._changed = changed
        self._reading: RunReading | None = None
        self._variable = ""
        self._disks: Disks | None = None
        in_background(
            "run-previews", lambda: services.part(RunPreviews), self._take, lambda _: None
        )

    def disks(self, roots: Sequence[str], runs: Sequence[RunView]) -> Sequence[DiskView]:
        """What is known now of the volumes of watched roots."""
        return self._disks.look(roots, runs) if self._disks else ()

    def look(self, run: RunView, *, curves: bool) -> None:
        """Reads it when that is due; what was read of another one is forgotten.

        Without `curves` there is no room to show them.
        """
        if self._reading is None or self._reading.path != run.path:
            self.close()
            self._reading = RunReading(self._services, run.path, self._changed)
        self._reading.look(run, self._variable if curves else None)

    def next_curve(self, step: int) -> None:
        """The variable so many further, round and round."""
        variables = self._reading.curves.variables if self._reading else ()
        if self._reading and variables:
            at = variables.index(self._reading.curves.variable)
            self._variable = variables[(at + step) % len(variables)]

    @property
    def curves(self) -> tuple[str, Sequence[str]]:
        """The variable whose curve is shown, and all that there are."""
        found = self._reading.curves if self._reading else None
        return (found.variable, found.variables) if found else ("", ())

    def show_curve(self, variable: str) -> None:
        """Of this one, here and of other runs."""
        self._variable = variable

    def _take(self, previews: RunPreviews) -> None:
        self._disks = previews.disks

    def close(self) -> None:
        """What is still being read is dropped when it comes."""
        if self._reading:
            self._reading.close()
            self._reading = None

    def preview(self, run: RunView, now: datetime) -> Preview:
        """What was read of it until now."""
        reading = self._reading
        if reading is None or reading.path != run.path:
            return Preview()
        if reading.failure:
            return Preview(remarks=[line(f" {reading.failure.what}", Tone.BAD)])
        glance = reading.glance
        if glance is None:
            return Preview()
        curves = reading.curves
        return Preview(
            lambda width: [
                *curve_sections(curves.curve, curves.variables, curves.failure),
                *glance_sections(glance, now, width),
            ],
            curve=curves.curve,
            variables=curves.variables,
            last_words=last_words(glance),
            remarks=_remarks(run, glance, now),
            excluded=glance.excluded,
        )


def _remarks(run: RunView, glance: Glance, now: datetime) -> list[Line]:
    if run.state is RunState.OFFLINE:
        return [stale_line(glance, now)]
    unwilling = [*filterfalse(is_excluded, glance.left_out)]
    remarks = (*glance.problems[:1], briefly(unwilling))
    return [line(f" {remark}", Tone.WARN) for remark in filter(None, remarks)]
