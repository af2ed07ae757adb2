"""A file on its way to the screen: read on other threads, a piece at a time, and only when asked for."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.errors import Failure
from core.ports.content import Content
from core.preview.hex_text import hexed
from core.preview.image_size import image_size
from core.preview.json_text import formatted
from core.preview.kept_content import KeptContent
from core.preview.kinds import Kind
from core.preview.opened import Opened, opened
from core.preview.table import Table
from core.preview.text import FIRST, LIMIT, TextReading
from core.printable import printable
from tui.background import in_background
from tui.widgets.cells import Tone
from tui.widgets.curve import Curve, curve_of
from tui.widgets.member_view import Offer, Seen
from tui.widgets.panes import line
from tui.wording.formatting import number, plural, size

_STEP = 1 << 20
_OFFERS: Mapping[Kind, Sequence[Offer]] = {
    Kind.TEXT: (Offer.TEXT,),
    Kind.TABLE: (Offer.TABLE, Offer.TEXT),
    Kind.JSON: (Offer.JSON, Offer.TEXT),
    Kind.IMAGE: (Offer.IMAGE, Offer.HEX),
    Kind.BINARY: (Offer.HEX,),
}


@dataclass(frozen=True)
class Found:
    """The outcome of a search; without a line there is none, in what was read or at all."""

    needle: str
    line: int | None
    around: bool = False
    """Whether it went on at the other end."""


class MemberReading:
    """Asked on the UI thread, which it never blocks; `changed` is called on any thread.

    No more is read than somebody wanted: the first screen, what is scrolled to, for a search or a
    chart at most `limit` bytes.
    """

    def __init__(
        self, name: str, content: Callable[[], Content], changed: Callable[[], None]
    ) -> None:
        """`name` is a path, of whatever characters; `content` is made on another thread."""
        self.name = name
        self.content = content
        self._changed = changed
        self._reading, self._counting = threading.Lock(), threading.Lock()
        self._closed = False
        self._opened: Opened | None = None
        self._source: Content
        self._texts: dict[Offer, TextReading] = {}
        self._table: Table | None = None
        self._wanted_curve: tuple[int, int] | None = None
        self._works = 0
        self._size = -1
        self.drawn: tuple[int, Curve | None] | None = None
        """The number of a column, and what is drawn of it."""
        self.failure: Failure | None = None
        self.found: Found | None = None
        self.grown = 0
        """By how many bytes the file is longer now than it was, as far as somebody compared."""
        self.gone = False
        self.limit = LIMIT

    def begin(self) -> None:
        """Reads the first piece, and finds out what it is."""
        self._work("member", self._begin)

    def close(self) -> None:
        """Ends what is being read, with the next block; nothing is said of it any more."""
        self._closed = True
        if self._opened:
            self._opened.close()
        for text in list(self._texts.values()):
            text.close()

    @property
    def working(self) -> bool:
        """Whether something is being read or looked for."""
        return self._works > 0

    @property
    def bytes_read(self) -> int:
        """Of the file as it is stored."""
        return self._opened.bytes_read if self._opened else 0

    @property
    def size(self) -> int:
        """Of the file as it is stored; negative while nobody knows."""
        return self._size

    @property
    def seen(self) -> Seen | None:
        """What there is to show; None before the first piece is here."""
        opening = self._opened
        if opening is None or not (self._texts or opening.kind is Kind.IMAGE):
            return None
        offers = list(_OFFERS[opening.kind])
        table = self._table
        if table and table.charted:
            offers.insert(1, Offer.CHART)
        about, words = self._about(opening), ()
        if opening.kind is Kind.IMAGE:
            words = (line(), line(f" {about}"), line(" An image is not drawn here.", Tone.DIM))
        charted = table.charted if table else ()
        return Seen(
            printable(self.name.rpartition("/")[2]),
            about,
            offers,
            dict(self._texts),
            table,
            charted,
            words,
        )

    def text(self, offer: Offer) -> TextReading | None:
        """What is behind a way to look at it, as far as it was read."""
        return self._texts.get(Offer.TEXT if self._table else offer)

    def is_whole(self, offer: Offer) -> bool:
        """Whether all of it is here."""
        text = self.text(offer)
        return text is None or text.complete

    def at_limit(self, offer: Offer) -> bool:
        """Whether no more is read before somebody says so."""
        text = self.text(offer)
        return text is not None and not text.complete and text.bytes_read >= self.limit

    def compare(self) -> None:
        """Finds out whether the file is as long as when it was begun, or gone."""
        if not (self._size < 0 or self.working):
            in_background("size", lambda: self.content().size, self._compared, self._missed)

    def want(self, offer: Offer) -> None:
        """Begins to read for a way to look at it, which nobody has chosen before."""
        opening = self._opened
        readable = opening and offer in _OFFERS[opening.kind] and offer is not Offer.IMAGE
        if opening and readable and not self.text(offer) and not self.working:
            self._work("member", lambda: self._read_as(offer))

    def want_line(self, offer: Offer, number_: int) -> None:
        """Reads on when this line is not here yet, a piece."""
        text = self.text(offer)
        if text and not text.complete and number_ >= text.whole_lines and not self.working:
            self._work("member", lambda: self._more(text, text.bytes_read + _STEP))

    def want_limit(self, offer: Offer) -> None:
        """Reads up to the limit."""
        text = self.text(offer)
        if text and not text.complete and text.bytes_read < self.limit and not self.working:
            self._work("member", lambda: self._more(text, self.limit))

    def read_on(self, offer: Offer) -> None:
        """Puts the limit further away, and reads up to it."""
        self.limit += LIMIT
        self.want_limit(offer)

    def search(self, offer: Offer, needle: str, start: int, *, backwards: bool) -> None:
        """Looks for `needle` from a line on, reading up to the limit; then from the other end."""
        text = self.text(offer)
        self.found = None
        if text and needle:
            self._work("search", lambda: self._search(text, needle, start, backwards))

    def want_curve(self, column: int) -> None:
        """Makes `drawn` that of a column, as far as it was read."""
        table = self._table
        if table is None:
            return
        which = column, table.row_count
        if which != self._wanted_curve:
            self._wanted_curve = which
            self._work("curve", lambda: self._draw(table, which))

    def _compared(self, size_now: int) -> None:
        self.gone = False
        if self.grown != size_now - self._size:
            self.grown = size_now - self._size
            self._changed()

    def _missed(self, _: Failure) -> None:
        self.gone = True
        self._changed()

    def _work(self, name: str, act: Callable[[], None]) -> None:
        self._count(1)

        def ended() -> None:
            self._count(-1)
            if not self._closed:
                self._changed()

        def failed(failure: Failure) -> None:
            self.failure = failure
            ended()

        self.failure = None
        in_background(name, act, lambda _: ended(), failed)

    def _count(self, more: int) -> None:
        with self._counting:
            self._works += more

    def _begin(self) -> None:
        content = self.content()
        self._size = content.size
        opening = opened(content)
        if self._closed:
            opening.close()
            return
        self._opened = opening
        if opening.kind is Kind.JSON:
            self._source = KeptContent(opening.content)  # for two texts
        else:
            self._source = opening.content
        if opening.kind is Kind.TABLE:
            text = self._begun(Offer.TEXT)
            self._table = Table(text)
            self._texts[Offer.TEXT] = text
        elif opening.kind is not Kind.IMAGE:
            self._read_as(_OFFERS[opening.kind][0])

    def _read_as(self, offer: Offer) -> None:
        self._texts[offer] = self._begun(offer)

    def _begun(self, offer: Offer) -> TextReading:
        """With its first screens."""
        source = self._source
        if offer is Offer.JSON:
            source = formatted(source)
        elif offer is Offer.HEX:
            source = hexed(source)
        text = TextReading(source)
        self._more(text, FIRST)
        return text

    def _more(self, text: TextReading, upto: int) -> None:
        """One thread at a time reads; what it reads is seen while it goes on."""
        with self._reading:
            while not (self._closed or text.complete or text.bytes_read >= upto):
                text.more(min(_STEP, upto - text.bytes_read))
                self._changed()

    def _search(self, text: TextReading, needle: str, start: int, backwards: bool) -> None:
        line_ = text.find(needle, start, backwards=backwards)
        around = False
        at = start
        while line_ is None and not backwards and self._goes_on(text):
            at = max(start, text.whole_lines - 1)
            self._more(text, min(self.limit, text.bytes_read + _STEP))
            line_ = text.find(needle, at)
        if line_ is None:
            around = True
            other_end = text.line_count - 1 if backwards else 0
            line_ = text.find(needle, other_end, backwards=backwards)
        self.found = Found(needle, line_, around)

    def _goes_on(self, text: TextReading) -> bool:
        return not (self._closed or text.complete or text.bytes_read >= self.limit)

    def _draw(self, table: Table, which: tuple[int, int]) -> None:
        stem = printable(self.name.rpartition("/")[2]).rpartition(".")[0]
        more = f", column {which[0] + 1}" if len(table.charted) > 1 else ""
        curve = curve_of(table.series(which[0]), f"{stem}{more}", self._remark())
        if self._wanted_curve == which:
            self.drawn = which[0], curve

    def _remark(self) -> str:
        text = self.text(Offer.TABLE)
        if text is None or text.complete:
            return ""
        return f"of the first {size(text.bytes_read)}"

    def _about(self, opening: Opened) -> str:
        parts = [size(self.size)] if self.size >= 0 else []
        if opening.packed:
            parts.append("unpacked")
        if opening.kind is Kind.IMAGE and (image := image_size(opening.first)):
            measured = f"{image.width} × {image.height}" if image.width else ""
            return "   ".join(filter(None, (f"{image.type} image", measured, *parts)))
        if self._table:
            more = "" if self.is_whole(Offer.TABLE) else "+"
            columns = plural(len(self._table.names), "column")
            return "   ".join((f"{number(self._table.row_count)}{more} rows × {columns}", *parts))
        return "   ".join(parts)
