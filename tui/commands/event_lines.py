"""Events on stdout, one line or one JSON object each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC

from core.events import Event
from core.ports.clock import Clock
from tui.output import OutputError, emit, say
from tui.wording.events import as_record, describe


class EventLines:
    """Prints on the threads that call, one at a time.

    `nobody_reads` becomes true when stdout takes no more; nothing is printed then.
    """

    def __init__(self, clock: Clock, roots: Sequence[str], *, as_json: bool) -> None:
        self._clock = clock
        self._roots = roots
        self._as_json = as_json
        self._refusal: BrokenPipeError | OutputError | None = None

    @property
    def nobody_reads(self) -> bool:
        """Whether the other end of the pipe is closed, or what is behind stdout full or closed."""
        return self._refusal is not None

    def check(self) -> None:
        """Raises BrokenPipeError or OutputError when nobody reads."""
        if self._refusal:
            raise self._refusal

    def show(self, event: Event) -> None:
        """One event."""
        if self._as_json:
            self.show_record(as_record(event))
        else:
            self._attempt(lambda: say(describe(event, self._roots)))

    def show_record(self, record: Mapping[str, object]) -> None:
        """One JSON object, with the moment (UTC) as `at`; nothing when lines are wanted."""
        if self._as_json:
            at = self._clock.now().astimezone(UTC).isoformat(timespec="milliseconds")
            self._attempt(lambda: emit({"at": at, **record}))

    def _attempt(self, write: Callable[[], None]) -> None:
        if self.nobody_reads:
            return
        try:
            write()
        except (BrokenPipeError, OutputError) as error:
            self._refusal = error
