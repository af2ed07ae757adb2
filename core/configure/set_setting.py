"""Set one setting, or take it out, as somebody types it."""

from collections.abc import Sequence
from contextlib import suppress

from core.configure.typed import keys_of, values_meant
from core.errors import SettingsError
from core.ports.settings_file import Change, Keys, SettingsFile


class SetSetting:
    """In a file that is still at a `revision`, if one is given."""

    def __init__(self, file: SettingsFile) -> None:
        self._file = file

    def __call__(self, key: str, written: str, revision: str | None = None) -> Keys:
        """`key` is dotted; returns its parts.

        Raises SettingsError, of a value that is of no use neither as TOML nor as text what is wrong
        with the first, and ConflictError.
        """
        keys, seen = keys_of(key), self._seen(revision)
        value, *others = values_meant(written)
        try:
            self._file.change([Change(keys, value)], seen)
        except SettingsError as refusal:
            self._instead(keys, others, seen, refusal)
        return keys

    def unset(self, key: str, revision: str | None = None) -> bool:
        """Whether there was anything to take out. The default counts then. Raises as setting does."""
        keys, seen = keys_of(key), self._seen(revision)
        there = self._file.holds(keys)
        if there:
            self._file.change([Change(keys)], seen)
        return there

    def _seen(self, revision: str | None) -> str:
        return self._file.revision() if revision is None else revision

    def _instead(
        self, keys: Keys, values: Sequence[object], seen: str, refusal: SettingsError
    ) -> None:
        for value in values:
            with suppress(SettingsError):
                self._file.change([Change(keys, value)], seen)
                return
        raise refusal
