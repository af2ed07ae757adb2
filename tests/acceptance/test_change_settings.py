"""Settings are changed by command, and what a user wrote stays."""

import shlex
import sys
from pathlib import Path

import pytest

from core.errors import EXIT_FAILED, EXIT_USAGE
from tests.acceptance.conftest import Command

MINE = """\
# Ada's settings: ask before you touch them

[watch]   # the tree on /data
quiet_seconds = 60   # the file server is slow

# 20 at night, see cron
[transfers]
limit = "5 MB/s"
"""


def test_set_and_unset(runferry: Command, home: Path) -> None:
    """A setting is changed in a file with comments.

    Given a settings file with comments
    When one setting is changed, one is added and one is taken out by command
    Then every other byte is as it was, and what was set counts.
    """
    file = home / "settings.toml"
    home.mkdir()
    file.write_text(MINE)
    assert runferry("config", "set", "transfers.limit", "20MB/s").code == 0
    assert runferry("config", "set", "watch.sidecars", "true").code == 0
    assert runferry("config", "unset", "watch.quiet_seconds").code == 0
    assert file.read_text() == MINE.replace("5 MB/s", "20MB/s").replace(
        "quiet_seconds = 60   # the file server is slow", "sidecars = true"
    )
    shown = {record["setting"]: record for record in runferry("config", "show", "--json").records}
    assert shown["transfers.limit"] == {
        "setting": "transfers.limit", "value": "20 MB/s", "origin": "file:8"
    }  # fmt: skip
    assert shown["watch.sidecars"]["value"] is True
    assert shown["watch.quiet_seconds"]["origin"] == "default"
    assert runferry("config", "unset", "watch.quiet_seconds").code == EXIT_FAILED


def test_refused(runferry: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be used is not written.

    Given no settings file
    When a setting is misspelled, and a profile gets a secret, or half of its credentials
    Then each is refused and nothing is written; what is written but does not count here is said to.
    """
    slip = runferry("config", "set", "transfers.paralel", "4")
    assert (slip.code, "Did you mean parallel?" in slip.err) == (EXIT_USAGE, True)
    secret = runferry("config", "set", "profiles.lab.secret_access_key", "wJalrXUtnFEMIK7MDENG")
    assert (secret.code, "wJalr" in secret.err) == (EXIT_USAGE, False)
    assert not (home / "settings.toml").exists()

    assert runferry("config", "set", "profiles.lab.bucket", "epi").code == 0
    one_of_two = runferry("config", "set", "profiles.lab.access_key_id", "${ID}")
    assert "only of use together" in one_of_two.err
    monkeypatch.setenv("RUNFERRY_PROFILE", "local")
    told = runferry("config", "set", "profile", "lab")
    assert (told.code, "RUNFERRY_PROFILE is set here" in told.err) == (0, True)


def test_edit(runferry: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor is opened on a file that explains itself.

    Given no settings file, and an editor that leaves a slip
    When the settings are edited
    Then the file is made and opened, the slip is named with its line, and stays for the next time.
    """
    slip = "import sys; open(sys.argv[1], 'w').write('# mine\\n[watch]\\nrule = 3\\n')"
    monkeypatch.setenv("EDITOR", f"{sys.executable} -c {shlex.quote(slip)}")
    edited = runferry("config", "edit")
    assert (edited.code, "settings.toml, line 3: rule must be" in edited.err) == (EXIT_USAGE, True)
    assert "rule = 3" in (home / "settings.toml").read_text()
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    missing = runferry("config", "edit")
    assert (missing.code, "no-such-editor-here cannot be started" in missing.err) == (1, True)
    there = runferry("config", "init")
    assert (there.code, "is there already" in there.err) == (EXIT_FAILED, True)
