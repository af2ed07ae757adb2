"""The redactor: every text that leaves the program, to wherever, passes through `redact`.

Two layers, each of which must hold alone. *Known values*: what the program itself resolved as a
credential was registered and is found in any encoding. *Rules*: names, URLs, headers, commands and
shapes that give a secret away although nobody told us. What a user needs to read stays: keys of
objects, paths, digests, request ids, ARNs, error codes.

    redactor        all rules over one text, until they find nothing more
    controls        control sequences that would reach the user's terminal
    known_values    registered values, found in a `reading` without layout and escapes
    named_values    values beside a telling name: `names`, then `separators`, then `values` (and
                    `strings`, if quoted) or `elements` of XML
    urls, commands, private_keys, shapes, bare_secrets     secrets told by their place or look
    spans           what a rule returns, and how it is covered
"""

from core.redaction.spans import REDACTED

__all__ = ["REDACTED", "conceal", "redact", "register"]


def redact(text: str) -> str:
    """`text` without secrets and terminal control sequences; newlines and tabs stay.

    Idempotent, linear in the length of the text, callable on any thread. Never raises: if anything
    goes wrong, a fixed text is returned instead.
    """
    from core.redaction.redactor import shared  # compiles the rules: not at start-up

    return shared.redact(text)


def conceal(text: str) -> str:
    """`text` as it is, control characters too, unless a secret is in it: that is as in `redact`.

    For output that makes control characters harmless by itself.
    """
    from core.redaction.redactor import shared

    return shared.conceal(text)


def register(value: str) -> None:
    """Make a secret value known to `redact`, for the life of the process.

    Its raw form, its encodings (URL, base64, hex, JSON, XML), its wrapped forms and fragments of
    12 characters vanish. A value of fewer than 8 characters, or a single short word such as
    "minioadmin", vanishes only where it stands as a value.
    """
    from core.redaction.redactor import shared

    shared.register(value)
