"""What a part remembers of its content."""

from storage.s3.part import Part

CONTENT = bytes(range(251)) * 2400


def part(*borders: int, content: bytes = CONTENT) -> Part:
    """The content, in buffers that end at `borders`."""
    view = memoryview(content)
    starts = (0, *borders)
    ends = (*borders, len(content))
    return Part(1, [view[start:end] for start, end in zip(starts, ends, strict=True)])


def test_borders() -> None:
    """How the content was collected does not show in the digest."""
    assert part().digest() == part(5, 262_144, 300_000).digest() == part(602_399).digest()


def test_changes() -> None:
    """One other bit does, wherever it stands, and so does a byte more or less."""
    digests = {part().digest(), part(content=CONTENT[:-1]).digest()}
    digests.add(part(content=CONTENT + b"\0").digest())
    for position in (0, 262_143, 262_144, 602_399):
        changed = bytearray(CONTENT)
        changed[position] ^= 1
        digests.add(part(content=bytes(changed)).digest())
    assert len(digests) == 7
