"""The tables of `cache.db`; their rows by name make core's models.

`runs.run_id` is a RUN's number within its job; `artifacts.run_id` is 0 for the artifacts of the job
itself; `beside` is empty for the current one of a run and kind. Content is a row of `files`: `content` is its SHA-256, or `key:` and the object's key while
the digest is unknown. Artifacts refer to it; the number of references is the number of such rows.
`etags` are those of the objects that the rows were read from, at the last reading.
`extents` tells how much is in results of one content id, which outlives the ways of packing them.
`members` are directories of archives that somebody looked into, `curves` what runs said over time; the
oldest go when it gets too much.
`recordings` tells by rising numbers what was put or removed last, by whichever process; it outlives
readings of the store.
The SQL is that of SQLite 3.24, which is older than the one of any system with a Python we run on.
"""

import peewee

from core.model import HIGHEST_ID, ArtifactKind, JobStatus, RunStatus
from storage.db.curves_field import CurvesField
from storage.db.database_session import Session
from storage.db.fields import (
    FlagField,
    ForeignTextField,
    IdField,
    ListField,
    MembersField,
    MomentField,
    NumberField,
    PathField,
    RunField,
    TextField,
    WordField,
)
from storage.db.tables import Table

APPLICATION_ID = int.from_bytes(b"RFca")
VERSION = 11


class Jobs(Table):
    """A job."""

    id = IdField(primary_key=True)
    name = ForeignTextField()
    created_at = MomentField()
    status = WordField(JobStatus)
    tags = ListField()
    owner = ForeignTextField()
    host = ForeignTextField()


class Runs(Table):
    """A run of a job; the job itself may be unknown yet."""

    job_id = IdField()
    run_id = IdField()
    status = WordField(RunStatus)
    results_url = PathField()
    results_uploaded_at = MomentField(null=True)
    directory = ForeignTextField()

    class Meta:
        """Peewee's options."""

        primary_key = peewee.CompositeKey("job_id", "run_id")
        without_rowid = True


class Files(Table):
    """One content. Ids are never used again."""

    id = peewee.AutoField(constraints=[peewee.SQL("AUTOINCREMENT")])
    content = ForeignTextField(unique=True)
    size = NumberField()


class Artifacts(Table):
    """A stored object, and the content that it refers to."""

    job_id = IdField()
    run_id = RunField()
    kind = WordField(ArtifactKind)
    version = NumberField(HIGHEST_ID)
    beside = ForeignTextField()
    file = peewee.ForeignKeyField(Files, column_name="file_id")
    key = ForeignTextField()
    content_id = ForeignTextField(index=True)
    stored_at = MomentField(null=True)
    managed = FlagField()
    host = ForeignTextField()
    app_version = ForeignTextField()
    tags = ListField()
    verified = FlagField()
    directory = ForeignTextField()
    left_out = ListField()

    class Meta:
        """Peewee's options."""

        primary_key = peewee.CompositeKey("job_id", "run_id", "kind", "beside", "version")
        without_rowid = True


class Extents(Table):
    """How much is in results of this content."""

    content_id = ForeignTextField(primary_key=True)
    files = NumberField()
    raw_bytes = NumberField()

    class Meta:
        """Peewee's options."""

        without_rowid = True
        indexes = ((("raw_bytes", "files"), False),)


class Etags(Table):
    """Of an object, at the last reading."""

    key = TextField(primary_key=True)
    etag = TextField()

    class Meta:
        """Peewee's options."""

        without_rowid = True


class Members(Table):
    """The directory of the archive at a key, as it was at that moment; not read with the store."""

    key = ForeignTextField(primary_key=True)
    identity = ForeignTextField()
    at = MomentField()
    members = MembersField()

    class Meta:
        """Peewee's options."""

        indexes = ((("at",), False),)


class Curves(Table):
    """What a run said over time when its content was this; not read with the store."""

    place = ForeignTextField(primary_key=True)
    identity = ForeignTextField()
    at = MomentField()
    curves = CurvesField()

    class Meta:
        """Peewee's options."""

        indexes = ((("at",), False),)


class Recordings(Table):
    """The last time that something was put or removed; `kind` is that of artifacts, or another."""

    number = peewee.AutoField()
    job_id = IdField()
    run_id = RunField()
    kind = TextField()

    class Meta:
        """Peewee's options."""

        indexes = ((("job_id", "run_id", "kind"), True),)


class Facts(Table):
    """When the cache last equalled the store, the list of its jobs, or one of these."""

    name = TextField(primary_key=True)
    value = MomentField()

    class Meta:
        """Peewee's options."""

        without_rowid = True


def create_tables(session: Session) -> None:
    """Within the caller's transaction, so that a half-made cache is never found."""
    for table in (Facts, Etags, Jobs, Runs, Files, Artifacts, Extents, Members, Curves, Recordings):
        session.create(table)
    session.mark(APPLICATION_ID, VERSION)
