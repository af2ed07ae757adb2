"""What is drawn on which terminal."""

import os
import subprocess
import sys

import pytest

from core.settings import Symbols
from tui.look import draws_ascii
from tui.terminal_locale import terminal_encoding


@pytest.mark.parametrize(
    ("environ", "encoding"),
    [
        ({"LANG": "de_DE.UTF-8"}, "utf-8"),
        ({"LANG": "C.UTF-8"}, "utf-8"),
        ({"LC_CTYPE": "UTF-8.UTF-8"}, "utf-8"),
        ({}, "ascii"),
        ({"LANG": "C"}, "ascii"),
        ({"LANG": "POSIX", "LC_CTYPE": "C.UTF-8"}, "ascii"),  # which Python says, not the user
        ({"LANG": "de_DE.UTF-8", "LC_CTYPE": "C.UTF-8"}, "utf-8"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "ascii"),
        ({"LANG": "C", "LC_ALL": "de_DE.UTF-8"}, "utf-8"),
        ({"LANG": "de_DE.ISO-8859-1"}, "iso8859-1"),
        ({"LANG": "fr_FR.ISO-8859-15@euro"}, "iso8859-15"),
        ({"LANG": "ja_JP.eucJP"}, "euc_jp"),
        ({"LANG": "de_DE.no-such-thing"}, "ascii"),
        ({"LANG": "C", "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}, "utf-8"),
    ],
)
def test_encoding(environ: dict[str, str], encoding: str) -> None:
    """The variables in the order of the system."""
    assert terminal_encoding(environ) == encoding


@pytest.mark.parametrize(
    ("symbols", "locale", "in_ascii"),
    [
        (Symbols.AUTO, "de_DE.UTF-8", False),
        (Symbols.AUTO, "C", True),
        (Symbols.AUTO, "de_DE.ISO-8859-1", True),
        (Symbols.AUTO, "ja_JP.UTF-8", True),  # signs may be two cells wide there
        (Symbols.UNICODE, "ja_JP.UTF-8", False),
        (Symbols.UNICODE, "C", False),
        (Symbols.ASCII, "de_DE.UTF-8", True),
    ],
)
def test_signs(symbols: Symbols, locale: str, in_ascii: bool) -> None:
    """By the locale, unless the user says something else."""
    assert draws_ascii(symbols, {"LANG": locale}) is in_ascii


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [
        ("utf-8", "✓ Zürich 東京 …".encode()),
        ("latin-1", rb"+ Z%crich \u6771\u4eac ~" % 0xFC),
        ("ascii", rb"+ Z\u00fcrich \u6771\u4eac ~"),
    ],
)
def test_what_commands_print(encoding: str, printed: bytes) -> None:
    """Signs have stand-ins, other characters escapes; nothing ends a command."""
    code = "from tui.output import mind_streams, say; mind_streams(); say('✓ Zürich 東京 …')"
    code += "; print('✓ ü')"  # as a library does
    environ = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environ, check=True
    )
    line, of_library = done.stdout.splitlines()
    assert line == printed
    assert of_library.startswith(printed[:1])
