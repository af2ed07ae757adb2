"""What commands print: results on stdout, everything else on stderr, all of it redacted."""

import json
import sys
from collections.abc import Mapping
from typing import TextIO

from core.errors import RunFerryError
from core.presigned_url import PresignedUrl
from core.printable import printable
from core.redaction import redact


def emit(record: Mapping[str, object]) -> None:
    """One JSON object on one line of stdout; links in it are in the clear."""
    safe = {key: _safe(value) for key, value in record.items()}
    _write(sys.stdout, json.dumps(safe, ensure_ascii=False))


def say(text: str) -> None:
    """One line on stdout."""
    _write(sys.stdout, printable(redact(text)))


def show_link(url: PresignedUrl, label: str) -> None:
    """One line on stdout: a link in the clear, which is for who asked for it and nobody else."""
    _write(sys.stdout, printable(redact(label)) + printable(url.reveal()))


def note(text: str) -> None:
    """One line on stderr: progress and remarks."""
    _write(sys.stderr, printable(redact(text)))


def complain(error: RunFerryError) -> None:
    """What happened, what was kept, what to do, on stderr."""
    note(f"runferry: {error.what}")
    for line in (error.kept, error.todo):
        if line:
            note(f"  {line}")


def has_terminal() -> bool:
    """Whether somebody can see and steer the app: Textual draws on stderr."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()


def _safe(value: object) -> object:
    if isinstance(value, PresignedUrl):
        return printable(value.reveal())
    if isinstance(value, str):
        return printable(redact(value))
    if isinstance(value, dict):
        fields: dict[str, object] = dict(value)  # pyright: ignore[reportUnknownArgumentType] - JSON values
        return {name: _safe(item) for name, item in fields.items()}
    if isinstance(value, (list, tuple)):
        items: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType] - JSON values
        return [_safe(item) for item in items]
    return value


def _write(stream: TextIO, line: str) -> None:
    stream.write(
        line.encode(stream.encoding or "utf-8", "replace").decode(stream.encoding or "utf-8")
    )
    stream.write("\n")
    stream.flush()
