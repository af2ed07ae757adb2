"""Which manifest is a version, and which may go again: somebody else may be faster each time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.errors import ConflictError
from core.model import Manifest
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.manifests import read_manifest
from core.stored.record_format import encode_manifest
from core.stored.results_versions import ResultsVersions
from tests.core.overtaken_store import OvertakenStore
from tests.core.stored.test_manifests import OURS
from tests.fakes.catalog import FakeCatalog

PREFIX = JobS3Prefix(1, datetime(2026, 11, 20, 14, 7, 31, tzinfo=UTC))
KEY = PREFIX.manifest(4, 1)


class Desk:
    def __init__(self) -> None:
        self.store, self.catalog = OvertakenStore(), FakeCatalog()
        self.versions = ResultsVersions(self.store, self.catalog)

    def committed(self) -> Manifest | None:
        return read_manifest(self.store, KEY)

    def writing(self, manifest: Manifest) -> Callable[[], object]:
        """Another workstation."""
        return lambda: self.store.put(KEY, encode_manifest(manifest))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_other_content_has_the_number(desk: Desk) -> None:
    """It is not taken for ours, and there is no row of it."""
    theirs = replace(OURS, sha256="cd" * 32, write_token="beef")
    desk.store.before["put"] = desk.writing(theirs)
    with pytest.raises(ConflictError, match="somebody else's"):
        desk.versions.commit(PREFIX, OURS)
    assert desk.committed() == theirs
    assert desk.catalog.artifacts(1) == []


def test_the_same_content_has_the_number(desk: Desk) -> None:
    """What is recorded is what the store has."""
    theirs = replace(OURS, write_token="beef", host="lab-2")
    desk.store.before["put"] = desk.writing(theirs)
    desk.versions.commit(PREFIX, OURS)
    (artifact,) = desk.catalog.artifacts(1)
    assert artifact.host == "lab-2"


def test_withdrawn(desk: Desk) -> None:
    """May be repeated."""
    desk.versions.commit(PREFIX, OURS)
    for _ in range(2):
        desk.versions.withdraw(PREFIX, OURS)
        assert desk.committed() is None


def test_what_another_upload_committed_is_not_withdrawn(desk: Desk) -> None:
    theirs = replace(OURS, write_token="beef")
    desk.versions.commit(PREFIX, theirs)
    desk.versions.withdraw(PREFIX, OURS)
    assert desk.committed() == theirs


def test_what_was_replaced_in_that_moment_is_not_withdrawn(desk: Desk) -> None:
    theirs = replace(OURS, write_token="beef")
    desk.versions.commit(PREFIX, OURS)
    desk.store.before["delete"] = desk.writing(theirs)
    desk.versions.withdraw(PREFIX, OURS)
    assert desk.committed() == theirs
