"""Uploads under way, their parts, and how fast the link was."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import peewee

from core.model import HIGHEST_ID, check_id
from core.ports.journal.uploads import Intent, LinkRate
from core.ports.object_store import OpenUpload, SentPart
from storage.db.columns import moment_from, moment_text, text_from, whole_from
from storage.db.database_session import Row
from storage.db.journal.store_tables import StoreTable, StoreTables

_NO_SESSION = OpenUpload("", 0)


class Intents(StoreTable):
    """An upload under way."""

    write_token = peewee.TextField()
    job_id = peewee.IntegerField()
    run_id = peewee.IntegerField()
    version = peewee.IntegerField()
    key = peewee.TextField()
    started_at = peewee.TextField()
    content_id = peewee.TextField()
    sha256 = peewee.TextField()
    files = peewee.IntegerField()
    raw_bytes = peewee.IntegerField()
    stored_bytes = peewee.IntegerField()
    upload_id = peewee.TextField()
    part_bytes = peewee.IntegerField()
    checksums = peewee.TextField()
    encoder = peewee.TextField()


class Parts(StoreTable):
    """A part of an intent's upload that the store accepted."""

    write_token = peewee.TextField()
    number = peewee.IntegerField()
    size = peewee.IntegerField()
    digest = peewee.TextField()
    etag = peewee.TextField()


class Links(StoreTable):
    """How fast the link to a store was."""

    bytes_per_second = peewee.IntegerField()
    measured_at = peewee.TextField()


class UploadTables(StoreTables):
    """See `Journal`."""

    def put_intent(self, intent: Intent) -> None:
        with self.database.writing() as session:
            row = _intent_row(self._store, intent)
            session.run(Intents.insert(row).on_conflict_replace())

    def intents(self, job_id: int, run_id: int) -> Sequence[Intent]:
        query = (
            Intents.select()
            .where(self._ours(Intents), Intents.job_id == job_id, Intents.run_id == run_id)
            .order_by(Intents.started_at.desc(), Intents.write_token)
        )
        return self._all(query, _intent_from)

    def all_intents(self) -> Sequence[Intent]:
        ours = Intents.select().where(self._ours(Intents))
        return self._all(ours.order_by(Intents.started_at, Intents.write_token), _intent_from)

    def close_intent(self, write_token: str) -> None:
        with self.database.writing() as session:
            for table in (Intents, Parts):
                this = table.write_token == write_token
                session.run(table.delete().where(self._ours(table), this))

    def put_part(self, write_token: str, part: SentPart) -> None:
        with self.database.writing() as session:
            row = {**asdict(part), "store": self._store, "write_token": write_token}
            session.run(Parts.insert(row).on_conflict_replace())

    def parts(self, write_token: str) -> Sequence[SentPart]:
        ours = Parts.select().where(self._ours(Parts), Parts.write_token == write_token)
        return self._all(ours.order_by(Parts.number), _part_from)

    def forget_parts(self, write_token: str) -> None:
        with self.database.writing() as session:
            this = Parts.write_token == write_token
            session.run(Parts.delete().where(self._ours(Parts), this))

    def put_link_rate(self, rate: LinkRate | None) -> None:
        with self.database.writing() as session:
            if rate:
                moment = moment_text(rate.measured_at)
                row = {**asdict(rate), "store": self._store, "measured_at": moment}
                session.run(Links.insert(row).on_conflict_replace())
            else:
                session.run(Links.delete().where(self._ours(Links)))

    def link_rate(self) -> LinkRate | None:
        return next(iter(self._all(Links.select().where(self._ours(Links)), _link_from)), None)


def _intent_row(store: bytes, intent: Intent) -> dict[str, Any]:
    row = asdict(intent) | {"store": store, "started_at": moment_text(intent.started_at)}
    del row["session"]
    return row | asdict(intent.session or _NO_SESSION)


def _intent_from(row: Row) -> Intent:
    _, token, job_id, run_id, version, key, started_at, *rest = row
    content_id, sha256, files, raw_bytes, stored_bytes, *session, encoder = rest
    upload_id, part_bytes, checksums = session
    begun = OpenUpload(text_from(upload_id), whole_from(part_bytes), text_from(checksums))
    return Intent(
        text_from(token),
        check_id(job_id, "Job id"),
        whole_from(run_id, HIGHEST_ID),
        whole_from(version, HIGHEST_ID),
        text_from(key),
        moment_from(started_at),
        text_from(content_id),
        text_from(sha256),
        *map(whole_from, (files, raw_bytes, stored_bytes)),
        session=begun if upload_id else None,
        encoder=text_from(encoder),
    )


def _part_from(row: Row) -> SentPart:
    _, _, number, size, digest, etag = row
    return SentPart(whole_from(number), whole_from(size), text_from(digest), text_from(etag))


def _link_from(row: Row) -> LinkRate:
    _, bytes_per_second, measured_at = row
    return LinkRate(whole_from(bytes_per_second), moment_from(measured_at))
