"""Folders that somebody who starts anew may want to have watched."""

from pathlib import Path

from core.kinds.built_in_kinds import ANY, FRED
from core.source.suggest_folders import SuggestFolders
from core.source.survey_folder import SurveyFolder
from storage.tree.folders import LocalFolders
from storage.tree.run_finder import FileRunFinder

SUGGEST = SuggestFolders(LocalFolders(), SurveyFolder(FileRunFinder(), (FRED, ANY)))


def made(tree: Path, *names: str) -> None:
    for name in names:
        (tree / name).mkdir(parents=True)


def suggested(tree: Path, here: str, usual: tuple[str, ...] = (), around: str = "") -> list[str]:
    """Below the tree, each with its number of runs."""
    top, places = str(tree), [str(tree / name) for name in usual]
    above = str(tree / around) if around else ""
    found = SUGGEST(str(tree / here), places, above, lambda: True)
    return [f"{each.path.removeprefix(top)[1:]}: {len(each.runs)}" for each in found]


def test_where_one_is_and_around(tmp_path: Path) -> None:
    """First where one is, then the usual places that are there, what is below, and beside; each once."""
    made(tmp_path, "me/flu/OUT/RUN1", "me/notes", "other/RUN1", "other/RUN2", ".hidden/RUN1")
    told = suggested(tmp_path, "me", ("FRED", "other"), ".")
    assert told == ["me: 1", "other: 2", "me/flu: 1", "me/notes: 0"]


def test_runs_are_no_folders_of_runs(tmp_path: Path) -> None:
    """Where one is among runs they are not suggested one by one."""
    made(tmp_path, "OUT/RUN1", "OUT/RUN2", "OUT/META")
    assert suggested(tmp_path, "OUT") == ["OUT: 2", "OUT/META: 0"]


def test_nobody_waits_any_more(tmp_path: Path) -> None:
    """Nothing more is looked into."""
    made(tmp_path, "me/flu/RUN1", "me/measles/RUN1")
    answers = iter([True, True, True, False, False])
    found = [*SUGGEST(str(tmp_path / "me"), (), "", lambda: next(answers, False))]
    assert len(found) == 1


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """It holds nothing that is known."""
    (found,) = SUGGEST(str(tmp_path / "gone"), (), "", lambda: True)
    assert found.problem
