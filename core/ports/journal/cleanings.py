"""RUN directories that are on their way out, noted before anything happens to them."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Cleaning:
    """The run at `path` goes: it is moved to `aside` first, which nobody takes for a run.

    `checked` says that it was seen there to be what is stored: from then on parts of it may be gone. It
    is deleted, or moved on to `target`, where that is not empty. `content_id` is what it held; `device` tells
    the file system.
    """

    aside: str
    path: str
    job_id: int
    run_id: int
    content_id: str
    device: str
    target: str = ""
    checked: bool = False


class Cleanings(Protocol):
    """Durable on return; callable from any thread; raises only StateError."""

    @abstractmethod
    def put_cleaning(self, cleaning: Cleaning) -> None:
        """Inserts or updates by `aside`."""

    @abstractmethod
    def cleanings(self) -> Sequence[Cleaning]:
        """Those that are not over, in the order of `aside`."""

    @abstractmethod
    def remove_cleaning(self, aside: str) -> None:
        """It is over."""
