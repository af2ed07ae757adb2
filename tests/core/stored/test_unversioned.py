"""What an object without a manifest says about itself."""

from datetime import UTC, datetime

import pytest

from core.model import Artifact, ArtifactKind
from core.ports.object_store import StoredObject
from core.ports.packaging import PackSummary
from core.stored.unversioned import unversioned_artifact, unversioned_metadata

PREFIX = "jobs/7/2026/11/20/120000/"
KEY = f"{PREFIX}run_4_logs.zip"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SUMMARY = PackSummary("cd" * 32, 3, 99, "ab" * 32, 50)
OURS = {"write-token": "f00", **unversioned_metadata(SUMMARY, NOON)}


def test_an_object_says_what_it_is() -> None:
    """The row can be made from the store alone."""
    assert unversioned_artifact(StoredObject(KEY, 50, "e", metadata=OURS)) == Artifact(
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
    found = unversioned_artifact(StoredObject(KEY, 50, "e", metadata=OURS | {field: value}))
    assert found == Artifact(7, ArtifactKind.RUN_LOGS, KEY, 50, 4, managed=False)


@pytest.mark.parametrize(
    ("name", "kind", "run_id"),
    [
        ("job_config.json", ArtifactKind.JOB_CONFIG, None),
        ("job_input.zip", ArtifactKind.JOB_INPUT, None),
        ("run_4_config.json", ArtifactKind.RUN_CONFIG, 4),
        ("run_4_logs.zip", ArtifactKind.RUN_LOGS, 4),
    ],
)
def test_kinds(name: str, kind: ArtifactKind, run_id: int | None) -> None:
    """All kinds but results."""
    found = unversioned_artifact(StoredObject(PREFIX + name, 50, "e", metadata=OURS))
    assert found
    assert (found.kind, found.run_id, found.managed) == (kind, run_id, True)


@pytest.mark.parametrize(
    "key",
    [
        f"{PREFIX}run_4_results.zip",
        f"{PREFIX}run_4_results.v0001.json",
        f"{PREFIX}notes.txt",
        "_runferry/jobs/0000000007.json",
    ],
)
def test_not_of_these_kinds(key: str) -> None:
    """Results have manifests, and what is not in the layout is nothing, whatever is said of it."""
    assert unversioned_artifact(StoredObject(key, 50, "e", metadata=OURS)) is None
