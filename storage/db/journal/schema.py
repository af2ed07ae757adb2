"""The schema of `state.db`, as numbered migrations.

Everything but the last root belongs to one store. Columns that may hold a path are blobs.
"""

APPLICATION_ID = int.from_bytes(b"RFst")

_MOVE_PART = """
    WITH
        above AS (
            SELECT store, {column} AS part, CAST({column} AS TEXT) AS path,
                rtrim(CAST({column} AS TEXT), replace(CAST({column} AS TEXT), '/', '')) AS folder
            FROM {table}
        ),
        named AS (
            SELECT store, part, rtrim(folder, '/') AS run, substr(path, length(folder) + 1) AS name,
                substr(rtrim(folder, '/'), length(rtrim(
                    rtrim(folder, '/'), replace(folder, '/', ''))) + 1) AS above
            FROM above
        ),
        alone AS (
            SELECT min(part) AS part, run FROM named
            WHERE name GLOB 'RUN[0-9]*' AND name NOT GLOB 'RUN*[^0-9]*' AND length(above) < 15
                AND above GLOB 'run_[1-9]*' AND above NOT GLOB 'run_*[^0-9]*'
            GROUP BY store, run HAVING count(DISTINCT part) = 1
        )
    UPDATE OR IGNORE {table}
    SET {column} = (SELECT CAST(run AS BLOB) FROM alone WHERE part = {column})
    WHERE {column} IN (SELECT part FROM alone)
"""


def _whole_runs(table: str, column: str) -> str:
    """What was known of the only RUN directory in a `run_<id>` is known of that now."""
    return _MOVE_PART.format(table=table, column=column)


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
    (
        "UPDATE watched SET outcome = 'running' WHERE outcome = 'empty'",
        "UPDATE watched SET outcome = 'done' WHERE outcome = 'complete'",
        "UPDATE watched SET state = 'running' WHERE state IN ('new', 'writing')",
        "UPDATE watched SET state = 'done' WHERE state = 'finished'",
    ),
    ("CREATE INDEX sources_of_run ON stored_in (store, job_id, run_id)",),
    ("ALTER TABLE transfers ADD COLUMN vain INTEGER NOT NULL DEFAULT 0",),
    ("ALTER TABLE transfers ADD COLUMN kept_bytes INTEGER NOT NULL DEFAULT 0",),
    (
        "ALTER TABLE bindings ADD COLUMN found INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE stored ADD COLUMN found INTEGER NOT NULL DEFAULT 0",
    ),
    (
        "ALTER TABLE stored ADD COLUMN content_id TEXT NOT NULL DEFAULT ''",
        """
        CREATE TABLE proofs (
            store BLOB NOT NULL,
            key TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            how TEXT NOT NULL,
            proven_at TEXT NOT NULL,
            PRIMARY KEY (store, key)
        ) WITHOUT ROWID
        """,
    ),
    ("ALTER TABLE watched ADD COLUMN proof TEXT NOT NULL DEFAULT ''",),
    ("ALTER TABLE auto_uploads ADD COLUMN changed INTEGER",),
    ("ALTER TABLE intents ADD COLUMN left_out TEXT NOT NULL DEFAULT '[]'",),
    ("ALTER TABLE watched ADD COLUMN writers TEXT NOT NULL DEFAULT ''",),
    (
        """
        CREATE TABLE given_ids (
            store BLOB NOT NULL,
            results_root BLOB NOT NULL,
            directory BLOB NOT NULL,
            run_id INTEGER NOT NULL,
            PRIMARY KEY (store, results_root, directory)
        ) WITHOUT ROWID
        """,
        _whole_runs("stored", "source"),
        _whole_runs("stored_in", "source"),
        _whole_runs("watched", "path"),
        _whole_runs("held", "source"),
    ),
    (
        """
        CREATE TABLE activity (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            number INTEGER NOT NULL,
            store BLOB NOT NULL,
            kind TEXT NOT NULL,
            level TEXT NOT NULL,
            subject TEXT NOT NULL,
            text TEXT NOT NULL,
            first_at TEXT NOT NULL,
            last_at TEXT NOT NULL,
            likeness TEXT NOT NULL,
            count INTEGER NOT NULL,
            kept TEXT NOT NULL,
            todo TEXT NOT NULL,
            cause TEXT NOT NULL,
            path BLOB NOT NULL,
            job_id INTEGER NOT NULL,
            run_id INTEGER NOT NULL,
            transfer_id INTEGER NOT NULL,
            seen_by TEXT NOT NULL
        )
        """,
        "CREATE INDEX activity_in_order ON activity (number)",
        "CREATE INDEX activity_alike ON activity (likeness, number)",
    ),
    ("ALTER TABLE intents ADD COLUMN directory TEXT NOT NULL DEFAULT ''",),
    (
        """
        CREATE TABLE cleanings (
            store BLOB NOT NULL,
            aside BLOB NOT NULL,
            path BLOB NOT NULL,
            job_id INTEGER NOT NULL,
            run_id INTEGER NOT NULL,
            content_id TEXT NOT NULL,
            device TEXT NOT NULL,
            target BLOB NOT NULL,
            checked INTEGER NOT NULL,
            PRIMARY KEY (store, aside)
        ) WITHOUT ROWID
        """,
    ),
)
"""Statements that lead from version N-1 to N. Append only: files of every version are out there."""
