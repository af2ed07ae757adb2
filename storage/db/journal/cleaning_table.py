"""RUN directories that are on their way out."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import asdict

from core.ports.journal.cleanings import Cleaning
from storage.db.fields import FlagField, IdField, PathField, TextField
from storage.db.journal.store_tables import StoreTable, StoreTables


class Cleanings(StoreTable):
    """Of one directory, which has another name already, or is about to get it."""

    aside = PathField()
    path = PathField()
    job_id = IdField()
    run_id = IdField()
    content_id = TextField()
    device = TextField()
    target = PathField()
    checked = FlagField()


class CleaningTable(StoreTables):
    """See `Journal`."""

    def put_cleaning(self, cleaning: Cleaning) -> None:
        self._put(Cleanings, **asdict(cleaning))

    def cleanings(self) -> Sequence[Cleaning]:
        ours = Cleanings.of(Cleaning).where(self._ours(Cleanings))
        return self._all(ours.order_by(Cleanings.aside), Cleaning)

    def remove_cleaning(self, aside: str) -> None:
        self._delete(Cleanings, Cleanings.aside == aside)
