"""The settings file as read: its values, and where they stand."""

import os
import re
import stat
import tomllib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from core.errors import SettingsError
from storage.settings.lines import Keys, key_lines

MAX_BYTES = 1 << 20
Table = dict[str, object]
T = TypeVar("T")

_TWICE = ("Cannot overwrite", "Cannot declare", "Cannot mutate")
_POSITION = re.compile(r"at line (\d+), column (\d+)")


@dataclass(frozen=True)
class SettingsText:
    """A file that is valid TOML. Nothing that was read of it gets into an error."""

    path: str
    table: Table = field(default_factory=Table)
    lines: dict[Keys, int] = field(default_factory=dict[Keys, int])

    def subtable(self, keys: Keys) -> Table:
        """The table at these keys, empty when there is none; SettingsError for anything else."""
        table = self.table
        for depth, key in enumerate(keys, start=1):
            inner = table.get(key, {})
            if not isinstance(inner, dict):
                name = ".".join((*keys[: depth - 1], "NAME") if depth > 1 else keys[:1])
                raise self.refusal(keys[:depth], f"must be a table: write [{name}] above it.")
            table = cast("Table", inner)
        return table

    def line(self, keys: Keys) -> int | None:
        """Where these keys stand, or the table around them."""
        while keys and keys not in self.lines:
            keys = keys[:-1]
        return self.lines.get(keys)

    def origin(self, keys: Keys) -> str:
        """For `Settings.origins`."""
        line = self.line(keys)
        return f"file:{line}" if line else "file"

    def refusal(self, keys: Keys, what: str, todo: str = "") -> SettingsError:
        """The error that names the place; `what` names settings by the schema's words only."""
        line = self.line(keys)
        place = f"{self.path}, line {line}" if line else self.path
        return SettingsError(f"{place}: {what}", todo=todo)

    def checked(self, keys: Keys, name: str, written: object, check: Callable[[Any], T]) -> T:
        """The value as `check` returns it; its ValueError gets the place."""
        try:
            return check(written)
        except ValueError as error:
            raise self.refusal(keys, f"{name} {error}.") from None


def read_settings_text(path: str) -> SettingsText:
    """Raises SettingsError; a missing file is an empty one."""
    text = decode_settings(path, read_settings_bytes(path) or b"")
    return SettingsText(path, parse_settings(path, text), key_lines(text))


def read_settings_bytes(path: str) -> bytes | None:
    """None where there is no file. Raises SettingsError for what is none, and cannot be one."""
    try:
        return _read(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SettingsError(f"{path} cannot be read: {reason}.") from None


def _read(path: str) -> bytes:
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise SettingsError(f"{path} is not a file.", todo="Move it away.")
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SettingsError(f"{path} is larger than 1 MiB: that is not a settings file.")
    return data


def _without_waiting(path: str, flags: int) -> int:
    """Opening a pipe would otherwise wait for somebody to write into it."""
    return os.open(path, flags | os.O_NONBLOCK)


def decode_settings(path: str, data: bytes) -> str:
    """With ends of lines as TOML has them. Raises SettingsError."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise SettingsError(f"{path}, line {line}: not UTF-8.", todo="Save the file as UTF-8.")


def parse_settings(path: str, text: str) -> Table:
    """Raises SettingsError, which names the line."""
    try:
        return cast("Table", tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        what, place = _syntax(str(error))
    raise SettingsError(f"{path}{place}: {what}.")


def _syntax(message: str) -> tuple[str, str]:
    """What is wrong and where, without the parser's own words: they may quote the text."""
    found = _POSITION.search(message)
    place = f", line {found[1]}, column {found[2]}" if found else ""
    if not found and "at end of document" in message:
        place = ", at its end"
    if message.startswith(_TWICE):
        return "a key or table is given twice", place
    return "not valid TOML", place


def refuse_unknown(text: SettingsText, place: Keys, known: Collection[str]) -> None:
    """Raises SettingsError with the nearest known key, also when `place` is not a table.

    The unknown key itself is not repeated: it may be anything, even a secret in the wrong place.
    """
    for key in text.subtable(place):
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key.lower().replace("-", "_"), known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."
            raise text.refusal((*place, key), "unknown setting.", hint)
