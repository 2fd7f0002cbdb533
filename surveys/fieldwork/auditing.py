"""Adding to the audit log, in the transaction of what is told there."""

from surveys.fieldwork.models import AuditEntry, User

By = User | str  # a person, or the command that acts where nobody is signed in


def record(by: By, what: AuditEntry.What, subject: object, reason: str = "") -> None:
    """Say that `by` did something to `subject`, and why where a reason was given.

    Call it inside the transaction of the deed, so that there is both or neither.
    """
    AuditEntry.objects.create(
        user=by if isinstance(by, User) else None,
        command="" if isinstance(by, User) else by,
        what=what,
        subject=str(subject)[:300],
        reason=reason,
    )
