"""Which files beside a run belong to it."""

import pytest

from core.ports.tree import EntryType, TreeEntry
from core.source.find_sidecars import is_sidecar


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
