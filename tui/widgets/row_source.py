"""Where a table gets its rows from: by page, so that a million rows cost what is visible."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from core.errors import Failure, RunFerryError
from tui.background import failure_of
from tui.widgets.cells import Row, row_text

T = TypeVar("T")

PAGE = 64
_PAGES = 8
_LARGE_PAGE = 1000
_MOST_MATCHES = 1000


class RowSource(Protocol):
    """An unchanging sequence of rows."""

    def __len__(self) -> int:
        """How many rows there are."""
        ...

    def fetch(self, offset: int, limit: int) -> Sequence[Row]:
        """At most `limit` rows from `offset` on."""
        ...

    def find(self, key: str) -> int | None:
        """The position of a row; None when it is not there, or cannot be told cheaply."""
        ...


class ListSource(Generic[T]):
    """Rows of items in memory, made when they are shown."""

    def __init__(
        self, items: Sequence[T], key: Callable[[T], str], row: Callable[[T], Row]
    ) -> None:
        self.items = items
        self._key = key
        self._row = row
        self._positions: dict[str, int] | None = None

    def __len__(self) -> int:
        """How many items there are."""
        return len(self.items)

    def fetch(self, offset: int, limit: int) -> Sequence[Row]:
        """The rows of a slice."""
        return [self._row(item) for item in self.items[offset : offset + limit]]

    def find(self, key: str) -> int | None:
        """The position of the item with this key."""
        if self._positions is None:
            self._positions = {self._key(item): at for at, item in enumerate(self.items)}
        return self._positions.get(key)

    def item(self, key: str) -> T | None:
        """The item with this key."""
        at = self.find(key)
        return None if at is None else self.items[at]


class PagedSource:
    """Rows fetched by a query that takes offset and limit.

    A query that fails gives no rows; `failure` says why.
    """

    failure: Failure | None = None

    def __init__(
        self,
        count: int,
        query: Callable[[int, int], Sequence[Row]],
        keys: Callable[[int, int], Sequence[str]] | None = None,
        find: Callable[[str], int | None] = lambda _: None,
    ) -> None:
        """`keys` is for those of many rows, without making the rows; `find` for where a row is."""
        self._count = count
        self._query = query
        self._keys = keys
        self._find = find

    def __len__(self) -> int:
        """How many rows there were when the source was made."""
        return self._count

    def fetch(self, offset: int, limit: int) -> Sequence[Row]:
        """One query."""
        return self._answer(lambda: self._query(offset, limit))

    def keys(self, offset: int, limit: int) -> Sequence[str]:
        """Of at most `limit` rows from `offset` on."""
        ask = self._keys
        if ask is None:
            return [row.key for row in self.fetch(offset, limit)]
        return self._answer(lambda: ask(offset, limit))

    def find(self, key: str) -> int | None:
        """One query, or None."""
        try:
            return self._find(key)
        except RunFerryError as error:
            self.failure = failure_of(error)
            return None

    def _answer(self, ask: Callable[[], Sequence[T]]) -> Sequence[T]:
        try:
            return ask()
        except RunFerryError as error:
            self.failure = failure_of(error)
            return ()


class SortedSource(PagedSource):
    """Rows in the order of their keys, which were all read before; the rows are fetched by these."""

    def __init__(
        self, keys: Sequence[str], these: Callable[[Sequence[str]], Sequence[Row]]
    ) -> None:
        positions = {key: at for at, key in enumerate(keys)}
        super().__init__(
            len(keys),
            lambda offset, limit: these(keys[offset : offset + limit]),
            lambda offset, limit: keys[offset : offset + limit],
            positions.get,
        )


class Matches(ListSource[Row]):
    """Rows that were looked for; not all of them when there are too many."""

    def __init__(self, rows: Sequence[Row], *, all_of_them: bool) -> None:
        super().__init__(rows, lambda row: row.key, lambda row: row)
        self.all_of_them = all_of_them


class PageCache:
    """The pages of a source that were used last."""

    def __init__(self, source: RowSource) -> None:
        self.source = source
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()

    def row(self, index: int) -> Row | None:
        """The row at `index`, or None past the end."""
        if not 0 <= index < len(self.source):
            return None
        number, within = divmod(index, PAGE)
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = self.source.fetch(number * PAGE, PAGE)
            if len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        self._pages.move_to_end(number)
        return page[within] if within < len(page) else None


def filtered(source: RowSource, needle: str, still_wanted: Callable[[], bool]) -> Matches:
    """The first thousand rows with `needle` in a cell; reads the whole source: not for the UI thread."""
    wanted = needle.lower()
    found: list[Row] = []
    for row in _all_rows(source):
        if wanted in row_text(row).lower():
            found.append(row)
        if len(found) > _MOST_MATCHES or not still_wanted():
            break
    return Matches(found[:_MOST_MATCHES], all_of_them=len(found) <= _MOST_MATCHES)


def keys_of(source: RowSource, offset: int, limit: int) -> Sequence[str]:
    """Keys of the rows of a slice that are no headings."""
    if isinstance(source, PagedSource):
        return source.keys(offset, limit)
    return [row.key for row in source.fetch(offset, limit) if not row.heading]


def lost_of(source: RowSource, keys: Iterable[str]) -> frozenset[str]:
    """Keys of rows that are gone, as far as the source can tell cheaply."""
    if isinstance(source, PagedSource):
        return frozenset()
    return frozenset(key for key in keys if source.find(key) is None)


def _all_rows(source: RowSource) -> Iterator[Row]:
    for offset in range(0, len(source), _LARGE_PAGE):
        yield from source.fetch(offset, _LARGE_PAGE)
