"""A store is tried with one small object that does not stay."""

from itertools import islice

import pytest

from core.doctor.try_store import TryStore
from core.errors import StoreAccessDeniedError, StoreConnectionError
from core.ports.examiner import Outcome
from tests.fakes.clock import FixedClock
from tests.fakes.object_store import FakeObjectStore

STEPS = ["list", "clock", "put", "head", "get", "delete"]


@pytest.fixture
def store() -> FakeObjectStore:
    return FakeObjectStore()


def outcomes(store: FakeObjectStore) -> dict[str, Outcome]:
    clock = FixedClock(store.now())
    return {seen.what: seen.outcome for seen in TryStore(store, clock).examine()}


def test_fine(store: FakeObjectStore) -> None:
    """All of it works, and nothing is left."""
    assert outcomes(store) == dict.fromkeys(STEPS, Outcome.OK)
    assert not list(store.list(""))


def test_given_up(store: FakeObjectStore) -> None:
    """What was written goes although nobody asks on."""
    looks = TryStore(store, FixedClock(store.now())).examine()
    list(islice(looks, 3))
    assert list(store.list(""))
    looks.close()
    assert not list(store.list(""))


def test_one_thing_denied(store: FakeObjectStore) -> None:
    """The others are tried all the same."""
    store.fail_next("delete", StoreAccessDeniedError("no"))
    assert outcomes(store) == {**dict.fromkeys(STEPS, Outcome.OK), "delete": Outcome.NOT_OK}


def test_away(store: FakeObjectStore) -> None:
    """A store that does not answer is asked once."""
    store.fail_next("list", StoreConnectionError("away", todo="Check the network."))
    (first, *others) = TryStore(store, FixedClock(store.now())).examine()
    assert (first.outcome, first.detail, first.hint) == (
        Outcome.NOT_OK,
        "away",
        "Check the network.",
    )
    assert {seen.outcome for seen in others} == {Outcome.UNKNOWN}


def test_clock_that_is_wrong(store: FakeObjectStore) -> None:
    """Five minutes are too many, whoever is ahead."""
    clock = FixedClock(store.now())
    clock.advance(300)
    seen = {found.what: found for found in TryStore(store, clock).examine()}
    assert seen["clock"].outcome is Outcome.NOT_OK
    assert "300 s ahead" in seen["clock"].detail
    assert seen["clock"].hint
