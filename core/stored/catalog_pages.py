"""All of the catalog, page by page: it may be large."""

from collections.abc import Iterator

from core.model import Job
from core.ports.catalog import CatalogReader

_PAGE = 1000


def all_jobs(catalog: CatalogReader) -> Iterator[Job]:
    """In the order of `Catalog.jobs`. Raises CatalogError."""
    for offset in range(0, catalog.job_count(), _PAGE):
        yield from catalog.jobs(offset=offset, limit=_PAGE)
