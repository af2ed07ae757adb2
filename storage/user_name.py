"""Who is at work on this machine."""

import getpass


def user_name() -> str:
    """The login name; empty for a user that the machine does not know, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # the one up to Python 3.12, the other from 3.13 on
        return ""
