"""How far several transfers are together, on a real terminal."""

from dataclasses import dataclass, field

from core.progress import Progress
from core.transfer_view import Phase
from tests.tui.commands.terminal import Terminal, on_terminal
from tests.tui.commands.test_progress_line import AROUND, REDRAW
from tui.commands.overall_line import OverallLine, Share, Together


@dataclass
class Upload:
    """One that has begun, unless it has ended."""

    ended: bool = False
    progress: Progress = field(default_factory=Progress)


def test_several() -> None:
    """Those that have ended count whole, however they went; the others as far as they are."""
    half = Upload()
    half.progress.begin(Phase.RECEIVING, total=200)
    half.progress.add_read(100)
    shares = [Share(Upload(ended=True), 1 << 20), Share(half, 2 << 20), Share(Upload(), 1 << 20)]

    def act(terminal: Terminal) -> None:
        with OverallLine(Together("run", shares), AROUND):
            terminal.wait_for("%")

    *_, line, after = on_terminal(80, act, stream="stderr").split(REDRAW)
    assert line == "1 of 3 runs  50%  4.0 MiB"
    assert after == ""


def test_nobody_knows_how_much() -> None:
    """Then nothing is said of it."""
    together = Together("run", [Share(Upload(), 0), Share(Upload(), 0)])
    assert (together.title(), together.far(), together.pace().rate) == ("0 of 2 runs", (), None)
