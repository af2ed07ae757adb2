"""What must be true of every entry of a ZIP before one of them is extracted."""

import os
import re
import stat
from collections.abc import Sequence
from typing import NoReturn

from core.errors import LargeArchiveError, LooseArchiveError, UnsafeArchiveError
from core.kinds.stored_names import is_of_run
from core.ports.packaging import ArchiveBytes, ExtractRule
from core.printable import brief
from storage.files.file_names import MAX_NAME, name_problem
from storage.packing.member_names import MemberNames, escaped
from storage.packing.zip_directory import ZipEntry
from storage.packing.zip_member import member_problem

_LARGE_BYTES = 256 << 20
_NO_UTF8 = re.compile("[\udc80-\udcff]")
_ODD = re.compile(r"[\\\udc80-\udcff]")
_LARGE_RATIO = 200
"""Text of simulations becomes a fifth to a twentieth; deflate can make of it a thousandth."""


def check_entries(archive: ArchiveBytes, entries: Sequence[ZipEntry], rule: ExtractRule) -> None:
    """Raises UnsafeArchiveError naming the first entry that must not be extracted."""
    names = MemberNames()
    for entry in entries:
        problem = names.add(_checkable(entry.stored_name), directory=entry.is_directory)
        problem = problem or (entry.true_name and leads_elsewhere(entry.name.removesuffix("/")))
        if entry.name.startswith(".") and not rule.hidden:
            problem = problem or "the name is hidden, which none of a run is"
        problem = problem or _kind_problem(entry) or member_problem(entry)
        if problem:
            _refuse(entry, problem)
        if rule.only_runs and not is_of_run(entry.name, rule.directory):
            _refuse(entry, "it is not in a RUN directory", LooseArchiveError)
    _check_true_names(entries)
    if not rule.any_size:
        _check_size(archive, sum(entry.size for entry in entries))


def _checkable(name: str) -> str:
    """A name of Unix may be any bytes: for the rules of names one is as good as another."""
    return _NO_UTF8.sub(_percent, name.removesuffix("/"))


def _percent(byte: re.Match[str]) -> str:
    return escaped(byte[0])


def leads_elsewhere(name: str) -> str:
    """Why no file of Unix has this name below a directory; "" when one may have it."""
    return name_problem(_ODD.sub("_", name))


def _check_true_names(entries: Sequence[ZipEntry]) -> None:
    """They are one another's neighbours when they are extracted."""
    if any(entry.true_name for entry in entries):
        taken = set[str]()
        for entry in entries:
            if entry.name in taken:
                _refuse(entry, "two members have this name")
            taken.add(entry.name)


def _check_size(archive: ArchiveBytes, size: int) -> None:
    """Whoever meant harm need not lie about it."""
    if size > _LARGE_BYTES and size > archive.size * _LARGE_RATIO:
        name = os.path.basename(archive.name).removesuffix(".partial")
        raise LargeArchiveError(
            f"{brief(name)} of {archive.size:,} bytes would become {size:,} bytes, which is unusual.",
            kept="Nothing was extracted.",
            todo="`--any-size` extracts it all the same.",
        )


def _kind_problem(entry: ZipEntry) -> str:
    kind = stat.S_IFDIR if entry.is_directory else stat.S_IFREG
    if entry.is_link:
        return "" if entry.size <= MAX_NAME else "it is a link with a text that is too long"
    if stat.S_IFMT(entry.attributes >> 16) not in {0, kind}:
        return "it is a special file"
    return ""


def _refuse(
    entry: ZipEntry, problem: str, error: type[UnsafeArchiveError] = UnsafeArchiveError
) -> NoReturn:
    raise error(
        f"{brief(entry.name)} must not be extracted: {problem}.", kept="Nothing was extracted."
    )
