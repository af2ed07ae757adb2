"""What somebody wants to have back."""

import os.path
from dataclasses import dataclass
from typing import Self

from core.model import Artifact, ArtifactKind


@dataclass(frozen=True)
class DownloadRequest:
    """Which artifact comes into which `directory`, an absolute path.

    Without a version it is the latest there is when its turn comes. `source` is the key under which
    it was known when it was asked for; `size` in bytes, 0 while unknown. ZIPs are taken apart at
    `any_size` only if the user says so. `beside` is that of the artifact. A file of its name is in the
    way, unless it is to `replace` that. `name` is what the directory of its run was called, empty
    while unknown.
    """

    source: str
    directory: str
    job_id: int
    kind: ArtifactKind
    run_id: int | None = None
    version: int | None = None
    extract: bool = False
    any_size: bool = False
    size: int = 0
    beside: str = ""
    replace: bool = False
    name: str = ""

    @classmethod
    def of(
        cls,
        artifact: Artifact,
        directory: str,
        *,
        version: int | None = None,
        extract: bool = False,
        any_size: bool = False,
        replace: bool = False,
    ) -> Self:
        """To `extract` means something for ZIPs only.

        Results are taken apart right in `directory`; what else is in a ZIP, or has no manifest
        that says what is in it, must not get in their way. Nor must what is not the current one of
        its run and kind: that comes into a folder called after its prefix.
        """
        directory = os.path.join(directory, *_folders(artifact))
        is_zip = artifact.key.endswith(".zip")
        if extract and is_zip and not artifact.is_version:
            name = os.path.basename(artifact.key)
            directory = os.path.join(directory, name.removesuffix(".zip"))
        return cls(
            artifact.key,
            directory,
            artifact.job_id,
            artifact.kind,
            artifact.run_id,
            version,
            extract and is_zip,
            any_size,
            artifact.size,
            artifact.beside,
            replace,
            artifact.directory,
        )

    @property
    def target(self) -> str:
        """Path of the file, or of the directory that it is taken apart in."""
        name = os.path.basename(self.source)
        return self.directory if self.extract else os.path.join(self.directory, name)

    def is_for(self, artifact: Artifact) -> bool:
        """Whether it is what was asked for, in a version that will do."""
        place = (artifact.job_id, artifact.kind, artifact.run_id, artifact.beside)
        wanted = place == (self.job_id, self.kind, self.run_id, self.beside)
        return wanted and self.version in {None, artifact.version}


def _folders(artifact: Artifact) -> tuple[str, ...]:
    """`2025-10-23-220005` of `2025/10/23/220005/run_6_config.json`."""
    prefix = artifact.beside.rpartition("/")[0]
    return (prefix.replace("/", "-"),) if prefix else ()
