"""The columns of our tables: how values of core are written into SQLite, and read again.

Moments are ISO-8601 text in UTC with microseconds, so that they sort as text and can be read in a
shell. Paths and whatever contains one are blobs in the file system's encoding: a path need not be
UTF-8. Lists are JSON. "No run" is 0.

SQLite keeps whatever somebody wrote into a column: what is read is checked to be what was written.
"""

import json
import math
import os
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

import peewee

from core.errors import InvalidIdError
from core.model import HIGHEST_ID, check_id, is_count
from core.ports.packaging import ArchiveMember
from core.printable import harmless
from core.redaction import redact

DAMAGE = (ValueError, TypeError, AttributeError, RecursionError, OverflowError, InvalidIdError)
"""What comes of a value that nobody here has written."""
_LARGEST = (1 << 63) - 1
_YEARS = range(2, 9999)


class CheckedField(peewee.AnyField):
    """`write` and `read` are given no None; each raises ValueError for what is not such a value."""

    def db_value(self, value: object) -> object:
        """For peewee."""
        return None if value is None else self.write(value)

    def python_value(self, value: object) -> object:
        """For peewee."""
        try:
            return None if value is None else self.read(value)
        except DAMAGE as error:
            raise ValueError(f"{self.model.__name__}.{self.name} is {value!r}: {error}") from None

    def write(self, value: Any) -> object:
        """The value as SQLite holds it."""
        return value

    def read(self, value: Any) -> object:
        """What `write` was given."""
        return value


class TextField(CheckedField):
    """Any text that UTF-8 can hold."""

    field_type = "TEXT"

    def read(self, value: object) -> object:
        return text_from(value)


class ForeignTextField(TextField):
    """What UTF-8 cannot hold (unpaired surrogates out of foreign JSON) becomes escapes."""

    def write(self, value: str) -> object:
        return storable(value)


class ErrorTextField(TextField):
    """It comes from an error: redacted, in one printable line."""

    def write(self, value: str) -> object:
        return harmless(redact(value))


class WordField(CheckedField):
    """A value of a StrEnum."""

    field_type = "TEXT"

    def __init__(self, words: type[StrEnum], **options: Any) -> None:
        super().__init__(**options)
        self._words = words

    def write(self, value: str) -> object:
        return str(value)

    def read(self, value: object) -> object:
        return self._words(value)


class MomentField(CheckedField):
    """A moment with a time zone; comes back in UTC."""

    field_type = "TEXT"

    def write(self, value: datetime) -> object:
        return moment_text(value)

    def read(self, value: str) -> object:
        return moment_from(value)


class ListField(CheckedField):
    """Texts, in ASCII, so that every string survives."""

    field_type = "TEXT"

    def write(self, value: tuple[str, ...]) -> object:
        return json.dumps(value)

    def read(self, value: str) -> object:
        return _list_from(value)


class NumberField(CheckedField):
    """A whole number from 0 to `most`."""

    field_type = "INTEGER"

    def __init__(self, most: int = _LARGEST, **options: Any) -> None:
        super().__init__(**options)
        self._most = most

    def read(self, value: object) -> object:
        if not is_count(value, self._most):
            raise ValueError("not a whole number, or none of ours")
        return value


class IdField(CheckedField):
    """Of a job, or of a run that there is."""

    field_type = "INTEGER"

    def read(self, value: int) -> object:
        return check_id(value, "Id")


class RunField(NumberField):
    """Of a run; None, which is 0 here, for what belongs to no run."""

    def __init__(self, **options: Any) -> None:
        super().__init__(HIGHEST_ID, **options)

    def db_value(self, value: object) -> object:
        return value or 0

    def read(self, value: object) -> object:
        return super().read(value) or None

    def holds(self, run_id: int | None) -> peewee.Expression:
        """The condition; `==` would look for NULL."""
        return self == self.db_value(run_id)


class FlagField(CheckedField):
    """Whatever is not 0 is True."""

    field_type = "INTEGER"

    def write(self, value: object) -> object:
        return int(bool(value))

    def read(self, value: object) -> object:
        return bool(value)


class SecondsField(CheckedField):
    """A duration."""

    field_type = "REAL"

    def read(self, value: object) -> object:
        if not isinstance(value, float) or not math.isfinite(value) or value < 0:
            raise ValueError("not a duration")
        return value


class AnyTextField(CheckedField):
    """Text that whoever reads it checks."""

    field_type = "TEXT"


class BytesField(CheckedField):
    """Bytes that whoever reads them checks."""

    field_type = "BLOB"


class PathField(CheckedField):
    """A path."""

    field_type = "BLOB"

    def write(self, value: str | bytes) -> object:
        return os.fsencode(value)

    def read(self, value: object) -> object:
        if not isinstance(value, bytes):
            raise ValueError("not a path")  # noqa: TRY004 - damage is a ValueError
        return os.fsdecode(value)


class ObjectField(CheckedField):
    """Plain values by name. They may hold paths: JSON in ASCII keeps any string."""

    field_type = "BLOB"

    def write(self, value: Mapping[str, object]) -> object:
        return object_bytes(value)

    def read(self, value: object) -> object:
        return object_from(value)


class MembersField(CheckedField):
    """The directory of an archive: its columns one after the other, in ASCII, compressed."""

    field_type = "BLOB"

    def write(self, value: Iterable[ArchiveMember]) -> object:
        members = [*value]
        columns: list[object] = [*zip(*map(_member_row, members), strict=True)]
        if any(member.link for member in members):
            columns.append([member.link for member in members])
        return zlib.compress(json.dumps(columns).encode(), 1)

    def read(self, value: object) -> object:
        if not isinstance(value, bytes):
            raise ValueError("not a directory")  # noqa: TRY004 - damage is a ValueError
        try:
            columns = json.loads(zlib.decompress(value))
        except zlib.error:
            raise ValueError("not a directory") from None
        return [_member(*row) for row in zip(*columns, strict=True)]


def moment_text(moment: datetime) -> str:
    """Raises ValueError for a moment without time zone."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without time zone cannot be placed in time")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment_from(text: str) -> datetime:
    """Raises ValueError when the text is not one of `moment_text`."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a stored moment without time zone")
    if moment.year not in _YEARS:
        raise ValueError("a stored moment that overflows in other time zones")
    return moment


def storable(text: str) -> str:
    """`text`, with what UTF-8 cannot hold as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def text_from(value: object) -> str:
    """Any text; raises ValueError for what is none."""
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004 - damage is a ValueError
    return value


def object_bytes(values: Mapping[str, object]) -> bytes:
    """A JSON object."""
    return json.dumps(dict(values)).encode()


def object_from(value: object) -> dict[str, object]:
    """A JSON object, out of the bytes that it is kept as; raises ValueError when it is none."""
    if not isinstance(value, bytes):
        raise ValueError("not JSON")  # noqa: TRY004
    found = json.loads(value)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004
    return cast("dict[str, object]", found)


def _member_row(member: ArchiveMember) -> tuple[object, ...]:
    return member.name, member.size, member.stored_bytes, member.mtime, member.crc


def _member(
    name: object, size: int, stored: int, mtime: int, crc: int, link: object = False
) -> ArchiveMember:
    if type(mtime) is not int or not all(is_count(n, _LARGEST) for n in (size, stored, crc)):
        raise ValueError("not what an archive says of a member")
    return ArchiveMember(text_from(name), size, stored, mtime, crc, link is True)


@lru_cache(maxsize=1024)  # lists repeat, and parsing one costs as much as reading its row
def _list_from(text: str) -> tuple[str, ...]:
    items = json.loads(text)
    if not isinstance(items, list):
        raise ValueError("a stored list that is none")  # noqa: TRY004
    return tuple(text_from(item) for item in cast("list[object]", items))
