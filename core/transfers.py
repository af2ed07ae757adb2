"""What the app and the commands see of the queue, whichever process it works in."""

from abc import abstractmethod
from typing import Protocol

from core.events import TransferView
from core.ports.agent_lock import Holder
from core.upload_request import UploadRequest


class Transfers(Protocol):
    """Callable from any thread; returns at once, except `close` and `wait_idle`.

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

    @abstractmethod
    def start(self) -> None:
        """Begins to work, with what an earlier process left."""

    @abstractmethod
    def submit(self, request: UploadRequest) -> TransferView:
        """Queues an upload. A source that already waits or travels is not queued twice."""

    @abstractmethod
    def retry(self, transfer_id: int) -> bool:
        """Queues a failed or cancelled transfer again; False when there is nothing to retry."""

    @abstractmethod
    def cancel(self, transfer_id: int) -> bool:
        """Stops a waiting transfer at once and an active one at its next step."""

    @abstractmethod
    def clear_ended(self) -> int:
        """Forgets transfers that are done or cancelled; returns how many."""

    @abstractmethod
    def views(self) -> tuple[TransferView, ...]:
        """All transfers in the order of submission. Waits for no disk."""

    @abstractmethod
    def wait_idle(self, timeout: float | None = None) -> bool:
        """Blocks until nothing waits or travels; False when `timeout` seconds were not enough."""

    @abstractmethod
    def close(self, timeout: float = 2.0) -> None:
        """Lets active transfers stop at their next step; they stay queued for the next start."""
