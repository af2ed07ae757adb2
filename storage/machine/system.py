"""The machine itself: its clock, and who is at work there."""

import getpass
import time
from datetime import UTC, datetime

from core.ports.clock import Clock


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
