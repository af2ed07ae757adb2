"""What a file is, told by its first bytes."""

import struct

import pytest

from core.preview.image_size import ImageSize, image_size
from core.preview.kinds import Kind, kind_of

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">2I", 640, 480)
GIF = b"GIF89a" + struct.pack("<2H", 64, 48)
BMP = b"BM" + bytes(4) + bytes(4) + bytes(4) + struct.pack("<I2i", 40, 64, -48)
JPEG = (
    b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + bytes(14)
    + b"\xff\xc2" + struct.pack(">HB2H", 11, 8, 48, 64)
)  # fmt: skip
WEBP = (
    b"RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0"
    + (63).to_bytes(3, "little")
    + (47).to_bytes(3, "little")
)
WEBP_LOSSY = b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + struct.pack("<2H", 64, 48)
WEBP_LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L" + bytes(5) + (63 | 47 << 14).to_bytes(4, "little")


@pytest.mark.parametrize(
    ("first", "size"),
    [
        (PNG, ImageSize("PNG", 640, 480)),
        (GIF, ImageSize("GIF", 64, 48)),
        (BMP, ImageSize("BMP", 64, 48)),
        (JPEG, ImageSize("JPEG", 64, 48)),
        (WEBP, ImageSize("WebP", 64, 48)),
        (WEBP_LOSSY, ImageSize("WebP", 64, 48)),
        (WEBP_LOSSLESS, ImageSize("WebP", 64, 48)),
        (b"II*\0rest", ImageSize("TIFF", 0, 0)),
    ],
)
def test_images(first: bytes, size: ImageSize) -> None:
    """Type and size come from the first bytes; what is cut off has a type still."""
    assert image_size(first) == size
    assert kind_of("x", first) is Kind.IMAGE
    for end in range(len(first)):
        cut = image_size(first[:end])
        assert cut is None or cut.type == size.type


def test_no_images() -> None:
    """A text may begin with letters that images begin with; a JPEG may be damaged."""
    assert kind_of("x.csv", b"BMI,age\n1,2\n") is Kind.TABLE
    assert image_size(b"RIFF1234WAVE") is None
    assert image_size(b"\xff\xd8\xff" + bytes(100)) == ImageSize("JPEG", 0, 0)


@pytest.mark.parametrize(
    ("name", "first", "kind"),
    [
        ("out.csv", b"Day,INF\n1,2\n2,3\n", Kind.TABLE),
        ("names.csv", b"name,place\nana,north\n", Kind.TABLE),
        ("Date.txt", b"0 2020-01-01\n1 2020-01-02\n", Kind.TABLE),
        ("INF.I.txt", b"10\n12\n", Kind.TABLE),
        ("LOG", b"FRED started at noon\nday 1\n", Kind.TEXT),
        ("run.log", b"1 2\n3 4\n", Kind.TEXT),
        ("letter.txt", b"Dear all, hello\nI am, yours\n", Kind.TEXT),
        ("empty", b"", Kind.TEXT),
        ("config.json", b' {"days": 180}', Kind.JSON),
        ("config", b"[1, 2]", Kind.JSON),
        ("events.jsonl", b'{"day": 1}\n{"day": 2}\n', Kind.TEXT),
        ("model.ini", b"[fred]\ndays = 3\n", Kind.TEXT),
        ("utf16.txt", "\ufeffgr\u00f6\u00dfe".encode("utf-16-le"), Kind.TEXT),
        ("holes.log", b"fine so far\n" * 100 + bytes(20), Kind.TEXT),
        ("state.bin", bytes(range(256)), Kind.BINARY),
        ("zeros", bytes(1000), Kind.BINARY),
        ("inner.zip", b"PK\3\4" + bytes(30), Kind.BINARY),
        ("colours.log", b"\x1b[31mred\x1b[0m\n" * 10, Kind.TEXT),
    ],
)
def test_kinds(name: str, first: bytes, kind: Kind) -> None:
    """By what is in it before all, by its name where that leaves a choice."""
    assert kind_of(name, first) is kind
