"""Members of a stored ZIP, written as files of their own."""

import os.path
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from core.errors import NameRefusedError, NameTakenError, RunFerryError, UnsafeArchiveError
from core.pace.paced import Pace
from core.ports.content import Content
from core.ports.local_files import LocalFiles
from core.printable import printable
from core.progress import Progress

_NOWHERE = frozenset({"", ".", ".."})


@dataclass(frozen=True)
class Saved:
    """Paths that were written; of what was not, why; in the order in which they were asked for."""

    paths: Sequence[str]
    refused: Sequence[RunFerryError]


class SaveMembers:
    """Nothing is overwritten: what is called like a member stays as it is, and is told of.

    So is a member that no file here can be called like.
    """

    def __init__(self, files: LocalFiles, pace: Pace) -> None:
        self._files = files
        self._pace = pace

    def __call__(
        self,
        read: Callable[[str], Content],
        names: Sequence[str],
        directory: str,
        progress: Progress,
    ) -> Saved:
        """Each comes below `directory` with its folders; a single one comes right into it.

        A member is read when it is its turn. Its name appears when it is whole. What is there stays
        after an error. `progress`, which has begun, counts what is written. Raises TransferCancelledError, and what `read` and the content raise.
        """
        paths: list[str] = []
        refused: list[RunFerryError] = []
        place = partial(_place, directory, alone=len(names) == 1)
        for name in names:
            try:
                below, last = place(name)
                paths.append(self._save(read(name), below, last, progress))
            except (NameTakenError, NameRefusedError, UnsafeArchiveError) as error:
                refused.append(error)
        return Saved(paths, refused)

    def _save(self, content: Content, directory: str, name: str, progress: Progress) -> str:
        if self._files.has(directory, name):
            raise NameTakenError(
                f"{printable(os.path.join(directory, name))} exists already.",
                kept="It was not touched.",
                todo="Move it away, or choose another directory.",
            )
        with closing(self._files.create(directory, name)) as file:
            with closing(content.blocks()) as blocks:
                for block in self._pace(blocks, progress):
                    file.write(block)
                    progress.add_read(len(block))
            return file.commit()


def _place(directory: str, name: str, *, alone: bool) -> tuple[str, str]:
    """The directory and the name of a file for a member. Raises UnsafeArchiveError."""
    folders, last = _checked(name)
    return directory if alone else os.path.join(directory, *folders), last


def _checked(name: str) -> tuple[Sequence[str], str]:
    """Folders and name; raises UnsafeArchiveError when they could lead out of a directory."""
    *folders, last = name.split("/")
    if not _NOWHERE.isdisjoint({*folders, last}) or "\0" in name:
        raise UnsafeArchiveError(f"{printable(name)} is no place below a directory.")
    return folders, last
