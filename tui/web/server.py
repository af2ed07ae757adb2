"""The app in a browser on this machine: textual-serve, behind a token that every request has to know."""

import asyncio
import hmac
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

_HOST = "127.0.0.1"
_END_SECONDS = 5.0
"""The app has that long to end by itself; quitting needs two at most."""
_MOST_APPS = 16
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebServer(Server):
    """On the loopback address alone. The token is part of every path, and nothing is answered without it.

    What names another host is refused: a name that somebody else made lead here, as well as a page of
    another origin that opens a socket.
    """

    def __init__(self, command: str, listening: socket.socket, title: str) -> None:
        """`command` starts the app anew for each page; it goes through a shell. `listening` is bound, and closed at the end."""
        self._port = int(listening.getsockname()[1])
        super().__init__(f"exec {command}", host=_HOST, port=self._port, title=title)  # pyright: ignore[reportUnknownMemberType] - a path is untyped there
        self._listening = listening
        self._token = secrets.token_urlsafe(32)
        self._hosts = {f"{name}:{self._port}" for name in (_HOST, "localhost")}
        self._files = _files(Path(self.statics_path))
        self._open: set[web.WebSocketResponse] = set()

    @property
    def address(self) -> str:
        """For the user alone: who has it has the app."""
        return f"http://{_HOST}:{self._port}/{self._token}/"

    def run(self) -> None:
        """Until SIGINT or SIGTERM; all apps end with it. Nothing is logged: paths have the token in them."""
        web.run_app(
            self._make_app(),
            sock=self._listening,
            access_log=None,
            print=lambda *_: None,
            shutdown_timeout=2 * _END_SECONDS,
        )

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(self.templates_path))
        app.add_routes(
            [
                web.get("/{token}/", self.handle_index),
                web.get("/{token}/ws", self.handle_websocket),
                web.get("/{token}/static/{name:.+}", self.handle_static),
            ]
        )
        app.on_response_prepare.append(self._add_headers)
        app.on_shutdown.append(self._end_all)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """The same for whatever there is: page, socket, files, and what there is not."""
        origin = request.headers.get("Origin")
        if request.host not in self._hosts:
            raise web.HTTPForbidden(text="This is not the address of RunFerry.")
        if origin is not None and origin not in {f"http://{host}" for host in self._hosts}:
            raise web.HTTPForbidden(text="Another page has no business here.")
        if not self._knows(request.match_info.get("token", "")):
            raise web.HTTPForbidden(text="The address that `runferry serve` printed has a token.")
        return await handler(request)

    def _knows(self, token: str) -> bool:
        return hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode())

    async def _add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """The address goes to nobody else, and nothing comes from elsewhere."""
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
            f" img-src 'self' data:; font-src 'self' data:; connect-src 'self' ws://{request.host};"
            " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        )

    async def handle_index(self, request: web.Request) -> web.Response:
        """The page, with the addresses of the rest."""
        here = f"{request.host}/{self._token}"
        context: Mapping[str, object] = {
            "font_size": to_int(request.query.get("fontsize", ""), 16),
            "app_websocket_url": f"ws://{here}/ws",
            "config": {"static": {"url": f"http://{here}/static/"}},
            "application": {"name": self.title},
        }
        return aiohttp_jinja2.render_template("app_index.html", request, context)

    async def handle_static(self, request: web.Request) -> web.StreamResponse:
        """Exactly what textual-serve has."""
        path = self._files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return web.FileResponse(path)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """An app for as long as the page is open. A socket without an origin is no browser's."""
        if "Origin" not in request.headers or len(self._open) >= _MOST_APPS:
            raise web.HTTPForbidden(text="Not from here, or too many.")
        websocket = web.WebSocketResponse(heartbeat=15)
        self._open.add(websocket)
        child = _Child(
            self.command,
            write_bytes=websocket.send_bytes,
            write_str=websocket.send_str,
            close=_closing(websocket),
            download_manager=self.download_manager,
        )
        try:
            await websocket.prepare(request)
            width, height = (to_int(request.query.get(n, ""), d) for n, d in _SIZE)
            await child.start(width, height)
            await self._process_messages(websocket, child)
        finally:
            self._open.discard(websocket)
            await child.end()
        return websocket

    async def _end_all(self, app: web.Application) -> None:
        for websocket in [*self._open]:
            await websocket.close(code=1001)


_SIZE = (("width", 80), ("height", 24))


class _Child(AppService):
    """The app of one page."""

    async def run(self) -> None:
        """Then the page says that it is over, however the app ended."""
        try:
            await super().run()
        finally:
            with suppress(ConnectionError):
                await self.remote_close()

    async def end(self) -> None:
        """By itself, else by force."""
        try:
            await asyncio.wait_for(self.stop(), _END_SECONDS)
        except Exception:  # noqa: BLE001 - whatever was wrong with the page, its app ends
            if self._process and self._process.returncode is None:
                self._process.kill()
        if self._process:
            await self._process.wait()


def _closing(websocket: web.WebSocketResponse) -> Callable[[], Awaitable[None]]:
    async def close() -> None:
        await websocket.close()

    return close


def _files(top: Path) -> Mapping[str, Path]:
    return {path.relative_to(top).as_posix(): path for path in top.rglob("*") if path.is_file()}
