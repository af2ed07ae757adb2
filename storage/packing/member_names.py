"""Names of ZIP members."""

import hashlib
import os
import unicodedata
from collections.abc import Iterator

from storage.files.file_names import MAX_COMPONENT, name_problem

_CLASH = "two members have this name"
_ESCAPES = [f"%{n:02X}" if n > 0x7F or n == ord("\\") else chr(n) for n in range(256)]  # noqa: PLR2004
_KEPT = 198
"""Bytes of an escaped name that is too long; what tells it from others follows."""


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
            return _CLASH
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


class StoredNames:
    """What the entries of a tree are called in an archive: as in the tree, wherever any tool can have that.

    What is no UTF-8, a backslash, and one of two names that are one in other file systems, is escaped
    as in URLs; what is in such a directory follows it.
    """

    def __init__(self) -> None:
        self._names = MemberNames()
        self._escaped: dict[str, str] = {}

    def add(self, name: str, *, directory: bool) -> str:
        """Its name in the archive. Raises ValueError, which says why it can have none."""
        stored = self._inside(name) if self._escaped else name
        if self._names.add(stored, directory=directory):
            stored = self._add_escaped(stored, directory=directory)
        if directory and stored != name:
            self._escaped[name] = stored
        return stored

    def _inside(self, name: str) -> str:
        """In the directory that it is in, whatever that is called."""
        above, slash, own = name.rpartition("/")
        return f"{self._escaped.get(above, above)}{slash}{own}"

    def _add_escaped(self, wanted: str, *, directory: bool) -> str:
        above, slash, own = wanted.rpartition("/")
        problem = ""
        for possible in _possible(own):
            stored = f"{above}{slash}{possible}"
            problem = self._names.add(stored, directory=directory)
            if not problem:
                return stored
        raise ValueError(problem)

    def is_empty(self, directory: str) -> bool:
        """Whether no name so far is inside of the directory that is stored as `directory`."""
        return self._names.is_empty(directory)


def escaped(name: str) -> str:
    """In ASCII, as in URLs; what is plain stays."""
    return "".join(map(_ESCAPES.__getitem__, os.fsencode(name)))


def _possible(own: str) -> Iterator[str]:
    yield own
    shown = escaped(own)
    if shown != own:
        yield shown if len(shown) <= MAX_COMPONENT else _distinct(own, shown)
        yield _distinct(own, shown)


def _distinct(own: str, shown: str) -> str:
    digest = hashlib.sha256(os.fsencode(own)).hexdigest()
    return f"{shown[:_KEPT]}%{digest[:16]}"


def name_bound(above: str, path: str) -> int:
    """No member's name, in both its places, is longer than this."""
    if path.isascii() and "\\" not in path:
        return 2 * (len(os.fsencode(above)) + len(path) + 2)
    return 8 * (len(os.fsencode(above)) + len(os.fsencode(path)) + 2)


def _normal(name: str) -> str:
    return name if name.isascii() else unicodedata.normalize("NFC", name)
