"""Emptying the tables between tests, although the audit log refuses to be emptied.

The test runner empties tables by DELETE on SQLite and by TRUNCATE on PostgreSQL; a guard forbids
either.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations as PostgreSQL
from django.db.backends.sqlite3.base import DatabaseOperations as SQLite

from surveys.guards import GUARDS, statements

_GUARDS = [one for one in GUARDS if one.table == "surveys_auditentry" and one.event != "UPDATE"]
Flush = Callable[[Any, Sequence[str]], None]


def _without_the_guards(flush: Flush) -> Flush:
    def flushed(self: Any, sql_list: Sequence[str]) -> None:
        vendor = self.connection.vendor
        of = " ON surveys_auditentry" if vendor == "postgresql" else ""
        with connections[self.connection.alias].cursor() as cursor:
            for guard in _GUARDS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{of}")
            flush(self, sql_list)
            for guard in _GUARDS:
                for statement in statements(guard, vendor):
                    cursor.execute(statement)

    return flushed


def let_the_runner_empty_tables() -> None:
    """Lift these guards while tables are emptied, and put them back."""
    for engine in (SQLite, PostgreSQL):
        engine.execute_sql_flush = _without_the_guards(engine.execute_sql_flush)
