"""A run that changes after it was stored: what is said of it, and counted."""

import pytest

from core.events import RunDetected
from core.finish.rule import Outcome
from tests.builders import MIB
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, Stage, stored, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.wording.events import as_record

SIZE = (120, 36)
RUN2 = f"{FLU}/RUN2"


def line_of(table_lines: list[str], name: str) -> str:
    return next(line for line in table_lines if name in line)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.DONE, "changed"),
        (Outcome.FAILED, "failed"),
        (Outcome.RUNNING, "running"),
        (Outcome.STOPPED, "stopped"),
    ],
)
async def test_a_run_that_changes_after_its_upload(
    stage: Stage, outcome: Outcome, state: str
) -> None:
    """Whatever became of it, what is stored is not what is there: in the list, beside it, counted."""
    stored(stage)
    async with stage.app().run_test(size=SIZE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(RUN2))
        await until(pilot, lambda: "2/5" in "".join(lines_of(table_of(pilot))))
        assert "✓ stored" in line_of(lines_of(table_of(pilot)), " RUN2 ")
        await until(pilot, lambda: "✓ stored" in text_of(pilot, "#detail"))

        stage.tree.runs[RUN2] = FakeRunDirectory(205, 900 * MIB, outcome)
        stage.watch.rescan()
        stage.settle()
        await until(pilot, lambda: "outdated" in line_of(lines_of(table_of(pilot)), " RUN2 "))
        lines = lines_of(table_of(pilot))
        assert state in line_of(lines, " RUN2 ")
        assert "1/5" in "".join(lines)
        await until(pilot, lambda: "outdated: it has changed" in text_of(pilot, "#detail"))
        assert "✓ stored" not in text_of(pilot, "#detail")
        view = next(view for view in stage.watch.views() if view.path == RUN2)
        assert as_record(RunDetected(view))["stored"] is False

        stage.tree.runs[RUN2] = FakeRunDirectory(bytes=810 * MIB)
        stage.watch.rescan()
        stage.settle()
        await until(pilot, lambda: "✓ stored" in line_of(lines_of(table_of(pilot)), " RUN2 "))
        assert "2/5" in "".join(lines_of(table_of(pilot)))


async def test_a_run_that_was_only_touched(stage: Stage) -> None:
    """Other times and the same sizes: whether the content is another one is not known."""
    stored(stage)
    async with stage.app().run_test(size=SIZE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(RUN2))
        await until(pilot, lambda: "2/5" in "".join(lines_of(table_of(pilot))))
        stage.tree.runs[RUN2] = FakeRunDirectory(bytes=810 * MIB, touched=1)
        stage.watch.rescan()
        stage.settle()
        await until(pilot, lambda: "in store" in line_of(lines_of(table_of(pilot)), " RUN2 "))
        assert "1/5" in "".join(lines_of(table_of(pilot)))
        await until(pilot, lambda: "an upload finds out" in text_of(pilot, "#detail"))
        assert "outdated" not in text_of(pilot, "#detail")


async def test_what_this_machine_has_not_compared(stage: Stage) -> None:
    """A run that another machine stored is in the store; whether as it is here, nobody knows."""
    stored(stage)
    later = Stage(tree=stage.tree, journal=stage.journal, catalog=stage.catalog)
    later.settle()
    async with later.app().run_test(size=SIZE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(RUN2))
        await until(pilot, lambda: "in store" in line_of(lines_of(table_of(pilot)), " RUN2 "))
        assert "0/5" in "".join(lines_of(table_of(pilot)))
        await until(pilot, lambda: "an upload finds out" in text_of(pilot, "#detail"))
    later.end()
