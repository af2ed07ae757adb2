"""Answers that break off within their headers: Python takes them for whole, and empty."""

from collections.abc import Callable

import pytest

from core.errors import StoreConnectionError
from core.settings import Profile
from storage.s3.lifecycle import S3Lifecycle
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY
from tests.servers.fault_server import Answer, Fault, FaultServer
from tests.storage.at_once import AT_ONCE

EMPTY = Answer(200, b"", {"x-amz-request-id": "1"})
RULE = {
    "ID": "theirs",
    "Status": "Enabled",
    "Filter": {"Prefix": "a/"},
    "Expiration": {"Days": 9},
}


@pytest.fixture
def filled(store: S3Store) -> S3Store:
    store.put(KEY, b"content")
    return store


def test_listing(filled: S3Store, fault_server: FaultServer) -> None:
    """It is asked for again: nothing is gone."""
    fault_server.plan(Fault("GET", "list-type=2", before=lambda: EMPTY))
    assert [found.key for found in filled.list("jobs/")] == [KEY]


def listed(store: S3Store) -> object:
    return list(store.list(""))


def checked(store: S3Store) -> object:
    return store.check()


def pending(store: S3Store) -> object:
    return list(store.pending_uploads(""))


@pytest.mark.parametrize(
    ("act", "target"),
    [(listed, "list-type=2"), (checked, "list-type=2"), (pending, r"\?uploads")],
)
def test_goes_on(
    filled: S3Store, fault_server: FaultServer, act: Callable[[S3Store], object], target: str
) -> None:
    """Then it is no answer at all."""
    fault_server.plan(Fault("GET", target, before=lambda: EMPTY, times=99))
    with pytest.raises(StoreConnectionError, match="broke off"):
        act(filled)
    assert fault_server.count("GET", target) == AT_ONCE.backoff.attempts


def test_rules_of_the_bucket(profile: Profile, fault_server: FaultServer) -> None:
    """They would be replaced by ours alone."""
    rules = S3Lifecycle(profile, AT_ONCE.backoff)
    rules.replace([RULE])
    fault_server.plan(Fault("GET", "lifecycle", before=lambda: EMPTY))
    assert [found["ID"] for found in rules.rules()] == ["theirs"]
    rules.close()
