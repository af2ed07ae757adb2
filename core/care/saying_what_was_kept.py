"""Errors in the middle of something: they say what was kept."""

from collections.abc import Generator
from contextlib import contextmanager

from core.errors import JobNotFoundError, RunFerryError


@contextmanager
def kept_unless_said(what: str) -> Generator[None]:
    """What an error says that knows no better."""
    try:
        yield
    except RunFerryError as error:
        error.kept = error.kept or what
        raise


@contextmanager
def kept(what: str) -> Generator[None]:
    """Whatever an error says of its own part; nothing is in a job that is gone."""
    try:
        yield
    except JobNotFoundError:
        raise
    except RunFerryError as error:
        error.kept = what
        raise
