"""Uploads under way, their parts, and how fast the link was."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.model import HIGHEST_ID
from core.ports.journal.uploads import Intent, LinkRate
from core.ports.object_store import OpenUpload, SentPart
from storage.db.fields import IdField, ListField, MomentField, NumberField, RunField, TextField
from storage.db.journal.store_tables import StoreTable, StoreTables

_NO_SESSION = OpenUpload("", 0)


class Intents(StoreTable):
    """An upload under way, and the session that it has begun, if it has."""

    write_token = TextField()
    job_id = IdField()
    run_id = RunField()
    version = NumberField(HIGHEST_ID)
    key = TextField()
    started_at = MomentField()
    content_id = TextField()
    sha256 = TextField()
    files = NumberField()
    raw_bytes = NumberField()
    stored_bytes = NumberField()
    upload_id = TextField()
    part_bytes = NumberField()
    checksums = TextField()
    encoder = TextField()
    left_out = ListField()
    directory = TextField()


class Parts(StoreTable):
    """A part of an intent's upload that the store accepted."""

    write_token = TextField()
    number = NumberField()
    size = NumberField()
    digest = TextField()
    etag = TextField()


class Links(StoreTable):
    """How fast the link to a store was."""

    bytes_per_second = NumberField()
    measured_at = MomentField()


class UploadTables(StoreTables):
    """See `Journal`."""

    def put_intent(self, intent: Intent) -> None:
        columns = asdict(intent) | asdict(intent.session or _NO_SESSION)
        del columns["session"]
        self._put(Intents, **columns)

    def intents(self, job_id: int, run_id: int | None) -> Sequence[Intent]:
        of_run = (Intents.job_id == job_id) & Intents.run_id.holds(run_id)
        ours = Intents.select().where(self._ours(Intents), of_run)
        return self._all(ours.order_by(Intents.started_at.desc(), Intents.write_token), _intent)

    def all_intents(self) -> Sequence[Intent]:
        ours = Intents.select().where(self._ours(Intents))
        return self._all(ours.order_by(Intents.started_at, Intents.write_token), _intent)

    def close_intent(self, write_token: str) -> None:
        with self.database.writing():
            self._delete(Intents, Intents.write_token == write_token)
            self._delete(Parts, Parts.write_token == write_token)

    def put_part(self, write_token: str, part: SentPart) -> None:
        self._put(Parts, write_token=write_token, **asdict(part))

    def parts(self, write_token: str) -> Sequence[SentPart]:
        ours = Parts.of(SentPart).where(self._ours(Parts), Parts.write_token == write_token)
        return self._all(ours.order_by(Parts.number), SentPart)

    def forget_parts(self, write_token: str) -> None:
        self._delete(Parts, Parts.write_token == write_token)

    def put_link_rate(self, rate: LinkRate | None) -> None:
        if rate:
            self._put(Links, **asdict(rate))
        else:
            self._delete(Links)

    def link_rate(self) -> LinkRate | None:
        ours = Links.of(LinkRate).where(self._ours(Links))
        return next(iter(self._all(ours, LinkRate)), None)


def _intent(
    store: bytes, upload_id: str, part_bytes: int, checksums: str, **columns: Any
) -> Intent:
    session = OpenUpload(upload_id, part_bytes, checksums) if upload_id else None
    return Intent(session=session, **columns)
