"""The tables of `state.db`, as numbered migrations and as peewee's models.

Everything but the last root belongs to one store. Columns that may hold a path are blobs.
"""

import peewee

APPLICATION_ID = int.from_bytes(b"RFst")

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE intents (
            store BLOB NOT NULL,
            write_token TEXT NOT NULL,
            job_id INTEGER NOT NULL,
            run_id INTEGER NOT NULL,
            version INTEGER NOT NULL,
            key TEXT NOT NULL,
            started_at TEXT NOT NULL,
            content_id TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            files INTEGER NOT NULL,
            raw_bytes INTEGER NOT NULL,
            stored_bytes INTEGER NOT NULL,
            PRIMARY KEY (store, write_token)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX intents_of_run ON intents (store, job_id, run_id)",
        """
        CREATE TABLE orphans (
            store BLOB NOT NULL,
            key TEXT NOT NULL,
            url BLOB NOT NULL,
            write_token TEXT NOT NULL,
            reason TEXT NOT NULL,
            seen_at TEXT NOT NULL,
            PRIMARY KEY (store, key)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE bindings (
            store BLOB NOT NULL,
            results_root BLOB NOT NULL,
            job_id INTEGER NOT NULL,
            PRIMARY KEY (store, results_root)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE transfers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            store BLOB NOT NULL,
            job_id INTEGER NOT NULL,
            run_id INTEGER NOT NULL,
            source BLOB NOT NULL,
            state TEXT NOT NULL,
            message TEXT NOT NULL,
            queued_at TEXT NOT NULL,
            kept TEXT NOT NULL,
            todo TEXT NOT NULL
        )
        """,
        """
        CREATE TABLE stored (
            store BLOB NOT NULL,
            source BLOB NOT NULL,
            fingerprint TEXT NOT NULL,
            PRIMARY KEY (store, source)
        ) WITHOUT ROWID
        """,
        "CREATE INDEX transfers_of_store ON transfers (store, id)",
        "CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID",
    ),
    (
        "DELETE FROM stored",  # fingerprints were made in another way; the store tells the rest
        "ALTER TABLE stored ADD COLUMN job_id INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE stored ADD COLUMN run_id INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE transfers ADD COLUMN retryable INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE transfers ADD COLUMN ended_at TEXT",
        "ALTER TABLE transfers ADD COLUMN request BLOB NOT NULL DEFAULT x'7b7d'",
        "ALTER TABLE transfers ADD COLUMN exit_code INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE transfers ADD COLUMN phase TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE transfers ADD COLUMN done INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE transfers ADD COLUMN total INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE transfers ADD COLUMN sent INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE transfers ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE transfers ADD COLUMN outcome TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE watched (
            store BLOB NOT NULL,
            path BLOB NOT NULL,
            state TEXT NOT NULL,
            outcome TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            changed_at TEXT NOT NULL,
            seen_at TEXT NOT NULL,
            longest_pause REAL NOT NULL,
            submitted TEXT NOT NULL,
            PRIMARY KEY (store, path)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE held (
            store BLOB NOT NULL,
            source BLOB NOT NULL,
            PRIMARY KEY (store, source)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE auto_uploads (
            store BLOB NOT NULL,
            root BLOB NOT NULL,
            PRIMARY KEY (store, root)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE commands (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            store BLOB NOT NULL,
            verb TEXT NOT NULL,
            arguments BLOB NOT NULL
        )
        """,
    ),
    (
        "ALTER TABLE intents ADD COLUMN upload_id TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE intents ADD COLUMN part_bytes INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE intents ADD COLUMN checksums TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE parts (
            store BLOB NOT NULL,
            write_token TEXT NOT NULL,
            number INTEGER NOT NULL,
            size INTEGER NOT NULL,
            digest TEXT NOT NULL,
            etag TEXT NOT NULL,
            PRIMARY KEY (store, write_token, number)
        ) WITHOUT ROWID
        """,
    ),
    (
        "ALTER TABLE intents ADD COLUMN encoder TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE links (
            store BLOB PRIMARY KEY,
            bytes_per_second INTEGER NOT NULL,
            measured_at TEXT NOT NULL
        ) WITHOUT ROWID
        """,
    ),
    (
        """
        CREATE TABLE known_jobs (
            store BLOB NOT NULL,
            job_id INTEGER NOT NULL,
            created_at TEXT NOT NULL,
            PRIMARY KEY (store, job_id)
        ) WITHOUT ROWID
        """,
        """
        CREATE TABLE stored_in (
            store BLOB NOT NULL,
            job_id INTEGER NOT NULL,
            source BLOB NOT NULL,
            run_id INTEGER NOT NULL,
            PRIMARY KEY (store, job_id, source)
        ) WITHOUT ROWID
        """,
        "INSERT INTO stored_in SELECT store, job_id, source, run_id FROM stored WHERE job_id > 0",
    ),
)
"""Statements that lead from version N-1 to N. Append only: files of every version are out there."""


class IntentRow(peewee.Model):
    """An upload under way."""

    store = peewee.BlobField()
    write_token = peewee.TextField()
    job_id = peewee.IntegerField()
    run_id = peewee.IntegerField()
    version = peewee.IntegerField()
    key = peewee.TextField()
    started_at = peewee.TextField()
    content_id = peewee.TextField()
    sha256 = peewee.TextField()
    files = peewee.IntegerField()
    raw_bytes = peewee.IntegerField()
    stored_bytes = peewee.IntegerField()
    upload_id = peewee.TextField()
    part_bytes = peewee.IntegerField()
    checksums = peewee.TextField()
    encoder = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "intents"
        primary_key = peewee.CompositeKey("store", "write_token")


class PartRow(peewee.Model):
    """A part of an intent's upload that the store accepted."""

    store = peewee.BlobField()
    write_token = peewee.TextField()
    number = peewee.IntegerField()
    size = peewee.IntegerField()
    digest = peewee.TextField()
    etag = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "parts"
        primary_key = peewee.CompositeKey("store", "write_token", "number")


class LinkRow(peewee.Model):
    """How fast the link to a store was."""

    store = peewee.BlobField(primary_key=True)
    bytes_per_second = peewee.IntegerField()
    measured_at = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "links"


class OrphanRow(peewee.Model):
    """A stored object that no manifest refers to."""

    store = peewee.BlobField()
    key = peewee.TextField()
    url = peewee.BlobField()
    write_token = peewee.TextField()
    reason = peewee.TextField()
    seen_at = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "orphans"
        primary_key = peewee.CompositeKey("store", "key")


class BindingRow(peewee.Model):
    """Which job a results root belongs to."""

    store = peewee.BlobField()
    results_root = peewee.BlobField()
    job_id = peewee.IntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "bindings"
        primary_key = peewee.CompositeKey("store", "results_root")


class KnownJobRow(peewee.Model):
    """Tells a job from a later one with the same id, in a store that was emptied."""

    store = peewee.BlobField()
    job_id = peewee.IntegerField()
    created_at = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "known_jobs"
        primary_key = peewee.CompositeKey("store", "job_id")


class StoredRow(peewee.Model):
    """A RUN directory as it was when it was stored last."""

    store = peewee.BlobField()
    source = peewee.BlobField()
    fingerprint = peewee.TextField()
    job_id = peewee.IntegerField()
    run_id = peewee.IntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "stored"
        primary_key = peewee.CompositeKey("store", "source")


class StoredInRow(peewee.Model):
    """As which run of a job a RUN directory was stored last in that job."""

    store = peewee.BlobField()
    job_id = peewee.IntegerField()
    source = peewee.BlobField()
    run_id = peewee.IntegerField()

    class Meta:
        """Peewee's options."""

        table_name = "stored_in"
        primary_key = peewee.CompositeKey("store", "job_id", "source")


class WatchedRow(peewee.Model):
    """A watched run as it was seen last."""

    store = peewee.BlobField()
    path = peewee.BlobField()
    state = peewee.TextField()
    outcome = peewee.TextField()
    fingerprint = peewee.TextField()
    changed_at = peewee.TextField()
    seen_at = peewee.TextField()
    longest_pause = peewee.FloatField()
    submitted = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "watched"
        primary_key = peewee.CompositeKey("store", "path")


class HeldRow(peewee.Model):
    """A RUN directory that the user holds back."""

    store = peewee.BlobField()
    source = peewee.BlobField()

    class Meta:
        """Peewee's options."""

        table_name = "held"
        primary_key = peewee.CompositeKey("store", "source")


class AutoUploadRow(peewee.Model):
    """A watched root whose runs are uploaded by themselves."""

    store = peewee.BlobField()
    root = peewee.BlobField()

    class Meta:
        """Peewee's options."""

        table_name = "auto_uploads"
        primary_key = peewee.CompositeKey("store", "root")


class CommandRow(peewee.Model):
    """What another process asks the agent to do."""

    id = peewee.AutoField()
    store = peewee.BlobField()
    verb = peewee.TextField()
    arguments = peewee.BlobField()

    class Meta:
        """Peewee's options."""

        table_name = "commands"


class TransferRow(peewee.Model):
    """One entry of the queue."""

    id = peewee.AutoField()
    store = peewee.BlobField()
    job_id = peewee.IntegerField()
    run_id = peewee.IntegerField()
    source = peewee.BlobField()
    state = peewee.TextField()
    message = peewee.TextField()
    queued_at = peewee.TextField()
    kept = peewee.TextField()
    todo = peewee.TextField()
    retryable = peewee.IntegerField()
    ended_at = peewee.TextField(null=True)
    request = peewee.BlobField()
    exit_code = peewee.IntegerField()
    phase = peewee.TextField()
    done = peewee.IntegerField()
    total = peewee.IntegerField()
    sent = peewee.IntegerField()
    attempts = peewee.IntegerField()
    outcome = peewee.TextField()

    class Meta:
        """Peewee's options."""

        table_name = "transfers"


class FactRow(peewee.Model):
    """What belongs to no store."""

    name = peewee.TextField(primary_key=True)
    value = peewee.BlobField()

    class Meta:
        """Peewee's options."""

        table_name = "facts"
