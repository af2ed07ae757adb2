"""What the documents say of settings is true of those who read them: names, values, whole files, variables."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from core.configure.typed import keys_of, values_meant
from core.errors import SettingsError
from core.settings import Settings
from storage.settings.edits import with_value
from storage.settings.file import check_settings, settings_of
from storage.settings.text import SettingsText
from tests.builders import NOON
from tui.wording.letters import letter_of

ROOT = Path(__file__).parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
EACH = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
OF_A_FILE = {"profile", "rules", "kinds", "roots"} | {field.name for field in fields(Settings)}
PLACES = (
    "[profiles.x]\nbucket = 'epi-results'\n",
    "[profiles.x]\nbucket = 'epi-results'\nregion = 'x'\n",
    "[rules.x]\nkind = 'sentinel'\n",
    "[rules.x]\nkind = 'sentinel'\nsuccess = ['DONE', 'ALSO']\n",
    "[kinds.x]\n",
    "[watch]\n",
    "[transfers]\n",
    "",
)
NO_SETTINGS = {"RUNFERRY_HOME", "RUNFERRY_EXIT_CODE"}
"""Where everything lies; of a script that the documents show."""
VARIABLE = re.compile(r"\bRUNFERRY_[A-Z_]*[A-Z]")


def spans(document: Path) -> Iterator[str]:
    """What stands between backquotes, as it is read."""
    text = re.sub(r"^ *```.*?^ *```$", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
    for span in re.findall(r"`([^`]+)`", text):
        yield " ".join(span.replace("\\|", "|").split())


def blocks(document: Path) -> Iterator[str]:
    yield from re.findall(
        r"^ *```toml\n(.*?)^ *```$", document.read_text(), re.DOTALL | re.MULTILINE
    )


def refusal(text: str) -> str:
    """Why this file could not be used; empty when it could."""
    try:
        check_settings(SettingsText("settings.toml", tomllib.loads(text)), "/home/ada")
    except (SettingsError, tomllib.TOMLDecodeError) as error:
        return str(error)
    return ""


def is_known(name: str) -> bool:
    """Whether there is such a setting or table, whatever its values are."""
    keys = keys_of(name.removesuffix(".…"))
    kind = {"rules": ("rules", keys[1], "kind")}.get(keys[0]) if len(keys) > 1 else None
    text = with_value("", kind, "sentinel") if kind and kind != keys else ""
    return "unknown setting" not in refusal(with_value(text, keys, "x"))


def named(document: Path) -> Iterator[str]:
    """Dotted names, and those of tables whose head names the table of the file."""
    for span in spans(document):
        first, dot, rest = span.partition(".")
        if dot and first in OF_A_FILE and re.fullmatch(r"""[\w."…'-]+""", rest):
            yield span
        elif (table := re.fullmatch(r"\[(\w+(?:\.\w+)*)\]", span)) and span != "[abc]":
            yield table[1]
    above: str | None = None
    for line in document.read_text().splitlines():
        if heading := re.match(r"\| (?:`\[([\w.]+)\]`|setting) \|", line):
            above = f"{heading[1]}." if heading[1] else ""
        elif not line.startswith("|"):
            above = None
        elif above is not None:
            yield from in_row(above, line)


def in_row(above: str, line: str) -> Iterator[str]:
    """Where the first is dotted, the others are its neighbours, unless they are dotted, too."""
    names = re.findall(r"`([\w.\"…]+)`", line.split("|")[1])
    for name in names:
        table = above or names[0][: names[0].rfind(".") + 1]
        yield name if name.split(".")[0] in OF_A_FILE and "." in name else table + name


@EACH
def test_files(document: Path) -> None:
    """Each that is shown could be used as it is."""
    for block in blocks(document):
        assert not refusal(block), block


@EACH
def test_names(document: Path) -> None:
    """Each is known to the reader of the file."""
    for name in named(document):
        assert is_known(name), name


@EACH
def test_values(document: Path) -> None:
    """Each setting that is shown with a value takes it, at least in one table."""
    for span in spans(document):
        if re.match(r"[a-z_.]+ = [\"\[{\dtf]", span):
            refusals = [refusal(f"{place}{span}") for place in PLACES]
            assert not all(refusals), (span, refusals)


@EACH
def test_commands(document: Path) -> None:
    """What `config set` is shown with is taken."""
    for span in spans(document):
        if (found := re.match(r"runferry config set (\S+) (\S+)$", span)) and found[1] != "KEY":
            key, value = found.groups()
            texts = [with_value("", keys_of(key), meant) for meant in values_meant(value)]
            assert not all(map(refusal, texts)), span


def test_no_such_setting() -> None:
    """What is checked can be found wrong."""
    assert is_known("watch.rule")
    assert not is_known("watch.rules")
    assert not is_known("profiles.NAME.buckets")
    assert not is_known("kinds.NAME.patterns")
    assert not is_known("rules.NAME.succes")
    assert "whole number" in refusal("[transfers]\nparallel = 'two'")


def is_read(variable: str) -> bool:
    """Whether it has a word in what counts."""
    try:
        settings = settings_of(SettingsText("settings.toml"), {variable: "x"}, {})
    except SettingsError as error:
        return variable in str(error)
    return f"env {variable}" in settings.origins.values()


@EACH
def test_variables(document: Path) -> None:
    """Each is that of a setting, or one that a program of the user's is given."""
    given = letter_of((), 0, "", "", NOON).facts
    for variable in set(VARIABLE.findall(document.read_text())) - NO_SETTINGS - given.keys():
        assert is_read(variable), variable
    assert not is_read("RUNFERRY_RULES")
