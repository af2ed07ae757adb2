"""What is taken over from an error answer of S3."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self

from core.printable import harmless
from core.redaction import redact

_NAME = re.compile(r"[A-Za-z0-9._+/=-]{1,128}", re.ASCII)
_NAMELESS = "unknown"
"""The code of an answer that has none."""
_MESSAGE_LENGTH = 500
_LONGEST_PAUSE = timedelta(minutes=1)
_EXPECTED = re.compile(r"\bregion\b.* expecting '([A-Za-z0-9-]{1,63})'", re.ASCII)


@dataclass(frozen=True)
class Refusal:
    """An allow-list: everything else in an answer may hold credentials.

    `code` is the HTTP status where the answer had no body, as answers to HEAD never have.
    `retry_after` are seconds, no more than a minute.
    """

    code: str
    status: int
    request_id: str = ""
    message: str = ""
    region: str = ""
    storage_class: str = ""
    server_time: datetime | None = None
    retry_after: float = 0.0

    @classmethod
    def from_response(cls, response: Mapping[str, Any]) -> Self:
        """Reads the dictionary that botocore makes of an error answer."""
        error, meta = response.get("Error", {}), response.get("ResponseMetadata", {})
        headers = meta.get("HTTPHeaders", {})
        return cls(
            code=_name(error.get("Code")) or _NAMELESS,
            status=int(meta.get("HTTPStatusCode", 0)),
            request_id=_name(meta.get("RequestId") or headers.get("x-amz-request-id")),
            message=harmless(redact(str(error.get("Message") or "")))[:_MESSAGE_LENGTH],
            region=_name(error.get("Region") or headers.get("x-amz-bucket-region"))
            or _expected_region(error.get("Message")),
            storage_class=_name(error.get("StorageClass")),
            server_time=_moment(error.get("ServerTime")) or _moment(headers.get("date")),
            retry_after=_pause(headers.get("retry-after"), _moment(headers.get("date"))),
        )

    @property
    def bodiless(self) -> bool:
        """Whether the answer was a status and nothing else."""
        return self.code.isdigit()

    @property
    def details(self) -> str:
        """For whoever has to ask the operator of the store."""
        tells_nothing = self.bodiless or (self.code == _NAMELESS and self.status)
        known = [] if tells_nothing else [self.code]
        known += [f"HTTP {self.status}"] if self.status else []
        known += [f"request {self.request_id}"] if self.request_id else []
        return f"({', '.join(known)})"

    @property
    def skew(self) -> timedelta:
        """How far this machine's clock is ahead of the server's."""
        return datetime.now(UTC) - self.server_time if self.server_time else timedelta()


def _name(value: object) -> str:
    text = str(value or "")
    return text if _NAME.fullmatch(text) else ""


def _expected_region(message: object) -> str:
    """Some servers say it in a sentence only."""
    found = _EXPECTED.search(str(message or "")[:_MESSAGE_LENGTH])
    return found[1] if found else ""


def _pause(value: object, now: datetime | None) -> float:
    """Of a number of seconds, or of a date by the server's clock."""
    text = str(value or "")
    if text.isascii() and text.isdecimal():
        return min(float(text), _LONGEST_PAUSE.total_seconds())
    until = _moment(text)
    if not until:
        return 0.0
    return min(max(until - (now or datetime.now(UTC)), timedelta()), _LONGEST_PAUSE).total_seconds()


def _moment(value: object) -> datetime | None:
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(str(value))
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None
