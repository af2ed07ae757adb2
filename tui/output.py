"""What commands print: results on stdout, everything else on stderr, all of it redacted.

JSON holds text exactly: bytes of a path that are no UTF-8 are lone surrogates, as Python has them
(`os.fsencode` makes the path of them), and everything but ASCII is escaped, whatever the terminal.
"""

import codecs
import io
import json
import os
import shlex
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from typing import NoReturn, TextIO

from core.errors import RunFerryError
from core.model import shortened
from core.ports.presigned_url import PresignedUrl
from core.printable import encodable, harmless
from core.redaction import conceal
from tui.terminal_locale import UTF8, terminal_encoding
from tui.wording.twins import twins

_STAND_INS = "stand-ins"
_LONGEST_LINE = 20_000
"""Longer than any path with escapes; what is in a store may have any length."""


class OutputError(RunFerryError):
    """What was asked for cannot be printed, as when a file that is to hold it has no room."""


def mind_streams() -> None:
    """For all who write, also the library of `--help`: a stdout that is closed says so.

    What a terminal does not have comes as a sign that stands for it, or as an escape.
    """
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison] - it is, when it is closed
        sys.stdout = _ClosedOutput()
    codecs.register_error(_STAND_INS, _stand_in)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            its_own = terminal_encoding(os.environ) if stream.isatty() else stream.encoding
            if its_own != UTF8:
                stream.reconfigure(encoding=its_own, errors=_STAND_INS)


def shown(text: str, stream: TextIO) -> str:
    """As it comes out of a stream that has not all characters."""
    encoding = stream.encoding or UTF8
    return text.encode(encoding, _STAND_INS).decode(encoding)


def refuse_stdout(error: OSError) -> NoReturn:
    """Raises OutputError for what a library could not write there."""
    give_up_stdout()
    raise _unwritable(error.strerror) from None


def emit(record: Mapping[str, object]) -> None:
    """One JSON object on one line of stdout; links in it are in the clear."""
    safe = {key: _safe(value) for key, value in record.items()}
    _print(json.dumps(safe).replace("\x7f", "\\u007f"))


def say(text: str) -> None:
    """One line on stdout."""
    _print(_line(text))


def draw(drawn: str) -> None:
    """Lines for a terminal on stdout, of text that is harmless and has nothing to hide."""
    with _stdout() as stream:
        stream.write(shown(drawn, stream))
        stream.flush()


def hides_something(text: str) -> bool:
    """Whether there is a secret in it that `say` does not show."""
    return conceal(text) != text


def on_terminal() -> bool:
    """Whether a person reads what is said; False, too, where nobody does."""
    with suppress(ValueError, AttributeError):  # closed, or None
        return sys.stdout.isatty()
    return False


def show_link(url: PresignedUrl, label: str) -> None:
    """One line on stdout: a link in the clear, which is for who asked for it and nobody else."""
    _print(_line(label) + harmless(url.reveal()))


def show_put(url: PresignedUrl, file: str) -> None:
    """One line on stdout: the command that stores `file` by a link, with all that the store demands."""
    headers = (f" -H {shlex.quote(f'{name}: {value}')}" for name, value in url.headers.items())
    command = f"curl -fT {shlex.quote(file)}{''.join(headers)}"
    _print(f"{_line(command)} {harmless(shlex.quote(url.reveal()))}")


def write(data: bytes) -> None:
    """Bytes on stdout, as they are."""
    with _stdout() as stream:
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()


def note(text: str) -> None:
    """One line on stderr: progress and remarks. Nothing depends on whether anybody reads it."""
    with suppress(OSError, ValueError, AttributeError):
        _write(sys.stderr, _line(text))


def complain(error: RunFerryError) -> None:
    """What happened, what was kept, what to do, on stderr."""
    note(f"runferry: {error.what}")
    for line in (error.kept, error.todo):
        if line:
            note(f"  {line}")


def has_terminal() -> bool:
    """Whether somebody can see and steer the app: Textual draws on stderr."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)  # pyright: ignore[reportUnnecessaryComparison] - None when it is closed


def give_up_stdout() -> None:
    """Nobody reads it, or it has no room: Python would complain once more while flushing at exit."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class _ClosedOutput(io.TextIOBase):
    """Raises OutputError on every write."""

    def write(self, s: str, /) -> int:
        raise _unwritable("it is closed")


def _stand_in(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end].translate(twins())
    return encodable(signs, "ascii"), error.end


def _safe(value: object) -> object:
    if isinstance(value, PresignedUrl):
        return value.reveal()
    if isinstance(value, str):
        return conceal(value)
    if isinstance(value, dict):
        fields: dict[str, object] = dict(value)  # pyright: ignore[reportUnknownArgumentType] - JSON values
        return {name: _safe(item) for name, item in fields.items()}
    if isinstance(value, (list, tuple)):
        items: list[object] = list(value)  # pyright: ignore[reportUnknownArgumentType] - JSON values
        return [_safe(item) for item in items]
    return value


def _line(text: str) -> str:
    return shortened(harmless(conceal(text)), _LONGEST_LINE)


def _print(line: str) -> None:
    with _stdout() as stream:
        _write(stream, line)


def _write(stream: TextIO, line: str) -> None:
    stream.write(shown(line, stream))
    stream.write("\n")
    stream.flush()


@contextmanager
def _stdout() -> Generator[TextIO]:
    """Raises OutputError, and BrokenPipeError when nobody reads any more."""
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise
    except (OSError, ValueError, AttributeError) as error:
        give_up_stdout()
        why = error.strerror if isinstance(error, OSError) else "it is closed"
        raise _unwritable(why) from None


def _unwritable(why: str | None) -> OutputError:
    return OutputError(f"The output cannot be written: {why}.")
