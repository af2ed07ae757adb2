"""What waits below a transfer learns that it was given up."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import RunFerryError, TransferCancelledError, TransferStoppedError
from core.progress import Progress
from core.waiting.giving_up import check_given_up, is_given_up, on_behalf_of


def test_nobody(progress: Progress) -> None:
    """What works for no transfer is never given up."""
    progress.cancel()
    assert not is_given_up()
    check_given_up()


@pytest.fixture
def progress() -> Progress:
    return Progress()


def test_goes_on(progress: Progress) -> None:
    """As long as nobody gives it up."""
    with on_behalf_of(progress):
        assert not is_given_up()
        check_given_up()


@pytest.mark.parametrize(
    ("end", "error"),
    [(Progress.cancel, TransferCancelledError), (Progress.stop, TransferStoppedError)],
)
def test_given_up(
    progress: Progress, end: Callable[[Progress], None], error: type[RunFerryError]
) -> None:
    """Each way has its own error; behind the block nothing is left of it."""
    with on_behalf_of(progress):
        end(progress)
        assert is_given_up()
        with pytest.raises(error):
            check_given_up()
    assert not is_given_up()


def test_within_another(progress: Progress) -> None:
    """The inner transfer counts, whatever it ends with; then the outer one again."""
    inner = Progress()
    with on_behalf_of(progress):
        progress.cancel()
        with contextlib.suppress(RunFerryError), on_behalf_of(inner):
            assert not is_given_up()
            inner.stop()
            check_given_up()
        with pytest.raises(TransferCancelledError):
            check_given_up()


def test_on_another_thread(progress: Progress) -> None:
    """A thread that works for somebody else is not concerned."""
    with on_behalf_of(progress), ThreadPoolExecutor(1) as threads:
        progress.cancel()
        assert not threads.submit(is_given_up).result(30)
        assert is_given_up()
