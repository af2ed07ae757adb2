"""The settings that the documents show are those that RunFerry has."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["README.md", "docs/configuration.md"])
def test_documented_settings(runferry: Command, name: str) -> None:
    """Each that has a default is there, and its default is the real one."""
    records = runferry("config", "show", "--json").records
    real = {
        setting: json.dumps(record["value"]).strip('"').removesuffix(".0")
        for record in records
        if not (setting := record["setting"].replace(".local.", ".NAME.")).startswith(
            ("rules.", "kinds.")
        )
    }
    shown = dict(settings(REPOSITORY / name))
    assert {setting: shown[setting] for setting in real} == real


def settings(document: Path) -> Iterator[tuple[str, str]]:
    """(name, default) of each in the tables: all of a row are of one table of the file."""
    above: str | None = None
    for line in document.read_text().splitlines():
        if not line.startswith("|"):
            above = None
        elif heading := re.match(r"\| (?:`\[(\w+)\]`|setting) \| default", line):
            above = f"{heading[1]}." if heading[1] else ""
        elif above is not None and (row := re.match(r"\| (`[^|]+`) \| ([^|]+?) \|", line)):
            names = [name.strip("`") for name in row[1].split(", ")]
            table = above or names[0][: names[0].rfind(".") + 1]
            is_list = row[2].startswith("`[")
            default = row[2].strip("`") if is_list else re.split(r"[; (]", row[2])[0].strip('`"')
            yield from ((table + name.removeprefix(table), default) for name in names)
