"""What a database keeps beside its tables of what was deleted from them."""

from django.db import connection


def truncate_log() -> None:
    """Empty SQLite's write-ahead log into the database, outside any transaction.

    Deleted rows are overwritten in the database (secure_delete), but their last state stays
    readable in the log until later writes happen to cover it. Where others read at this moment, the
    next call does it. PostgreSQL's log is kept and recycled by the server, not by us.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
