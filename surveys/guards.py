"""Rules of change that the database itself keeps, as triggers on both engines.

A later migration that alters one of these tables rebuilds it on SQLite and drops its triggers in
silence: such a migration must end with `Install()`, and one that alters a table which the guard of
another reads must begin with `Lift()`, or SQLite refuses. A test compares each engine's catalogue
with the list below. Deleting is guarded for the audit log alone; elsewhere it is stopped by foreign
keys that protect.
"""

import re
from dataclasses import dataclass
from typing import Literal

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


@dataclass(frozen=True)
class Guard:
    """One forbidden change: what is refused, `when`, with the rule's name as the error."""

    name: str
    table: str
    event: Literal["UPDATE", "INSERT", "DELETE", "TRUNCATE"]  # the last on PostgreSQL alone
    when: str  # SQL over OLD and NEW; {differs} is the engine's null-safe inequality

    def changed(self) -> str:
        """The condition as written, for the documentation."""
        return self.when.format(differs="IS DISTINCT FROM")


def _any_of(*columns: str) -> str:
    return " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in columns)


_PUBLISHED = "(SELECT state FROM surveys_release WHERE id = NEW.release_id) <> 'provisional'"

# Whether anybody has answered a wave: counted, or waiting to be.
_ANSWERED = (
    "(SELECT tally_revision FROM surveys_wave WHERE id = {wave}) > 0"
    " OR EXISTS (SELECT 1 FROM surveys_inbox WHERE wave_id = {wave})"
    " OR EXISTS (SELECT 1 FROM surveys_sealedinbox WHERE wave_id = {wave})"
)


def _answered(wave: str) -> str:
    return f"({_ANSWERED.format(wave=wave)})"


_UNSEALED = (
    "NEW.status = 'open' AND NEW.kind <> 'simulated' AND NEW.mixing_public IS NULL"
    " AND (SELECT audience FROM surveys_questionnaire WHERE id = NEW.questionnaire_id) = 'staff'"
)

# A path that holds an organisation's own code twice would be a circle.
_ABOVE = "(SELECT above.path FROM surveys_organisation AS above WHERE above.id = NEW.parent_id)"
_MISPLACED = (
    f"NEW.path <> COALESCE({_ABOVE}, '/') || NEW.code || '/'"
    f" OR COALESCE({_ABOVE}, '/') LIKE '%/' || NEW.code || '/%'"
)

GUARDS = (
    Guard(
        "version_frozen_once_published",
        "surveys_questionnaireversion",
        "UPDATE",
        "OLD.status <> 'draft' AND (NEW.status = 'draft' OR "
        + _any_of("document", "sha256", "number", "minor", "questionnaire_id")
        + ")",
    ),
    Guard(
        "release_frozen_once_published",
        "surveys_release",
        "UPDATE",
        "OLD.state <> 'provisional' AND (NEW.state = 'provisional' OR "
        + _any_of("wave_id", "number", "tally_revision", "respondents", "method", "problem")
        + " OR "
        + _any_of("software", "estimated_at", "published_at", "sha256")
        + " OR "
        + _any_of("published_by", "gate", "blocks", "override_reason")
        + ")",
    ),
    Guard("estimate_frozen_once_published", "surveys_estimate", "UPDATE", _PUBLISHED),
    Guard("estimate_not_added_once_published", "surveys_estimate", "INSERT", _PUBLISHED),
    Guard("contrast_frozen_once_published", "surveys_contrast", "UPDATE", _PUBLISHED),
    Guard("contrast_not_added_once_published", "surveys_contrast", "INSERT", _PUBLISHED),
    Guard(
        "organisation_frozen_once_published", "surveys_organisationestimate", "UPDATE", _PUBLISHED
    ),
    Guard(
        "organisation_not_added_once_published",
        "surveys_organisationestimate",
        "INSERT",
        _PUBLISHED,
    ),
    Guard("audit_entry_never_changes", "surveys_auditentry", "UPDATE", "OLD.id = NEW.id"),
    Guard("audit_entry_never_goes", "surveys_auditentry", "DELETE", "OLD.id = OLD.id"),
    Guard("audit_log_is_never_emptied", "surveys_auditentry", "TRUNCATE", "true"),
    Guard("override_never_changes", "surveys_comparabilityoverride", "UPDATE", "OLD.id = NEW.id"),
    Guard(
        "response_never_changes",
        "surveys_response",
        "UPDATE",
        _any_of("id", "wave_id", "language", "submitted_on", "answers", "codes", "weight")
        + " OR NEW.withdrawal_hash IS NOT NULL",
    ),
    Guard(
        "wave_kind_fixed_by_its_first_answer",
        "surveys_wave",
        "UPDATE",
        "(" + _any_of("kind", "version_id", "questionnaire_id") + f") AND {_answered('OLD.id')}",
    ),
    Guard(
        "wave_anonymity_fixed_by_its_first_answer",
        "surveys_wave",
        "UPDATE",
        "(" + _any_of("sampling", "mixing_minimum") + " OR OLD.mixing_public IS NOT NULL AND ("
        f"{_any_of('mixing_public')})) AND {_answered('OLD.id')}",
    ),
    Guard(
        "wave_of_staff_opens_sealed",
        "surveys_wave",
        "UPDATE",
        f"OLD.status <> 'open' AND {_UNSEALED}",
    ),
    Guard("wave_of_staff_opens_sealed_from_the_start", "surveys_wave", "INSERT", _UNSEALED),
    Guard(
        "answer_of_staff_never_waits_unsealed",
        "surveys_inbox",
        "INSERT",
        "(SELECT audience FROM surveys_questionnaire JOIN surveys_wave"
        " ON surveys_wave.questionnaire_id = surveys_questionnaire.id"
        " WHERE surveys_wave.id = NEW.wave_id) = 'staff'",
    ),
    Guard("organisation_stands_below_its_parent", "surveys_organisation", "UPDATE", _MISPLACED),
    Guard(
        "organisation_stands_below_its_parent_from_the_start",
        "surveys_organisation",
        "INSERT",
        _MISPLACED,
    ),
    Guard("organisation_keeps_its_code", "surveys_organisation", "UPDATE", _any_of("code")),
    Guard(
        "placement_follows_the_last",
        "surveys_placement",
        "INSERT",
        "EXISTS (SELECT 1 FROM surveys_placement AS earlier"
        " WHERE earlier.organisation_id = NEW.organisation_id"
        " AND (earlier.until_on IS NULL OR earlier.until_on > NEW.since_on))",
    ),
    Guard(
        "placement_only_ends",
        "surveys_placement",
        "UPDATE",
        "OLD.until_on IS NOT NULL OR " + _any_of("organisation_id", "parent_id", "since_on"),
    ),
    Guard(
        "wave_organisation_of_staff_waves_only",
        "surveys_waveorganisation",
        "INSERT",
        "(SELECT audience FROM surveys_questionnaire JOIN surveys_wave"
        " ON surveys_wave.questionnaire_id = surveys_questionnaire.id"
        " WHERE surveys_wave.id = NEW.wave_id) <> 'staff'",
    ),
    Guard(
        "wave_organisations_stand_apart",
        "surveys_waveorganisation",
        "INSERT",
        "EXISTS (SELECT 1 FROM surveys_waveorganisation AS other"
        " JOIN surveys_organisation AS theirs ON theirs.id = other.organisation_id"
        " JOIN surveys_organisation AS mine ON mine.id = NEW.organisation_id"
        " WHERE other.wave_id = NEW.wave_id AND theirs.id <> mine.id"
        " AND (mine.path LIKE theirs.path || '%' OR theirs.path LIKE mine.path || '%'))",
    ),
    Guard(
        "wave_organisations_fixed_by_its_first_answer",
        "surveys_waveorganisation",
        "INSERT",
        _answered("NEW.wave_id"),
    ),
    Guard(
        "wave_organisation_never_changes",
        "surveys_waveorganisation",
        "UPDATE",
        _any_of("wave_id", "organisation_id"),
    ),
)


def _postgresql(guard: Guard) -> list[str]:
    condition = guard.when.format(differs="IS DISTINCT FROM")
    each = "STATEMENT" if guard.event == "TRUNCATE" else "ROW"
    return [
        f"""CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {condition} THEN
                RAISE EXCEPTION '{guard.name}'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{guard.name}';
            END IF;
            RETURN NEW;
        END $$""",
        f"DROP TRIGGER IF EXISTS {guard.name} ON {guard.table}",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}"
        f" FOR EACH {each} EXECUTE FUNCTION {guard.name}()",
    ]


def _sqlite(guard: Guard) -> list[str]:
    if guard.event == "TRUNCATE":
        return []  # it has no such statement
    condition = guard.when.format(differs="IS NOT")
    return [
        f"DROP TRIGGER IF EXISTS {guard.name}",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table}"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{guard.name}'); END",
    ]


# PostgreSQL's planner keeps sample values of analysed columns, even of deleted rows: without this,
# pg_statistic would hold whole answers long after they were collected or taken back.
UNSAMPLED = {
    "surveys_inbox": (
        *("id", "answers", "organisation_id"),
        *("withdrawal_hash", "comment_hashes"),
    ),
    "surveys_sealedinbox": ("id", "organisation_id", "sealed", "withdrawal_hash"),
    "surveys_ticket": ("key", "organisation_id"),
    "surveys_response": ("answers", "codes", "withdrawal_hash"),
    "surveys_comment": ("text", "withdrawal_hash"),
    "surveys_draft": ("key", "ciphertext"),
}


def _known(guard: Guard, state: ProjectState) -> bool:
    """Whether all tables and columns that it looks at are there; a later migration adds others."""
    columns = {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields}
        for model in state.apps.get_models()
    }
    named = set(re.findall(r"\b(?:OLD|NEW)\.(\w+)", guard.when))
    tables = {guard.table, *re.findall(r"\bsurveys_[a-z]+\b", guard.when)}
    return tables <= columns.keys() and named <= columns[guard.table]


def statements(guard: Guard, vendor: str) -> list[str]:
    """The SQL that puts one guard in place, whatever was there before."""
    return _postgresql(guard) if vendor == "postgresql" else _sqlite(guard)


def _install(schema_editor: BaseDatabaseSchemaEditor, state: ProjectState) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for guard in (one for one in GUARDS if _known(one, state)):
        for statement in statements(guard, schema_editor.connection.vendor):
            schema_editor.execute(statement, params=None)
    if postgresql:
        there = {model._meta.db_table for model in state.apps.get_models()}
        for table, columns in UNSAMPLED.items():
            for column in columns if table in there else ():
                schema_editor.execute(
                    f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0", params=None
                )


def _lift(schema_editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = schema_editor.connection.vendor == "postgresql"
    for guard in GUARDS:
        of = f" ON {guard.table}" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {guard.name}{of}", params=None)


class Install(Operation):
    """Put every guard in place, whatever was there before; one that looks at columns which are
    still to come is left to the migration that adds them.
    """

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create the triggers; on PostgreSQL also keep answers out of its statistics."""
        _install(schema_editor, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers, so that the tables may be altered back."""
        _lift(schema_editor)

    def describe(self) -> str:
        """What `migrate` prints."""
        return "Install the guards"


class Lift(Operation):
    """Take every guard away, until `Install()` at the end of the same migration."""

    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing in the models."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Drop the triggers."""
        _lift(schema_editor)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Create those that were there before."""
        _install(schema_editor, to_state)

    def describe(self) -> str:
        """What `migrate` prints."""
        return "Lift the guards"
