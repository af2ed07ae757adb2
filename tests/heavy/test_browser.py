"""The app in a real browser: drawn, steered by keys, and nothing of it for another page."""

import asyncio
import itertools
import re
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.processes import PATIENCE
from tests.acceptance.serving import served

aiohttp = pytest.importorskip("aiohttp", reason="needs the extra `web`")
pytest.importorskip("textual_serve", reason="needs the extra `web`")
BROWSER = shutil.which("chromium") or shutil.which("google-chrome") or ""
pytestmark = pytest.mark.skipif(not BROWSER, reason="needs Chromium: apt-get install chromium")
STARTED = "document.body.classList.contains('-first-byte')"
ENDED = "document.body.classList.contains('-closed')"
REFUSED = "document.body.innerText.includes('has a token')"
_A_FRAME = "new Promise(done => setTimeout(done, 50))"
INTRUDE = """
new Promise(done => {{
  const socket = new WebSocket({url!r});
  socket.onopen = () => done('open');
  socket.onerror = () => done('refused');
}})
"""


class Page:
    """One page of the browser, steered as its developer tools do."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def call(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        async with asyncio.timeout(PATIENCE):
            while (answer := await self._socket.receive_json()).get("id") != number:
                pass
        return answer["result"]

    async def value(self, expression: str) -> object:
        told = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        return told["result"].get("value")

    async def until(self, expression: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while not await self.value(expression):
                await self.call("Runtime.evaluate", expression=_A_FRAME, awaitPromise=True)

    async def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            code = ord(key.upper())
            pressed = {"key": key, "text": key if kind == "keyDown" else ""}
            await self.call(
                "Input.dispatchKeyEvent", type=kind, windowsVirtualKeyCode=code, **pressed
            )


@asynccontextmanager
async def browser(profile: Path) -> AsyncGenerator[Page]:
    """A new one, without a window."""
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
    process = await asyncio.create_subprocess_exec(
        BROWSER,
        *options,
        f"--user-data-dir={profile}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as client:
            assert process.stderr
            while not (found := re.search(rb"ws://([^/]+)/", await process.stderr.readline())):
                assert process.returncode is None
            async with client.get(f"http://{found[1].decode()}/json/list") as answer:
                pages = [page for page in await answer.json() if page["type"] == "page"]
            async with client.ws_connect(pages[0]["webSocketDebuggerUrl"]) as socket:
                yield Page(socket)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_in_a_browser(home: Path, tmp_path: Path) -> None:
    """Drawn, and ended by `q`; without the token there is none, nor for a page from elsewhere."""
    (tmp_path / "OUT/RUN1").mkdir(parents=True)
    with served(tmp_path / "OUT") as (_, address):
        origin = "/".join(address.split("/")[:3])
        async with browser(tmp_path / "profile") as page:
            await page.call("Page.navigate", url=f"{origin}/")
            await page.until(REFUSED)
            url = address.replace("http:", "ws:") + "ws"
            await page.call("Page.navigate", url="data:text/html,elsewhere")
            await page.until("document.body.innerText == 'elsewhere'")
            assert await page.value(INTRUDE.format(url=url)) == "refused"
            await page.call("Page.navigate", url=address)
            await page.until(STARTED)
            await page.until("document.querySelector('.xterm-helper-textarea') != null")
            await page.value("document.querySelector('.xterm-helper-textarea').focus()")
            await page.press("q")
            await page.until(ENDED)
