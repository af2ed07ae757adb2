"""Keys that no setting has."""

from collections.abc import Collection

from storage.settings.lines import Keys
from storage.settings.text import SettingsText


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
