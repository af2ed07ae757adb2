"""What the settings are is said as the settings file would say it."""

from pathlib import Path

from tests.acceptance.conftest import Command

_SETTINGS = r"""
[transfers]
limit = 8_000_000
[watch]
kind = "md"
quiet_seconds = 2.5
[rules.md]
kind = "sentinel"
success = ["DONE", { file = "log.*", matches = '^"ok"\.$', min_bytes = 5, which = "each" }]
ignore = ["plots/"]
[kinds.md]
rule = "md"
pattern = 'a_(\d+)'
exclude = ["*.tmp", "ü/"]
progress = { file = "log", pattern = '^(\d+)', of = { file = "in", pattern = "n=(\\d+)" }, unit = "day" }
curve = { file = "out.csv", x = "t", y = ["I", "R"] }
[roots."/data/a \"b\""]
kind = "md"
"""


def test_in_the_words_of_the_file(runferry: Command, home: Path) -> None:
    """
    Given a file with settings of every form
    When a file is written of nothing but the settings and values that `config show` prints
    Then these settings are the same.
    """
    file = home / "settings.toml"
    home.mkdir(exist_ok=True)
    file.write_text(_SETTINGS)
    before = runferry("config", "show")
    assert 'transfers.limit                  "8 MB/s" ' in before.out
    records = runferry("config", "show", "--json").records
    rows = zip(before.out.splitlines(), records, strict=True)
    said = [line.removesuffix(record["origin"]).rstrip() for line, record in rows]
    file.write_text("".join(f"{_assignment(line)}\n" for line in said))
    again = runferry("config", "show", "--json")
    assert [record["value"] for record in again.records] == [
        record["value"] for record in records
    ], again


def _assignment(line: str) -> str:
    """NAME = VALUE; the name may have white space in quotes."""
    end = line.index('".kind') + len('".kind') if '".kind' in line else line.index(" ")
    return f"{line[:end]} = {line[end:].strip()}"
