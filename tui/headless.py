"""The watch without a screen: events as lines, until something says stop."""

import signal
import threading
from collections.abc import Callable
from types import FrameType

from core.auto_upload import AutoUpload
from core.errors import EXIT_CONNECTION, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK
from core.events import AutoUploadRefused, Event, TransferFailed, TransferSucceeded, TransferView
from core.run_state import RunState
from core.wording import as_record, describe
from tui.output import emit, note, say
from tui.services import AppServices

_CHECK_EVERY = 0.1
_ENDED = frozenset({RunState.FINISHED, RunState.FAILED, RunState.CHANGED})


class HeadlessWatch:
    """Prints on the threads that publish; waits on the thread that calls `run`."""

    def __init__(self, services: AppServices, *, as_json: bool, auto_upload: bool) -> None:
        self._services = services
        self._as_json = as_json
        self._auto_upload = auto_upload
        self._printing = threading.Lock()
        self._stop = threading.Event()
        self._interrupted = False
        self._refused = 0
        self._ended: dict[int, TransferView] = {}

    def run(self, until: Callable[[], bool]) -> int:
        """Watches until `until()` or a signal; returns the exit code.

        1 when an upload of this session failed, 3 when all that failed had no connection.
        SIGINT and SIGTERM stop it within a second; what is queued goes on at the next start.
        """
        services = self._services
        services.bus.subscribe(self._print)
        if self._auto_upload:
            services.bus.subscribe(AutoUpload(services.transfers.submit, services.bus.publish))
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)
        services.start()
        while not self._stop.wait(_CHECK_EVERY) and not until():
            pass
        services.watch.stop()
        return EXIT_INTERRUPTED if self._interrupted else self._exit_code()

    def idle(self) -> bool:
        """Whether every run has ended and nothing waits or travels."""
        watch = self._services.watch
        if not watch.passed or any(run.state not in _ENDED for run in watch.views()):
            return False
        return not self._auto_upload or self._services.transfers.wait_idle(0)

    def _exit_code(self) -> int:
        failures = [t.failure for t in self._ended.values() if t.failure]
        failed = len(failures) + self._refused
        if not failed:
            return EXIT_OK
        note(f"{failed} of {len(self._ended) + self._refused} uploads failed.")
        codes = {failure.exit_code for failure in failures}
        return EXIT_CONNECTION if codes == {EXIT_CONNECTION} and not self._refused else EXIT_FAILED

    def _print(self, event: Event) -> None:
        with self._printing:
            self._refused += isinstance(event, AutoUploadRefused)
            if isinstance(event, TransferSucceeded | TransferFailed):
                self._ended[event.transfer.id] = event.transfer
            if self._as_json:
                emit(as_record(event))
            else:
                say(describe(event))

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._interrupted = number == signal.SIGINT
        self._stop.set()
