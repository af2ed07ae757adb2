"""RUN directories of this machine that are moved or deleted."""

import os
from collections.abc import Generator
from contextlib import contextmanager

from core.errors import CleanUpError
from core.ports.run_removal import RunRemoval
from core.printable import printable
from storage.files.durable_files import make_directories, remove_empty, sync_directory
from storage.files.emptying import empty_directory, opened_directory
from storage.files.rename_new import rename_new

_GOES_ON = "When you may delete it, the next `runferry clean`, or start of the app, goes on."


class LocalRunRemoval(RunRemoval):
    """On local and mounted file systems. Keeps no state."""

    def is_there(self, path: str) -> bool:
        return os.path.lexists(path)

    def move(self, path: str, to: str) -> None:
        with _saying(path, "was not moved"):
            made = make_directories(os.path.dirname(to))
            try:
                rename_new(path, to)
            except OSError:
                remove_empty(made)
                raise
            for directory in {os.path.dirname(path), os.path.dirname(to)}:
                sync_directory(directory)

    def delete(self, path: str) -> None:
        with _saying(path, "was not deleted as a whole", _GOES_ON):
            try:
                with opened_directory(path) as descriptor:
                    empty_directory(descriptor)
                os.rmdir(path)
            except FileNotFoundError:
                if os.path.lexists(path):
                    raise
            sync_directory(os.path.dirname(path))


@contextmanager
def _saying(path: str, what: str, todo: str = "") -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise CleanUpError(f"{printable(path)} {what}: {_why(error)}.", todo=todo) from None


def _why(error: OSError) -> str:
    """With the name of what is in the way, where the system tells it."""
    named = error.filename if isinstance(error.filename, str) else ""
    return f"{error.strerror} ({printable(named)})" if named else str(error.strerror)
