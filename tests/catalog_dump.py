"""A catalog as text: equal for equal stores, however the catalog came about."""

from collections.abc import Iterator

from core.ports.catalog import Catalog


def dump(catalog: Catalog) -> str:
    """Jobs, runs and artifacts; not the runs that only this machine knows: nothing is stored."""
    return "\n".join(_lines(catalog))


def _lines(catalog: Catalog) -> Iterator[str]:
    for job in catalog.jobs():
        artifacts = catalog.artifacts(job.id)
        shown = {artifact.run_id for artifact in artifacts}
        yield repr(job)
        yield from (repr(run) for run in catalog.runs(job.id) if run.stored or run.run_id in shown)
        for artifact in artifacts:
            extent = catalog.extent(artifact.content_id) if artifact.content_id else None
            yield f"{artifact!r} {extent!r}"
