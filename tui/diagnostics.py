"""Logging and last resorts: whatever leaves the process through them has crossed the redactor."""

import logging
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import TextIO

from core.printable import harmless
from core.redaction import redact

_log = logging.getLogger("runferry")


class RedactingFormatter(logging.Formatter):
    """Redacts the finished text: exception and stack are appended after any filter has run."""

    def format(self, record: logging.LogRecord) -> str:
        """The line(s) of `record` without secrets."""
        return redact(super().format(record))


def install_hooks() -> None:
    """Makes uncaught exceptions of any thread end in one redacted note and a log entry."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable
    warnings.showwarning = _warning
    handler = logging.NullHandler()
    logging.getLogger().addHandler(handler)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("uncaught", exc_info=(kind, error, trace))
    print_note(sys.stderr, f"runferry: unexpected {kind.__name__}: {harmless(redact(str(error)))}")
    print_note(sys.stderr, "  Nothing stored was changed; the log has the details.")


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None:
        _log.critical("uncaught in a thread", exc_info=args.exc_value)


def _unraisable(args: "sys.UnraisableHookArgs") -> None:
    _log.error("unraisable: %s", args.err_msg, exc_info=args.exc_value)


def _warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    _log.warning("%s:%s: %s: %s", filename, lineno, category.__name__, message)


def print_note(stream: TextIO, text: str) -> None:
    """Prints a line if anybody can still read it."""
    try:
        print(text, file=stream)
    except (OSError, ValueError):
        _log.debug("nobody reads this stream")


def crash_note(error: BaseException | None) -> str:
    """What the user sees of a bug in the app; logs the traceback, source lines without local variables.

    The note names the type only: a message may quote what it choked on.
    """
    if error is None:
        return "RunFerry had to stop.\n"
    _log.critical("the app crashed\n%s", redact("".join(traceback.format_exception(error))))
    where = log_file()
    return (
        f"RunFerry ran into a bug ({type(error).__name__}) and had to stop.\n"
        "Nothing is lost: what is queued goes on at the next start.\n"
        + (f"Details, without secrets: {where}\n" if where else "")
    )


def log_file() -> str:
    """The file that the root logger writes to; empty when there is none."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler):
            return handler.baseFilename
    return ""
