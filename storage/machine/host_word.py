"""A word for this host, in what is remembered of its processes."""

import os
from contextlib import suppress
from pathlib import Path

_MACHINE_ID = Path("/etc/machine-id")


def host_word() -> str:
    """Without spaces. Two hosts of one name, as `localhost` is, differ where each has an id."""
    name = os.uname().nodename
    with suppress(OSError):
        name += f" {_MACHINE_ID.read_text(errors='replace')}"
    return "-".join(name.split())
