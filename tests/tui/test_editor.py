"""The user's editor, as a real child of this process."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tui.editor import EditorError, edit


def editor(code: str) -> dict[str, str]:
    """One that runs some Python on the file; it may have arguments, as editors do."""
    return {**os.environ, "VISUAL": f"{sys.executable} -c '{code}'", "EDITOR": "not-this-one"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "settings with a space.toml"
    path.write_text("# mine\n")
    return path


def test_edit(file: Path) -> None:
    """It has the file, and is waited for."""
    edit(str(file), editor('import sys; open(sys.argv[1], "a").write("more")'))
    assert file.read_text() == "# mine\nmore"


def test_interrupted(file: Path) -> None:
    """What is meant for the editor does not end RunFerry, and afterwards is heard again."""
    before = signal.getsignal(signal.SIGINT)
    edit(str(file), editor("import os, signal; os.kill(os.getppid(), signal.SIGINT)"))
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("no-such-editor", "no-such-editor cannot be started: No such file"),
        ("false", "ended with code 1"),
        ("vi 'half", "a quote is not closed"),
    ],
)
def test_no_editor(file: Path, command: str, message: str) -> None:
    """Why, in words; the file is as it was."""
    with pytest.raises(EditorError, match=message):
        edit(str(file), {**os.environ, "VISUAL": "", "EDITOR": command})
    assert file.read_text() == "# mine\n"
