"""The queue learns what a command carried, and what it could not."""

from collections.abc import Sequence

from core.errors import EXIT_INTERRUPTED, Failure
from core.queue.agent import Agent
from core.queue.transfer_request import TransferRequest, waiting_view
from tui.wording.formatting import plural

_INTERRUPTED = Failure(
    "The command that did it was interrupted.",
    kept="What has arrived stays.",
    todo="Resume it, or cancel it.",
    exit_code=EXIT_INTERRUPTED,
)


def keep_in_queue(
    transfers: Agent,
    done: Sequence[TransferRequest],
    kept: Sequence[TransferRequest],
    store_option: str,
    *,
    interrupted: bool,
) -> str:
    """Takes out what is `done` and puts `kept` in; returns in words what is kept.

    What was `interrupted` goes on when somebody says so. `store_option` is how the command line chose
    the store, to be said in advice.
    """
    transfers.attend()
    transfers.forget([*done, *kept])
    if not kept:
        return ""
    retry = f"`runferry queue retry {store_option}".rstrip() + "`"
    if interrupted:
        return _keep_paused(transfers, kept, retry)
    for request in kept:
        transfers.submit(request)
    return _words(kept, transfers, retry)


def _keep_paused(transfers: Agent, kept: Sequence[TransferRequest], retry: str) -> str:
    verb = waiting_view(kept[0]).direction
    if transfers.keep_paused(kept, _INTERRUPTED):
        what = f"{plural(len(kept), verb)} kept in the queue, paused"
        return f"{what}: {retry} goes on where it was, and so does the same command."
    return f"What has arrived of {plural(len(kept), verb)} stays: the same command goes on there."


def _words(kept: Sequence[TransferRequest], transfers: Agent, retry: str) -> str:
    verb = waiting_view(kept[0]).direction
    if transfers.agent:
        return f"{transfers.agent.describe()} {verb}s what is left when the store answers."
    return (
        f"{plural(len(kept), verb)} kept in the queue: {retry} goes on, "
        "and so do the app and `runferry watch` by themselves."
    )
