"""How many runs a folder holds, and of which kind."""

from pathlib import Path

import pytest

from core.kinds.built_in_kinds import ANY, FRED
from core.source.survey_folder import FolderSurvey, SurveyFolder
from storage.tree.run_finder import FileRunFinder

SURVEY = SurveyFolder(FileRunFinder(), (FRED, ANY))


def made(tree: Path, *names: str) -> str:
    for name in names:
        (tree / name).mkdir(parents=True)
    return str(tree)


def always() -> bool:
    return True


def test_the_kind_that_has_runs(tmp_path: Path) -> None:
    """The usual one first; what is only nearly called so is told besides."""
    path = made(tmp_path, "job_3/OUT/RUN2", "job_3/OUT/RUN10", "job_3/OUT/run7")
    found = SURVEY(path, always)
    assert (found.kind, found.runs) == ("fred", ("job_3/OUT/RUN2", "job_3/OUT/RUN10"))
    assert found.near == ("job_3/OUT/run7",)
    assert found.complete


def test_another_kind(tmp_path: Path) -> None:
    """Where the usual one takes nothing for a run."""
    path = made(tmp_path, "sweep/seed_1", "sweep/seed_2")
    assert SURVEY(path, always) == FolderSurvey(path, "any", ("sweep/seed_1", "sweep/seed_2"))


def test_the_folder_is_a_run(tmp_path: Path) -> None:
    """It has its own name."""
    assert SURVEY(made(tmp_path / "RUN4", "DAILY"), always).runs == ("RUN4",)


def test_no_runs(tmp_path: Path) -> None:
    """What is nearly called as a run is, of whatever kind."""
    path = made(tmp_path, "RUN4.old", "data")
    assert SURVEY(path, always) == FolderSurvey(path, near=("RUN4.old",))


@pytest.mark.parametrize("most", [1, 3])
def test_a_huge_tree(tmp_path: Path, most: int) -> None:
    """It is looked into so many directories, and said that there are more."""
    path = made(tmp_path, *(f"a{n}/b/c" for n in range(9)))
    found = SURVEY(path, always, most)
    assert (found.runs, found.complete) == ((), False)


def test_nobody_waits_any_more(tmp_path: Path) -> None:
    """The look ends at the next directory."""
    path = made(tmp_path, *(f"a{n}/b/RUN1" for n in range(9)))
    answers = iter([True, True, True, True, False])
    found = SURVEY(path, lambda: next(answers))
    assert not found.complete
    assert len(found.runs) < 9


def test_what_cannot_be_looked_into(tmp_path: Path) -> None:
    """It is said why."""
    assert "cannot be read: No such file" in SURVEY(str(tmp_path / "gone"), always).problem
