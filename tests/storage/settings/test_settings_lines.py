"""Lines of keys in a TOML text, against texts that try to mislead."""

import pytest

from storage.settings.lines import key_lines

TEXT = '''\
# [not.a.table]
title = "a # no comment" # [nor.this]
many = [
  "[x]",  # x = 1
  { y = 1 },
]
long = """
fake = 1
[fake]
\\""" fake = 2
"""
raw = \'\'\'
fake = 3\'\'\'
after . "dotted.key" = 1

[ profiles . "a b" ]
"quoted \\u0041" = { inline = 1 }
\'single\' = 2
[[list]]
x = 1
[[list]]
x = 2
'''


def test_every_key() -> None:
    """Only real keys and tables are found, each on the line where it first stands."""
    assert key_lines(TEXT) == {
        ("title",): 2,
        ("many",): 3,
        ("long",): 7,
        ("raw",): 12,
        ("after",): 14,
        ("after", "dotted.key"): 14,
        ("profiles", "a b"): 16,
        ("profiles", "a b", "quoted A"): 17,
        ("profiles", "a b", "single"): 18,
        ("list",): 19,
        ("list", "x"): 20,
    }


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing"])
def test_nothing(text: str) -> None:
    """A text without keys has none."""
    assert key_lines(text) == {}
