"""Servers that answer on a thread of their own."""

import threading
from socketserver import BaseServer
from typing import Any, Self


class InThread(BaseServer):
    """Runs while the block lasts, and leaves no thread behind."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
