"""One picture of the app."""

import asyncio
import re
from dataclasses import replace
from pathlib import Path

from screenshots.lab import BUCKET
from screenshots.scenes import Scene
from tests.tui.builders import HeardApp

_PICTURES = Path(__file__).parent


def place_of(scene: Scene) -> Path:
    """Where its picture lies."""
    return _PICTURES / f"{scene.name}.svg"


def picture(scene: Scene) -> str:
    """An SVG, the same text every time. Needs TZ to be UTC."""
    return asyncio.run(_drawn(scene))


async def _drawn(scene: Scene) -> str:
    stage = scene.stage()
    services = stage.services()
    if not scene.first_run:
        services = replace(services, profile="lab", store_location=BUCKET)
    app = HeardApp(services, first_run=scene.first_run)
    try:
        async with app.run_test(size=scene.size) as pilot:
            await scene.act(stage, pilot)
            await pilot.pause()
            svg = app.export_screenshot(title="runferry")
    finally:
        stage.end()
    # Textual names the styles after a number that changes from one export to the next.
    return re.sub(r"terminal-\d+", "terminal", svg)
