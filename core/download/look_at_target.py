"""Look at a directory before something comes into it."""

import os.path
from collections.abc import Sequence
from dataclasses import dataclass

from core.kinds.stored_names import usual_top
from core.model import Artifact
from core.ports.local_files import LocalFiles
from core.ports.volumes import Volumes


@dataclass(frozen=True)
class Target:
    """`above` is the directory, or the nearest one above it that is there; it may be "/".

    `free` bytes are left there, None where that cannot be told. `taken` are the names, of those that
    come, that something has already.
    """

    directory: str
    above: str
    free: int | None = None
    taken: Sequence[str] = ()

    @property
    def is_there(self) -> bool:
        """Whether it need not be made."""
        return self.above == self.directory


class LookAtTarget:
    """Makes nothing. Callable from any thread; a file server that is away keeps it for ever."""

    def __init__(self, files: LocalFiles, volumes: Volumes) -> None:
        self._files = files
        self._volumes = volumes

    def __call__(self, directory: str, names: Sequence[str]) -> Target:
        """Of an absolute path; `names` are those that come into it."""
        above = self._nearest(directory)
        taken = [name for name in names if self._files.has(directory, name)]
        return Target(directory, above, self._free(above), taken)

    def folders(self, directory: str, beginning: str = "") -> Sequence[str]:
        """Names of the directories in it that begin so; hidden ones only when they are asked for."""
        found = self._files.folders(directory)
        return [name for name in found if _may_be_meant(name, beginning)]

    def _free(self, directory: str) -> int | None:
        space = self._volumes.space(directory)
        return space.free if space else None

    def _nearest(self, directory: str) -> str:
        while directory != "/" and not self._files.is_directory(directory):
            directory = os.path.dirname(directory)
        return directory


def _may_be_meant(name: str, beginning: str) -> bool:
    return name.startswith(beginning) and name.startswith(".") <= beginning.startswith(".")


def coming_names(artifacts: Sequence[Artifact], *, extract: bool) -> Sequence[str]:
    """What artifacts are called where they come, as far as that can be told before."""
    return [_extracted(a) if extract else os.path.basename(a.key) for a in artifacts]


def _extracted(artifact: Artifact) -> str:
    """Most archives of runs hold the directory of that name; what is no archive stays as it is."""
    name = os.path.basename(artifact.key)
    if artifact.is_version:
        return usual_top(artifact.run_id, artifact.directory)
    return name.removesuffix(".zip")
