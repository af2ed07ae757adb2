"""Whether a pattern of the settings can be used: regular expressions, and globs for files."""

import re
import warnings

_LONGEST = 1000
ENDLESS = "repeats a repetition, as (a+)+ does: it could search for ever"


def is_expression(pattern: str) -> bool:
    """Whether this is a regular expression, of a length that can be checked."""
    if len(pattern) > _LONGEST:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(pattern)
    except (re.error, RecursionError, OverflowError, Warning):
        return False
    return True


def may_not_end(pattern: str) -> bool:
    """As `storage.settings.endless` says, which is not loaded at a start without any pattern."""
    from storage.settings import endless

    return endless.may_not_end(pattern)
