"""Somebody looks at their runs in a browser of this machine, and nobody else does."""

import asyncio
import signal
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import PATIENCE
from tests.acceptance.serving import served

aiohttp = pytest.importorskip("aiohttp", reason="needs the extra `web`")
pytest.importorskip("textual_serve", reason="needs the extra `web`")


def socket_of(address: str) -> str:
    return address.replace("http:", "ws:") + "ws?width=120&height=36"


def origin_of(address: str) -> str:
    return "/".join(address.split("/")[:3])


async def test_the_app_is_there(runferry: Command, home: Path, fred_out: Path) -> None:
    """
    Given an app that is served for looking
    When the page asks for it, and ctrl+c is pressed where it is served
    Then it draws the runs and says that it is read-only, and it ends with the server.
    """
    with served(fred_out) as (serving, address):
        async with aiohttp.ClientSession() as client:
            async with client.get(address) as page:
                text = await page.text()
                assert page.status == 200
                assert page.headers["Referrer-Policy"] == "no-referrer"
            assert socket_of(address).partition("?")[0] in text
            drawn = ""
            async with client.ws_connect(socket_of(address), origin=origin_of(address)) as app:
                async with asyncio.timeout(PATIENCE):
                    while not ("read-only" in drawn and "RUN1" in drawn):
                        drawn += (await app.receive_bytes()).decode("utf-8", "replace")
                    serving.signal(signal.SIGINT)
                    while (message := await app.receive()).type is aiohttp.WSMsgType.BINARY:
                        pass
                assert message.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING}
        assert serving.wait() == 0
        token = address.split("/")[3]
        assert token not in serving.errors
    logs = "".join(path.read_text() for path in (home / "logs").iterdir())
    assert token not in logs


async def test_nobody_else(home: Path, fred_out: Path) -> None:
    """
    Given an app that is served
    When somebody asks without the token, or by another name, or from another page
    Then nothing is answered: not the page, not the socket, not a file.
    """
    with served(fred_out) as (_, address):
        origin, token = origin_of(address), address.split("/")[3]
        own = {"Origin": origin}
        wrong = f"{origin}/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}"
        port = origin.rpartition(":")[2]
        tries: list[tuple[str, dict[str, str]]] = [
            (f"{origin}/", {}),
            (f"{origin}/ws", own),
            (f"{origin}/static/js/textual.js", {}),
            (f"{wrong}/", {}),
            (f"{wrong}/ws", own),
            (f"{wrong}/static/js/textual.js", {}),
            (address, {"Host": f"runferry.example:{port}"}),
            (f"{address}ws", {"Host": f"runferry.example:{port}", **own}),
            (address, {"Origin": "http://evil.example"}),
            (f"{address}ws", {"Origin": "http://evil.example"}),
            (f"{address}ws", {"Origin": "null"}),
            (f"{address}ws", {}),
        ]
        async with aiohttp.ClientSession() as client:
            for url, headers in tries:
                async with client.get(url, headers=headers) as answer:
                    assert (url, answer.status) == (url, 403)
                if "/ws" in url:
                    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                        await client.ws_connect(url, headers=headers)
            async with client.get(f"{address}static/js/textual.js") as answer:
                assert answer.status == 200
            async with client.get(f"{address}static/../server.py") as answer:
                assert answer.status in {403, 404}


def test_without_the_extra(runferry: Command, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given a RunFerry without the extra `web`
    When it is to serve
    Then it says what is missing, and how to get it.
    """
    import sys

    for name in [name for name in sys.modules if name.startswith(("textual_serve", "tui.web"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual_serve", None)
    answer = runferry("serve")
    assert answer.code == 2
    assert "extra `web`" in answer.err
    assert "runferry[web]" in answer.err
