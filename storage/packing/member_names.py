"""Names of ZIP members: one rule for packing and for extracting, so what was packed can be extracted."""

import re
import unicodedata

MAX_NAME = 4095
MAX_COMPONENT = 255

_DRIVE = re.compile(r"[A-Za-z]:")
# What nearly all names are like, and nothing is wrong with: saves looking at them in detail.
_PLAIN_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}"
_PLAIN = re.compile(rf"{_PLAIN_PART}(?:/{_PLAIN_PART}){{0,30}}")


def name_problem(name: str) -> str:
    """Why no member can have this name (a directory's without its trailing slash); "" when it can.

    Control characters are legal in file names and harmless to extract; only NUL is not.
    """
    if _PLAIN.fullmatch(name):
        return ""
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        return "the name is not UTF-8"
    if "\0" in name:
        return "the name contains a NUL character"
    if "\\" in name:
        return "the name contains a backslash, which other systems take for a separator"
    if name.startswith("/") or _DRIVE.match(name):
        return "the name is absolute"
    return _component_problem(encoded)


def _component_problem(encoded: bytes) -> str:
    components = encoded.split(b"/")
    if not {b"", b".", b".."}.isdisjoint(components):
        return "the name has an empty part, or one that is . or .."
    if len(encoded) > MAX_NAME or max(map(len, components)) > MAX_COMPONENT:
        return "the name is too long"
    return ""


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
