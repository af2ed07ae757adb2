"""A directory is a copy of what is stored only while both the journal and the watch say so."""

from dataclasses import replace

import pytest

from core.finish.run_state import RunState
from core.ports.journal.bindings import StoredSource
from core.run_view import RunView
from core.watch.local_copies import LocalCopies, LocalCopy
from tests.fakes.journal import FakeJournal

RUN4 = "/data/flu/OUT/RUN4"
STORED = StoredSource("f1", 7, 4, content_id="c1")
VIEW = RunView(
    RUN4, "/data/flu/OUT", "RUN4", 4, RunState.DONE, "", files=3, bytes=9, fingerprint="f1"
)


def copies(stored: StoredSource, view: RunView, job_id: int = 7) -> list[LocalCopy]:
    journal = FakeJournal()
    journal.put_stored(RUN4, stored)
    found = LocalCopies(journal, lambda: [view])(job_id)
    assert all(run_id == copy.run_id for run_id, each in found.items() for copy in each)
    return [copy for each in found.values() for copy in each]


@pytest.mark.parametrize("found", [False, True])
@pytest.mark.parametrize("state", [RunState.DONE, RunState.SETTLING, RunState.FAILED])
def test_copy(found: bool, state: RunState) -> None:
    """Whoever stored it, and whatever the run is."""
    stored, view = replace(STORED, found=found), replace(VIEW, state=state)
    assert copies(stored, view) == [LocalCopy(RUN4, 4, "c1")]


@pytest.mark.parametrize(
    ("stored", "view"),
    [
        (STORED, replace(VIEW, fingerprint="f2")),
        (STORED, replace(VIEW, files=None)),
        (STORED, replace(VIEW, state=RunState.OFFLINE)),
        (STORED, replace(VIEW, path="/data/flu/OUT/RUN5")),
        (replace(STORED, content_id=""), VIEW),
        (replace(STORED, fingerprint=""), VIEW),
        (replace(STORED, fingerprint=""), replace(VIEW, fingerprint="")),
        (replace(STORED, job_id=8), VIEW),
    ],
    ids=[
        "changed",
        "not looked at",
        "offline",
        "another",
        "not written down",
        "deleted",
        "deleted, unreadable",
        "job",
    ],
)
def test_no_copy(stored: StoredSource, view: RunView) -> None:
    assert copies(stored, view) == []


def test_every_directory() -> None:
    """Two may hold one run."""
    journal = FakeJournal()
    views = [VIEW, replace(VIEW, path="/copy/RUN4")]
    for view in views:
        journal.put_stored(view.path, STORED)
    found = LocalCopies(journal, lambda: views)(7)
    assert {copy.path for copy in found[4]} == {RUN4, "/copy/RUN4"}
