"""Settings as somebody types them."""

from typing import Any

import pytest

from core.configure.set_setting import SetSetting
from core.configure.typed import keys_of
from core.errors import ConflictError, SettingsError
from tests.fakes.settings_file import FakeSettingsFile


def only_text(table: dict[str, Any]) -> str:
    return "" if isinstance(table.get("name", ""), str) else "name must be text"


@pytest.fixture
def file() -> FakeSettingsFile:
    return FakeSettingsFile(only_text)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3", 3),
        ("2.5", 2.5),
        ("true", True),
        ("20 MB/s", "20 MB/s"),
        ('"20 MB/s"', "20 MB/s"),
        ('["a", "b"]', ["a", "b"]),
        ("", ""),
        ("1\nb = 2", "1\nb = 2"),
    ],
)
def test_set(file: FakeSettingsFile, written: str, value: object) -> None:
    """What is no TOML is text."""
    assert SetSetting(file)("some.where", written) == ("some", "where")
    assert file.table == {"some": {"where": value}}


def test_text_that_looks_like_a_number(file: FakeSettingsFile) -> None:
    """Where a number is of no use it is text; where nothing is, the value as TOML is what is refused."""
    SetSetting(file)("name", "2026")
    assert file.table == {"name": "2026"}
    with pytest.raises(SettingsError, match="name must be text"):
        SetSetting(FakeSettingsFile(lambda table: f"{only_text(table)} here"))("name", "7")


def test_keys() -> None:
    """Names with other characters stand in quotes."""
    assert keys_of('roots."/data/a b".kind') == ("roots", "/data/a b", "kind")


@pytest.mark.parametrize("key", ["", "a b", "a = 1\nb", "a.", "a = 3 #", "'"])
def test_no_key(file: FakeSettingsFile, key: str) -> None:
    """What is no name changes nothing."""
    with pytest.raises(SettingsError, match="not the name of a setting"):
        SetSetting(file)(key, "1")
    assert file.table is None


def test_unset(file: FakeSettingsFile) -> None:
    """It says whether there was anything."""
    unset = SetSetting(file).unset
    assert not unset("name")
    file.write({"name": "lab", "other": 1})
    assert unset("name")
    assert file.table == {"other": 1}


def test_of_what_was_seen(file: FakeSettingsFile) -> None:
    """A screen changes what it shows, and nothing newer."""
    file.create()
    seen = file.revision()
    file.write({"name": "lab"})
    with pytest.raises(ConflictError):
        SetSetting(file)("name", "disk", seen)
    with pytest.raises(ConflictError):
        SetSetting(file).unset("name", seen)
    assert file.table == {"name": "lab"}
