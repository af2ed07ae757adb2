"""What the help and the documents promise is there: every command, option and default."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest

from core.care.clean_orphans import GRACE, UPLOAD_GRACE
from tui.cli import cli

REPOSITORY = Path(__file__).parents[3]
DOCUMENTS = (REPOSITORY / "README.md", *sorted((REPOSITORY / "docs").glob("*.md")))
CODE = re.compile(r"^ *```\w*\n(.*?)^ *```$|`([^`]+)`", re.DOTALL | re.MULTILINE)
REST_OF_A_LINE = re.compile(r" +(\||#|&|>|2>).*| [(…].*")
MEANT = {
    "the latest": None,
    "here": ".",
    "never": None,
    "archive_class of the profile": None,
    f"{GRACE.total_seconds() / 3600:.0f}h, and {UPLOAD_GRACE.days}d for unfinished uploads": None,
}


def commands(group: click.Group, path: str = "runferry") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, name
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


TREE: dict[str, click.Command] = {"runferry": cli, **dict(commands(cli))}
OPEN = cli.get_command(click.Context(cli), "open")
LEAVES = {path for path, command in TREE.items() if not isinstance(command, click.Group)}


def options(path: str) -> set[str]:
    """Those of the app belong to `runferry` itself."""
    found = [TREE[path], *([OPEN] if path == "runferry" else [])]
    return {"-h", "--help", "--version"} | {
        name for command in found if command for option in command.params for name in option.opts
    }


def code(document: Path) -> Iterator[str]:
    """Each command line or name, as it is read: without the bars of tables and with whole lines."""
    for block, span in CODE.findall(document.read_text()):
        text = block or span
        for line in text.replace("\\\n", " ").splitlines() if block else [" ".join(text.split())]:
            yield line.replace("\\|", "|").removeprefix("$ ").strip()


def named(line: str) -> tuple[Sequence[str], Sequence[str]] | None:
    """The commands that a line names, `a|b` being two, and their options; None when it has none."""
    line = re.sub(r" +#.*", "", line)
    found = re.search(r"(?:^|[ /])runferry +(?=[a-z-])(?!-)(.*)", line)
    first = line.partition(" ")[0]
    if not found and not (f"runferry {first}" in TREE and " " in line):
        return None
    rest = REST_OF_A_LINE.sub("", found[1] if found else line)
    paths, words = ["runferry"], re.sub(r"[\[\]\"']", " ", rest).split()
    while words and any(isinstance(TREE.get(path), click.Group) for path in paths):
        if not re.match(r"[a-z]", words[0]):
            break
        names = words.pop(0).split("|")
        paths = [f"{path} {name}" for path in paths for name in names]
    flags = [flag for word in words for flag in word.split("|") if flag.startswith("--")]
    return paths, [flag.partition("=")[0] for flag in flags]


def chosen(line: str, paths: Sequence[str]) -> Iterator[tuple[str, click.Choice[str]]]:
    """The values that a line gives to options that have only certain ones."""
    for path in paths:
        for option in TREE[path].params:
            if isinstance(option.type, click.Choice):
                for flag in option.opts:
                    for values in re.findall(rf"{flag}[ =]([a-z_|-]+)", line):
                        yield from ((value, option.type) for value in values.split("|"))


def test_every_command_says_what_it_does() -> None:
    """And every option what it is for."""
    for path, command in commands(cli):
        assert command.help, path
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, (path, option.name)


def test_no_default_of_what_must_be_given() -> None:
    """An option that is required has no default to speak of."""
    for path, command in commands(cli):
        for option in command.params:
            if isinstance(option, click.Option) and option.required:
                assert "default" not in (option.help or ""), (path, option.name)


def test_stated_defaults() -> None:
    """They are the real ones, and no option that has a value keeps it back."""
    for path, command in TREE.items():
        for option in command.params:
            if not isinstance(option, click.Option) or option.is_flag:
                continue
            value = option.get_default(click.Context(command))
            default = value if isinstance(value, str) else None
            if said := re.search(r"default: (.+?)\)|(\S+) \(default\)", option.help or ""):
                meant = said[1] or said[2]
                assert default == MEANT.get(meant, meant), (path, option.name)
            else:
                assert default in {None, "", "0%"}, (path, option.name)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_documented_commands(document: Path) -> None:
    """Each is there, and has the options, with the values, that it is shown with."""
    for line in code(document):
        if found := named(line):
            paths, flags = found
            assert set(paths) <= TREE.keys(), line
            assert set(flags) <= {name for path in paths for name in options(path)}, line
            for value, among in chosen(line, paths):
                assert value in among.choices, line
        elif line.startswith("--"):
            flag = re.split(r"[ =]", line)[0]
            assert any(flag in options(path) for path in TREE), line


def test_every_command_is_in_the_readme() -> None:
    """Whoever reads on from there finds it."""
    found = [named(line) for line in code(DOCUMENTS[0])]
    assert {path for paths, _ in filter(None, found) for path in paths} >= LEAVES


def test_on_every_terminal() -> None:
    """A help text has no character that a terminal may lack."""
    texts = {path: command.get_help(click.Context(command)) for path, command in TREE.items()}
    assert {path for path, text in texts.items() if not text.isascii()} == set()
