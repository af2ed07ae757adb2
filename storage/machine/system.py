"""The machine itself: its clock, and who is at work there."""

import getpass
import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from core.ports.clock import Clock

_MACHINE_ID = Path("/etc/machine-id")


def user_name() -> str:
    """The login name; empty for a user that the machine does not know, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the one up to Python 3.12, the other from 3.13 on
        return ""


class SystemClock(Clock):
    """Wall clock and monotonic clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def host_word() -> str:
    """A word for this host, without spaces. Two hosts of one name, as `localhost` is, differ where each has an id."""
    name = os.uname().nodename
    with suppress(OSError):
        name += f" {_MACHINE_ID.read_text(errors='replace')}"
    return "-".join(name.split())
