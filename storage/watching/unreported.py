"""Where the kernel cannot tell all that happens."""

from itertools import chain

from storage.watching.mounts import file_system, file_systems_below, is_remote


def unreported(root: str) -> str:
    """Why events of `root`, which need not exist, are not all there is, in words; else empty."""
    for found in chain([file_system(root)], file_systems_below(root)):
        if is_remote(found):
            return f"{found} does not report what other hosts write"
    return ""
