"""Makes the pictures of the README from the real app on fixed data: the same text every time.

`python screenshots/make.py` writes the SVGs beside this file.
"""

import asyncio
import os
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot

from core.errors import StoreAccessDeniedError
from core.finish.rule import Check, Outcome
from core.model import Artifact
from core.ports.journal.proofs import Proof, ProofKind
from core.transfer_view import TransferState
from core.upload.upload_request import UploadRequest
from tests.builders import MIB, NOON, a_job, a_run, an_artifact
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, MEASLES, Stage, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.widgets.row_table import RowTable

HERE = Path(__file__).parent
BASELINE = "/data/fred-out/baseline/OUT"
RUNNING = f"{FLU}/RUN5"
GROWTH = (3, 5, 6, 7, 6, 5, 6, 7, 8, 7, 6, 7)
NOT_FINAL = (
    Check("log ended", False, "LOG has not ended"),
    Check("no temporary files", False, "out.csv.tmp is being written"),
    Check("final header", False, "out.csv is not final"),
    Check("all rows", False, "out.csv has 97 of 180 rows"),
    Check("nothing newer", True, "nothing is newer than out.csv"),
)
REFUSED = StoreAccessDeniedError(
    "PutObject was refused: AccessDenied (HTTP 403, request 7H2K4Q).",
    kept="6 of 31 parts are in the store; nothing local was changed.",
    todo="Ask for s3:PutObject below jobs/, then press r.",
)

Act = Callable[[Pilot[int]], Awaitable[None]]


def _results() -> list[Artifact]:
    """Of two jobs; RUN2 of one of them was stored twice."""
    at = "jobs/{}/2026/11/20/120000/"
    newest = [
        an_artifact(f"{at.format(job_id)}run_{run_id}_results.zip", job_id=job_id, run_id=run_id)
        for job_id, run_id in ((11, 1), (11, 2), (11, 3), (12, 1), (12, 2))
    ]
    older = an_artifact(f"{at.format(12)}versions/run_2_results.v0001.zip", run_id=2)
    second = {"version": 2, "size": 204 * MIB, "sha256": "3f" * 32, "content_id": "9c" * 32}
    newest[-1] = replace(newest[-1], **second, host="node-3", app_version="1.0")
    return [*newest, replace(older, sha256="7e" * 32)]


def a_lab() -> Stage:
    """Three jobs in all states that a run can be in, and uploads in all states of the queue."""
    stage = Stage()
    _fill(stage)
    stage.settle()
    _store(stage)
    _grow(stage)
    _upload(stage)
    return stage


def _fill(stage: Stage) -> None:
    runs = stage.tree.runs
    for number in range(1, 5):
        runs[f"{FLU}/RUN{number}"] = FakeRunDirectory(204, (807 + number) * MIB)
    for number in range(1, 4):
        runs[f"{BASELINE}/RUN{number}"] = FakeRunDirectory(1004, 3072 * MIB, days=(365, 365))
    runs[RUNNING] = FakeRunDirectory(
        85, 200 * MIB, Outcome.RUNNING, "LOG has not ended", (61, 180), NOT_FINAL
    )
    runs[f"{FLU}/RUN7"] = FakeRunDirectory(0, 0, Outcome.RUNNING, "nothing written yet", None)
    runs[f"{MEASLES}/RUN1"] = FakeRunDirectory(
        31, 410 * MIB, Outcome.FAILED, "err.txt: FRED ERROR: no such place", (12, 365)
    )
    runs[f"{MEASLES}/RUN2"] = FakeRunDirectory(202, 940 * MIB, days=(365, 365))
    for run in runs.values():
        run.written = stage.clock.now()


def _store(stage: Stage) -> None:
    jobs = [a_job(11, "baseline"), a_job(12, "simpleflu"), a_job(13, "measles")]
    runs = [a_run(*ids) for ids in ((11, 1), (11, 2), (11, 3), (12, 1), (12, 2))]
    stage.catalog.replace(jobs, runs, _results(), stage.clock.now())
    proofs = [
        Proof(artifact.key, artifact.sha256, ProofKind.UPLOADED, NOON)
        for artifact in _results()
        if artifact.job_id == 12 and artifact.version == artifact.run_id  # noqa: PLR2004 - ours
    ]
    stage.journal.put_proofs(proofs)
    stage.journal.bind_root(BASELINE, 11)
    stage.journal.bind_root(FLU, 12)
    _mark_stored(stage, f"{BASELINE}/RUN1", f"{BASELINE}/RUN2")
    stage.watch.mark_uploaded(f"{BASELINE}/RUN3", "as it was")


def _mark_stored(stage: Stage, *paths: str) -> None:
    for path in paths:
        stage.watch.mark_uploaded(path, stage.tree.fingerprint(path))


def _grow(stage: Stage) -> None:
    run = stage.tree.runs[RUNNING]
    for day, growth in enumerate(GROWTH, 86):
        run.bytes, run.files, run.days = run.bytes + growth * 2 * MIB, day + 24, (day, 180)
        if growth == GROWTH[-1]:
            stage.tree.runs.setdefault(f"{FLU}/RUN6", FakeRunDirectory(204, 810 * MIB))
        stage.clock.advance(2)
        stage.watch.rescan()
        stage.watch.tick()


def _upload(stage: Stage) -> None:
    stage.ferry.fail(f"{MEASLES}/RUN2", REFUSED)
    travelling = [
        stage.ferry.hold(f"{FLU}/RUN3", done=457 * MIB, total=810 * MIB),
        stage.ferry.hold(f"{FLU}/RUN4", done=92 * MIB, total=811 * MIB),
    ]
    stage.queue.start()
    for source in (f"{MEASLES}/RUN2", f"{FLU}/RUN1", f"{FLU}/RUN2"):
        stage.queue.submit(UploadRequest(source))
    stage.queue.wait_idle(10)
    _mark_stored(stage, f"{FLU}/RUN1", f"{FLU}/RUN2")
    stage.watch.tick()
    for source in (f"{FLU}/RUN3", f"{FLU}/RUN4", f"{MEASLES}/RUN1"):
        stage.queue.submit(UploadRequest(source))
    for script in travelling:
        script.waiting.wait(10)
    stage.queue.views()
    for script in travelling:
        script.read(46 * MIB)
    stage.clock.advance(5)


async def watch(pilot: Pilot[int]) -> None:
    """Why RUN5 is not finished."""
    await until(pilot, lambda: any("stored" in line for line in lines_of(table_of(pilot))))
    await until(pilot, lambda: table_of(pilot).move_to(RUNNING))
    await until(pilot, lambda: "LOG has not ended" in text_of(pilot, "#detail"))


async def transfers(pilot: Pilot[int]) -> None:
    """What went wrong with one of them, what was kept, what to do."""
    await pilot.press("3")
    await until(pilot, lambda: table_of(pilot).row_count == 6)  # noqa: PLR2004 - those of `_upload`
    for view in LAB.queue.views():
        if view.state is TransferState.FAILED:
            table_of(pilot).move_to(str(view.id))
    await until(pilot, lambda: "What" in text_of(pilot, "#story"))


async def browse(pilot: Pilot[int]) -> None:
    """The runs of a job, from the cache."""
    await pilot.press("2")
    await until(pilot, lambda: table_of(pilot).row_count == 3 and table_of(pilot).has_focus)  # noqa: PLR2004 - our jobs
    await pilot.press("j", "enter")
    await until(pilot, lambda: "12 simpleflu" in text_of(pilot, "#crumbs"))
    await pilot.press("j")
    await until(pilot, lambda: table_of(pilot).cursor_key == "2")
    shown = pilot.app.screen.query_one("#artifacts", RowTable)
    if shown.display:
        await until(pilot, lambda: "read back" in "".join(lines_of(shown)))


LAB = a_lab()
SCENES: tuple[tuple[str, tuple[int, int], Act], ...] = (
    ("watch-80x24", (80, 24), watch),
    ("watch-120x36", (120, 36), watch),
    ("transfers-120x36", (120, 36), transfers),
    ("browse-80x24", (80, 24), browse),
    ("browse-120x36", (120, 36), browse),
)


async def make(name: str, size: tuple[int, int], act: Act) -> None:
    """One picture."""
    app = LAB.app()
    async with app.run_test(size=size) as pilot:
        await act(pilot)
        await pilot.pause()
        svg = app.export_screenshot(title="runferry")
    # Textual names the styles after a number that changes from one export to the next.
    (HERE / f"{name}.svg").write_text(re.sub(r"terminal-\d+", "terminal", svg))
    print(name)


def main() -> None:
    """All pictures, in UTC and without a desktop."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    for scene in SCENES:
        asyncio.run(make(*scene))
    LAB.end()


if __name__ == "__main__":
    main()
