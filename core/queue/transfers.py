"""What the app and the commands see of the queue, whichever process it works in."""

from abc import abstractmethod
from collections.abc import Collection
from typing import Protocol

from core.ports.agent_lock import Holder
from core.queue.transfer_request import TransferRequest
from core.threads import Deadline
from core.transfer_view import TransferView


class Transfers(Protocol):
    """Callable from any thread; returns at once, except `close`.

    What is queued is durable. May raise StateError.
    """

    @property
    @abstractmethod
    def agent(self) -> Holder | None:
        """The other process that does the work; None when this one does."""

    @property
    @abstractmethod
    def trouble(self) -> str:
        """Why a second RunFerry on this state would not be noticed, or empty."""

    @property
    @abstractmethod
    def limit(self) -> int | None:
        """Bytes per second of all transfers together, 0 for none.

        None while another process that does the work has not told. So with `parallel`.
        """

    @abstractmethod
    def set_limit(self, bytes_per_second: int) -> None:
        """From now on, until whoever does the work ends; 0 for no limit."""

    @property
    @abstractmethod
    def parallel(self) -> int | None:
        """How many transfers travel at a time."""

    @abstractmethod
    def set_parallel(self, count: int) -> None:
        """From now on, until whoever does the work ends; what travels already is let end."""

    @abstractmethod
    def start(self) -> None:
        """Begins to work, with what an earlier process left."""

    @abstractmethod
    def submit(self, request: TransferRequest) -> TransferView:
        """Queues it, unless the same waits, travels or is paused already.

        The same that failed or was cancelled is tried again instead.
        """

    @abstractmethod
    def retry(self, transfer_id: int) -> bool:
        """Queues a failed or cancelled transfer again; False when there is nothing to retry."""

    @abstractmethod
    def pause(self, transfer_id: int) -> bool:
        """Keeps a transfer from going on until `resume`, also over a restart.

        An active one stops at its next step; what it has sent is kept. False when it does not wait
        or travel.
        """

    @abstractmethod
    def resume(self, transfer_id: int) -> bool:
        """Queues a paused transfer again; False when it is not paused."""

    @abstractmethod
    def cancel(self, transfer_id: int) -> bool:
        """Gives a transfer up: an active one stops at its next step, others do at once.

        What was sent is freed; what was received stays. False when there is nothing left to give up.
        """

    @abstractmethod
    def clear_ended(self, ids: Collection[int] | None = None) -> int:
        """Forgets transfers that are done or cancelled, all or those of these; returns how many."""

    @abstractmethod
    def views(self) -> tuple[TransferView, ...]:
        """All transfers in the order of submission. Waits for no disk."""

    @abstractmethod
    def stop(self) -> None:
        """Lets active transfers stop at their next step; they stay queued for the next start.

        Returns at once, safe to repeat.
        """

    @abstractmethod
    def close(self, deadline: Deadline) -> None:
        """Stops, and waits for that; also for what is being freed in the store."""
