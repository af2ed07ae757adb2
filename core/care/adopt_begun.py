"""Adopt what earlier uploads of this machine left behind."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.errors import RunFerryError
from core.ports.journal.uploads import Intent, UploadJournal
from core.ports.object_store import ObjectReader
from core.stored.loose_results import find_loose
from core.upload.adopt_intended import AdoptIntended


@dataclass
class Adopted:
    """The keys that were adopted, and why others were not."""

    keys: list[str] = field(default_factory=list[str])
    failures: list[RunFerryError] = field(default_factory=list[RunFerryError])


class AdoptBegun:
    """Only what an upload wrote down before it was cut off."""

    def __init__(self, store: ObjectReader, journal: UploadJournal, adopt: AdoptIntended) -> None:
        self._store = store
        self._journal = journal
        self._adopt = adopt

    def __call__(self) -> Adopted:
        """What cannot be adopted keeps nothing else from it. Raises StateError."""
        adopted = Adopted()
        for key in self._begun():
            self._try(key, adopted)
        return adopted

    def forget_settled(self) -> None:
        """The record of an orphan outlives its upload, and what became of it may be in order.

        Raises StoreError, StateError.
        """
        for orphan in self._journal.orphans():
            if find_loose(self._store, orphan.key) is None:
                self._journal.remove_orphan(orphan.key)

    def _begun(self) -> Iterable[str]:
        """Each key once, those of orphans first."""
        complete = filter(_is_complete, self._journal.all_intents())
        return dict.fromkeys(begun.key for begun in (*self._journal.orphans(), *complete))

    def _try(self, key: str, adopted: Adopted) -> None:
        try:
            if self._adopt(key):
                adopted.keys.append(key)
        except RunFerryError as error:
            adopted.failures.append(error)


def _is_complete(intent: Intent) -> bool:
    """Whether all of it was sent, as far as is known here: only then is its digest known."""
    return bool(intent.sha256)
