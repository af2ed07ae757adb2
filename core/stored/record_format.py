"""The two JSON objects that RunFerry itself writes into a store: job record and manifest.

Reading is strict: whatever is in a bucket may have been written by anybody. What is read is within
the bounds that everything behind it relies on; what is not is a RecordError, here and not later.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NoReturn, TypeVar, cast

from core.errors import RunFerryError
from core.model import (
    HIGHEST_ID,
    LONGEST_TEXT,
    Job,
    JobStatus,
    Manifest,
    check_id,
    check_moment,
    check_tags,
    is_count,
    shortened,
    whole_seconds,
)
from core.printable import harmless
from core.redaction import redact

T = TypeVar("T")
MOST_BYTES = 10**15
"""Of one stored object, and of what is packed into it."""
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LONGEST_REASON = 200
_MOST_DIGITS = 20

SCHEMA = 1
MAX_BYTES = 1 << 20
"""Larger records are not ours; nobody reads further than this."""


DELETED_JOB = b""
"""What takes the place of the record of a job that was deleted: its id is never free again."""


class RecordError(Exception):
    """Not a record of ours; the text says why."""


def encode_job(job: Job, claim_token: str) -> bytes:
    """The record of `job`; `claim_token` tells whose claim created it."""
    return _encode(
        {
            "schema": SCHEMA,
            "job_id": job.id,
            "name": _line(job.name),
            "created_at": format_time(job.created_at),
            "status": job.status.value,
            "tags": [_line(tag) for tag in job.tags],
            "owner": _line(job.owner),
            "host": _line(job.host),
            "claim_token": claim_token,
        }
    )


def decode_job(data: bytes) -> tuple[Job, str]:
    """The job and the token of its claim. Raises RecordError."""
    return _decode(data, _job)


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as stored; holds no local path and no user name."""
    return _encode(
        {
            "schema": SCHEMA,
            "job_id": manifest.job_id,
            "run_id": manifest.run_id,
            "version": manifest.version,
            "stored_at": format_time(manifest.stored_at),
            "content_id": manifest.content_id,
            "object": {
                "key": manifest.key,
                "sha256": manifest.sha256,
                "size": manifest.stored_bytes,
                "etag": manifest.etag,
                "write_token": manifest.write_token,
            }
            | ({} if manifest.verified else {"verified": False}),
            "files": manifest.files,
            "bytes": manifest.raw_bytes,
            "encoder": manifest.encoder,
            "host": _line(manifest.host),
            "app_version": manifest.app_version,
            "tags": [_line(tag) for tag in manifest.tags],
        }
        | ({"left_out": [*map(_line, manifest.left_out)]} if manifest.left_out else {})
        | ({"directory": _line(manifest.directory)} if manifest.directory else {})
    )


def decode_manifest(data: bytes) -> Manifest:
    """The manifest. Raises RecordError."""
    return _decode(data, _manifest)


def directory_line(name: str) -> str:
    """The name of a run's directory as a manifest holds it: two are alike if these are."""
    return _line(harmless(name))


def format_time(moment: datetime) -> str:
    """UTC in whole seconds, as in `2025-10-23T21:15:00Z`."""
    return whole_seconds(moment).strftime(_TIME)


def parse_time(text: str) -> datetime:
    """Reads what `format_time` writes; raises ValueError for anything else."""
    moment = check_moment(datetime.strptime(text, _TIME).replace(tzinfo=UTC))
    if format_time(moment) != text:
        raise ValueError("a time that is written in another way")
    return moment


def _line(text: str) -> str:
    """A marker may be longer than the secret in whose place it is."""
    return shortened(redact(text), LONGEST_TEXT)


def _encode(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _decode(data: bytes, build: "Callable[[_Fields], T]") -> T:
    if not data:
        raise RecordError("empty")
    if len(data) > MAX_BYTES:
        raise RecordError("larger than any record")
    try:
        return build(_Fields(_parsed(data)))
    except RecursionError:
        raise RecordError("nested too deeply") from None
    except (ValueError, RunFerryError) as error:
        why = error.what if isinstance(error, RunFerryError) else str(error)
        raise RecordError(shortened(harmless(redact(why)), _LONGEST_REASON)) from None


def _parsed(data: bytes) -> object:
    """Raises ValueError, RecursionError."""
    try:
        text = data.decode("utf-8-sig")
        return json.loads(
            text, object_pairs_hook=_object, parse_int=_whole, parse_constant=_no_number
        )
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Whoever reads a field twice may read it differently each time."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field is there twice")
    return fields


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number of JSON")


class _Fields:
    """Typed access to a JSON object; every surprise is a ValueError that names the field."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - the caller handles ValueError
        self._fields = cast("dict[str, object]", value)
        if self._fields.get("schema", SCHEMA) != SCHEMA:
            raise ValueError("a schema of another version")

    def text(self, name: str) -> str:
        return _text(self._fields.get(name), name)

    def optional(self, name: str) -> str:
        return self.text(name) if name in self._fields else ""

    def digest(self, name: str) -> str:
        value = self.text(name)
        if not _DIGEST.fullmatch(value):
            raise ValueError(f"{name} is not a SHA-256")
        return value

    def moment(self, name: str) -> datetime:
        value = self.text(name)
        try:
            return parse_time(value)
        except ValueError:
            raise ValueError(f"{name} {shortened(value)!r} is not possible") from None

    def count(self, name: str, most: int) -> int:
        value = self._fields.get(name)
        if not is_count(value, most):
            raise ValueError(f"{name} is not a whole number up to {most}")
        return cast("int", value)

    def switch(self, name: str, *, default: bool) -> bool:
        value = self._fields.get(name, default)
        if not isinstance(value, bool):
            raise ValueError(f"{name} is neither true nor false")  # noqa: TRY004
        return value

    def id(self, name: str, what: str) -> int:
        return check_id(self.count(name, HIGHEST_ID), what)

    def tags(self) -> tuple[str, ...]:
        return check_tags(self.texts("tags"))

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._fields.get(name, [])
        if not isinstance(value, list):
            raise ValueError(f"{name} is not a list")  # noqa: TRY004
        return tuple(_text(item, f"a part of {name}") for item in cast("list[object]", value))

    def nested(self, name: str) -> "_Fields":
        return _Fields(self._fields.get(name))


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{name} is not a text")  # noqa: TRY004
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"{name} has {len(value):,} characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} holds half a character") from None
    return value


def _job(record: _Fields) -> tuple[Job, str]:
    job = Job(
        id=record.id("job_id", "Job id"),
        name=record.text("name"),
        created_at=record.moment("created_at"),
        status=JobStatus(record.text("status")),
        tags=record.tags(),
        owner=record.optional("owner"),
        host=record.optional("host"),
    )
    return job, record.text("claim_token")


def _manifest(record: _Fields) -> Manifest:
    stored = record.nested("object")
    return Manifest(
        job_id=record.id("job_id", "Job id"),
        run_id=record.id("run_id", "Run id"),
        version=record.id("version", "Version"),
        key=stored.text("key"),
        content_id=record.text("content_id"),
        sha256=stored.digest("sha256"),
        write_token=stored.text("write_token"),
        files=record.count("files", MOST_BYTES),
        raw_bytes=record.count("bytes", MOST_BYTES),
        stored_bytes=stored.count("size", MOST_BYTES),
        stored_at=record.moment("stored_at"),
        encoder=record.optional("encoder"),
        host=record.optional("host"),
        app_version=record.optional("app_version"),
        etag=stored.optional("etag"),
        tags=record.tags(),
        verified=stored.switch("verified", default=True),
        left_out=record.texts("left_out"),
        directory=record.optional("directory"),
    )
