"""What all turns do, the fake ones and those of files."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.ports.turns import Turns
from storage.machine.file_turns import FileTurns
from tests.fakes.turns import FakeTurns

OpenTurns = Callable[[], Turns]
ROOT = "/data/\udcff flu/OUT"


@pytest.fixture(params=["fake", "file"])
def open_turns(request: pytest.FixtureRequest, tmp_path: Path) -> OpenTurns:
    """Each call stands for another process on the same state."""
    if request.param == "file":
        return lambda: FileTurns(str(tmp_path), "s3://lab")
    fake = FakeTurns()
    return lambda: fake


class ImpatienceError(Exception):
    """What a waiter raises who does not want to wait any more."""


def give_up() -> None:
    raise ImpatienceError


def test_one_at_a_time(open_turns: OpenTurns) -> None:
    """The second one waits, and is let in when the first one has left."""
    inside = threading.Semaphore(0)
    waited = threading.Event()

    def second() -> None:
        with open_turns().turn(ROOT, waited.set):
            inside.release()

    thread = threading.Thread(target=second)
    with open_turns().turn(ROOT, give_up):
        thread.start()
        assert waited.wait(10)
        assert not inside.acquire(blocking=False)
    thread.join(10)
    assert inside.acquire(blocking=False)


def test_waiting_ends(open_turns: OpenTurns) -> None:
    """With what `wait` raises; whose turn it is notices nothing."""
    with open_turns().turn(ROOT, give_up):
        for _ in range(2):
            with pytest.raises(ImpatienceError), open_turns().turn(ROOT, give_up):
                pass
    with open_turns().turn(ROOT, give_up):
        pass


def test_a_turn_ends_with_an_error(open_turns: OpenTurns) -> None:
    """However it ends, the next one is let in."""
    with pytest.raises(ImpatienceError), open_turns().turn(ROOT, give_up):
        give_up()
    with open_turns().turn(ROOT, give_up):
        pass


def test_matters_of_their_own(open_turns: OpenTurns) -> None:
    """Nobody waits for what is about something else."""
    with open_turns().turn(ROOT, give_up), open_turns().turn("/data/measles/OUT", give_up):
        pass


def test_many(open_turns: OpenTurns) -> None:
    """Nobody is lost, and never two are inside."""
    inside: list[int] = []
    most: list[int] = []

    def enter(number: int) -> None:
        for _ in range(20):
            with open_turns().turn(ROOT, lambda: None):
                inside.append(number)
                most.append(len(inside))
                inside.remove(number)

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1] * 80
