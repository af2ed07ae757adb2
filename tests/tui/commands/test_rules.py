"""`runferry rules`: which there are, what each says, what it sees in a directory."""

import json
import tomllib
from pathlib import Path

import pytest

from core.errors import EXIT_OK, EXIT_USAGE
from core.finish.ready_made import READY_MADE
from storage.settings.file import load_settings
from tui.cli import run
from tui.wording.rule_tables import as_table


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUNFERRY_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def lammps_run(place: Path, end: str) -> Path:
    place.mkdir()
    (place / "log.lammps").write_text("LAMMPS (2 Aug 2023)\n" + "step 1\n" * 2000 + end)
    return place


def test_list(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every rule, where it comes from, and when a run is done by it."""
    (home / "settings.toml").write_text(
        '[rules.mine]\nkind = "sentinel"\nsuccess = ["OK", "FINE"]\n[rules.sumo]\nmin_files = 3'
    )
    assert run(["rules", "list"]) == EXIT_OK
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert {"fred", "sentinel", "quiet", "mine"} | {r.name for r in READY_MADE} == set(lines)
    assert "built in" in lines["lammps"]
    assert "Total wall time" in lines["lammps"]
    assert "OK or FINE" in lines["mine"]
    assert "file:2" in lines["mine"]
    assert "file:5" in lines["sumo"]
    assert run(["rules", "list", "--json"]) == EXIT_OK
    records = {r["rule"]: r for r in map(json.loads, capsys.readouterr().out.splitlines())}
    assert records["mine"]["success"] == [{"file": "OK"}, {"file": "FINE"}]


@pytest.mark.parametrize("name", [rule.name for rule in READY_MADE])
def test_show(name: str, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is shown can be put into the settings file under another name, and is the same rule."""
    assert run(["rules", "show", name]) == EXIT_OK
    table = capsys.readouterr().out.replace(f"[rules.{name}]", "[rules.mine]")
    (home / "settings.toml").write_text(table)
    rules = {r.name: r for r in load_settings(str(home / "settings.toml"), {}, {}).watch.rules}
    assert list(as_table(rules["mine"]))[1:] == list(as_table(rules[name]))[1:]
    assert rules["mine"].success == rules[name].success
    assert rules["mine"].failure == rules[name].failure
    assert tomllib.loads(table)["rules"]["mine"]["kind"] == "sentinel"


def test_try(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A directory of any name is a run; each condition with its reason."""
    done = lammps_run(tmp_path / "melt-a", "Total wall time: 0:00:06\n")
    goes_on = lammps_run(tmp_path / "melt-b", "   100 0.7\n")
    assert run(["rules", "try", "lammps", str(done)]) == EXIT_OK
    assert capsys.readouterr().out.startswith("done ")
    assert run(["rules", "try", "lammps", str(goes_on)]) == EXIT_OK
    out = capsys.readouterr().out
    assert out.startswith("running ")
    assert "✗ success marker         log.lammps does not say Total wall time: it ends with" in out
    assert run(["rules", "try", "lammps", str(goes_on), "--json"]) == EXIT_OK
    record = json.loads(capsys.readouterr().out)
    assert (record["state"], record["rule"]) == ("running", "lammps")
    assert [c["passed"] for c in record["checks"] if c["name"] == "success marker"] == [False]


def test_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is none, with the one that was meant; a directory that is none."""
    assert run(["rules", "try", "lamps", str(tmp_path)]) == EXIT_USAGE
    assert "Did you mean lammps?" in capsys.readouterr().err
    assert run(["rules", "try", "lammps", str(tmp_path / "nope")]) != EXIT_OK
    assert "nope is no directory" in capsys.readouterr().err


def test_nobody_else_hears_of_fred(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run of another simulator that is looked at by FRED's rule: it says which rules there are."""
    place = lammps_run(tmp_path / "RUN1", "Total wall time: 0:00:06\n")
    assert run(["upload", str(place)]) == EXIT_OK
    said = capsys.readouterr().err
    assert "out.csv" not in said
    assert "runferry rules list" in said
    assert run(["upload", str(place), "--rule", "lammps"]) == EXIT_OK
    assert "FRED" not in capsys.readouterr().err


def test_settings_are_not_full_of_them(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the ready-made rules only what is in use or was changed is a setting to be shown."""
    (home / "settings.toml").write_text('[watch]\nrule = "lammps"\n[rules.sumo]\nmin_files = 3')
    assert run(["config", "show"]) == EXIT_OK
    names = {line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert {"rules.lammps.success", "rules.sumo.min_files"} <= names
    assert not [name for name in names if name.startswith("rules.gromacs")]
