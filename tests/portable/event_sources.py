"""Other systems' ways to report file system events, in this process."""

import sys
from importlib import import_module
from pathlib import Path

import pytest
from watchdog.utils import UnsupportedLibcError

NATIVE = str(Path(__file__).parent / "native")
_MADE_OF_IT = ("watchdog.observers.fsevents", "storage.watching.reporting_fsevents")


def has_inotify() -> bool:
    """Whether the C library has it, or does not pretend to have none."""
    try:
        import_module("watchdog.observers.inotify")
    except UnsupportedLibcError:
        return False
    return True


def give_fsevents(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that has FSEvents and no inotify."""
    take_events(monkeypatch)
    monkeypatch.delitem(sys.modules, "_watchdog_fsevents")
    monkeypatch.setattr(sys, "path", [NATIVE, *sys.path])


def take_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that reports nothing."""
    if has_inotify():
        monkeypatch.setattr("storage.watching.reporting_inotify.ReportingObserver", _refuse)
    for name in _MADE_OF_IT:
        monkeypatch.setitem(sys.modules, name, None)  # so that it is forgotten in the end
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "_watchdog_fsevents", None)


def _refuse(*_: object) -> None:
    raise UnsupportedLibcError("Unsupported libc version.")
