"""The progress of one transfer, on a real terminal."""

from dataclasses import dataclass, replace

import pytest
from rich.cells import cell_len

from core.progress import Progress
from core.transfer_view import Phase
from core.waiting.store_waits import StoreWaits
from tests.fakes.clock import FixedClock
from tests.tui.commands.terminal import Terminal, on_terminal
from tui.commands.progress_line import ProgressLine

REDRAW = "\r\x1b[K"


@dataclass
class Around:
    """No limit, and a store that answers."""

    store_waits: StoreWaits
    limit: int = 0


AROUND = Around(StoreWaits(FixedClock()))


def drawn(width: int, title: str, limit: int = 0) -> list[str]:
    """All lines that were drawn of a download of which a quarter is here."""
    progress = Progress()
    progress.begin(Phase.RECEIVING, total=400 << 20)
    progress.add_read(100 << 20)

    def act(terminal: Terminal) -> None:
        with ProgressLine(title, progress, replace(AROUND, limit=limit)):
            terminal.wait_for("25%")

    return on_terminal(width, act, stream="stderr").split(REDRAW)[1:]


@pytest.mark.parametrize("width", [40, 60, 200])
@pytest.mark.parametrize(
    "title", ["RUN4", "疫情模型" * 20, "run_of_a_very_long_name" * 9], ids=["short", "wide", "long"]
)
def test_one_line(width: int, title: str) -> None:
    """Never wider than the terminal, also where characters are wide; the numbers stay, then nothing."""
    *lines, after = drawn(width, title)
    assert all(cell_len(text) < width for text in lines)
    assert "25%  400 MiB" in lines[-1]
    assert lines[-1].startswith(title[:3])
    assert after == ""


@pytest.mark.parametrize(("width", "told"), [(48, False), (80, True)])
def test_a_limit_is_told_whole_or_not_at_all(width: int, told: bool) -> None:
    """A part of a number is another number."""
    *lines, _ = drawn(width, "run_of_a_very_long_name", 5_000_000)
    assert "25%  400 MiB" in lines[-1]
    assert lines[-1].endswith("  limit 5 MB/s") is told
    assert ("lim" in lines[-1]) is told


def test_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is drawn."""
    with ProgressLine("RUN4", Progress(), AROUND):
        pass
    assert capsys.readouterr() == ("", "")
