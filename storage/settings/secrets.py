"""No secret is written into the settings file: where one is, the line is named and nothing else."""

import re
from collections.abc import Iterator
from typing import cast

from core.redaction import redact
from storage.settings.lines import Keys
from storage.settings.text import SettingsText
from storage.settings.values import reference

_SECRET_NAME = re.compile(
    r"secret|passw|passphrase|pwd|token|credential|access_?key|private_?key|api_?key"
    r"|(^|_)auth(_|$)"
)
_NAMED = ("profiles", "rules")
"""Tables whose own keys are names that the user chose."""

_DEEPEST = 8
_ADVICE = (
    'Put it into an environment variable and write "${NAME}", or leave it to the AWS settings.'
)


def refuse_secrets(text: SettingsText) -> None:
    """Raises SettingsError for the first literal secret."""
    for keys, value in _leaves((), text.table):
        if len(keys) == _DEEPEST:
            raise text.refusal(keys, "nested too deeply.")
        if _is_reference(value):
            continue
        if any(map(_names_secret, keys[:1] + keys[2:] if keys[0] in _NAMED else keys)):
            raise text.refusal(keys, "a secret is written here.", _ADVICE)
        if _looks_secret(value) or any(map(_looks_secret, keys)):
            raise text.refusal(keys, "what is written here looks like a secret.", _ADVICE)


def _leaves(keys: Keys, value: object) -> Iterator[tuple[Keys, object]]:
    if isinstance(value, dict) and len(keys) < _DEEPEST:
        for key, inner in cast("dict[str, object]", value).items():
            yield from _leaves((*keys, key), inner)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _leaves(keys, inner)
    else:
        yield keys, value


def _names_secret(key: str) -> bool:
    return bool(_SECRET_NAME.search(key.lower().replace("-", "_")))


def _is_reference(value: object) -> bool:
    try:
        reference(value)
    except ValueError:
        return False
    return True


def _looks_secret(value: object) -> bool:
    return isinstance(value, str) and redact(value) != value
