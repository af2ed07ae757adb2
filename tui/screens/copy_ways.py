"""In which words what is stored can be copied."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.jobs.list_jobs import one_of_each
from core.model import Artifact, Job
from core.ports.presigned_url import PresignedUrl
from core.stored.job_s3_prefix import JobS3Prefix, job_root
from core.stored.links import LINK_SECONDS
from core.watch.local_copies import LocalCopy
from tui.clipboard import Copyable
from tui.parts.addresses import Addresses
from tui.parts.proofs import Proofs
from tui.screens.chosen import Chosen
from tui.services import AppServices
from tui.wording.action_keys import key
from tui.wording.formatting import plural
from tui.wording.time_spans import span


@dataclass(frozen=True)
class Named:
    """A row by its key, or by the prefix of all that is a job's; `download` is its command line.

    Of a run `artifact` is the latest results; a prefix has none. `local` is where a copy of it is
    on this machine, as far as that is known.
    """

    key: str
    download: str
    artifact: Artifact | None = None
    local: str = ""


@dataclass(frozen=True)
class CopyWay:
    """`shown` is what is copied, or what it is for. `make` may look for credentials."""

    key: str
    title: str
    shown: str
    said: str
    make: Callable[[], Copyable]


def named(chosen: Chosen, services: AppServices, addresses: Addresses) -> Sequence[Named]:
    """What the rows are. Reads the catalog and what this machine remembers.

    Raises CatalogError, StateError.
    """
    job = chosen.job
    if job is None:
        return [_of_job(addresses, found) for found in chosen.jobs(services)]
    artifacts, copies = chosen.artifacts(services), services.part(Proofs).local_copies(job.id)
    found = [*_of_rows(chosen, job, artifacts, addresses)]
    return [replace(name, local=_local_copy(name.artifact, copies)) for name in found]


def _of_rows(
    chosen: Chosen, job: Job, artifacts: Sequence[Artifact], addresses: Addresses
) -> Iterator[Named]:
    if chosen.artifact_keys:
        yield from (_of_artifact(addresses, artifact) for artifact in artifacts)
        return
    yield from (_of_artifact(addresses, a) for a in artifacts if not a.kind.of_run)
    latest = one_of_each(a for a in artifacts if a.is_current_results)
    results = {artifact.run_id: artifact for artifact in latest}
    for run_id in chosen.run_ids:
        yield _of_run(addresses, job, run_id, results.get(run_id))


def _local_copy(artifact: Artifact | None, copies: Mapping[int, Sequence[LocalCopy]]) -> str:
    """A directory of this machine with just that content, as far as one is known."""
    if artifact is None or not artifact.content_id:
        return ""
    same = (c for c in copies.get(artifact.run_id or 0, ()) if c.content_id == artifact.content_id)
    return next((copy.path for copy in same), "")


def copy_ways(found: Sequence[Named], addresses: Addresses) -> Sequence[CopyWay]:
    """What there is for all of them, the most wanted first."""
    return [*(_remote if addresses.remote else _local)(found, addresses), _runferry(found)]


def _local(found: Sequence[Named], addresses: Addresses) -> Iterator[CopyWay]:
    yield _text("path", "path", [addresses.store.url(name.key) for name in found])
    yield from _here(found, "directory")
    yield _text("key", "key", [addresses.whole_key(name.key) for name in found])


def _remote(found: Sequence[Named], addresses: Addresses) -> Iterator[CopyWay]:
    yield from _here(found, "path")
    yield _text("key", "key", [addresses.whole_key(name.key) for name in found])
    urls = [addresses.store.url(name.key) for name in found]
    yield _text("uri", "s3:// URI", urls)
    artifacts = [name.artifact for name in found if name.artifact]
    if len(artifacts) == len(found):
        yield from _over_http(artifacts, addresses)
    copy = addresses.commands.copy
    lines = [copy(url, directory=url.endswith("/")) for url in urls]
    yield _text("aws", "aws s3 cp …", lines, "aws command")


def _here(found: Sequence[Named], title: str) -> Iterator[CopyWay]:
    """Where copies are on this machine, if there are some of all of them."""
    if all(name.local for name in found):
        yield _text("local", title, [name.local for name in found])


def _over_http(artifacts: Sequence[Artifact], addresses: Addresses) -> Iterator[CopyWay]:
    links = partial(_links, artifacts, addresses)
    yield CopyWay(
        "https",
        "https URL",
        "for who has credentials",
        _counted("https URL", len(artifacts)),
        lambda: "\n".join(url.address for url in links()),
    )
    good_for = f"good for {span(LINK_SECONDS)}"
    yield CopyWay(
        "link",
        "link",
        f"for anybody, {good_for}; {key('link')} asks for how long",
        f"{_counted('link', len(artifacts))}, {good_for}",
        links,
    )


def _links(artifacts: Sequence[Artifact], addresses: Addresses) -> Sequence[PresignedUrl]:
    return [addresses.link(artifact, LINK_SECONDS).url for artifact in artifacts]


def _runferry(found: Sequence[Named]) -> CopyWay:
    return _text("runferry", "runferry …", [name.download for name in found], "runferry command")


def _text(key: str, title: str, lines: Sequence[str], noun: str = "") -> CopyWay:
    said = _counted(noun or title, len(lines))
    more = f"  and {len(lines) - 1} more" if len(lines) > 1 else ""
    return CopyWay(key, title, f"{lines[0]}{more}", said, lambda: "\n".join(lines))


def _counted(noun: str, count: int) -> str:
    return noun if count == 1 else plural(count, noun)


def _of_job(addresses: Addresses, job: Job) -> Named:
    return Named(job_root(job.id), addresses.commands.download(job.id))


def _of_run(addresses: Addresses, job: Job, run_id: int, results: Artifact | None) -> Named:
    key = results.key if results else JobS3Prefix.from_job(job).run_results(run_id)
    return Named(key, addresses.commands.download(job.id, run_id), results)


def _of_artifact(addresses: Addresses, artifact: Artifact) -> Named:
    place = artifact.job_id, artifact.run_id, artifact.kind, artifact.version
    return Named(artifact.key, addresses.commands.download(*place), artifact)
