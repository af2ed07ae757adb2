"""Directories of stored archives, in the database of the catalog."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Iterable
from datetime import datetime

from core.ports.members_cache import MembersCache, RememberedMembers
from core.ports.packaging import ArchiveMember
from storage.db.catalog_schema import Members
from storage.db.database import Database
from storage.db.database_session import Session
from storage.db.oldest_go import forget_the_oldest
from storage.db.readable_rows import readable

_MOST_BYTES = 64 << 20


class SqliteMembersCache(MembersCache):
    """64 MiB of what was looked at last; that is some five million members."""

    def __init__(self, database: Database, most_bytes: int = _MOST_BYTES) -> None:
        """`database` is that of an open catalog, which closes it."""
        self._database = database
        self._most_bytes = most_bytes

    def put(self, key: str, identity: str, members: Iterable[ArchiveMember], at: datetime) -> None:
        row = Members.as_columns({"key": key, "identity": identity, "at": at, "members": members})

        def replace(session: Session) -> None:
            session.sql_many(Members.insert_sql("REPLACE"), [row])
            forget_the_oldest(session, "members", "members", self._most_bytes)

        self._database.write(replace)

    def get(self, key: str, identity: str) -> RememberedMembers | None:
        query = Members.select(Members.members, Members.at)
        wanted = query.where(Members.key == key, Members.identity == identity)
        with self._database.reading() as session:
            return next(iter(readable(session.rows(wanted), RememberedMembers)), None)
