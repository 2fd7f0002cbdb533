"""Emptying the tables between tests, although the audit log refuses to be emptied.

On SQLite the test runner empties tables by DELETE, which the guard audit_entry_never_goes forbids;
on PostgreSQL by TRUNCATE, which fires no trigger of rows.
"""

from collections.abc import Sequence

from django.db import connections
from django.db.backends.sqlite3.base import DatabaseOperations

from surveys.guards import GUARDS, statements

_GUARD = next(guard for guard in GUARDS if guard.name == "audit_entry_never_goes")
_flush = DatabaseOperations.execute_sql_flush


def _without_the_guard(self: DatabaseOperations, sql_list: Sequence[str]) -> None:
    with connections[self.connection.alias].cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {_GUARD.name}")
        _flush(self, sql_list)
        for statement in statements(_GUARD, "sqlite"):
            cursor.execute(statement)


def let_the_runner_empty_tables() -> None:
    """Lift the one guard while tables are emptied, and put it back."""
    DatabaseOperations.execute_sql_flush = _without_the_guard
