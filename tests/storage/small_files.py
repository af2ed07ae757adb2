"""A disk that is almost full."""

import resource
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def small_files(limit: int) -> Generator[None]:
    """No file of this process can grow beyond `limit` bytes inside the block.

    A block and not a fixture: the report of the test run may be a longer file than that.
    """
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
