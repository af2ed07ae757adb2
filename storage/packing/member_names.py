"""Names of ZIP members."""

import unicodedata

from storage.files.file_names import name_problem


class MemberNames:
    """The names of one archive, checked one by one and against each other.

    Names that differ only in Unicode normalisation count as equal: some file systems make them
    one file. Names that differ only in case do not.
    """

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._directories: set[str] = set()
        self._parents: set[str] = set()

    def add(self, name: str, *, directory: bool) -> str:
        """Takes the name of a member in; returns why it cannot be one, "" when all is well."""
        problem = name_problem(name)
        if problem:
            return problem
        name = _normal(name)
        if name in self._files or name in self._directories:
            return "two members have this name"
        if self._add_parents(name) or (not directory and name in self._parents):
            return "one member is a file and another one is inside of it"
        (self._directories if directory else self._files).add(name)
        return ""

    def is_empty(self, directory: str) -> bool:
        """Whether no name so far is inside of `directory`."""
        return _normal(directory) not in self._parents

    def _add_parents(self, name: str) -> bool:
        """Whether one of them is a file."""
        parent = name.rpartition("/")[0]
        while parent and parent not in self._parents:
            if parent in self._files:
                return True
            self._parents.add(parent)
            parent = parent.rpartition("/")[0]
        return False


def _normal(name: str) -> str:
    return name if name.isascii() else unicodedata.normalize("NFC", name)
