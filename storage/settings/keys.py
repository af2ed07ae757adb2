"""The `[keys]` table of the settings: which keys do what in the app."""

from collections.abc import Mapping
from types import MappingProxyType

from storage.settings.text import SettingsText, refuse_unknown

Keys = Mapping[str, tuple[str, ...]]
_PLACE = ("keys",)


def read_keys(text: SettingsText) -> Keys:
    """By action those that are not as they are anyway. Raises SettingsError for what is no action, no key, or would mean two things on one screen."""
    table = text.subtable(_PLACE)
    if not table:
        return MappingProxyType({})
    from core.actions import ACTIONS, conflicts

    refuse_unknown(text, _PLACE, ACTIONS)
    own = {
        name: text.checked((*_PLACE, name), name, written, _keys) for name, written in table.items()
    }
    for name, key, other in conflicts(own):
        shared = ", ".join(sorted(ACTIONS[name].screens & ACTIONS[other].screens))
        raise text.refusal(
            (*_PLACE, name),
            f"{name} and {other} would both have the key {key} ({shared}).",
            f"Give {other} another key in the same table, too.",
        )
    return MappingProxyType({n: keys for n, keys in own.items() if keys != ACTIONS[n].keys})


def key_origins(text: SettingsText) -> Mapping[str, str]:
    """For `Settings.origins`."""
    return {f"keys.{name}": text.origin((*_PLACE, name)) for name in text.subtable(_PLACE)}


def _keys(written: object) -> tuple[str, ...]:
    """One or several, with spaces between."""
    from core.actions import as_key

    if not isinstance(written, str) or not written.split():
        raise ValueError("must be a key in quotes, or several with spaces between")
    try:
        return tuple(dict.fromkeys(map(as_key, written.split())))
    except ValueError as error:
        raise ValueError(f"names a key that {error}") from None
