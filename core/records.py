"""The two JSON objects that RunFerry itself writes into a store: job record and manifest.

Reading is strict: whatever is in a bucket may have been written by anybody.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TypeVar, cast

from core.errors import RunFerryError
from core.model import Job, JobStatus, Manifest, check_id, whole_seconds
from core.redaction import redact

T = TypeVar("T")
_TOO_LARGE = 1 << 63

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
            "name": redact(job.name),
            "created_at": format_time(job.created_at),
            "status": job.status.value,
            "tags": [redact(tag) for tag in job.tags],
            "owner": redact(job.owner),
            "host": redact(job.host),
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
            },
            "files": manifest.files,
            "bytes": manifest.raw_bytes,
            "encoder": manifest.encoder,
            "host": redact(manifest.host),
            "app_version": manifest.app_version,
            "tags": [redact(tag) for tag in manifest.tags],
        }
    )


def decode_manifest(data: bytes) -> Manifest:
    """The manifest. Raises RecordError."""
    return _decode(data, _manifest)


def format_time(moment: datetime) -> str:
    """UTC in whole seconds, as in `2025-10-23T21:15:00Z`."""
    return whole_seconds(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Reads what `format_time` writes; raises ValueError for anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _encode(record: Mapping[str, object]) -> bytes:
    return json.dumps(record, indent=1, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _decode(data: bytes, build: "Callable[[_Fields], T]") -> T:
    if len(data) > MAX_BYTES:
        raise RecordError("larger than any record")
    try:
        return build(_Fields(json.loads(data)))
    except (ValueError, RunFerryError, RecursionError) as error:
        raise RecordError(redact(str(error))) from None


class _Fields:
    """Typed access to a JSON object; every surprise is a ValueError that names the field."""

    def __init__(self, value: object) -> None:
        if not isinstance(value, dict):
            raise ValueError("not a JSON object")  # noqa: TRY004 - the caller handles ValueError
        self._fields = cast("dict[str, object]", value)
        if self._fields.get("schema", SCHEMA) != SCHEMA:
            raise ValueError("a schema of another version")

    def text(self, name: str) -> str:
        value = self._fields.get(name)
        if not isinstance(value, str):
            raise ValueError(f"{name} is not a text")  # noqa: TRY004
        return value

    def optional(self, name: str) -> str:
        return self.text(name) if name in self._fields else ""

    def integer(self, name: str) -> int:
        value = self._fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _TOO_LARGE:
            raise ValueError(f"{name} is not a whole number")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._fields.get(name, [])
        if not isinstance(value, list):
            raise ValueError(f"{name} is not a list")  # noqa: TRY004
        return tuple(str(item) for item in cast("list[object]", value))

    def nested(self, name: str) -> "_Fields":
        return _Fields(self._fields.get(name))


def _job(record: _Fields) -> tuple[Job, str]:
    job = Job(
        id=record.integer("job_id"),
        name=record.text("name"),
        created_at=parse_time(record.text("created_at")),
        status=JobStatus(record.text("status")),
        tags=record.texts("tags"),
        owner=record.optional("owner"),
        host=record.optional("host"),
    )
    return job, record.text("claim_token")


def _manifest(record: _Fields) -> Manifest:
    stored = record.nested("object")
    return Manifest(
        job_id=check_id(record.integer("job_id"), "Job id"),
        run_id=check_id(record.integer("run_id"), "Run id"),
        version=check_id(record.integer("version"), "Version"),
        key=stored.text("key"),
        content_id=record.text("content_id"),
        sha256=stored.text("sha256"),
        write_token=stored.text("write_token"),
        files=record.integer("files"),
        raw_bytes=record.integer("bytes"),
        stored_bytes=stored.integer("size"),
        stored_at=parse_time(record.text("stored_at")),
        encoder=record.optional("encoder"),
        host=record.optional("host"),
        app_version=record.optional("app_version"),
        etag=stored.optional("etag"),
        tags=record.texts("tags"),
    )
