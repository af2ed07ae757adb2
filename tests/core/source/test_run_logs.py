"""Which files beside a run belong to it."""

import pytest

from core.ports.tree import EntryType, TreeEntry
from core.source.find_sidecars import FindSidecars, is_sidecar
from tests.fakes.folders import MemoryFolders, MemoryTree
from tests.fakes.results import Contents


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
    assert is_sidecar(name, [4]) is belongs


@pytest.mark.parametrize("kind", [EntryType.SYMLINK, EntryType.DIRECTORY, EntryType.SPECIAL])
def test_regular_files_only(kind: EntryType) -> None:
    """What a link leads to may be anything."""
    folders = MemoryFolders(MemoryTree(Contents({"/x/RUN4": {"out.csv": b""}})))
    folders.odd["/x"] = [TreeEntry("pop-4.txt", kind, 0, 0, 0)]
    folders.odd["/x/RUN4"] = [TreeEntry("LOG", kind, 0, 0, 0)]
    assert not FindSidecars(folders)(["/x/RUN4"])


def test_runs_of_one_folder_share_what_is_beside_them() -> None:
    """One run of several directories: nothing is packed twice, and every log in its own place."""
    tree = MemoryTree(Contents({f"/x/RUN{n}": {"LOG": b"log"} for n in (4, 5)}))
    tree.beside["/x"] = dict.fromkeys(("COMMAND_LINE", "pop-4.txt", "pop-5.txt"), b"")
    above, *logs = FindSidecars(MemoryFolders(tree))(["/x/RUN4", "/x/RUN5"])
    assert [entry.path for entry in above.entries] == ["COMMAND_LINE", "pop-4.txt", "pop-5.txt"]
    assert [log.directory for log in logs] == ["/x/RUN4", "/x/RUN5"]
