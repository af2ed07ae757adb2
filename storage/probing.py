"""How an adapter's probe asks its questions."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from threading import Barrier

from core.errors import StoreAccessDeniedError, StoreError
from core.ports.probe import Answer, Check, Observation
from core.threads import SharedWork

Look = Callable[[], tuple[bool, str]]
"""Yes or no, and a detail; a StoreError stands for "unknown", or is the answer itself."""

_CREATORS = 8
_ROUNDS = 3
_START_SECONDS = 30
_ANSWERED = (
    Check.PUT,
    Check.GET,
    Check.DELETE,
    Check.COPY,
    Check.PARTS,
    Check.PART_SIZE,
    Check.PARTS_LISTED,
)
"""Checks whose refusal, for whatever reason, is their answer."""


def observe(looks: Mapping[Check, Look]) -> Iterator[Observation]:
    """One look after the other."""
    for check, look in looks.items():
        yield _observation(check, look)


def one_winner(create: Callable[[int, int], bool]) -> tuple[bool, str]:
    """Whether of eight creators at once only one succeeds, in several rounds.

    `create` is called with the number of the round and of the creator.
    """
    for number in range(_ROUNDS):
        winners = _winners(number, create)
        if winners != 1:
            return False, f"{winners} of {_CREATORS} created it"
    return True, f"{_ROUNDS} rounds"


def _winners(number: int, create: Callable[[int, int], bool]) -> int:
    barrier = Barrier(_CREATORS)
    won = list[bool]()

    def run(creator: int) -> None:
        barrier.wait(_START_SECONDS)
        won.append(create(number, creator))

    creators = SharedWork()
    for creator in range(_CREATORS):
        creators.begin(partial(run, creator), f"probe-{creator}")
    creators.join()
    return sum(won)


def refused(check: Check, error: StoreError) -> Observation:
    """That it was answered with an error."""
    return Observation(check, Answer.NO, error.what, error.todo)


def _observation(check: Check, look: Look) -> Observation:
    try:
        found, detail = look()
    except StoreError as error:
        denied = isinstance(error, StoreAccessDeniedError)
        if check in _ANSWERED and (error.answered or denied):
            return refused(check, error)
        return Observation(check, Answer.UNKNOWN, error.what, error.todo)
    return Observation(check, Answer.YES if found else Answer.NO, detail)
