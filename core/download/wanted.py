"""What is to come where, and where it came."""

import os.path
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from core.download.download_request import DownloadRequest
from core.kinds.stored_names import is_called_after
from core.model import Artifact
from core.ports.packaging import ArchiveMember, ExtractRule
from core.printable import brief
from core.progress import Progress


@dataclass
class Wanted:
    """What is to come where.

    It is taken apart in the first of `places`, or in the one that it was moved `aside` to as
    another run has its name. What is not taken apart may `replace` a file of that name.
    """

    artifact: Artifact
    directory: str
    extract: bool
    any_size: bool
    replace: bool = False
    aside: str = ""

    @property
    def name(self) -> str:
        """Of the file."""
        return os.path.basename(self.artifact.key)

    @property
    def path(self) -> str:
        """The file, when it is not taken apart."""
        return os.path.join(self.directory, self.name)

    @property
    def places(self) -> tuple[str, ...]:
        """Where it may be taken apart; the next one when another run is in the one before."""
        if not self.artifact.is_version:
            return (self.directory,)
        folders = run_folder(self.artifact), job_run_folder(self.artifact)
        return self.directory, *(os.path.join(self.directory, folder) for folder in folders)

    @property
    def place(self) -> str:
        """Where it is taken apart."""
        return self.aside or self.directory

    @property
    def own_place(self) -> str:
        """Where it is taken apart when it is not what RunFerry packs: it was adopted."""
        return os.path.join(self.directory, self.name.removesuffix(".zip"))

    @property
    def all_places(self) -> tuple[str, ...]:
        """Where it may be, taken apart."""
        return *self.places, self.own_place

    @property
    def rule(self) -> ExtractRule:
        """A run is in RUN directories; who knows what is in an archive of others."""
        is_run = self.artifact.is_version
        hidden, directory = self.artifact.managed and not is_run, self.artifact.directory
        return ExtractRule(is_run, hidden, self.any_size, directory)

    def is_called_after(self, top: str) -> bool:
        """Whether the directory has the name of this run: what is in its way is of the same run."""
        return is_called_after(top, self.artifact.run_id, self.artifact.directory)


@dataclass(frozen=True)
class Downloaded:
    """Where the artifact is now: its file, or the directory with its `files` extracted ones.

    `reused` is what was there already; `unmade` are links that lead out of what was extracted.
    """

    artifact: Artifact
    path: str
    files: int = 0
    reused: bool = False
    unmade: Sequence[str] = ()

    def describe(self) -> str:
        """In words: "downloaded", "extracted, 12 files"."""
        if self.reused:
            return "there already"
        said = f"extracted, {self.files} files" if self.files else "downloaded"
        return f"{said}, {self.unmade_links}" if self.unmade else said

    @property
    def unmade_links(self) -> str:
        """In words; empty without any."""
        if not self.unmade:
            return ""
        more = f" and {len(self.unmade) - 1} more" if self.unmade[1:] else ""
        return f"not made, as it leads out of the run: link {brief(self.unmade[0])}{more}"


Fetch = Callable[[DownloadRequest, Progress], Downloaded]
"""Does one download on the calling thread; raises RunFerryError."""


def run_folder(artifact: Artifact) -> str:
    """Where a run comes whose directory has the name of another one's."""
    return f"run_{artifact.run_id}"


def job_run_folder(artifact: Artifact) -> str:
    """Where it comes when the other one has the same id, in another job."""
    return f"job_{artifact.job_id}_{run_folder(artifact)}"


def top_names(members: Iterable[ArchiveMember]) -> frozenset[str]:
    """What lies at the top of an archive."""
    return frozenset(member.name.partition("/")[0] for member in members)
