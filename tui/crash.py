"""What the user sees of a bug: one note without values. The redacted report goes to the log."""

import logging
import traceback

from rich.text import Text

from core.redaction import redact

_log = logging.getLogger(__name__)


def report(error: BaseException | None) -> Text:
    """Logs the traceback (source lines, never local variables) and returns a note to print.

    The note names the type only: a message may quote what it choked on.
    """
    if error is None:
        return Text("RunFerry had to stop.\n")
    _log.critical("the app crashed\n%s", redact("".join(traceback.format_exception(error))))
    where = log_file()
    return Text(
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
