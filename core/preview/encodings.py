"""How text is encoded, and text whatever its encoding is."""

import codecs

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}


def encoding_of(first: bytes) -> str:
    """By its mark; else UTF-8 if the first bytes can be that, and Latin-1 if not."""
    for mark, encoding in _MARKS.items():
        if first.startswith(mark):
            return encoding
    return "utf-8" if _is_utf8(first) else "latin-1"


def mark_of(encoding: str) -> bytes:
    """What stands before the text."""
    return next((mark for mark, name in _MARKS.items() if name == encoding), b"")


def decoded(data: bytes, encoding: str) -> str:
    """Bytes that are none of the encoding become lone surrogates where that is possible."""
    data = data.removeprefix(mark_of(encoding))
    if encoding.startswith("utf-16"):
        return data.decode(encoding, "replace")
    return data.decode("utf-8" if encoding == "utf-8-sig" else encoding, "surrogateescape")


def _is_utf8(first: bytes) -> bool:
    """The last character may be cut off."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(first)
    except UnicodeDecodeError:
        return False
    return True
