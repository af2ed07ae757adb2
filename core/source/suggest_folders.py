"""Folders that somebody who starts anew may want to have watched."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import filterfalse, islice, takewhile

from core.errors import InvalidResultsDirectoryError
from core.ports.folders import Folders
from core.ports.tree import EntryType, TreeEntry
from core.source.survey_folder import FolderSurvey, SurveyFolder

_MOST = 40
_MOST_LOOKS = 300
"""Directories looked into for each: there are many, and the user waits."""


class SuggestFolders:
    """Where the user is, the usual places, what is below and beside, each with what it holds."""

    def __init__(self, folders: Folders, survey: SurveyFolder) -> None:
        self._folders = folders
        self._survey = survey

    def __call__(
        self, here: str, usual: Sequence[str], around: str, going_on: Callable[[], bool]
    ) -> Iterator[FolderSurvey]:
        """`here` first, then the `usual` ones, then those in it and those in `around`, if that says something.

        Reads directories as it is iterated; never raises.
        """
        taken = list[str]()
        candidates = dict.fromkeys(self._candidates(here, usual, around))
        new = filterfalse(partial(_lies_in, taken), candidates)
        for path in takewhile(lambda _: going_on(), new):
            found = self._survey(path, going_on, _MOST_LOOKS)
            taken += _taken(found, here)
            yield found

    def _candidates(self, here: str, usual: Sequence[str], around: str) -> Iterator[str]:
        yield here
        yield from filter(self._folders.is_directory, usual)
        for folder in filter(None, (here, around)):
            yield from self._within(folder)

    def _within(self, folder: str) -> Sequence[str]:
        try:
            entries = self._folders.entries(folder)
        except InvalidResultsDirectoryError:
            return ()
        top = folder.rstrip("/")
        return [f"{top}/{entry.path}" for entry in islice(filter(_is_seen, entries), _MOST)]


def _is_seen(entry: TreeEntry) -> bool:
    return entry.type is EntryType.DIRECTORY and not entry.path.startswith(".")


def _lies_in(folders: Sequence[str], path: str) -> bool:
    return any(f"{path}/".startswith(f"{folder.rstrip('/')}/") for folder in folders)


def _taken(found: FolderSurvey, here: str) -> Sequence[str]:
    """What is below it is watched with it; but what is below `here` may be what is meant."""
    if found.path == here:
        return [f"{here}/{run}" for run in found.runs]
    return [found.path][: len(found.runs)]
