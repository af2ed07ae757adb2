"""Every part that a screen may ask for is made when it is asked for."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

import tui.parts
from tui.composition.late_parts import LateParts
from tui.composition.options import Options
from tui.composition.session import Session


def parts() -> Iterator[type]:
    """The classes that are written in `tui.parts`."""
    for module in iter_modules(tui.parts.__path__, "tui.parts."):
        for _, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            if kind.__module__ == module.name:
                yield kind


@pytest.mark.parametrize("kind", parts(), ids=lambda kind: kind.__name__)
def test_a_session_makes_it(tmp_path: Path, kind: type) -> None:
    """Else a key would end in an error."""
    with Session(Options(), {"RUNFERRY_HOME": str(tmp_path)}) as session:
        services = session.app_services([str(tmp_path)])
        assert services.part(kind) is services.part(kind)


def test_made_when_asked_for() -> None:
    """And what is no such thing is not handed out."""
    made: list[str] = []
    part = LateParts({"str": lambda: made.append("str") or "text", "int": lambda: "no number"})
    assert not made
    assert part(str) == "text"
    with pytest.raises(TypeError, match="'no number' is no int"):
        part(int)
