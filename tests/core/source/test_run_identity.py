"""Run ids and results roots, by path alone."""

import pytest

from core.source.run_identity import RunIdentity, folder_run_id, identify, results_root_of, run_ids

DIGITS19 = "1" * 19


@pytest.mark.parametrize(
    ("path", "root", "run_id"),
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
    ],
)
def test_identity(path: str, root: str, run_id: int | None) -> None:
    """A `run_<id>` folder names the run and is not itself a results root; else the number does."""
    assert identify(path) == RunIdentity(root, run_id)


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
    assert results_root_of(path) == root


def test_full_width_digits_are_no_id() -> None:
    """Only what every machine reads the same way is an id."""
    assert folder_run_id("/w/run_\uff11\uff17") is None


def test_a_crowded_folder_names_none_of_its_runs() -> None:
    """Which of two RUN directories is run 17 cannot be told; the neighbours are not affected."""
    paths = ["/o/RUN1", "/o/RUN2", "/o/run_17/RUN5", "/o/run_17/RUN6", "/o/run_18/RUN5"]
    assert list(run_ids(paths).values()) == [1, 2, None, None, 18]
