"""What the portable run takes away is away, here and in the processes that begin here."""

import subprocess
import sys

from tests.portable.__main__ import bare_environment

LOOK = """
import importlib, os, sys
try:
    importlib.import_module("watchdog.observers.inotify")
    events = True
except Exception as error:
    events = type(error).__name__ != "UnsupportedLibcError"
names = ("fdatasync", "copy_file_range", "preadv", "sched_getaffinity")
print(any(hasattr(os, name) for name in names), os.path.exists("/proc"), events)
"""


def test_other_systems_are_not_this_one() -> None:
    """A process of the portable run sees neither calls, nor `/proc`, nor inotify."""
    command = [sys.executable, "-c", LOOK]
    seen = subprocess.run(command, env=bare_environment(), capture_output=True, check=True)
    assert seen.stdout.split() == [b"False"] * 3
