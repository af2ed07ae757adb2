"""What somebody means who types the name of a setting, and its value."""

import tomllib
from collections.abc import Sequence
from typing import cast

from core.errors import SettingsError
from core.ports.settings_file import Keys


def keys_of(dotted: str) -> Keys:
    """Of `profiles.lab.bucket`, or `roots."/data/sims".kind`. Raises SettingsError for anything else."""
    try:
        table: object = tomllib.loads(f"{dotted} = 0")
    except ValueError:
        table = {}
    keys: list[str] = []
    while isinstance(table, dict) and len(inner := cast("dict[str, object]", table)) == 1:
        ((key, table),) = inner.items()
        keys.append(key)
    if table != 0 or "\n" in dotted:
        raise SettingsError(
            "That is not the name of a setting.",
            todo="Write it as in transfers.limit or 'roots.\"/data/sims\".kind'.",
        )
    return tuple(keys)


def values_meant(written: str) -> Sequence[object]:
    """One or two: what it is as TOML, if it is that, and the text itself, which then needs no quotes."""
    try:
        table = tomllib.loads(f"value = {written}")
    except ValueError:
        return [written]
    return [table["value"], written] if list(table) == ["value"] else [written]
