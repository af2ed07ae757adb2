"""The watch without a screen: events as lines, until something says stop."""

import signal
import socket
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from types import FrameType

from core.errors import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK
from core.events import Event, TransferEvent
from core.finish.run_state import ENDED, RunState
from core.ports.agent_lock import Holder
from core.printable import printable
from core.run_view import RunView
from tui.commands.event_lines import EventLines
from tui.commands.upload_tally import UploadTally
from tui.output import note
from tui.services import AppServices
from tui.wording.formatting import plural

_CHECK_EVERY = 0.1
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_AT_REST = ENDED | {RunState.STALLED}


class HeadlessWatch:
    """Prints on the threads that publish; waits on the thread that calls `run`."""

    def __init__(
        self,
        services: AppServices,
        *,
        as_json: bool,
        auto_upload: bool,
        no_runs: Callable[[str], str] | None = None,
    ) -> None:
        """`no_runs` says of a root what was looked for in it, and what is there; without it none has to be."""
        self._no_runs = no_runs
        self._empty: Sequence[str] | None = None
        self._services = services
        self._auto_upload = auto_upload
        self._roots = tuple(root.path for root in services.watch.roots())
        self._lines = EventLines(services.clock, self._roots, as_json=as_json)
        self._tally = UploadTally(self._roots)
        self._taking = threading.Lock()
        self._stop = threading.Event()
        self._signal = 0
        self._agent: Holder | None = None

    def run(self, until: Callable[[], bool]) -> int:
        """Watches until `until()` or a signal; returns the exit code.

        0 after SIGTERM, 130 after SIGINT, both within seconds; what is queued goes on at the next
        start. Else 1 when an upload below the roots failed, a run could not be looked at, one that was
        to be uploaded differs from what is stored of it, or a root has none; 3 when all that failed had
        no connection. Raises BrokenPipeError, or OutputError, when nobody reads the output any more.
        """
        services = self._services
        services.bus.subscribe(self.take)
        for root in self._roots:
            services.auto_upload.set_on(root, on=self._auto_upload, remember=False)
        with self._stopped_by_signals():
            services.start()
            if services.transfers.trouble:
                note(services.transfers.trouble)
            self._wait(until)
            services.stop()
        self._tell_end()
        self._lines.check()
        if self._signal:
            return EXIT_INTERRUPTED if self._signal == signal.SIGINT else EXIT_OK
        unsolved = self._unseen() or self._differing() or self._without_runs(self._empty or ())
        return self._tally.exit_code() or (EXIT_FAILED if unsolved else EXIT_OK)

    def idle(self) -> bool:
        """Whether every run has ended, and nothing waits, travels or is about to be queued.

        What another process uploads for others is not waited for.
        """
        watch = self._services.watch
        unseen = self._unseen()
        rest = (run for run in watch.views() if run not in unseen)
        return watch.passed and all(map(self._is_at_rest, rest)) and not self._left()

    def _wait(self, until: Callable[[], bool]) -> None:
        while not self._stop.wait(_CHECK_EVERY):
            self._follow_agent()
            self._tell_empty()
            if until():
                return

    def _is_at_rest(self, run: RunView) -> bool:
        if run.held or self._tally.refused(run.path):
            return True
        return run.state in _AT_REST and run.uploads_in is None

    def _unseen(self) -> Sequence[RunView]:
        """Runs that cannot be looked at, although their root can."""
        watch = self._services.watch
        away = {root.path for root in watch.roots() if root.offline}
        runs = (run for run in watch.views() if run.root not in away)
        return [run for run in runs if run.state is RunState.OFFLINE]

    def _differing(self) -> Sequence[RunView]:
        """Runs that are to be stored by themselves, but not a second time."""
        return self._services.watch.differing() if self._auto_upload else ()

    def _without_runs(self, roots: Sequence[str]) -> Sequence[str]:
        """Those of them that can be read and have no run now."""
        watch = self._services.watch
        unfit = {run.root for run in watch.views()} | {r.path for r in watch.roots() if r.offline}
        return [root for root in roots if root not in unfit]

    def _tell_empty(self) -> None:
        """At the start: whoever waits for runs should know that none are there, and which would be."""
        if self._no_runs and self._empty is None and self._services.watch.passed:
            self._empty = self._without_runs(self._roots)
            for root in self._empty:
                note(f"No RUN directories at or below {printable(root)}.")
                note(f"  {self._no_runs(root)}")

    def _left(self) -> int:
        """How many transfers wait or travel."""
        transfers = self._services.transfers
        all_count = transfers.agent is None
        views = [view for view in transfers.views() if not (view.state.ended or view.restoring)]
        return sum(all_count or self._tally.counts(view) for view in views)

    def _follow_agent(self) -> None:
        before, self._agent = self._agent, self._services.transfers.agent
        if self._agent and not self._agent.is_same(before):
            note(f"{self._agent.describe()} does the uploads; this one hands over its own.")
            if self._agent.host != socket.gethostname():
                note("  It must see the same paths. Else set RUNFERRY_HOME to a local directory.")
        if before and not self._agent:
            note(f"{before.describe()} has gone; its uploads go on here.")

    def _tell_end(self) -> None:
        left = self._left()
        differing = self._differing()
        self._lines.show_record(
            {
                "event": "watch_ended",
                "interrupted": bool(self._signal),
                "left": left,
                "differing": [run.path for run in differing],
            }
        )
        if self._signal:
            note(f"stopped; {self._fate(left)}" if left else "stopped")
        elif self._tally.failed:
            note(f"{self._tally.failed} of {plural(self._tally.ended, 'upload')} failed.")
        if unseen := self._unseen():
            note(f"{plural(len(unseen), 'run')} could not be looked at.")
        for run in () if self._signal else differing:
            note(
                f"{printable(run.path)} was written again since it was stored:"
                " runferry upload stores it as the next version."
            )

    def _fate(self, left: int) -> str:
        stay, go = ("stays", "goes") if left == 1 else ("stay", "go")
        if agent := self._services.transfers.agent:
            return f"{plural(left, 'transfer')} {go} on in {agent.describe()}"
        return f"{plural(left, 'transfer')} {stay} queued and {go} on at the next start"

    def take(self, event: Event) -> None:
        """Counts and prints one event; on any thread."""
        with self._taking:
            self._tally.take(event)
            if self._is_told(event):
                self._lines.show(event)
            if self._lines.nobody_reads:
                self._stop.set()

    def _is_told(self, event: Event) -> bool:
        """Everything but what another process uploads for others."""
        if not isinstance(event, TransferEvent) or self._services.transfers.agent is None:
            return True
        return self._tally.counts(event.transfer)

    @contextmanager
    def _stopped_by_signals(self) -> Generator[None]:
        # Whoever begins this with SIGTERM ignored wants it to go on: batch jobs get one before the end.
        is_ignored = signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
        heard = [number for number in _SIGNALS if not (is_ignored and number == signal.SIGTERM)]
        before = {number: signal.signal(number, self._on_signal) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signal = number
        self._stop.set()
