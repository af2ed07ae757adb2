"""What the documents say of files, links, layers, words and keys is true of the code."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.binding import Binding, BindingType

from core.actions import ACTIONS
from screenshots.key_sheet import KEY_SHEET, key_sheet
from tui.app import RunFerryApp
from tui.screens.activity import ActivityScreen
from tui.screens.browse import BrowseScreen
from tui.screens.ensemble import EnsembleScreen
from tui.screens.overlay import OverlayScreen
from tui.screens.run_files import RunFilesScreen
from tui.screens.settings import SettingsScreen
from tui.screens.stored_inside import StoredInsideScreen
from tui.screens.transfers import TransfersScreen
from tui.screens.watch import WatchScreen
from tui.widgets.line_window import LineWindow
from tui.widgets.member_table import MemberTable
from tui.widgets.row_table import RowTable
from tui.widgets.run_table import RunTable
from tui.widgets.text_view import TextView

ROOT = Path(__file__).parent.parent
DOCUMENTS = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text()
SYMBOLS = {
    "arrows": "up",
    "?": "question_mark",
    "/": "slash",
    "+": "plus",
    ",": "comma",
    ".": "full_stop",
    ":": "colon",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "-": "minus",
    "esc": "escape",
}


def section(title: str) -> str:
    return ARCHITECTURE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of the tables in `text`, without their heads."""
    for line in text.splitlines():
        if line.startswith("|") and not set(line) <= set("|- "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def defined() -> set[str]:
    """Every class and function of the three packages, by its own name."""
    found: set[str] = set()
    for package in ("core", "storage", "tui"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef | ast.FunctionDef):
                    found.add(node.name)
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links(document: Path) -> None:
    """Every link within the repository leads somewhere."""
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
        assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files(document: Path) -> None:
    """Every file and folder of the repository that is named is there."""
    for named in re.findall(
        r"`((?:core|storage|tui|tests|docs|benchmarks)/[\w./*]*)`", document.read_text()
    ):
        assert list(ROOT.glob(named.rstrip("/"))), named


def test_layers() -> None:
    """The table of core's folders is the contract, line by line, and each is described."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = settings["tool"]["importlinter"]["contracts"]
    (contract,) = (found for found in contracts if found["id"] == "subjects")
    layers = [re.findall(r"\w+", layer) for layer in contract["layers"]]
    table = [re.findall(r"`(\w+)`", cells[0]) for cells in rows(section("Inside core"))]
    assert table[1:] == layers


def test_words() -> None:
    """The glossary names classes that exist, each word once and in order of reading."""
    table = list(rows(section("Words of the code")))[1:]
    words = [cells[0] for cells in table]
    assert len(table) < 30, "more than one screen"
    assert len(set(words)) == len(words)
    code = defined()
    for cells in table:
        for name in re.findall(r"`([A-Z]\w+)`", cells[0] + cells[1]):
            assert name in code, name


def bound(bindings: list[BindingType]) -> set[str]:
    return {binding.key for binding in Binding.make_bindings(bindings)}


def test_keys() -> None:
    """The table of keys in the README has exactly those that the screens have."""
    table = (ROOT / "README.md").read_text().partition("## Keys\n")[2].partition("\n## ")[0]
    written: set[str] = set()
    for key, _ in list(rows(table))[1:]:
        names = [*re.findall(r"`([^`]+)`", key), *(["arrows"] if "arrows" in key else [])]
        for name in names:
            plain = re.sub(r"^\^", "ctrl+", name)
            written.add(SYMBOLS.get(plain, plain))
    written |= {"down", "left", "right", "pageup", "pagedown", "home", "end", "f1"}  # arrows, mouse
    of_files = (StoredInsideScreen, RunFilesScreen)
    of_runs = (EnsembleScreen, OverlayScreen)
    main = (WatchScreen, BrowseScreen, TransfersScreen, ActivityScreen, SettingsScreen)
    screens = (RunFerryApp, *main, *of_files, *of_runs)
    widgets = (RowTable, RunTable, MemberTable, LineWindow, TextView)
    there = set[str]().union(*(bound(screen.BINDINGS) for screen in (*screens, *widgets)))
    assert there == written


def test_key_sheet() -> None:
    """What is written is what the screens have now, and each action is in it."""
    assert KEY_SHEET.read_text() == key_sheet(), "remake it by: make keys"
    assert set(re.findall(r"`(\w+)`", key_sheet())) >= ACTIONS.keys()


def begun_threads() -> Iterator[str]:
    """The names of the threads that the code begins, without their numbers."""
    for package in ("core", "storage", "tui"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                match node:
                    case ast.Call(
                        func=ast.Attribute(attr="begin") | ast.Name(id="begin_thread"),
                        args=[_, ast.Constant(value=str(name))]
                        | [_, ast.JoinedStr(values=[ast.Constant(value=str(name)), *_])],
                    ):
                        yield name.rstrip("-")
                    case _:
                        pass


def test_threads() -> None:
    """The table of threads names every thread that is begun, and none that is not."""
    told = re.findall(
        r"`([a-z]+(?:-[a-z]+)*)(?:-N)?`", section("Threads").partition("\n\nEvents")[0]
    )
    assert {*told} - {"watcher-reader"} == {*begun_threads()}
