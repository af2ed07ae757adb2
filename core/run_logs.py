"""The logs of a run: which files beside a RUN directory belong to it, and how they are recorded.

There is no manifest: everything that is recorded stands in the object's own metadata.
"""

import re
from datetime import datetime

from core.job_s3_prefix import parse_key
from core.model import Artifact, ArtifactKind
from core.object_metadata import CONTENT_ID, SHA256, STORED_AT, WRITE_TOKEN
from core.ports.object_store import StoredObject
from core.ports.packaging import PackSummary
from core.ports.tree import EntryType, TreeEntry
from core.records import format_time, parse_time

LOG = "LOG"
"""What FRED says while it runs, inside of the RUN directory."""

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_OF_EVERY_RUN = frozenset({"COMMAND_LINE", "errors.txt", "warnings.txt"})


def is_sidecar(entry: TreeEntry, run_number: int) -> bool:
    """Whether an entry beside `RUN<run_number>` tells something about that run.

    Population files end in the run's number; program, command line and errors are of all runs.
    """
    name = entry.path
    if entry.type is not EntryType.FILE or name.startswith("."):
        return False
    return name in _OF_EVERY_RUN or name.endswith((".fred", f"-{run_number}.txt"))


def logs_metadata(summary: PackSummary, stored_at: datetime) -> dict[str, str]:
    """What goes into the object's metadata, beside the write token."""
    return {
        CONTENT_ID: summary.content_id,
        SHA256: summary.sha256,
        STORED_AT: format_time(stored_at),
    }


def logs_artifact(stored: StoredObject) -> Artifact | None:
    """The artifact that an object with its metadata is; None when its key is not one of logs.

    It is unmanaged when the metadata is not ours.
    """
    parsed = parse_key(stored.key)
    if parsed is None or parsed.kind is not ArtifactKind.RUN_LOGS:
        return None
    found = stored.metadata
    digests = [found.get(name, "") for name in (SHA256, CONTENT_ID)]
    moment = _moment(found.get(STORED_AT, ""))
    managed = bool(found.get(WRITE_TOKEN) and moment and all(map(_DIGEST.fullmatch, digests)))
    return Artifact(
        job_id=parsed.prefix.job_id,
        kind=parsed.kind,
        key=stored.key,
        size=stored.size,
        run_id=parsed.run_id,
        sha256=digests[0] if managed else "",
        content_id=digests[1] if managed else "",
        stored_at=moment if managed else None,
        managed=managed,
    )


def _moment(text: str) -> datetime | None:
    try:
        return parse_time(text)
    except ValueError:
        return None
