"""The members of an archive are a tree, whatever its names are."""

from collections.abc import Sequence

import pytest

from core.ports.packaging import ArchiveMember
from core.preview import members
from core.preview.members import MemberTree, Node


def member(name: str, size: int = 10, stored: int = 4) -> ArchiveMember:
    return ArchiveMember(name, size, stored, 1_700_000_000, 7)


def tree(*names: str) -> MemberTree:
    return MemberTree(map(member, names))


def paths(nodes: Sequence[Node]) -> list[str]:
    return [node.path for node in nodes]


def test_folders_and_sums() -> None:
    """A folder stands before members and tells the sums of all that is below it."""
    found = MemberTree(
        [
            member("RUN3/", 0, 0),
            member("RUN3/LOG", 1000, 100),
            member("RUN3/DAILY/Date.txt", 20, 10),
            member("RUN3/DAILY/INF/a.txt", 3, 1),
            member("RUN3/empty/", 0, 0),
        ]
    )
    (run,) = found.children()
    assert run == Node("RUN3/", "RUN3", True, 1023, 3, 111)
    assert paths(found.children("RUN3/")) == ["RUN3/DAILY/", "RUN3/empty/", "RUN3/LOG"]
    daily, empty, log = found.children("RUN3/")
    assert (daily.size, daily.files, daily.stored_bytes) == (23, 2, 11)
    assert (empty.size, empty.files) == (0, 0)
    assert log == Node("RUN3/LOG", "LOG", False, 1000, 1, 100)
    assert (found.root.size, found.root.files, found.root.path, found.root.name) == (
        1023,
        3,
        "",
        "",
    )
    assert (len(found), found.folders) == (3, 4)


def test_natural_order() -> None:
    """Day 9 stands before day 10, among folders and among members."""
    found = tree("b10/x", "b9/x", "a10.txt", "a9.txt")
    assert paths(found.children()) == ["b9/", "b10/", "a9.txt", "a10.txt"]


def test_nothing_in_a_member() -> None:
    """Nothing is in what is no folder, and in what is not there."""
    found = tree("a/b")
    assert [list(found.children(path)) for path in ("a/b", "a", "x/", "a/x/", "//")] == [[]] * 5


def test_below() -> None:
    """All members below a folder come in the order of the archive."""
    found = tree("a/z", "b/1", "a/c/d/e", "a/a")
    assert paths(found.below("a/")) == ["a/z", "a/c/d/e", "a/a"]
    assert paths(found.below()) == ["a/z", "b/1", "a/c/d/e", "a/a"]
    assert paths(found.below("a/z")) == []


def test_matching() -> None:
    """The filter looks at the path as it is shown, whatever its case."""
    found = tree("RUN3/Out.CSV", "RUN3/LOG", "other/out.csv", "evil\x1b")
    assert paths(found.matching("out.")) == ["RUN3/Out.CSV", "other/out.csv"]
    assert paths(found.matching("run3/L")) == ["RUN3/LOG"]
    assert paths(found.matching("\\x1b")) == ["evil\x1b"]
    assert paths(found.matching("nothing")) == []
    assert paths(found.matching("!out")) == ["RUN3/LOG", "evil\x1b"]
    assert len(found.matching("!")) == len(found)


def test_a_part_of_many() -> None:
    """A part of a sequence of nodes is one, too: nobody makes all of them."""
    found = tree(*(f"{n:05}" for n in range(1000)))
    part = found.children()[10:12]
    assert (len(part), paths(part)) == (2, ["00010", "00011"])


def test_member() -> None:
    """What the archive says of a member is known by its path; all of it can be remembered."""
    told = [member("a/b", 1, 2), ArchiveMember("c", 2**60, 2**60, -5, 2**32 - 1)]
    found = MemberTree([*told, member("d/", 0, 0)])
    assert (found.member("a/b"), found.member("x"), found.member("a/")) == (told[0], None, None)
    assert list(found.members()) == told
    assert list(MemberTree(found.members()).members()) == told


@pytest.mark.parametrize(
    ("name", "folder", "shown"),
    [
        ("/etc/passwd", "/etc/", "passwd"),
        ("../../x", "../../", "x"),
        ("a//b", "a//", "b"),
        ("evil\x1b[2J\nname", "", "evil\\x1b[2J\\nname"),
        ("a\\b", "", "a\\\\b"),
        ("caf\udce9", "", "caf\\xe9"),
        ("9" * 5000, "", "9" * 5000),
    ],
)
def test_foreign_names(name: str, folder: str, shown: str) -> None:
    """Each name has its place, and is harmless as it is shown."""
    found = tree(name, "other")
    (node,) = [node for node in found.children(folder) if not node.is_folder and node.path == name]
    assert node.name == shown


def test_a_file_and_a_folder_of_one_name() -> None:
    """Both are there."""
    found = tree("a", "a/b")
    assert paths(found.children()) == ["a/", "a"]
    assert paths(found.children("a/")) == ["a/b"]


def test_very_deep() -> None:
    """Of a path without end the beginning is folders, the rest one name."""
    name = "x/" * 30_000 + "end"
    found = tree(name, name + "2")
    path = ""
    for _ in range(64):
        (folder,) = found.children(path)
        path = folder.path
    assert [node.path for node in found.children(path)] == [name, name + "2"]
    assert found.folders == 64


def test_too_many_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    """When there are too many, a member whose folder is not known stands at the top."""
    monkeypatch.setattr(members, "_MOST_FOLDERS", 2)
    found = tree("a/1", "b/1", "c/1", "a/c/1", "b/2")
    assert paths(found.children()) == ["a/", "b/", "a/c/1", "c/1"]
    assert paths(found.children("b/")) == ["b/1", "b/2"]
    assert found.root.files == 5
