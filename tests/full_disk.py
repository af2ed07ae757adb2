"""A disk without room, for this process."""

import resource
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def full_disk(room: int = 512) -> Generator[None]:
    """No file can be written behind its first bytes: what a full disk or a quota does to one.

    A block and not a fixture: the report of the test run may be a longer file than that.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
