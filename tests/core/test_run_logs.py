"""Which files beside a run belong to it, and what an object of logs says about itself."""

from datetime import UTC, datetime

import pytest

from core.model import Artifact, ArtifactKind
from core.ports.object_store import StoredObject
from core.ports.packaging import PackSummary
from core.ports.tree import EntryType, TreeEntry
from core.run_logs import is_sidecar, logs_artifact, logs_metadata

KEY = "jobs/7/2026/11/20/120000/run_4_logs.zip"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SUMMARY = PackSummary("cd" * 32, 3, 99, "ab" * 32, 50)
OURS = {"write-token": "f00", **logs_metadata(SUMMARY, NOON)}


@pytest.mark.parametrize(
    ("name", "belongs"),
    [
        ("pop-4.txt", True),
        ("pop-42065-4.txt", True),
        ("pop-42065-ages-2020-4.txt", True),
        ("schools-42065-2020-4.txt", True),
        ("moved_out-2020-4.txt", True),
        ("pop-14.txt", False),
        ("pop-4-14.txt", False),
        ("pop-4.txt.bak", False),
        ("pop4.txt", False),
        ("COMMAND_LINE", True),
        ("errors.txt", True),
        ("warnings.txt", True),
        ("model.fred", True),
        ("old-errors.txt", False),
        ("snapshot.2020-01-01.tgz", False),
        ("snapshot.tgz", False),
        (".hidden-4.txt", False),
        (".fred", False),
        ("x" * 247 + "-4.txt", True),
        ("notes.txt", False),
    ],
)
def test_names(name: str, belongs: bool) -> None:
    """Files of run 4, and those of all runs; RUN14 is another run."""
    assert is_sidecar(TreeEntry(name, EntryType.FILE, 1, 0, 0o644), 4) is belongs


@pytest.mark.parametrize("kind", [EntryType.SYMLINK, EntryType.DIRECTORY, EntryType.SPECIAL])
def test_regular_files_only(kind: EntryType) -> None:
    """What a link leads to may be anything."""
    assert not is_sidecar(TreeEntry("pop-4.txt", kind, 0, 0, 0), 4)


def test_an_object_says_what_it_is() -> None:
    """The row can be made from the store alone."""
    assert logs_artifact(StoredObject(KEY, 50, "e", metadata=OURS)) == Artifact(
        job_id=7,
        kind=ArtifactKind.RUN_LOGS,
        key=KEY,
        size=50,
        run_id=4,
        sha256="ab" * 32,
        content_id="cd" * 32,
        stored_at=NOON,
    )


@pytest.mark.parametrize("field", ["write-token", "content-id", "sha256", "stored-at"])
@pytest.mark.parametrize("value", ["", "\x1b[31m", "AB" * 32])
def test_foreign_metadata(field: str, value: str) -> None:
    """Whoever else wrote it: it is listed, and nothing that it says is believed."""
    if field == "write-token" and value:
        return
    found = logs_artifact(StoredObject(KEY, 50, "e", metadata=OURS | {field: value}))
    assert found == Artifact(7, ArtifactKind.RUN_LOGS, KEY, 50, 4, managed=False)


def test_other_keys() -> None:
    """Results are no logs, whatever their metadata says."""
    key = KEY.replace("logs", "results")
    assert logs_artifact(StoredObject(key, 50, "e", metadata=OURS)) is None
