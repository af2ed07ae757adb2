"""What must vanish, what must stay, and what hostile text must not do."""

import json
import sys
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest

import core.redaction
from core.redaction import REDACTED
from core.redaction.redactor import WITHHELD, Redactor
from core.redaction.spans import Source

DATA = Path(__file__).parents[2] / "data"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
PASSWORD = 'Correct+Horse "9" <é>'
PHRASE = "correct horse battery staple 9"
BASE64_SIGNS = "a?b>c~d?e>f~g?h>i~j?k>"  # whose base64 has signs that differ in URLs


def _entries() -> list[Any]:
    """The specification, and what an attacker or a user of this app would add to it."""
    files = (DATA / "redaction.jsonl", DATA / "redaction_attacks.jsonl")
    entries = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [pytest.param(entry, id=entry["id"]) for entry in entries]


@pytest.mark.parametrize("entry", _entries())
def test_corpus(entry: dict[str, Any]) -> None:
    """No secret survives, everything a user needs to read does, and a second pass changes nothing."""
    redactor = Redactor()
    for value in entry.get("known", ()):
        redactor.register(value)

    redacted = redactor.redact(entry["text"])

    assert [secret for secret in entry["secrets"] if secret in redacted] == []
    assert [part for part in entry["keep"] if part not in redacted] == []
    assert redactor.redact(redacted) == redacted


def _wrapped(value: str, width: int, between: str) -> str:
    return between.join(value[at : at + width] for at in range(0, len(value), width))


FORMS: dict[str, Callable[[str], str]] = {
    "raw": lambda value: value,
    "upper case": str.upper,
    "url": lambda value: quote(value, safe=""),
    "form": quote_plus,
    "url lower case": lambda value: quote(value, safe="").lower(),
    "url twice": lambda value: quote(quote(value, safe=""), safe=""),
    "json": lambda value: json.dumps(value)[1:-1],
    "json twice": lambda value: json.dumps(json.dumps(value))[3:-3],
    "unicode escapes": lambda value: "".join(f"\\u{ord(one):04x}" for one in value),
    "repr": lambda value: repr(value)[1:-1],
    "repr of bytes": lambda value: repr(value.encode())[2:-1],
    "xml": lambda value: escape(value, {'"': "&quot;"}),
    "numeric entities": lambda value: "".join(f"&#{ord(one)};" for one in value),
    "base64": lambda value: b64encode(value.encode()).decode(),
    "base64 behind a colon": lambda value: b64encode(b":" + value.encode()).decode(),
    "base64 behind a user name": lambda value: b64encode(b"u:" + value.encode()).decode(),
    "base64 for urls": lambda value: urlsafe_b64encode(value.encode()).decode(),
    "hex": lambda value: value.encode().hex(),
    "hex upper case": lambda value: value.encode().hex().upper(),
    "spaced hex": lambda value: value.encode().hex(" "),
    "wrapped": lambda value: _wrapped(value, 7, "\n    "),
    "wrapped in a repr": lambda value: _wrapped(value, 9, "\\n    "),
    "continued": lambda value: _wrapped(value, 7, "\\\n"),
    "concatenated strings": lambda value: _wrapped(value, 7, '"\n        "'),
    "table cell": lambda value: _wrapped(value, 7, " │\n│ "),
    "zero width": "\u200b".join,
    "bold first half": lambda value: f"[bold]{value[:9]}[/bold]{value[9:]}",
    "coloured first half": lambda value: f"\x1b[1m{value[:9]}\x1b[0m{value[9:]}",
}


@pytest.mark.parametrize("value", [SECRET, PASSWORD, PHRASE, BASE64_SIGNS])
@pytest.mark.parametrize("form", FORMS)
def test_known_value(form: str, value: str) -> None:
    """A known value vanishes in every form it may be printed in, and the words around it stay."""
    redactor = Redactor()
    redactor.register(value)
    shown = FORMS[form](value)

    redacted = redactor.redact(f"before {shown} after")

    assert redacted.startswith("before ")
    assert redacted.endswith(" after")
    pieces = [shown[at : at + 6] for at in range(len(shown) - 5)]
    assert [piece for piece in pieces if piece.isalnum() and piece in redacted] == []
    assert redactor.redact(redacted) == redacted


def test_known_value_keeps_lines() -> None:
    """Where a value was wrapped, the lines and the borders of its table stay in place."""
    redactor = Redactor()
    redactor.register(SECRET)

    redacted = redactor.redact(f"│ {SECRET[:20]} │\n│ {SECRET[20:]} │")

    assert redacted == f"│ {REDACTED} │\n│ {REDACTED} │"


@pytest.mark.parametrize("shown", [SECRET[:12], SECRET[-12:], SECRET[14:26]])
def test_fragment(shown: str) -> None:
    """Twelve characters of a known value, from its head, tail or middle, give it away."""
    redactor = Redactor()
    redactor.register(SECRET)

    assert redactor.redact(f"starts with {shown}…") == f"starts with {REDACTED}…"


def test_short_fragment() -> None:
    """Fewer than twelve characters of a long value may be anything, and stay."""
    redactor = Redactor()
    redactor.register(SECRET)

    assert redactor.redact(f"ends with {SECRET[-11:]}") == f"ends with {SECRET[-11:]}"


@pytest.mark.parametrize("value", ["minioadmin", "20251023", "hunter2", "", "   ", "a", "\x1b[0m"])
def test_ordinary_value(value: str) -> None:
    """A known value that looks like a word or a number does not blank words and numbers."""
    redactor = Redactor()
    redactor.register(value)
    text = f"test_{value}_sweep finished at 20251023T211500Z, a run by hunter2: {value}-1"

    assert redactor.redact(text) == Redactor().redact(text)


def test_word_as_value() -> None:
    """A known word vanishes where it is a value, even beside a name that is not secret."""
    redactor = Redactor()
    redactor.register("minioadmin")

    assert redactor.redact("MINIO_ROOT_USER=minioadmin ok") == f"MINIO_ROOT_USER={REDACTED} ok"


def test_filler_value() -> None:
    """A known value that is mostly one character does not blank ruled lines."""
    redactor = Redactor()
    redactor.register("=" * 40)
    redactor.register("x" * 30 + "1")

    assert redactor.redact("=" * 39 + "\n" + "x" * 30) == "=" * 39 + "\n" + "x" * 30
    assert redactor.redact("x" * 30 + "1") == REDACTED


def test_marker_as_value() -> None:
    """Even the marker may be registered without making redaction loop or grow."""
    redactor = Redactor()
    redactor.register(REDACTED + "secret-tail-99")

    once = redactor.redact(f"a {REDACTED}secret-tail-99 b")

    assert "secret-tail" not in once
    assert redactor.redact(once) == once


def test_registries_are_apart() -> None:
    """What one redactor knows, another does not."""
    Redactor().register("Correct-Horse-9")

    assert Redactor().redact("for Correct-Horse-9") == "for Correct-Horse-9"


def test_module_functions() -> None:
    """`register` and `redact` of the package share one set of known values."""
    core.redaction.register("only-in-test_module_functions-1")

    assert core.redaction.redact("x only-in-test_module_functions-1") == f"x {REDACTED}"


def test_threads() -> None:
    """Values may be registered while other threads redact; none of those loses a known one."""
    redactor = Redactor()
    redactor.register(SECRET)

    def work(number: int) -> str:
        redactor.register(f"secret-number-{number:04}-of-many")
        return redactor.redact(f"{SECRET} and secret-number-{number:04}-of-many")

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(64))) == {f"{REDACTED} and {REDACTED}"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m \x1b[1;38;5;9mbold\x1b[m", "red bold"),
        ("\x1b]0;title\x07text \x1b]52;c;aGVsbG8=\x1b\\end", "text end"),
        ("\x1b]8;;https://h/x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never ended, so it is text", "0;never ended, so it is text"),
        ("\x1bP+q544e\x1b\\\x1b_apc\x1b\\\x1b^pm\x1b\\x", "x"),
        ("\x9b31mC1\x9d0;t\x9c \x90q\x9cend", "C1 end"),
        ("\x1b(B\x1bc\x1b7reset", "reset"),
        ("bell\x07 back\x08 del\x7f nul\x00 esc\x1b", "bell back del nul esc"),
        ("10%\r20%\r\n30%\n", "10%\n20%\n30%\n"),
        ("\u202eevil\u2066.zip\u2069 so\u00adft ze\u200bro\ufeff", "evil.zip soft zero"),
        ("tab\tline\nnext é 漢 👩\u200d🔬 \udcff", "tab\tline\nnext é 漢 👩\u200d🔬 \udcff"),
    ],
)
def test_controls(text: str, shown: str) -> None:
    """Nothing that controls a terminal gets through; newlines, tabs and all text do."""
    assert Redactor().redact(text) == shown


def test_colour_is_a_boundary() -> None:
    """A key id that only a colour separates from the next word is still seen."""
    shown = Redactor().redact("key\x1b[33mAKIAIOSFODNN7EXAMPLE\x1b[0mrejected")

    assert shown == f"key{REDACTED}rejected"


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("a = 1", "a = 1"),
        ("secret_key = S3cret99 # old", "secret_key = {} # old"),
        ('secret_key = """S3cret99"""\n', 'secret_key = """{}"""\n'),
        ("{'secret_key': b'S3cret99', 'a': 1}", "{{'secret_key': b'{}', 'a': 1}}"),
        ('{\\"secret_key\\": \\"S3cret99\\"}', '{{\\"secret_key\\": \\"{}\\"}}'),
        ("connect(password='S3cret99', port=1)", "connect(password='{}', port=1)"),
        ("connect(password=S3cret99)", "connect(password={})"),
        ("http://me:S3cret99@host:1/p?q#f", "http://{}@host:1/p?q#f"),
        ("Authorization: Basic bWU6UzNjcmV0OTk=\nHost: h", "Authorization: Basic {}\nHost: h"),
        ("<Token-0>S3cret99</Token-0><a/>", "<Token-0>{}</Token-0><a/>"),
        ("│ password = 'S3cret99' │", "│ password = '{}' │"),
        ("[b]password=[/b][i]S3cret99[/i]!", "[b]password={}[/i]!"),
        ("password: S3cret99.", "password: {}."),
        ("(AKIAIOSFODNN7EXAMPLE)", "({})"),
    ],
)
def test_exact(text: str, redacted: str) -> None:
    """The value alone is covered, once; quotes, brackets and everything around it stay."""
    assert Redactor().redact(text) == redacted.format(REDACTED)


def test_unclosed_quote() -> None:
    """A quote that is never closed hides its line, and not the log up to the next apostrophe."""
    log = "uploaded a run\n" * 200

    shown = Redactor().redact(f"password='S3cret99 and more\n{log}it's done\n")

    assert shown == f"password='{REDACTED}\n{log}it's done\n"


def test_traceback_stays_readable() -> None:
    """A traceback loses its secrets and nothing else."""
    text = (
        "Traceback (most recent call last):\n"
        '  File "/home/alice/core/upload.py", line 12, in run\n'
        "    self.store.put(key, stream, token=write_token)\n"
        "storage.errors.StoreError: 403 for jobs/12/2026/11/21/084849/run_4_results.zip "
        f"(secret_key='{SECRET}')\n\n"
        "During handling of the above exception, another exception occurred:\n"
    )

    assert Redactor().redact(text) == text.replace(SECRET, REDACTED)


def test_fails_closed() -> None:
    """When redaction itself fails, a fixed text comes out instead of the message."""
    assert Redactor().redact(cast("str", b"bytes by mistake")) == WITHHELD
    assert REDACTED != WITHHELD


def test_folding_keeps_offsets() -> None:
    """Every character folds to one character, so that spans of folded text fit the text."""
    everything = "".join(map(chr, range(sys.maxunicode + 1)))

    assert len(Source.of(everything).folded) == len(everything)
    assert len(Source.of("ΑΣ ΣΑΣ İ").folded) == len("ΑΣ ΣΑΣ İ")


HOSTILE = {
    "A": "A",
    "a=": "a=",
    "xml": "<Signature>",
    "url": "://",
    "pem": "-----BEGIN PRIVATE KEY-----",
    "torn pem": "-----BEGIN PRIVATE KEY-----:",
    "wrong pem": "-----BEGIN PRIVATE KEY-----:-----END",
    "quoted": 'password="',
    "markup": "[b]",
    "jwt": "eyJ",
    "escaped quotes": 'password=\\"',
    "escaped xml": "&lt;secret&gt;",
    "parameters": "&sig=a",
    "not a pair": "auth=",
    "code": "password=self.a(",
    "encoded url": "%3a%2f%2f",
    "percent": "%25",
    "backslashes": "\\",
    "osc": "\x1b]0;",
    "c1": "\x9d",
    "zero width": "a\u200b",
    "userinfo": "://a:b@",
    "mc": "mc alias set ",
    "curl": "curl -u ",
    "login": "login ",
    "blanks": "password" + " " * 100,
    "words": "password: a b c d e f g h i j k l m n o\n",
    "lines": "password='\n",
    "yaml": "password: |\n",
    "wrapped": "secret_key: AAAAAAAAAAAAAAAAAAAAAAAA\n",
    "brackets": "password=[[[[((((",
    "cells": "password │ ",
    "pairs": 'password", "value"',
    "credential": "credential=",
    "nearly": "aB3+" * 9 + "aB3 ",
    "known": SECRET[:11] + "\n",
    "log": "2025-10-23 INFO uploaded jobs/1/2025/10/23/211500/run_4_results.zip 12345 bytes\n",
}


def _is_fast(redactor: Redactor, text: str) -> bool:
    """Whether one of three attempts needs less than two seconds of CPU: ten times the usual."""
    for _ in range(3):
        began = time.process_time()
        redactor.redact(text)
        if time.process_time() - began < 2:
            return True
    return False


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text(name: str) -> None:
    """200 kB of the worst we know take a fraction of a second; a quadratic rule takes many."""
    redactor = Redactor()
    redactor.register(SECRET)

    assert _is_fast(redactor, HOSTILE[name] * (200_000 // len(HOSTILE[name])))


@pytest.mark.parametrize("unit", ['"a",', "a", "\\", '\\"', " ", "a.", "a:"])
@pytest.mark.parametrize("head", ['password="', "password=[", 'token=["a",', "Cookie: ", "://"])
def test_hostile_tail(head: str, unit: str) -> None:
    """Neither does one name or quote in front of 200 kB that never end."""
    assert _is_fast(Redactor(), head + unit * (200_000 // len(unit)))
