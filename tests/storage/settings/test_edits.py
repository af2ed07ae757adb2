"""One setting changed in a text that somebody wrote: nothing else in it moves."""

import difflib
import tomllib
from pathlib import Path

import pytest

from core.errors import ConflictError, SettingsError
from core.ports.settings_file import Change, Keys
from storage.settings.edits import lookup, with_value, without
from storage.settings.file import load_settings
from storage.settings.toml_file import TomlSettingsFile

TEXT = """\
# Ada's settings  \t
  profile = "lab"   # the usual one

[watch]
rule = "fred" # why
  # the quiet
  quiet_seconds = 30

# what travels
[transfers] # here
limit = "20 MB/s"

# the lab's bucket
[ profiles . lab ]
bucket = 'lab-results'


# a machine's own
[profiles.disk]
path = "/data"
profiles = { x = 1 }
# the end"""
DOTTED = """\
watch.rule = "fred" # dotted
profiles.lab = { bucket = "b", region = "x" } # inline

# what travels
[transfers]
"""


def difference(before: str, after: str) -> list[str]:
    """The lines that went and came."""
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line.rstrip("\n") for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("text", "keys", "value", "lines"),
    [
        (TEXT, "profile", "disk", ['-   profile = "lab"   # the usual one', '+   profile = "disk"   # the usual one']),
        (TEXT, "watch.rule", "quiet", ['- rule = "fred" # why', '+ rule = "quiet" # why']),
        (TEXT, "watch.sidecars", True, ["+   sidecars = true"]),
        (TEXT, "transfers.parallel", 3, ["+ parallel = 3"]),
        (TEXT, "profiles.lab.region", "a\\b", ['+ region = "a\\\\b"']),
        (TEXT, "profiles.lab.bucket", "x", ["- bucket = 'lab-results'", '+ bucket = "x"']),
        (TEXT, "kinds.md.exclude", ["*.a", "b/"], ["- # the end", "+ # the end", "+ ", "+ [kinds.md]", '+ exclude = ["*.a", "b/"]']),
        (TEXT, "roots./a b.kind", "any", ["- # the end", "+ # the end", "+ ", '+ [roots."/a b"]', '+ kind = "any"']),
        (DOTTED, "watch.kind", "any", ['+ watch.kind = "any"']),
        (DOTTED, "transfers.limit", 0, ["+ limit = 0"]),
        (DOTTED, "profile", "lab", ['+ profile = "lab"']),
        ("# mine\n\n# its\n[watch]\n", "profile", "lab", ["+ ", '+ profile = "lab"']),
        ("", "profile", "lab", ['+ profile = "lab"']),
        ("# mine", "kinds.md.progress", {"file": "a", "of": 3}, ["- # mine", "+ # mine", "+ ", "+ [kinds.md]", '+ progress = {file = "a", of = 3}']),
    ],
)  # fmt: skip
def test_set(text: str, keys: str, value: object, lines: list[str]) -> None:
    """It stands with its like; comments stay where they are, below a table that has them."""
    path = tuple(keys.split("."))
    changed = with_value(text, path, value)
    assert [line for line in difference(text, changed) if line[0] != "?"] == lines
    assert lookup(tomllib.loads(changed), path) == value


def test_set_in_a_table_in_one_line() -> None:
    """What is beside it, and the comment behind, stay."""
    changed = with_value(DOTTED, ("profiles", "lab", "region"), "eu")
    assert changed == DOTTED.replace('"x"', '"eu"')
    added = tomllib.loads(with_value(DOTTED, ("profiles", "lab", "prefix"), "p"))
    assert added["profiles"]["lab"] == {"bucket": "b", "region": "x", "prefix": "p"}


@pytest.mark.parametrize(
    ("text", "keys", "lines"),
    [
        (TEXT, "watch.rule", ['- rule = "fred" # why']),
        (TEXT, "profiles.lab", ["- [ profiles . lab ]", "- bucket = 'lab-results'"]),
        (TEXT, "transfers", ["- [transfers] # here", '- limit = "20 MB/s"']),
        (DOTTED, "watch", ['- watch.rule = "fred" # dotted']),
        (DOTTED, "profiles.lab", ['- profiles.lab = { bucket = "b", region = "x" } # inline']),
    ],
)
def test_take_out(text: str, keys: str, lines: list[str]) -> None:
    """Comments of others stay: those above, and those of the table that follows."""
    assert difference(text, without(text, tuple(keys.split(".")))) == lines


def test_there_and_back() -> None:
    """A table that was added leaves nothing behind when it is taken out."""
    text = f"{TEXT}\n"
    keys: Keys = ("profiles", "new", "bucket")
    assert without(with_value(text, keys, "b"), keys[:2]) == text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def change(path: Path, keys: str, value: object) -> None:
    file = TomlSettingsFile(str(path), "/home/ada")
    file.change([Change(tuple(keys.split(".")), value)], file.revision())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbf# \xc3\xa9\r\n[watch]\r\nrule = 'fred'\r\n", b"\xef\xbb\xbf# \xc3\xa9\r\n[watch]\r\nrule = 'fred'\r\npolling = true\r\n"),
        (b"# a\r\n[watch]\n# b\r\n", b"# a\r\n[watch]\npolling = true\n# b\r\n"),
    ],
)  # fmt: skip
def test_bytes(path: Path, before: bytes, after: bytes) -> None:
    """Byte order mark and ends of lines are the user's, also where they differ."""
    path.write_bytes(before)
    change(path, "watch.polling", value=True)
    assert path.read_bytes() == after


def test_links_and_permissions(path: Path, tmp_path: Path) -> None:
    """Who keeps the file elsewhere has it there; who may read it, stays."""
    real = tmp_path / "dotfiles"
    real.write_text("")
    real.chmod(0o600)
    path.symlink_to(real)
    change(path, "watch.polling", value=True)
    assert path.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == ("[watch]\npolling = true\n", 0o600)


@pytest.mark.parametrize(
    ("text", "keys", "value", "message"),
    [
        ("", "transfers.parallel", 99, "parallel must be a whole number from 1 to 16."),
        ("", "profiles.lab.region", "eu", 'a profile of kind "s3" needs a bucket.'),
        ("", "transfers.paralel", 2, "unknown setting."),
        ("\n[watch]\nrule = 3\n", "transfers.parallel", 2, "PATH, line 3: rule must be text in quotes."),
        ("a = 1\n[watch\n", "transfers.parallel", 2, "PATH, line 2, column 7: not valid TOML."),
        ("", "profiles.lab.secret_access_key", "wJalrXUtnFEMI", "a secret is written here."),
    ],
)  # fmt: skip
def test_refused(path: Path, text: str, keys: str, value: object, message: str) -> None:
    """What could not be used is not written; what was wrong before is named by its line."""
    path.write_text(text)
    if keys == "profiles.lab.region":
        text = '[profiles.lab]\nkind = "s3"\nbucket = "b-b"\n'
        path.write_text(text)
        keys, value = "profiles.lab.bucket", None
    with pytest.raises(SettingsError) as refused:
        change(path, keys, value)
    assert refused.value.what == message.replace("PATH", str(path))
    assert path.read_text() == text


def test_the_environment_does_not_count(path: Path) -> None:
    """A profile may be set up here whose credentials are only there where it is used."""
    path.write_text('[profiles.lab]\nbucket = "b-b"\n')
    file = TomlSettingsFile(str(path), None)
    keys = [("profiles", "lab", name) for name in ("access_key_id", "secret_access_key")]
    changes = [Change(key, "${NOT_SET_HERE}") for key in keys]
    file.change([*changes, Change(("profile",), "lab")], file.revision())
    with pytest.raises(SettingsError, match="NOT_SET_HERE, which is not set"):
        load_settings(str(path), {}, {})


def test_somebody_else(path: Path) -> None:
    """What was written since the user looked is not overwritten; nothing of it is lost."""
    path.write_text("# one\n")
    file = TomlSettingsFile(str(path), None)
    seen = file.revision()
    path.write_text("# two\n")
    with pytest.raises(ConflictError, match="was changed meanwhile"):
        file.change([Change(("profile",), "local")], seen)
    path.unlink()
    with pytest.raises(ConflictError):
        file.change([Change(("profile",), "local")], seen)
    assert not path.exists()


def test_not_writable(path: Path) -> None:
    """A file that cannot be written stays as it is, and is said to."""
    path.write_text("# mine\n")
    path.with_name(f"{path.name}.new").mkdir()
    with pytest.raises(SettingsError, match=r"cannot be written: Is a directory\. It is as it was"):
        change(path, "watch.polling", value=True)
    assert path.read_text() == "# mine\n"


def test_new(path: Path) -> None:
    """A new file says nothing yet; without its comment signs it says what counts anyway."""
    file = TomlSettingsFile(str(path), "/home/ada")
    file.create()
    assert load_settings(str(path), {}, {}) == load_settings(str(path) + "-none", {}, {})
    with pytest.raises(ConflictError, match="is there already"):
        file.create()
    lines = path.read_text().splitlines()
    said = "\n".join(line.removeprefix("# ") for line in lines[3:])
    path.write_text(said.replace('kind = "any"', 'kind = "fred"'))
    assert load_settings(str(path), {"HOME": "/home/ada"}, {}).watch.rule == "fred"
    written = tomllib.loads(said)
    settings = load_settings(str(path) + "-none", {}, {})
    for table in ("watch", "transfers"):
        real = {name: getattr(getattr(settings, table), name) for name in written[table]}
        assert written[table] == {**real, **_IN_WORDS.get(table, {})}


_IN_WORDS: dict[str, dict[str, object]] = {
    "watch": {"upload_changed": "auto"},
    "transfers": {"limit": "off"},
}
