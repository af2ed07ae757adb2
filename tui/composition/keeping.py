"""The queue learns what a command carried, and what it could not."""

from collections.abc import Sequence

from core.queue.agent import Agent
from core.queue.transfer_request import TransferRequest, waiting_view
from tui.wording.formatting import plural


def keep_in_queue(
    transfers: Agent,
    done: Sequence[TransferRequest],
    kept: Sequence[TransferRequest],
    store_option: str,
) -> str:
    """Takes out what is `done` and puts `kept` in; returns in words what is kept.

    `store_option` is how the command line chose the store, to be said in advice.
    """
    transfers.attend()
    transfers.forget([*done, *kept])
    for request in kept:
        transfers.submit(request)
    return _words(kept, transfers, store_option) if kept else ""


def _words(kept: Sequence[TransferRequest], transfers: Agent, store_option: str) -> str:
    verb = waiting_view(kept[0]).direction
    if transfers.agent:
        return f"{transfers.agent.describe()} {verb}s what is left when the store answers."
    retry = f"runferry queue retry {store_option}".rstrip()
    return (
        f"{plural(len(kept), verb)} kept in the queue: `{retry}` goes on, "
        "and so do the app and `runferry watch` by themselves."
    )
