"""Run ids and results roots, by path alone."""

import pytest

from core.source.run_places import RunPlaces

DIGITS19 = "1" * 19
PLACES = RunPlaces()


@pytest.mark.parametrize(
    ("path", "root", "number"),
    [
        ("/data/flu/OUT/RUN4", "/data/flu/OUT", 4),
        ("/data/flu/OUT/RUN007", "/data/flu/OUT", 7),
        ("/data/flu/OUT/RUN0", "/data/flu/OUT", None),
        (f"/data/OUT/RUN{DIGITS19}", "/data/OUT", None),
        ("/w/job_3/OUT/run_17/RUN11998", "/w/job_3/OUT", 17),
        ("/w/job_3/OUT/run_17/RUN0", "/w/job_3/OUT", 17),
        ("/w/OUT/run_0/RUN5", "/w/OUT/run_0", 5),
        ("/w/OUT/run_017/RUN5", "/w/OUT/run_017", 5),
        ("/w/OUT/run_17b/RUN5", "/w/OUT/run_17b", 5),
        (f"/w/OUT/run_{DIGITS19}/RUN5", f"/w/OUT/run_{DIGITS19}", 5),
        ("/w/run_17/OUT/RUN5", "/w/run_17/OUT", 5),
        ("/w/run_1/run_2/RUN5", "/w/run_1", 2),
        ("/RUN4", "/", 4),
        ("/run_9/RUN4", "/", 9),
        ("/w/whatever", "/w", None),
    ],
)
def test_identity(path: str, root: str, number: int | None) -> None:
    """A `run_<id>` folder names the run and is not itself a results root; else the number does."""
    named = PLACES.named(path)
    assert (named.root, named.number) == (root, number)


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("/w/OUT/RUN4", "/w/OUT"),
        ("/w/OUT/run_17/RUN11998", "/w/OUT"),
        ("/w/OUT/run_17", "/w/OUT"),
        ("/w/OUT", "/w/OUT"),
        ("/run_17", "/"),
        ("/", "/"),
    ],
)
def test_root_of_any_path(path: str, root: str) -> None:
    """A run, its folder and the root itself belong to the same root."""
    assert PLACES.results_root_of(path) == root


def test_full_width_digits_are_no_id() -> None:
    """Only what every machine reads the same way is an id."""
    assert PLACES.named("/w/run_\uff11\uff17/RUN3").root == "/w/run_\uff11\uff17"
