"""What was done about what people said: what the database holds, and who reads it where."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys.fieldwork.models import User
from surveys.questionnaires.models import Questionnaire
from surveys.reports.actions import (
    actions_by_question,
    publish_action,
    published_actions,
    save_action,
    withdraw_action,
)
from surveys.reports.models import Action

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> User:
    return User.objects.create_user("ada@example.org")


def series(slug: str, audience: str = "public") -> Questionnaire:
    return Questionnaire.objects.create(slug=slug, audience=audience, title=slug)


def action(manager: User, did: str = "We listened.", **fields: Any) -> Action:
    told = {"heard": "You were worried.", "happened_on": datetime.date(2026, 3, 27), **fields}
    return Action(did=did, created_by=manager, **told)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"heard": "  "}, "action_says_what_was_heard_and_done"),
        ({"did": "\n"}, "action_says_what_was_heard_and_done"),
        ({"link": "http://example.org/"}, "action_link_is_https"),
        ({"link": "javascript:alert(1)"}, "action_link_is_https"),
        ({"state": "published"}, "action_published_has_a_time"),
        ({"published_at": timezone.now()}, "action_published_has_a_time"),
        ({"state": "other"}, "action_published_has_a_time"),
    ],
)
def test_the_database_refuses_it(manager: User, fields: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        action(manager, **fields).save()


def test_a_subject_stands_once(manager: User) -> None:
    saved = save_action(action(manager), [(series("one").pk, "aware")] * 2, by=manager)
    (subject,) = saved.subjects.all()
    subject.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        subject.save(force_insert=True)


def test_a_draft_is_shown_to_nobody_and_publishing_twice_changes_nothing(manager: User) -> None:
    saved = save_action(action(manager), [], by=manager)
    assert not published_actions()
    publish_action(saved, by=manager)
    (shown,) = published_actions()
    publish_action(saved, by=manager)
    assert published_actions().get().published_at == shown.published_at
    withdraw_action(saved, by=manager)
    withdraw_action(saved, by=manager)
    assert not published_actions()
    publish_action(saved, by=manager)
    assert published_actions()


def test_a_change_keeps_whether_it_is_shown(manager: User) -> None:
    saved = save_action(action(manager), [], by=manager)
    publish_action(saved, by=manager)  # by somebody else, while the form was open
    saved.did = "We did more."
    save_action(saved, [], by=manager)
    assert published_actions().get().did == "We did more."


def test_what_it_is_about_is_replaced(manager: User) -> None:
    one, other = series("one"), series("other", "staff")
    saved = save_action(action(manager), [(one.pk, "aware"), (one.pk, "")], by=manager)
    kept = saved.subjects.get(question="aware").pk
    save_action(saved, [(one.pk, "aware"), (other.pk, "robots")], by=manager)
    told = list(saved.subjects.values_list("questionnaire__slug", "question"))
    assert told == [("one", "aware"), ("other", "robots")]
    assert saved.subjects.get(question="aware").pk == kept


def test_of_one_questionnaire_are_its_own_and_those_about_everything(manager: User) -> None:
    one, other = series("one"), series("other")
    for did, subjects in (
        ("all", []),
        ("mine", [(one.pk, "")]),
        ("question", [(one.pk, "aware"), (one.pk, "robots"), (other.pk, "aware")]),
        ("theirs", [(other.pk, "")]),
    ):
        publish_action(save_action(action(manager, did), subjects, by=manager), by=manager)
    save_action(action(manager, "draft"), [(one.pk, "aware")], by=manager)
    assert [shown.did for shown in published_actions(about=one)] == ["question", "mine", "all"]
    assert len(published_actions()) == 4
    by_question = actions_by_question(one)
    assert {code: [one.did for one in found] for code, found in by_question.items()} == {
        "aware": ["question"],
        "robots": ["question"],
    }


def test_the_newest_comes_first(manager: User) -> None:
    for day in (3, 9, 5):
        done = action(manager, str(day), happened_on=datetime.date(2026, 3, day))
        publish_action(save_action(done, [], by=manager), by=manager)
    assert [shown.did for shown in published_actions()] == ["9", "5", "3"]
