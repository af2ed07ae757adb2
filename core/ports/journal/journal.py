"""All of `state.db` at once: for those who open it, and for the few who need most of it."""

from abc import abstractmethod
from typing import Protocol

from core.ports.journal.bindings import Bindings, GivenIds, LinkedPaths, StoredSources
from core.ports.journal.cleanings import Cleanings
from core.ports.journal.queue import Commands, TransferRecords
from core.ports.journal.uploads import UploadJournal
from core.ports.journal.watching import LastRoots, UploadDecisions, WatchedRuns


class Revised(Protocol):
    """What can be asked whether anything changed."""

    @abstractmethod
    def revision(self) -> object:
        """Equal to an earlier answer only while no process has changed anything.

        To be compared with answers on the same thread.
        """


class QueueJournal(TransferRecords, Commands, Bindings, StoredSources, Revised, Protocol):
    """What the queue and its agent write down, and what others read of it."""


class WatchJournal(WatchedRuns, UploadDecisions, StoredSources, GivenIds, Revised, Protocol):
    """What the watch and the uploads that begin by themselves remember."""


class RunIdJournal(StoredSources, GivenIds, Protocol):
    """As which runs directories were stored, and as which they count before that."""


class BindingJournal(Bindings, StoredSources, GivenIds, Protocol):
    """What is decided about where runs go, and what went there from here."""


class Journal(
    UploadJournal,
    Bindings,
    StoredSources,
    GivenIds,
    LinkedPaths,
    WatchedRuns,
    UploadDecisions,
    LastRoots,
    TransferRecords,
    Commands,
    Cleanings,
    Revised,
    Protocol,
):
    """Durable on return (synchronous=FULL). Callable from any thread; raises only StateError."""

    @abstractmethod
    def close(self) -> None:
        """Closes the connections of all threads."""
