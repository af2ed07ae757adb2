"""Links in a run: stored as links, made again where they lead to what was stored, never out of it."""

import hashlib
import io
import os
import stat
import struct
import subprocess
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from core.errors import NameTakenError, UnsafeArchiveError
from core.ports.packaging import Extracted, ExtractRule, PackSource
from core.ports.tree import EntryType, TreeEntry
from storage.packing.plain_files import PlainBytes
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_hasher import ZipArchiveHasher
from storage.packing.zip_reader import ZipArchiveReader
from storage.packing.zip_writer import ZipResultsPackager
from tests.storage.trees import ignore, read, source_of, write_tree

LINKS = {
    "latest": "out/2.txt",
    "out/up": "..",
    "out/self": ".",
    "nowhere": "later.txt",
    "again": "../RUN4/latest",
}
OUTWARDS = {
    "table.bin": "/shared/tables/table.bin",
    "above": "..",
    "neighbour": "../RUN5/out.csv",
    "over": "out/up/../x",
    "ring": "gnir",
    "gnir": "ring",
}


@pytest.fixture
def run4(tmp_path: Path) -> Path:
    run = write_tree(tmp_path / "RUN4", {"out/1.txt": b"1", "out/2.txt": b"22"})
    for name, target in {**LINKS, **OUTWARDS}.items():
        (run / name).symlink_to(target)
        os.utime(run / name, (1_500_000_000, 1_500_000_000), follow_symlinks=False)
    return run


@pytest.fixture
def archive(run4: Path, tmp_path: Path) -> Path:
    path = tmp_path / "x.zip"
    path.write_bytes(read(ZipResultsPackager(2).pack([source_of(run4)], ignore)))
    return path


def extract(archive: Path, place: Path) -> Extracted:
    return ZipArchiveExtractor().extract(str(archive), str(place), ExtractRule())


def links_below(place: Path) -> dict[str, str]:
    links = (path for path in place.rglob("*") if path.is_symlink())
    return {str(path.relative_to(place)): os.readlink(path) for path in links}


def with_links(path: Path, links: Mapping[str, str], files: Mapping[str, str]) -> Path:
    """An archive as `zip -y` makes it, in the order of the arguments."""
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of duplicates and writes them
        for name, text in links.items():
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(info, text)
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def test_round_trip(archive: Path, tmp_path: Path) -> None:
    """What leads into the run comes back as it was, and nothing else of the links."""
    extracted = extract(archive, tmp_path / "back")
    assert extracted == (2, sorted(f"RUN4/{name}" for name in OUTWARDS))
    back = tmp_path / "back/RUN4"
    assert links_below(back) == LINKS
    assert (back / "latest").read_text() == "22"
    assert (back / "latest").lstat().st_mtime == 1_500_000_000


def test_other_tools(archive: Path, tmp_path: Path) -> None:
    """Plain `unzip` makes all of them."""
    subprocess.run(["unzip", "-qq", archive, "-d", tmp_path / "unzipped"], check=True)
    assert links_below(tmp_path / "unzipped/RUN4") == {**LINKS, **OUTWARDS}


def test_what_zip_makes(run4: Path, tmp_path: Path) -> None:
    """An archive of `zip -y` has the same content, and comes back with its names."""
    (run4 / "größe").symlink_to("out/1.txt")
    subprocess.run(["zip", "-qry", tmp_path / "z.zip", "RUN4"], cwd=tmp_path, check=True)
    summary = ZipArchiveHasher().summary(PlainBytes(str(tmp_path / "z.zip")))
    source = source_of(run4)
    assert summary.content_id == ZipResultsPackager().content_id([source], ignore)
    assert (summary.files, summary.raw_bytes) == (2, 3)
    extract(tmp_path / "z.zip", tmp_path / "back")
    assert links_below(tmp_path / "back/RUN4") == {**LINKS, "größe": "out/1.txt"}


def test_summary(run4: Path, archive: Path) -> None:
    """Links are no files and their texts no bytes, whoever counts."""
    read_bytes: list[int] = []
    stream = ZipResultsPackager(2).pack([source_of(run4)], read_bytes.append)
    size = len(read(stream))
    summary = stream.summary()
    assert (summary.files, summary.raw_bytes, sum(read_bytes)) == (2, 3, 3)
    assert stream.source_bytes() == 3
    assert size <= ZipResultsPackager().size_bound([source_of(run4)])
    assert ZipArchiveHasher().summary(PlainBytes(str(archive))) == summary
    members = ZipArchiveReader().open(PlainBytes(str(archive))).members()
    assert sum(member.is_file for member in members) == 2


def test_content_id_is_as_documented(tmp_path: Path) -> None:
    """Of a link the text is the content, and it is no file of that content."""
    run = write_tree(tmp_path / "RUN4", {"b": b"day 1\n"})
    (run / "a").symlink_to("b")
    listing = b"runferry content 1\n"
    for kind, name, content in ((b"l", b"RUN4/a", b"b"), (b"f", b"RUN4/b", b"day 1\n")):
        listing += struct.pack(">cQQ", kind, len(name), len(content)) + name
        listing += hashlib.sha256(content).digest()
    found = ZipResultsPackager().content_id([source_of(run)], ignore)
    assert found == hashlib.sha256(listing).hexdigest()


def test_retargeted(run4: Path) -> None:
    """Another target is another content, also where it is as long."""
    before = ZipResultsPackager().content_id([source_of(run4)], ignore)
    (run4 / "latest").unlink()
    (run4 / "latest").symlink_to("out/1.txt")
    assert ZipResultsPackager().content_id([source_of(run4)], ignore) != before


def test_extracted_already(archive: Path, tmp_path: Path) -> None:
    """Links that were not made are not missed; one with another target is."""
    extract(archive, tmp_path / "back")
    members = [*ZipArchiveReader().open(PlainBytes(str(archive))).members()]
    extractor = ZipArchiveExtractor()
    assert extractor.extracted(members, str(tmp_path / "back")) == 2
    (tmp_path / "back/RUN4/latest").unlink()
    (tmp_path / "back/RUN4/latest").symlink_to("out/1.txt")
    assert extractor.extracted(members, str(tmp_path / "back")) is None
    with pytest.raises(NameTakenError):
        extract(archive, tmp_path / "back")


HOSTILE: Mapping[str, tuple[dict[str, str], dict[str, str]]] = {
    "file below a link": ({"RUN4/a": "/tmp"}, {"RUN4/a/evil": "x"}),
    "file below an inner link": ({"RUN4/a": "."}, {"RUN4/a/evil": "x"}),
    "file in its place": ({"RUN4/a": "/tmp"}, {"RUN4/a": "x"}),
    "text of a page": ({"RUN4/a": "x" * 5000}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("links", "files"), HOSTILE.values(), ids=HOSTILE)
def test_refused(tmp_path: Path, links: dict[str, str], files: dict[str, str]) -> None:
    """No member is reached through a link of its own archive."""
    path = with_links(tmp_path / "x.zip", links, files)
    with pytest.raises(UnsafeArchiveError):
        extract(path, tmp_path / "back")
    assert not (tmp_path / "back").exists()


STEPS = {f"RUN4/{n:03}": f"{n + 1:03}" for n in range(60)}
ESCAPING = {
    "over a link to above": {"RUN4/d/up": "..", "RUN4/evil": "d/up/../x"},
    "over two": {"RUN4/d/e/up": "../..", "RUN4/d/again": "e/up", "RUN4/evil": "d/again/../.."},
    "by many steps": {**STEPS, "RUN4/060": "../../x", "RUN4/evil": "000"},
    "of another case": {"RUN4/d/e/f/up": "../../..", "RUN4/d/e/f/evil": "UP/../../x"},
    "composed otherwise": {"RUN4/d/é": "..", "RUN4/d/evil": "e\u0301/../../RUN4/x"},
    "beside the run": {"RUN4/evil": "../RUN5/x"},
    "nothing": {"RUN4/evil": ""},
    "with a zero": {"RUN4/evil": "a\0b"},
    "at the top": {"evil": "elsewhere"},
    "in circles": {"RUN4/evil": "evil/x"},
}


@pytest.mark.parametrize("links", ESCAPING.values(), ids=ESCAPING)
def test_never_out_of_the_archive(tmp_path: Path, links: dict[str, str]) -> None:
    """However a link gets out, it is not made, and told."""
    path = with_links(tmp_path / "x.zip", links, {"RUN4/out.csv": "1"})
    extracted = extract(path, tmp_path / "back")
    (evil,) = (name for name in links if name.endswith("evil"))
    assert evil in extracted.unmade
    assert not os.path.lexists(tmp_path / "back" / evil)
    for name in links_below(tmp_path / "back"):
        assert (tmp_path / "back" / name).resolve().is_relative_to(tmp_path / "back/RUN4")


def test_two_directories_of_a_run(tmp_path: Path) -> None:
    """A link to the other one leads to what is stored with it."""
    one = write_tree(tmp_path / "RUN1", {"a": b"1"})
    two = write_tree(tmp_path / "RUN2", {"b": b"2"})
    (two / "first").symlink_to("../RUN1/a")
    path = tmp_path / "x.zip"
    path.write_bytes(read(ZipResultsPackager().pack([source_of(one), source_of(two)], ignore)))
    assert extract(path, tmp_path / "back").unmade == []
    assert (tmp_path / "back/RUN2/first").read_text() == "1"


def test_reading_a_link(archive: Path) -> None:
    """As a member it is its text, and it is told from files."""
    opened = ZipArchiveReader().open(PlainBytes(str(archive)))
    assert {member.name for member in opened.members() if member.link} == {
        f"RUN4/{name}" for name in {**LINKS, **OUTWARDS}
    }
    assert b"".join(opened.read("RUN4/latest")) == b"out/2.txt"


def test_followed(tmp_path: Path) -> None:
    """A file that a link was followed to is packed from where it is, with the checks of any file."""
    write_tree(tmp_path / "tables", {"of 2024.bin": b"table"})
    file = tmp_path / "tables/of 2024.bin"
    seen = file.stat()
    entry = TreeEntry("t.bin", EntryType.FILE, 5, seen.st_mtime_ns, seen.st_mode, str(file))
    source = PackSource(str(tmp_path), "RUN4", (entry,))
    stream = ZipResultsPackager().pack([source], ignore)
    with zipfile.ZipFile(io.BytesIO(read(stream))) as archive:
        assert archive.read("RUN4/t.bin") == b"table"
