"""From core's threads to the app: one thread-safe door that never blocks its caller."""

from textual.message import Message
from textual.message_pump import MessagePump

from core.events import Event


class CoreEventReceived(Message, bubble=False):
    """Something happened in core."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Bridge:
    """An EventSink that posts to `receiver`; events after the app has ended are dropped."""

    def __init__(self, receiver: MessagePump) -> None:
        self._receiver = receiver

    def __call__(self, event: Event) -> None:
        """Called on any thread."""
        post(self._receiver, CoreEventReceived(event))


def post(receiver: MessagePump, message: Message) -> None:
    """`post_message` for threads that may outlive the app."""
    try:
        receiver.post_message(message)
    except RuntimeError:
        # The event loop was closed between the check and the call: nobody is left to be told.
        return
