"""Copying, with and without a desktop."""

import base64
from collections.abc import Callable

import pytest

from tests.tui.test_crash import AWS_SECRET
from tui import clipboard
from tui.clipboard import Copier


def which(*installed: str) -> Callable[[str], str | None]:
    paths = {name: f"/usr/bin/{name}" for name in installed}
    return paths.get


@pytest.mark.parametrize(
    ("environ", "installed", "tool"),
    [
        ({"DISPLAY": ":0"}, ("xclip",), "xclip"),
        ({"DISPLAY": ":0"}, ("xsel",), "xsel"),
        ({"WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}, ("xclip", "wl-copy"), "wl-copy"),
        ({}, ("pbcopy",), "pbcopy"),
        ({}, ("xclip", "wl-copy"), None),
        ({"DISPLAY": ":0"}, (), None),
        ({"SSH_TTY": "/dev/ttys000"}, ("pbcopy",), None),
        ({"DISPLAY": ":0", "SSH_CONNECTION": "1 2"}, ("xclip",), None),
    ],
)
def test_native_tool(environ: dict[str, str], installed: tuple[str, ...], tool: str | None) -> None:
    """The tool of the desktop one sits at; over SSH that would be the wrong desktop."""
    command = clipboard.native_command(environ, which(*installed))
    assert (command[0] if command else None) == tool


def test_osc_52() -> None:
    """The terminal's own sequence."""
    payload = base64.b64encode("RUN4 模".encode()).decode()
    assert clipboard.terminal_sequence("RUN4 模", {}) == f"\x1b]52;c;{payload}\a"


def test_tmux() -> None:
    """Tmux is given the sequence bare and in its passthrough: one of them is let through."""
    bare = clipboard.terminal_sequence("x", {})
    assert bare is not None
    doubled = bare.replace("\x1b", "\x1b\x1b")
    assert clipboard.terminal_sequence("x", {"TMUX": "1"}) == f"{bare}\x1bPtmux;{doubled}\x1b\\"


def test_too_long() -> None:
    """A text that terminals would drop is not sent."""
    assert clipboard.terminal_sequence("x" * 100_000, {}) is None
    sent: list[str] = []
    assert "too long" in Copier(sent.append).through_terminal("x" * 100_000, "text").text
    assert sent == []


def test_copies_are_redacted() -> None:
    """A secret does not leave through the clipboard."""
    sent: list[str] = []
    Copier(sent.append).through_terminal(f"bad creds {AWS_SECRET}", "error text")
    payload = sent[0].removeprefix("\x1b]52;c;").removesuffix("\a")
    text = base64.b64decode(payload).decode()
    assert text.startswith("bad creds")
    assert AWS_SECRET not in text


def test_tool_that_is_missing() -> None:
    """No tool, no copy, no crash."""
    assert not clipboard.run_native(("/nonexistent/tool",), "x")
