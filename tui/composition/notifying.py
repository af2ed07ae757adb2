"""What it takes to tell a program of the user's what happened."""

from collections.abc import Sequence

from core.activity.recorder import ActivityRecorder
from core.errors import Failure, NotifyError
from core.events import Event, EventSink
from core.notify.notify import Letter, Notify, NotifyPauses
from core.ports.journal.activity import ActivityKind
from storage.machine.child_program import ChildNotifyProgram
from tui.composition.adapters import Adapters
from tui.wording.letters import letter_of


def make_notify(adapters: Adapters, recorder: ActivityRecorder) -> Notify:
    """As the settings say; that their program fails is written down."""
    settings, share = adapters.settings.notify, adapters.pauses.share
    store = adapters.places.store_location(adapters.settings.profile)

    def write(events: Sequence[Event], left_out: int) -> Letter:
        return letter_of(events, left_out, adapters.host, store, adapters.clock.now())

    def failed(error: NotifyError) -> None:
        recorder.failed(ActivityKind.COMMAND, "notify", Failure.of(error))

    return Notify(
        settings.events,
        write,
        ChildNotifyProgram(settings.command, adapters.environ),
        failed,
        NotifyPauses(NotifyPauses.gathered * share, NotifyPauses.rest * share),
    )


def to_both(first: EventSink, second: EventSink) -> EventSink:
    """Tells them one after the other."""

    def sink(event: Event) -> None:
        first(event)
        second(event)

    return sink
