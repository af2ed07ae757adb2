"""The settings file, written: by tomlkit, as a whole or not at all."""

import fcntl
import hashlib
import os
import tomllib
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import cast

from core.errors import ConflictError, SettingsError, StateError
from core.ports.settings_file import Change, SettingsFile
from storage.files.durable_files import replace_file
from storage.settings.edits import lookup, with_value, without
from storage.settings.file import check_settings
from storage.settings.lines import Keys, key_lines
from storage.settings.places import make_directory
from storage.settings.template import TEMPLATE
from storage.settings.text import (
    SettingsText,
    Table,
    decode_settings,
    parse_settings,
    read_settings_bytes,
    read_settings_text,
)

_BOM = b"\xef\xbb\xbf"
_NEW_MODE = 0o644


class TomlSettingsFile(SettingsFile):
    """At `path`, or where a link there leads; `home` is what `~/` in it stands for."""

    def __init__(self, path: str, home: str | None) -> None:
        self._path = path
        self._home = home

    @property
    def path(self) -> str:
        return self._path

    def revision(self) -> str:
        return _revision(read_settings_bytes(self._path))

    def holds(self, keys: Keys) -> bool:
        return lookup(read_settings_text(self._path).table, keys) is not None

    def change(self, changes: Sequence[Change], revision: str) -> None:
        with self._alone():
            written = read_settings_bytes(self._path)
            if _revision(written) != revision:
                raise ConflictError(
                    f"{self._path} was changed meanwhile by something else.",
                    kept="Nothing was written.",
                    todo="Look at what it says now, and change it again.",
                )
            data = self._changed(written or b"", changes)
            if data != written:
                self._write(data)

    def create(self) -> None:
        with self._alone():
            if os.path.lexists(self._path):
                raise ConflictError(
                    f"{self._path} is there already.",
                    kept="Nothing was written.",
                    todo="`runferry config edit` opens it.",
                )
            self._write(TEMPLATE.encode())

    def draft(self, changes: Sequence[Change]) -> SettingsText:
        """What the file would say after the changes. Raises SettingsError as `change` does."""
        return self._drafted(read_settings_bytes(self._path) or b"", changes)[1]

    def _changed(self, data: bytes, changes: Sequence[Change]) -> bytes:
        """Raises SettingsError. Byte order mark and ends of lines stay as they are."""
        text, _ = self._drafted(data, changes)
        body = text.replace("\n", "\r\n") if _has_windows_lines(data) else text
        return (_BOM if data.startswith(_BOM) else b"") + body.encode()

    def _drafted(self, data: bytes, changes: Sequence[Change]) -> "tuple[str, _Draft]":
        parse_settings(self._path, text := decode_settings(self._path, data))
        if not _has_windows_lines(data):
            text = data.decode("utf-8-sig")  # with those that there may be here and there
        for change in changes:
            text = self._with(text, change)
        draft = _Draft(
            self._path,
            parse_settings(self._path, text),
            key_lines(text),
            tuple(change.keys for change in changes),
        )
        check_settings(draft, self._home)
        return text, draft

    def _with(self, text: str, change: Change) -> str:
        before, keys, value = tomllib.loads(text), change.keys, change.value
        if value is None and lookup(before, keys) is None:
            return text
        changed = without(text, keys) if value is None else with_value(text, keys, value)
        if _parsed(changed) != _expected(before, change):
            name = ".".join(keys)
            raise SettingsError(
                f"{self._path} is written in a way in which {name} cannot be changed by itself.",
                kept="Nothing was written.",
                todo="`runferry config edit` opens it.",
            )
        return changed

    def _write(self, data: bytes) -> None:
        path = os.path.realpath(self._path)
        try:
            there = os.path.exists(path)
            if there and not os.access(path, os.W_OK):
                raise PermissionError(0, "it may not be written")
            replace_file(path, data, mode=os.stat(path).st_mode if there else _NEW_MODE)
        except OSError as error:
            with suppress(OSError):
                os.unlink(f"{path}.new")
            reason = os.strerror(error.errno) if error.errno else error.strerror
            raise SettingsError(
                f"{self._path} cannot be written: {reason}.", kept="It is as it was."
            ) from None

    @contextmanager
    def _alone(self) -> Generator[None]:
        """One RunFerry at a time, where the file system has locks. Makes the directory."""
        directory = os.path.dirname(os.path.realpath(self._path))
        try:
            make_directory(directory)
            handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (OSError, StateError) as error:
            reason = os.strerror(error.errno or 0) if isinstance(error, OSError) else error.what
            raise SettingsError(f"{self._path} cannot be written: {reason}") from None
        try:
            with suppress(OSError):
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


@dataclass(frozen=True)
class _Draft(SettingsText):
    """A file that is not written yet: what was just said is named by itself, the rest by its line."""

    changed: tuple[Keys, ...] = ()

    def refusal(self, keys: Keys, what: str, todo: str = "") -> SettingsError:
        if any(c[: len(keys)] == keys or keys[: len(c)] == c for c in self.changed):
            return SettingsError(what, kept="Nothing was written.", todo=todo)
        refused = super().refusal(keys, what, todo)
        return SettingsError(refused.what, kept="Nothing was written.", todo=todo)


def _revision(data: bytes | None) -> str:
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _has_windows_lines(data: bytes) -> bool:
    return 0 < data.count(b"\n") == data.count(b"\r\n")


def _parsed(text: str) -> Table | None:
    try:
        return _full(cast("Table", tomllib.loads(text)))
    except ValueError:
        return None


def _expected(table: Table, change: Change) -> Table:
    """The values after the change; `table` becomes that."""
    *place, name = change.keys
    inner = table
    for key in place:
        inner = cast("Table", inner.setdefault(key, {}))
    if change.value is None:
        del inner[name]
    else:
        inner[name] = change.value
    return _full(table)


def _full(table: Table) -> Table:
    """Without tables that say nothing: with the last setting its header may go, or not."""
    inner = {k: _full(cast("Table", v)) if isinstance(v, dict) else v for k, v in table.items()}
    return {key: value for key, value in inner.items() if value != {}}
