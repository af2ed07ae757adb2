"""Curves of runs, in the database of the catalog."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from datetime import datetime

from core.ports.curves_cache import CurvesCache, RunCurves
from storage.db.catalog_schema import Curves
from storage.db.database import Database
from storage.db.database_session import Session
from storage.db.oldest_go import forget_the_oldest
from storage.db.readable_rows import only, readable

_MOST_BYTES = 64 << 20


class SqliteCurvesCache(CurvesCache):
    """64 MiB of what was read last; that is some ten thousand runs."""

    def __init__(self, database: Database, most_bytes: int = _MOST_BYTES) -> None:
        """`database` is that of an open catalog, which closes it."""
        self._database = database
        self._most_bytes = most_bytes

    def put(self, place: str, identity: str, curves: RunCurves, at: datetime) -> None:
        row = Curves.as_columns({"place": place, "identity": identity, "at": at, "curves": curves})

        def replace(session: Session) -> None:
            session.sql_many(Curves.insert_sql("REPLACE"), [row])
            forget_the_oldest(session, "curves", "curves", self._most_bytes)

        self._database.write(replace)

    def get(self, place: str, identity: str) -> RunCurves | None:
        query = Curves.select(Curves.curves)
        wanted = query.where(Curves.place == place, Curves.identity == identity)
        with self._database.reading() as session:
            return next(iter(readable(session.rows(wanted), only)), None)
