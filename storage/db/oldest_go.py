"""A table that only has so much room: what was put longest ago makes it for what is new."""

from storage.db.database_session import Session


def forget_the_oldest(session: Session, table: str, column: str, most_bytes: int) -> None:
    """Rows with the oldest `at` go while the `column` of those that stay takes more than that."""
    left = most_bytes
    rows = session.sql(f"SELECT rowid, length({column}) AS bytes FROM {table} ORDER BY at DESC")  # noqa: S608 - our own words
    for row in rows:
        left -= row["bytes"]
        if left < 0:
            session.sql(f"DELETE FROM {table} WHERE rowid = ?", [row["rowid"]])  # noqa: S608
