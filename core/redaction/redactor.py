"""The redactor: all rules over one text, until they find nothing more."""

from collections.abc import Callable

from core.redaction.bare_secrets import find_bare_secrets
from core.redaction.commands import find_command_secrets
from core.redaction.controls import JOINT, disarm
from core.redaction.known_values import KnownValues
from core.redaction.named_values import find_named_values
from core.redaction.private_keys import find_private_keys
from core.redaction.shapes import find_shapes
from core.redaction.spans import Source, Span, cover
from core.redaction.urls import find_userinfo

WITHHELD = "‹message withheld: redaction failed›"

# Every rule marks spans on the same text, so their order means nothing.
_RULES: tuple[Callable[[Source], list[Span]], ...] = (
    find_private_keys,
    find_named_values,
    find_userinfo,
    find_command_secrets,
    find_shapes,
    find_bare_secrets,
)
# One round covers, the second finds nothing more; a cut-off quote may need one in between.
_ROUNDS = 5


class Redactor:
    """Redacts with its own set of known values. May be used on any thread."""

    def __init__(self) -> None:
        self._known = KnownValues()

    def register(self, value: str) -> None:
        """Make a secret value known: from now on it vanishes from every text, in any encoding."""
        self._known.add(value)

    def redact(self, text: str) -> str:
        """`text` without secrets and terminal control sequences; a fixed text if that fails."""
        try:
            armed = disarm(text)
            if JOINT in armed:
                # A colour may separate a secret from the word before it, or stand inside it.
                armed = self._covered(armed).replace(JOINT, "")
            return self._covered(armed)
        except Exception:  # noqa: BLE001 - whatever went wrong, the text must not get out
            return WITHHELD

    def conceal(self, text: str) -> str:
        """`text` itself when nothing but control sequences would be taken out of it."""
        redacted = self.redact(text)
        return text if redacted == disarm(text).replace(JOINT, "") else redacted

    def _covered(self, text: str) -> str:
        for _ in range(_ROUNDS):
            source = Source.of(text)
            spans = self._known.find(source)
            for rule in _RULES:
                spans += rule(source)
            covered = cover(text, spans)
            if covered == text:
                break
            text = covered
        return text


# What `core.redaction.redact` and `register` use.
shared = Redactor()
