"""What is stored, as others name it: addresses, links, command lines."""

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.model import Artifact, ArtifactKind
from core.ports.object_store import StoreAddress
from core.stored.links import Link


@dataclass(frozen=True)
class StoreCommands:
    """Command lines for a POSIX shell that mean this store.

    `store_option` is what `runferry` needs for that, `aws_options` what `aws` needs.
    """

    store_option: str = ""
    aws_options: Sequence[str] = ()

    def copy(self, url: str, *, directory: bool = False) -> str:
        """`aws s3 cp` of one object, or of all below a prefix."""
        whole = ("--recursive",) if directory else ()
        return shlex.join(["aws", "s3", "cp", url, ".", *whole, *self.aws_options])

    def download(
        self,
        job_id: int,
        run_id: int | None = None,
        kind: ArtifactKind | None = None,
        version: int = 0,
    ) -> str:
        """`runferry jobs uploads download` of a job, of a run, or of one artifact."""
        options = (
            ("--job-id", job_id),
            ("--run-id", run_id),
            ("--kind", kind),
            ("--version", version),
        )
        said = " ".join(f"{name} {value}" for name, value in options if value)
        return f"runferry jobs uploads download {said} {self.store_option}".rstrip()


@dataclass(frozen=True)
class Addresses:
    """Of the store of the chosen profile, which is behind a network if it is `remote`.

    `link` is to exactly one artifact, for so many seconds; making it asks nobody, but may look for
    credentials: not on the UI thread.
    """

    link: Callable[[Artifact, int], Link]
    store: StoreAddress
    commands: StoreCommands
    remote: bool
