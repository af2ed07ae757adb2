"""Which kind of runs lies where, and what their names say."""

import pytest

from core.kinds.built_in_kinds import ANY, FRED
from core.kinds.kinds_of_roots import KindsOfRoots
from core.kinds.run_names import RunName, RunNames


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data", "fred"),
        ("/data/a", "any"),
        ("/data/a/RUN1", "any"),
        ("/data/a/fred/RUN1", "fred"),
        ("/data/ab/RUN1", "fred"),
    ],
)
def test_the_deepest_root_counts(path: str, kind: str) -> None:
    """A tree within a tree may be of another simulator."""
    kind_of = KindsOfRoots(FRED, {"/data/a": ANY, "/data/a/fred/": FRED})
    assert kind_of(path).name == kind


def test_of_the_whole_disk() -> None:
    """The root of all roots is one, too."""
    assert KindsOfRoots(FRED, {"/": ANY})("/data/RUN1") is ANY


@pytest.mark.parametrize(
    ("below", "run"),
    [
        ("OUT/RUN4/DAILY/x", RunName("OUT/RUN4", 4)),
        ("RUN4/RUN5", RunName("RUN4", 4)),
        ("seed_07", RunName("seed_07", 7)),
        ("2026-01-01/12-00-00/log", RunName("2026-01-01/12-00-00", None)),
        ("OUT/RUN4.old", None),
        ("RUN٤", None),
    ],
)
def test_the_outermost_run(below: str, run: RunName | None) -> None:
    """Whole names count, several parts of a path with them; ids are written in ASCII."""
    names = RunNames((r"RUN([0-9]+)", r"seed_(\d+)", r"\d{4}-\d\d-\d\d/\d\d-\d\d-\d\d"))
    assert names.place_of(below) == run
