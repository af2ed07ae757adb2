"""Names that other systems cannot have: escaped in the archive, exact again when extracted."""

import os
import subprocess
import unicodedata
import zipfile
from pathlib import Path

import pytest

from core.errors import UnsafeArchiveError
from core.ports.packaging import ExtractRule
from storage.packing.plain_files import PlainBytes
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_format import MemberRecord, central_header, end_records, local_header
from storage.packing.zip_hasher import ZipArchiveHasher
from storage.packing.zip_reader import ZipArchiveReader
from storage.packing.zip_writer import ZipResultsPackager
from tests.storage.trees import contents, ignore, read, source_of

NFC, NFD = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
ODD = {
    b"m\xfcller.csv": "RUN4/m%FCller.csv",
    b"back\\slash": "RUN4/back%5Cslash",
    b"..\\..\\evil": "RUN4/..%5C..%5Cevil",
    NFD.encode(): f"RUN4/{NFD}",
    NFC.encode(): "RUN4/%C3%A9",
    NFD.encode() + b".d/x": f"RUN4/{NFD}.d/x",
    NFC.encode() + b".d/x": "RUN4/%C3%A9.d/x",
    b"d\xe9/in/x": "RUN4/d%E9/in/x",
    b"d\xe9/in/m\xfc": "RUN4/d%E9/in/m%FC",
    b"empty\xe9/": "RUN4/empty%E9/",
    b"m%FC": "RUN4/m%FC",
    b"m\xfc": "RUN4/m%FC%b3a3af0f370e9f41",
    b"\xfc" * 120: "RUN4/" + "%FC" * 66 + "%b7ef31d5afaef6ca",
    "größe".encode(): "RUN4/größe",
}
"""What a file is called, and what its member."""


@pytest.fixture
def run4(tmp_path: Path) -> Path:
    run = os.fsencode(tmp_path / "RUN4") + b"/"
    for number, name in enumerate(ODD):
        os.makedirs(os.path.dirname(run + name), exist_ok=True)
        if not name.endswith(b"/"):
            with open(run + name, "w") as file:
                file.write(str(number))
    return tmp_path / "RUN4"


@pytest.fixture
def archive(run4: Path, tmp_path: Path) -> Path:
    path = tmp_path / "x.zip"
    path.write_bytes(read(ZipResultsPackager(2).pack([source_of(run4)], ignore)))
    return path


def test_round_trip(run4: Path, archive: Path, tmp_path: Path) -> None:
    """All names and contents are what they were."""
    extracted = ZipArchiveExtractor().extract(str(archive), str(tmp_path / "back"), ExtractRule())
    assert extracted == (len(ODD) - 1, [])
    assert contents(tmp_path / "back/RUN4") == contents(run4)
    members = ZipArchiveReader().open(PlainBytes(str(archive))).members()
    assert ZipArchiveExtractor().extracted(members, str(tmp_path / "back")) == len(ODD) - 1


def test_other_tools(archive: Path, tmp_path: Path) -> None:
    """They find every content, under names that any system can have."""
    with zipfile.ZipFile(archive) as members:
        assert set(members.namelist()) - set(ODD.values()) == set()
        assert len(members.namelist()) == len(ODD)
    subprocess.run(["unzip", "-qq", archive, "-d", tmp_path / "unzipped"], check=True)
    assert len(contents(tmp_path / "unzipped")) == len(ODD)


def test_content_id(run4: Path, archive: Path) -> None:
    """It is that of the true names, whoever reads them, and another one for what a name is shown as."""
    packager = ZipResultsPackager()
    source = source_of(run4)
    found = packager.content_id([source], ignore)
    assert ZipArchiveHasher().summary(PlainBytes(str(archive))).content_id == found
    os.unlink(os.fsencode(run4) + b"/m%FC")
    os.rename(os.fsencode(run4) + b"/m\xfcller.csv", run4 / "m%FCller.csv")
    renamed = packager.content_id([source_of(run4)], ignore)
    os.rename(run4 / "m%FCller.csv", os.fsencode(run4) + b"/m\xfcller.csv")
    assert packager.content_id([source_of(run4)], ignore) != renamed


def test_size_bound(run4: Path, archive: Path) -> None:
    """Escapes are counted with."""
    bound = ZipResultsPackager().size_bound([source_of(run4)])
    assert archive.stat().st_size <= bound


def test_members_are_shown_and_found_by_their_own_name(archive: Path) -> None:
    """Also as a terminal shows it."""
    opened = ZipArchiveReader().open(PlainBytes(str(archive)))
    assert os.fsdecode(b"RUN4/m\xfcller.csv") in {member.name for member in opened.members()}
    assert b"".join(opened.read(r"RUN4/m\xfcller.csv")) == b"0"


def forged(*names: tuple[bytes, bytes]) -> bytes:
    """Members with true names that somebody made up."""
    front = central = b""
    for name, true_name in names:
        record = MemberRecord(name, 0, 0o644, offset=len(front), true_name=true_name)
        front += local_header(record)
        central += central_header(record)
    return front + central + end_records(len(names), len(front), len(central))


@pytest.mark.parametrize(
    "names",
    [
        [(b"RUN4/a", b"../evil")],
        [(b"RUN4/a", b"/evil")],
        [(b"RUN4/a", b"RUN4/../../evil")],
        [(b"RUN4/a", b"RUN4/a\0b")],
        [(b"RUN4/a", b"RUN4/b"), (b"RUN4/b", b"")],
        [(b"RUN4/a", b".runferry-extract-0123456789abcdef.partial")],
    ],
)
def test_forged(tmp_path: Path, names: list[tuple[bytes, bytes]]) -> None:
    """A true name may lead no further than any other one."""
    (tmp_path / "x.zip").write_bytes(forged(*names))
    with pytest.raises(UnsafeArchiveError):
        ZipArchiveExtractor().extract(
            str(tmp_path / "x.zip"), str(tmp_path / "back"), ExtractRule(only_runs=True)
        )
    assert not (tmp_path / "back").exists()


def test_renamed_by_another_tool(tmp_path: Path) -> None:
    """Then the name that it gave is the one."""
    archive = forged((b"RUN4/m%FC", b"RUN4/m\xfc")).replace(b"RUN4/m%FC", b"RUN4/name")
    (tmp_path / "x.zip").write_bytes(archive)
    ZipArchiveExtractor().extract(str(tmp_path / "x.zip"), str(tmp_path / "back"), ExtractRule())
    assert os.listdir(tmp_path / "back/RUN4") == ["name"]


def test_latin_1_of_other_tools(tmp_path: Path) -> None:
    """What `zip` stores as it is comes back as it was."""
    os.mkdir(tmp_path / "RUN4")
    os.close(os.open(os.fsencode(tmp_path) + b"/RUN4/m\xfcller", os.O_CREAT))
    subprocess.run(["zip", "-qr", tmp_path / "x.zip", "RUN4"], cwd=tmp_path, check=True)
    ZipArchiveExtractor().extract(str(tmp_path / "x.zip"), str(tmp_path / "back"), ExtractRule())
    assert os.listdir(os.fsencode(tmp_path / "back/RUN4")) == [b"m\xfcller"]
