"""What was done about what people said: entered as a draft, shown once it is published."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from surveys.fieldwork.auditing import By, record
from surveys.fieldwork.models import AuditEntry
from surveys.questionnaires.models import Questionnaire
from surveys.reports.models import Action, ActionSubject

Subject = tuple[int, str]  # questionnaire, and question or nothing
TOLD = ("heard", "heard_cy", "did", "did_cy", "happened_on", "link")


@transaction.atomic
def save_action(action: Action, subjects: Iterable[Subject], *, by: By) -> Action:
    """Store an action with what it is about, in place of what it was about before."""
    if action.pk is None:
        action.save()
    else:  # whether it is shown is decided elsewhere, maybe meanwhile
        action.save(update_fields=TOLD)
    wanted = set(subjects)
    for one in action.subjects.all():
        if (one.questionnaire_id, one.question) not in wanted:
            one.delete()
    known = set(action.subjects.values_list("questionnaire_id", "question"))
    ActionSubject.objects.bulk_create(
        ActionSubject(action=action, questionnaire_id=questionnaire, question=question)
        for questionnaire, question in sorted(wanted - known)
    )
    record(by, AuditEntry.What.ACTION_SAVED, _named(action))
    return action


@transaction.atomic
def publish_action(action: Action, *, by: By) -> None:
    """Show an action to everybody; twice changes nothing."""
    drafts = Action.objects.filter(pk=action.pk, state=Action.State.DRAFT)
    if drafts.update(state=Action.State.PUBLISHED, published_at=timezone.now()):
        record(by, AuditEntry.What.ACTION_PUBLISHED, _named(action))


@transaction.atomic
def withdraw_action(action: Action, *, by: By) -> None:
    """Show an action to managers only again; twice changes nothing."""
    shown = Action.objects.filter(pk=action.pk, state=Action.State.PUBLISHED)
    if shown.update(state=Action.State.DRAFT, published_at=None):
        record(by, AuditEntry.What.ACTION_WITHDRAWN, _named(action))


def _named(action: Action) -> str:
    return f"action {action.pk}: {action.did}"


def published_actions(about: Questionnaire | None = None) -> QuerySet[Action]:
    """What everybody may read, newest first; of one questionnaire with what is about all."""
    found = Action.objects.filter(state=Action.State.PUBLISHED)
    if about is None:
        return found
    subjects = ActionSubject.objects.filter(action=OuterRef("pk"))
    mine = Exists(subjects.filter(questionnaire=about))
    return found.filter(Q(mine) | ~Exists(subjects))


def actions_by_question(questionnaire: Questionnaire) -> dict[str, list[Action]]:
    """The published actions about each question of a questionnaire, newest first; one query."""
    subjects: Any = ActionSubject.objects.filter(
        questionnaire=questionnaire, action__state=Action.State.PUBLISHED
    ).exclude(question="")
    found: dict[str, list[Action]] = {}
    for one in subjects.select_related("action").order_by("-action__happened_on", "-action__pk"):
        found.setdefault(one.question, []).append(one.action)
    return found
