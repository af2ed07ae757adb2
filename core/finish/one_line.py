"""What a disk holds, as one short line for a reason."""

from core.printable import harmless
from core.redaction import redact

_LONGEST = 300
_READ = 4096


def one_line(raw: bytes | str) -> str:
    """Text or name with its white space made single, printable, redacted, at most 300 characters.

    Redacted before it is cut: half a secret is not recognised as one.
    """
    start = raw[:_READ]
    text = start.decode("utf-8", "surrogateescape") if isinstance(start, bytes) else start
    line = redact(harmless(" ".join(text.split())))
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
