"""Artifacts and the contents they refer to: there may be hundreds of thousands."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

import json
from collections.abc import Iterator, Sequence
from typing import Any

import peewee

from core.model import Artifact, ArtifactKind, FileId, run_id_of
from core.ports.catalog import Extent
from storage.db.catalog_schema import Artifacts, Extents, Files
from storage.db.database_session import Session
from storage.db.fields import storable
from storage.db.readable_rows import readable
from storage.db.recordings import Meanwhile, note_artifact

_UNHASHED = "key:"
_PUT_FILE = """
    INSERT INTO files (content, size) VALUES (?, ?)
    ON CONFLICT (content) DO UPDATE SET size = excluded.size
"""
_FILE_ID = "(SELECT id FROM files WHERE content = :content)"
_PUT_ARTIFACT = Artifacts.insert_sql("REPLACE", file_id=_FILE_ID)
_FORGET_FILES = """
    DELETE FROM files WHERE NOT EXISTS (SELECT 1 FROM artifacts WHERE file_id = files.id)
"""
_FORGET_EXTENTS = """
    DELETE FROM extents WHERE NOT EXISTS
        (SELECT 1 FROM artifacts WHERE artifacts.content_id = extents.content_id)
"""
_ALL = (
    Artifacts.select(
        *(Artifacts.job_id, Artifacts.run_id, Artifacts.kind, Artifacts.version, Artifacts.key),
        *(Artifacts.beside, Artifacts.content_id, Artifacts.stored_at, Artifacts.managed),
        *(
            Artifacts.host,
            Artifacts.app_version,
            Artifacts.tags,
            Artifacts.verified,
            Artifacts.directory,
            Artifacts.left_out,
            Files.content,
            Files.size,
        ),
    )
    .join(Files)
    .order_by(
        *(Artifacts.job_id, Artifacts.run_id, Artifacts.kind, Artifacts.beside, Artifacts.version)
    )
)
_SAID = (
    *(Artifacts.key, Artifacts.directory, Files.content, Artifacts.content_id),
    *(Artifacts.host, Artifacts.app_version),
)
_RESULTS = Artifacts.kind == ArtifactKind.RUN_RESULTS


def natural_key(
    job_id: int, run_id: int | None, kind: ArtifactKind, version: int, beside: str = ""
) -> peewee.Expression:
    """Of one artifact, as a condition."""
    of_run = (Artifacts.job_id == job_id) & Artifacts.run_id.holds(run_id)
    which = (Artifacts.kind == kind) & (Artifacts.version == version)
    return of_run & which & (Artifacts.beside == beside)


def put_artifact(session: Session, artifact: Artifact) -> FileId:
    """Inserts or updates one artifact; content that nothing refers to any more is forgotten."""
    place = artifact.job_id, artifact.run_id, artifact.kind, artifact.version, artifact.beside
    this = natural_key(*place)
    file_id = Artifacts.select(Artifacts.file).where(this)
    before = session.scalar(file_id)
    _put_artifacts(session, [artifact])
    note_artifact(session, artifact.job_id, artifact.run_id, artifact.kind)
    after = session.scalar(file_id)
    if before not in {None, after}:
        _forget_unreferenced(session, before)
    return FileId(after)


def remove_artifacts(session: Session, *which: peewee.Expression) -> None:
    """Deletes those that meet the conditions, and the contents that nothing refers to then."""
    contents = [*session.rows(Artifacts.select(Artifacts.file).where(*which).distinct())]
    session.run(Artifacts.delete().where(*which))
    for content in contents:
        _forget_unreferenced(session, content["file"])


def replace_artifacts(
    session: Session, artifacts: Sequence[Artifact], meanwhile: Meanwhile
) -> None:
    """Makes these the only ones besides those of which something was recorded meanwhile.

    Contents that remain keep their ids.
    """
    session.run(Artifacts.delete().where(meanwhile.other_artifacts()))
    _put_artifacts(session, meanwhile.artifacts(artifacts))
    session.sql(_FORGET_FILES)
    session.sql(_FORGET_EXTENTS)


def replace_artifacts_of(
    session: Session, job_id: int, artifacts: Sequence[Artifact], meanwhile: Meanwhile
) -> None:
    """The same of one job."""
    which = (Artifacts.job_id == job_id) & meanwhile.other_artifacts()
    contents = [*session.rows(Artifacts.select(Artifacts.file).where(which).distinct())]
    session.run(Artifacts.delete().where(which))
    _put_artifacts(session, meanwhile.artifacts(artifacts))
    for content in contents:
        _forget_unreferenced(session, content["file"])


def extent_of(session: Session, content_id: str) -> Extent | None:
    """How much is in results of this content."""
    query = Extents.select(Extents.files, Extents.raw_bytes)
    this = query.where(Extents.content_id == content_id)
    return next(iter(readable(session.rows(this), Extent)), None)


def has_alike(session: Session, extent: Extent) -> bool:
    """Whether there are any results of this extent; stops at the first."""
    query = Artifacts.select(Artifacts.job_id).where(_RESULTS, _is_alike(extent))
    return session.scalar(query.limit(1)) is not None


def alike(session: Session, extent: Extent) -> Sequence[Artifact]:
    """Results of this extent."""
    return artifacts(session, _RESULTS, _is_alike(extent))


def results_of(session: Session, content_id: str) -> Sequence[Artifact]:
    """Results of this content."""
    return artifacts(session, _RESULTS, Artifacts.content_id == content_id)


def about(session: Session, text: str) -> Sequence[Artifact]:
    """Artifacts of which something says `text`."""
    asked, escaped = storable(text).lower(), json.dumps(text)[1:-1].lower()
    said = [peewee.fn.INSTR(peewee.fn.LOWER(column), asked) for column in _SAID]
    tagged = peewee.fn.INSTR(peewee.fn.LOWER(Artifacts.tags), escaped)
    return artifacts(session, peewee.fn.MAX(*said, tagged) > 0)


def keys_like(session: Session, text: str, limit: int) -> Sequence[Artifact]:
    """At most `limit` with `text` in their key."""
    found = peewee.fn.INSTR(peewee.fn.LOWER(Artifacts.key), peewee.fn.LOWER(storable(text)))
    query = _ALL.where(found > 0).order_by(peewee.fn.LENGTH(Artifacts.key), Artifacts.key)
    return readable(session.rows(query.limit(limit)), _artifact)


def artifacts(session: Session, *which: peewee.Expression) -> Sequence[Artifact]:
    """Those that meet the conditions, in the order of `Catalog.artifacts`."""
    return readable(artifact_rows(session, *which), _artifact)


def artifact_rows(session: Session, *which: peewee.Expression) -> Iterator[dict[str, Any]]:
    """As they are for `artifacts`."""
    return session.rows(_ALL.where(*which) if which else _ALL)


def _artifact(content: str, **columns: Any) -> Artifact:
    artifact = Artifact(sha256="" if content.startswith(_UNHASHED) else content, **columns)
    if artifact.kind.of_run:
        run_id_of(artifact)
    return artifact


def _put_artifacts(session: Session, artifacts: Sequence[Artifact]) -> None:
    contents = [storable(each.sha256 or _UNHASHED + each.key) for each in artifacts]
    sizes = [each.size for each in artifacts]
    session.sql_many(_PUT_FILE, zip(contents, sizes, strict=True))
    session.sql_many(_PUT_ARTIFACT, map(_row, artifacts, contents))


def _row(artifact: Artifact, content: str) -> dict[str, object]:
    return {**Artifacts.as_columns(vars(artifact)), "content": content}


def _is_alike(extent: Extent) -> peewee.Expression:
    same = (Extents.files == extent.files) & (Extents.raw_bytes == extent.raw_bytes)
    return Artifacts.content_id.in_(Extents.select(Extents.content_id).where(same))


def _forget_unreferenced(session: Session, file_id: int) -> None:
    session.sql(f"{_FORGET_FILES} AND id = ?", (file_id,))
