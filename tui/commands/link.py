"""`runferry link`: links that work without credentials, for who asked and nobody else."""

from collections.abc import Iterable, Iterator

import click

from core.errors import ConflictError, StoreConnectionError
from core.model import ArtifactKind
from core.ports.presigned_url import LinkMethod
from core.printable import printable
from core.stored.links import Link
from core.stored.record_format import format_time
from core.upload.upload_request import ArtifactUpload
from tui.commands.options import DURATION, ID, job_id_option, json_option, store_options
from tui.commands.refresh import refresh
from tui.commands.sessions import open_session
from tui.composition.session import Session
from tui.output import emit, note, show_link, show_put


@click.command()
@job_id_option
@click.option("--run-id", type=ID, metavar="M", help="One of its runs.")
@click.option("--kind", type=click.Choice([*map(str, ArtifactKind)]), help="Only this kind.")
@click.option(
    "--expires",
    type=DURATION,
    default="1h",
    metavar="TIME",
    help="How long it works: 30m, 1h (default), at most 7d.",
)
@click.option("--put", is_flag=True, help="Links to store what is not there yet.")
@json_option
@store_options
def link(
    job_id: int,
    run_id: int | None,
    kind: str | None,
    expires: int,
    put: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Print links to what is stored of a job or a run, or with --put links to store it.

    Whoever has a link can use it until it expires, without credentials; one that was made with
    temporary credentials ends with these. Nothing remembers it. Of results the latest version is
    linked. A link to store takes one PUT of at most 5 GiB: the line that is printed does it, with
    the headers that the bucket demands (with --json: `headers`). What is stored by it is listed as
    unmanaged. Until it expires it also replaces what is stored meanwhile.
    """
    wanted = ArtifactKind(kind) if kind else None
    if wanted and run_id and not wanted.of_run:
        raise click.UsageError(f"{wanted} belongs to no run: leave --run-id out.")
    if put and wanted and wanted.of_run and not run_id:
        raise click.UsageError(f"Which {wanted} is to be stored? Add --run-id.")
    with open_session(profile, bucket) as session:
        if put:
            kinds = [wanted] if wanted else [k for k in ArtifactKind if k.of_run == bool(run_id)]
            links = list(_to_store(session, job_id, run_id, kinds, expires))
        else:
            links = _to_fetch(session, job_id, run_id, wanted, expires)
    alone = wanted is not None and wanted.of_run == bool(run_id)
    if alone and not as_json:
        links = _only_current(links)
    for found in links:
        _show(found, as_json=as_json, alone=alone)


def _only_current(links: Iterable[Link]) -> Iterator[Link]:
    """The current one comes first; of others of its kind it is said that they are there."""
    current, *others = links
    for other in others:
        note(f"{printable(other.key)} is another one: --json has its link, too.")
    yield current


def _to_fetch(
    session: Session,
    job_id: int,
    run_id: int | None,
    kind: ArtifactKind | None,
    expires: int,
) -> Iterable[Link]:
    link_artifacts = session.links.link_artifacts
    try:
        return link_artifacts(job_id, run_id, kind, expires_seconds=expires)
    except StoreConnectionError:
        refresh(session)  # tells how old the catalog is, or that it knows nothing
        return link_artifacts.known(job_id, run_id, kind, expires_seconds=expires)


def _to_store(
    session: Session,
    job_id: int,
    run_id: int | None,
    kinds: list[ArtifactKind],
    expires: int,
) -> Iterator[Link]:
    """Of several kinds, those that are stored already are only named."""
    for kind in kinds:
        upload = ArtifactUpload(kind, run_id)
        try:
            yield session.links.get_upload_location(job_id, upload, expires_seconds=expires)
        except ConflictError as error:
            if len(kinds) == 1:
                raise
            note(error.what)


def _https_url(link: Link) -> dict[str, str]:
    """For who has credentials; a file has none."""
    address = link.url.address
    return {"https_url": address} if address.startswith("http") else {}


def _show(link: Link, *, as_json: bool, alone: bool) -> None:
    """A link that is the only one possible stands alone on its line: `curl "$(runferry link …)"`."""
    name = link.key.rpartition("/")[2]
    if not as_json and link.method is LinkMethod.PUT:
        show_put(link.url, name)
        return
    if not as_json:
        show_link(link.url, "" if alone else f"{link.beside or name}  ")
        return
    emit(
        {
            "job_id": link.job_id,
            "run_id": link.run_id,
            "kind": link.kind.value,
            "key": link.key,
            **_https_url(link),
            "method": link.method.value,
            "url": link.url,
            "headers": dict(link.url.headers),
            "expires_at": format_time(link.expires_at) if link.expires_at else None,
        }
    )
