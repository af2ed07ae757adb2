"""Artifacts and the contents they refer to, in plain SQL: there may be hundreds of thousands."""

from collections.abc import Mapping, Sequence

from core.model import HIGHEST_ID, Artifact, ArtifactKind, FileId, check_id
from core.ports.catalog import Extent
from storage.db.columns import (
    list_from,
    list_text,
    optional_moment_from,
    optional_moment_text,
    storable,
    text_from,
    whole_from,
)
from storage.db.database_session import Row, Session
from storage.db.readable_rows import readable

_UNHASHED = "key:"
_PUT_FILE = """
    INSERT INTO files (content, size) VALUES (?, ?)
    ON CONFLICT (content) DO UPDATE SET size = excluded.size
"""
_PUT_ARTIFACT = """
    INSERT INTO artifacts
        (job_id, run_id, kind, version, file_id, key, content_id, stored_at, managed,
         host, app_version, tags)
    VALUES (?, ?, ?, ?, (SELECT id FROM files WHERE content = ?), ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (job_id, run_id, kind, version) DO UPDATE SET
        file_id = excluded.file_id, key = excluded.key, content_id = excluded.content_id,
        stored_at = excluded.stored_at, managed = excluded.managed, host = excluded.host,
        app_version = excluded.app_version, tags = excluded.tags
"""
_SELECT = """
    SELECT job_id, run_id, kind, version, key, content_id, stored_at, managed, host, app_version,
        tags, content, size
    FROM artifacts JOIN files ON files.id = file_id
"""
_PUT_EXTENT = "INSERT OR REPLACE INTO extents VALUES (?, ?, ?)"
_LIKE = """
    kind = 'run_results'
    AND content_id IN (SELECT content_id FROM extents WHERE files = ? AND raw_bytes = ?)
"""
_ABOUT = """
    instr(lower(key || ' ' || content || ' ' || content_id || ' ' || host || ' ' || app_version), ?)
    OR instr(lower(tags), ?)
"""
_DELETE_ARTIFACTS = """
    DELETE FROM artifacts WHERE stored_at IS NULL OR stored_at NOT BETWEEN ? AND ?
"""
_FORGET_EXTENTS = """
    DELETE FROM extents WHERE NOT EXISTS
        (SELECT 1 FROM artifacts WHERE artifacts.content_id = extents.content_id)
"""
_ORDER = " ORDER BY job_id, run_id, kind, version"
NATURAL_KEY = "job_id = ? AND run_id = ? AND kind = ? AND version = ?"


def put_artifact(session: Session, artifact: Artifact) -> FileId:
    """Inserts or updates one artifact; content that nothing refers to any more is forgotten."""
    before = _file_ids(session, artifact)
    session.sql(_PUT_FILE, content_row(artifact))
    session.sql(_PUT_ARTIFACT, artifact_row(artifact))
    after = _file_ids(session, artifact)
    if before and before != after:
        _forget_unreferenced(session, "id = ?", before[0])
    return FileId(after[0][0])


def remove_artifacts(session: Session, condition: str, values: Row) -> None:
    """Deletes those that meet the condition, and the contents that nothing refers to then."""
    which = f"FROM artifacts WHERE {condition}"
    contents = session.sql(f"SELECT DISTINCT file_id {which}", values)
    session.sql(f"DELETE {which}", values)
    for content in contents:
        _forget_unreferenced(session, "id = ?", content)


def replace_artifacts(
    session: Session, rows: Sequence[Row], contents: Sequence[Row], meanwhile: tuple[str, str]
) -> None:
    """Makes these the only ones besides those stored `meanwhile`, from one moment to another.

    Contents that remain keep their ids.
    """
    session.sql(_DELETE_ARTIFACTS, meanwhile)
    session.sql_many(_PUT_FILE, contents)
    session.sql_many(_PUT_ARTIFACT, rows)
    _forget_unreferenced(session, "true", ())
    session.sql(_FORGET_EXTENTS)


def put_extents(session: Session, extents: Mapping[str, Extent]) -> None:
    """Inserts or updates by content id."""
    session.sql_many(_PUT_EXTENT, [(storable(content), *e) for content, e in extents.items()])


def select_extent(session: Session, content_id: str) -> Extent | None:
    """How much is in results of this content."""
    query = "SELECT files, raw_bytes FROM extents WHERE content_id = ?"
    rows = session.sql(query, (storable(content_id),))
    return next(iter(readable(rows, lambda row: Extent(*map(whole_from, row)))), None)


def select_alike(session: Session, extent: Extent) -> list[Row]:
    """Results of this extent, as `select_artifacts`."""
    return select_artifacts(session, _LIKE, (extent.files, extent.raw_bytes))


def has_alike(session: Session, extent: Extent) -> bool:
    """Whether `select_alike` would find any; stops at the first."""
    found = session.sql(f"SELECT 1 FROM artifacts WHERE {_LIKE} LIMIT 1", tuple(extent))  # noqa: S608 - a constant
    return bool(found)


def select_results(session: Session, content_id: str) -> list[Row]:
    """Results of this content, as `select_artifacts`."""
    return select_artifacts(
        session, "kind = 'run_results' AND content_id = ?", (storable(content_id),)
    )


def select_holding(session: Session, sha256: str) -> list[Row]:
    """Artifacts of this content, as `select_artifacts`."""
    return select_artifacts(session, "content = ?", (storable(sha256),))


def select_about(session: Session, text: str) -> list[Row]:
    """Artifacts of which something says `text`, as `select_artifacts`."""
    escaped = list_text((text,))[2:-2]
    return select_artifacts(session, _ABOUT, (storable(text).lower(), escaped.lower()))


def select_artifacts(session: Session, condition: str = "true", values: Row = ()) -> list[Row]:
    """Rows for `artifact_from`, in the order of job, run, kind, version."""
    return session.sql(f"{_SELECT} WHERE {condition}{_ORDER}", values)


def artifact_from(row: Row) -> Artifact:
    """Raises ValueError or InvalidIdError when the row is damaged."""
    job_id, run_id, kind, version, key, content_id, stored_at, managed, *rest = row
    host, app_version, tags, content, size = rest
    return Artifact(
        job_id=check_id(job_id, "Job id"),
        kind=ArtifactKind(kind),
        key=text_from(key),
        size=whole_from(size),
        run_id=whole_from(run_id, HIGHEST_ID) or None,
        version=whole_from(version, HIGHEST_ID),
        sha256="" if content.startswith(_UNHASHED) else text_from(content),
        content_id=text_from(content_id),
        stored_at=optional_moment_from(stored_at),
        managed=bool(managed),
        host=text_from(host),
        app_version=text_from(app_version),
        tags=list_from(tags),
    )


def artifact_row(artifact: Artifact) -> Row:
    """Raises ValueError for a moment without time zone."""
    return (
        *_natural_key(artifact),
        _content(artifact),
        storable(artifact.key),
        storable(artifact.content_id),
        optional_moment_text(artifact.stored_at),
        int(artifact.managed),
        storable(artifact.host),
        storable(artifact.app_version),
        list_text(artifact.tags),
    )


def content_row(artifact: Artifact) -> Row:
    """What the artifact refers to."""
    return _content(artifact), artifact.size


def _file_ids(session: Session, artifact: Artifact) -> list[Row]:
    return session.sql(
        f"SELECT file_id FROM artifacts WHERE {NATURAL_KEY}",  # noqa: S608 - a constant
        _natural_key(artifact),
    )


def _forget_unreferenced(session: Session, condition: str, values: Row) -> None:
    session.sql(
        f"DELETE FROM files WHERE {condition} AND NOT EXISTS"  # noqa: S608 - a constant
        " (SELECT 1 FROM artifacts WHERE file_id = files.id)",
        values,
    )


def _natural_key(artifact: Artifact) -> Row:
    return artifact.job_id, artifact.run_id or 0, artifact.kind.value, artifact.version


def _content(artifact: Artifact) -> str:
    return storable(artifact.sha256 or _UNHASHED + artifact.key)
