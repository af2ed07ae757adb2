"""The log: a file for its owner only, which is no reason to stop."""

import errno
import logging
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler

from core.errors import StateError
from tui.diagnostics import RedactingFormatter

_CHATTY = ("boto3", "botocore", "s3transfer", "urllib3", "peewee", "watchdog", "asyncio")
_MEGABYTE = 1 << 20


def log_to(
    directory: str, on_unsaved: Callable[[StateError], None] = lambda _: None
) -> Callable[[], None]:
    """Sends the log to a rotating file in `directory`, until the returned function is called.

    What cannot be written there is no reason to stop; `on_unsaved` is told once.
    """
    try:
        handler = OptionalFileHandler(os.path.join(directory, "runferry.log"), on_unsaved)
    except OSError as error:
        on_unsaved(_unwritable(directory, error))
        return lambda: None
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _CHATTY:
        # Their debug output holds credentials and signed headers.
        logging.getLogger(name).setLevel(logging.WARNING)
    # Each request of a role's last minutes would say that it cannot be renewed without a code.
    logging.getLogger("botocore.credentials").setLevel(logging.ERROR)

    def end() -> None:
        root.removeHandler(handler)
        handler.close()

    return end


class OptionalFileHandler(RotatingFileHandler):
    """For its owner only. A full or read-only disk takes the log away, and nothing else."""

    def __init__(self, path: str, on_unsaved: Callable[[StateError], None]) -> None:
        self._on_unsaved = on_unsaved
        self._told = False
        super().__init__(
            path, maxBytes=2 * _MEGABYTE, backupCount=3, encoding="utf-8", errors="backslashreplace"
        )
        for number in range(1, self.backupCount + 1):
            with suppress(OSError):
                os.close(_private(f"{self.baseFilename}.{number}", os.O_RDONLY | os.O_NOFOLLOW))
        self.setFormatter(
            RedactingFormatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Whatever it was, the work goes on."""
        error = sys.exception()
        self._tell(error if isinstance(error, OSError) else OSError(errno.EIO, ""))

    def close(self) -> None:
        """What the file had no room for comes up once more here."""
        try:
            super().close()
        except OSError as error:
            self._tell(error)

    def _open(self) -> TextIOWrapper:
        file = open(self.baseFilename, "ab", opener=_private)  # noqa: SIM115 - as long as the log
        return TextIOWrapper(file, self.encoding, self.errors)

    def _tell(self, error: OSError) -> None:
        if not self._told:
            self._told = True
            self._on_unsaved(_unwritable(self.baseFilename, error))


def _private(path: str, flags: int) -> int:
    """Not waiting for the other end of a pipe. Files of an older RunFerry were for all to read."""
    descriptor = os.open(path, flags | os.O_NONBLOCK, 0o600)
    with suppress(OSError):
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.fchmod(descriptor, 0o600)
    return descriptor


def _unwritable(path: str, error: OSError) -> StateError:
    return StateError(f"{path} cannot be written: {os.strerror(error.errno or 0)}.")
