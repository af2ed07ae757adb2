"""The content of a request, sent out of the buffers that it was collected in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol, TypeVar, cast

from core.ports.send_pace import Allow, all_at_once

if TYPE_CHECKING:
    from botocore.hooks import BaseEventHooks

T = TypeVar("T")

_BLOCK = 128 << 10


class HttpRequest(Protocol):
    """The part of botocore's request that is looked at here."""

    body: object


@dataclass(frozen=True)
class Content:
    """What is to be sent, as often as it takes.

    `on_sent(n)` is called on the sending thread before the next `n` bytes go out, as many as `allow`
    let go; both may raise, which ends the request. `on_sent(-n)` takes back what went out for nothing.
    """

    chunks: Sequence[memoryview]
    on_sent: Callable[[int], None] = lambda _: None
    allow: Allow = all_at_once


class Body:
    """What botocore takes for a file, without joining or copying the buffers. For one request."""

    def __init__(
        self, chunks: Sequence[memoryview], on_sent: Callable[[int], None], allow: Allow
    ) -> None:
        self._chunks = chunks
        self._size = sum(map(len, chunks))
        self._on_sent = on_sent
        self._allow = allow
        self._next = self._start = self._sent = 0
        self._counting = False
        self._given_up: Exception | None = None

    def __len__(self) -> int:
        return self._size

    def sent_by(self, send: Callable[[], T]) -> T:
        """The result of `send`, which may send it once. Raises what that or `on_sent` raised."""
        try:
            return send()
        except Exception:
            self._take_back()
            if not self._given_up:
                raise
        # Outside of the handler: what became of it on its way must not be its context.
        raise self._given_up

    def as_file(self) -> IO[bytes]:
        """Itself: botocore asks for less of a file than the type of files promises."""
        return cast("IO[bytes]", self)

    def begin(self) -> None:
        """From now on it is read to be sent, not to be signed; botocore may send it to another place."""
        self._take_back()
        self._counting = True

    def read(self, size: int) -> memoryview | bytes:
        """The next bytes of one buffer, none at the end.

        Usually more than `size`: who sends them asks for a few KiB and takes what comes, and each
        block costs him the interpreter twice.
        """
        if self._next == len(self._chunks):
            return b""
        chunk = self._chunks[self._next]
        piece = chunk[self._start : self._start + max(size, _BLOCK)]
        if self._counting:
            piece = piece[: self._count(len(piece))]
        self._start += len(piece)
        if self._start == len(chunk):
            self._next, self._start = self._next + 1, 0
        return piece

    def tell(self) -> int:
        """Asked before it is read to be signed."""
        return 0

    def seek(self, position: int) -> None:
        """Back to the beginning, after it was read to be signed."""
        self._next = self._start = position

    def _count(self, most: int) -> int:
        try:
            count = self._allow(most)
            self._sent += count
            self._on_sent(count)
        except Exception as error:
            self._given_up = error  # botocore makes an error of its own of it
            raise
        return count

    def _take_back(self) -> None:
        if self._sent:
            self._on_sent(-self._sent)
            self._sent = 0


def attend_to_bodies(events: "BaseEventHooks") -> None:
    """Makes a client send bodies at once, and tell them when they are sent."""
    events.register("before-call.s3", _expect_nothing)
    events.register("before-send.s3", _begin)


def _expect_nothing(params: dict[str, dict[str, str]], **_event: object) -> None:
    """Waiting for a server to ask for the content costs a round trip, or a second if it never does."""
    params["headers"].pop("Expect", None)


def _begin(request: HttpRequest, **_event: object) -> None:
    if isinstance(request.body, Body):
        request.body.begin()
