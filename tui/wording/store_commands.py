"""What is stored, as command lines name it."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from core.model import ArtifactKind


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
