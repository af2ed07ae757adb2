"""What must be true of every entry of a ZIP before one of them is extracted."""

import os
import stat
import struct
import zipfile
from collections.abc import Sequence
from typing import NoReturn

from core.errors import LargeArchiveError, LooseArchiveError, UnsafeArchiveError
from core.model import is_of_run
from core.ports.packaging import ExtractRule
from core.printable import brief
from storage.packing.member_names import MemberNames

_ENCRYPTED = 1 << 0
_PATCHED = 1 << 5
_STRONGLY_ENCRYPTED = 1 << 6
_MASKED = 1 << 13
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_LOCAL_HEADER = struct.Struct("<26x2H")


_LARGE_BYTES = 256 << 20
_LARGE_RATIO = 200
"""Text of simulations becomes a fifth to a twentieth; deflate can make of it a thousandth."""


def check_entries(archive: zipfile.ZipFile, descriptor: int, rule: ExtractRule) -> None:
    """Raises UnsafeArchiveError naming the first entry that must not be extracted.

    `descriptor` is the open file that `archive` reads.
    """
    infos = archive.infolist()
    names = MemberNames()
    for info in infos:
        # orig_filename, because filename ends at a NUL and has its separators turned around.
        name = info.orig_filename
        problem = names.add(name.removesuffix("/"), directory=name.endswith("/"))
        if name.startswith(".") and not rule.hidden:
            problem = problem or "the name is hidden, which none of a run is"
        problem = problem or _entry_problem(info)
        if problem:
            _refuse(info, problem)
        if rule.only_runs and not is_of_run(name):
            _refuse(info, "it is not in a RUN directory", LooseArchiveError)
    _check_extents(infos, descriptor, archive.start_dir)
    if not rule.any_size:
        _check_size(infos, os.fstat(descriptor).st_size, archive.filename or "")


def _check_size(infos: Sequence[zipfile.ZipInfo], archive_bytes: int, path: str) -> None:
    """Whoever meant harm need not lie about it."""
    size = sum(info.file_size for info in infos)
    if size > _LARGE_BYTES and size > archive_bytes * _LARGE_RATIO:
        name = os.path.basename(path).removesuffix(".partial")
        raise LargeArchiveError(
            f"{brief(name)} of {archive_bytes:,} bytes would become {size:,} bytes, which is unusual.",
            kept="Nothing was extracted.",
            todo="`--any-size` extracts it all the same.",
        )


def _entry_problem(info: zipfile.ZipInfo) -> str:
    is_directory = info.orig_filename.endswith("/")
    kind = stat.S_IFDIR if is_directory else stat.S_IFREG
    if info.flag_bits & (_ENCRYPTED | _STRONGLY_ENCRYPTED | _MASKED):
        return "it is encrypted"
    if info.compress_type not in _METHODS or info.flag_bits & _PATCHED:
        return f"its compression method {info.compress_type} is not supported"
    if info.volume:
        return "it is on another disk"
    if stat.S_IFMT(info.external_attr >> 16) not in {0, kind}:
        return "it is a link or a special file"
    if is_directory and info.file_size:
        return "it is a directory with content"
    return ""


def _check_extents(infos: Sequence[zipfile.ZipInfo], descriptor: int, end: int) -> None:
    """No two entries may share bytes: that is how a small file claims to hold petabytes."""
    free_from = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if not free_from <= info.header_offset < end:
            _refuse(info, "it overlaps another part of the archive")
        header = os.pread(descriptor, _LOCAL_HEADER.size, info.header_offset)
        if len(header) < _LOCAL_HEADER.size:
            _refuse(info, "it is cut off")
        free_from = info.header_offset + len(header) + sum(_LOCAL_HEADER.unpack(header))
        free_from += info.compress_size
        if free_from > end:
            _refuse(info, "it overlaps the directory of the archive")


def _refuse(
    info: zipfile.ZipInfo, problem: str, error: type[UnsafeArchiveError] = UnsafeArchiveError
) -> NoReturn:
    raise error(
        f"{brief(info.orig_filename)} must not be extracted: {problem}.",
        kept="Nothing was extracted.",
    )
