"""Limits of watching by events."""

from pathlib import Path

import pytest

from core.ports.examiner import Outcome
from storage.machine.inotify_limits import InotifyLimits


@pytest.mark.parametrize(
    ("watches", "outcome"),
    [("524288\n", Outcome.OK), ("3\n", Outcome.NOT_OK), ("junk", Outcome.UNKNOWN)],
)
def test_watches(tmp_path: Path, watches: str, outcome: Outcome) -> None:
    (tmp_path / "max_user_watches").write_text(watches)
    seen = {told.what: told for told in InotifyLimits(str(tmp_path)).examine()}
    assert seen["max_user_watches"].outcome is outcome
    assert bool(seen["max_user_watches"].hint) == (outcome is Outcome.NOT_OK)
    assert seen["max_user_instances"].outcome is Outcome.UNKNOWN
