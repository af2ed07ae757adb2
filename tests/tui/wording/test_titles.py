"""What runs are called."""

from dataclasses import replace

import pytest

from tests.builders import an_artifact
from tui.wording.titles import directory_of, id_beside, own_name, run_title


@pytest.mark.parametrize(
    ("run_id", "directory", "title"),
    [
        (4, "", "RUN4"),
        (4, "RUN4", "RUN4"),
        (4, "run_4", "run_4"),
        (1, "seed_001", "seed_001"),
        (14, "seed_001", "seed_001 (run 14)"),
        (1, "RUN11", "RUN11 (run 1)"),
        (6, "case-A", "case-A (run 6)"),
        (10, "multirun/2026-01-01/12-00-00/0", "multirun/2026-01-01/12-00-00/0 (run 10)"),
        (2, "case\n2", "case\\n2"),
    ],
)
def test_run_title(run_id: int, directory: str, title: str) -> None:
    """The id stands beside a name that does not end with it."""
    assert run_title(run_id, directory) == title


def test_no_id_yet() -> None:
    """What is not known is not said."""
    assert id_beside(0, "case-A") == ""


def test_own_name() -> None:
    """RUN and the id is no name of its own."""
    assert own_name(4, "RUN4") == own_name(4, "") == ""
    assert own_name(4, "RUN04") == "RUN04"


def test_the_newest_name_counts() -> None:
    """A run that was moved in its tree, and stored again, is called as it was then."""
    first = replace(an_artifact("a", run_id=4), version=1, directory="RUN4")
    second = replace(an_artifact("b", run_id=4), version=2, directory="case-4")
    assert directory_of([second, first]) == "case-4"
    assert directory_of([replace(first, directory="")]) == ""
