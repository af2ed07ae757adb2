"""When `runferry` begins with the card of the first run."""

from pathlib import Path

import pytest

from tui.commands.open import is_new
from tui.composition.options import Options
from tui.composition.session import Session


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"RUNFERRY_HOME": str(tmp_path), "HOME": str(tmp_path)}


def test_nobody_said_anything(environ: dict[str, str]) -> None:
    """Neither in a file, nor by a variable, nor on the command line."""
    with Session(Options(), environ) as session:
        assert is_new(session)


def test_a_store_is_named(tmp_path: Path, environ: dict[str, str]) -> None:
    """Whoever does that needs no card."""
    for options in (Options(bucket="s3://lab-results"), Options(profile="local")):
        with Session(options, environ) as session:
            assert not is_new(session)
    with Session(Options(), {**environ, "RUNFERRY_PROFILE": "local"}) as session:
        assert not is_new(session)
    (tmp_path / "settings.toml").write_text("")
    with Session(Options(), environ) as session:
        assert not is_new(session)
