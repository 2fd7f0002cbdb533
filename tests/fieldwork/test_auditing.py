"""The audit log holds what people did, and cannot be made to forget."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from surveys.fieldwork.auditing import record
from surveys.fieldwork.models import AuditEntry, User
from surveys.reports.actions import publish_action, save_action, withdraw_action
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Action
from surveys.reports.releases import publish_release
from tests.fieldwork.small import make_wave
from tests.reports.test_estimating import respond
from tests.support.people import person, sign_in

pytestmark = pytest.mark.django_db

What = AuditEntry.What


def entries() -> list[tuple[Any, ...]]:
    """Every entry, oldest first, without its time."""
    found = AuditEntry.objects.order_by("pk")
    return list(found.values_list("user__email", "command", "what", "subject", "reason"))


def provisional() -> Any:
    wave = make_wave("closed", status="closed")
    respond(wave, [{"aware": "yes"}] * 100)
    return estimate_wave(wave.pk)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "how", ["TRUNCATE {}", "TRUNCATE {} CASCADE", "TRUNCATE surveys_wave, {} CASCADE"]
)
def test_nor_is_the_log_emptied_at_once(how: str) -> None:
    record("manage.py x", What.WAVE_MADE, "wave")
    connection.check_constraints()  # nothing waits that would refuse it for another reason
    with (
        pytest.raises(IntegrityError, match="audit_log_is_never_emptied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(how.format("surveys_auditentry"))
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("change", [{"reason": "another"}, {"subject": "x"}, {"command": "y"}])
def test_an_entry_never_changes(change: dict[str, str]) -> None:
    record("manage.py x", What.WAVE_MADE, "wave")
    with pytest.raises(IntegrityError, match="audit_entry_never_changes"):
        AuditEntry.objects.update(**change)


def test_an_entry_is_never_deleted() -> None:
    record("manage.py x", What.WAVE_MADE, "wave")
    with pytest.raises(IntegrityError, match="audit_entry_never_goes"):
        AuditEntry.objects.all().delete()


def test_nor_is_the_person_who_stands_in_it() -> None:
    user = person("manager")
    record(user, What.WAVE_MADE, "wave")
    with pytest.raises(IntegrityError, match=r"protected|FOREIGN KEY|foreign key"):
        user.delete()


@pytest.mark.parametrize("both", [False, True])
def test_an_entry_has_one_author(both: bool) -> None:
    author = {"user": person("manager"), "command": "manage.py x"} if both else {}
    with pytest.raises(IntegrityError, match="audit_entry_has_one_author"):
        AuditEntry.objects.create(what=What.WAVE_MADE, subject="wave", **author)


def test_an_entry_is_about_something() -> None:
    with pytest.raises(IntegrityError, match="audit_entry_is_about_something"):
        record("manage.py x", What.WAVE_MADE, "")


def test_publishing_a_release_is_in_the_log_with_its_reason(client: Client) -> None:
    release = provisional()
    publish_release(release, by=person("manager"), reason=" It is late. ")
    (entry,) = entries()
    assert entry[:3] == ("manager@example.org", "", "release_published")
    assert entry[3].startswith("closed: ")
    assert entry[4] == "It is late."


def test_what_was_done_is_in_the_log_each_time_that_it_changes_for_readers() -> None:
    user = person("manager")
    told = {"heard": "Few dared.", "did": "We listened.", "happened_on": "2026-03-27"}
    action = save_action(Action(created_by=user, **told), [], by=user)
    for step in (publish_action, withdraw_action):
        step(action, by=user)
        step(action, by=user)  # twice changes nothing
    kinds = ["action_saved", "action_published", "action_withdrawn"]
    assert [entry[2] for entry in entries()] == kinds
    assert {entry[3] for entry in entries()} == {f"action {action.pk}: We listened."}


@pytest.mark.parametrize("table", ["figures", "comparisons", "comparability"])
def test_a_file_of_figures_that_are_not_published_is_in_the_log(client: Client, table: str) -> None:
    provisional()
    sign_in(client, "manager")
    address = f"/insights/waves/closed/{table}.csv"
    assert client.get(address).status_code == 200
    (entry,) = entries()
    assert entry[:3] == ("manager@example.org", "", "unpublished_read")
    assert entry[3].startswith("closed-release-1")


def test_a_file_of_published_figures_is_not(client: Client) -> None:
    publish_release(provisional(), by="manage.py x", reason="Late.")
    sign_in(client, "leader")
    before = entries()
    assert client.get("/insights/waves/closed/figures.csv").status_code == 200
    assert entries() == before


def test_what_a_superuser_configures_is_in_the_log(client: Client) -> None:
    root = User.objects.create_superuser("root@example.org", "long enough to pass")
    client.force_login(root)
    somebody = person(email="a@example.org")
    form = {"email": "a@example.org", "name": "Ada", "is_active": "on"}
    inline = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    form |= {f"memberships-{name}": str(value) for name, value in inline.items()}
    answer = client.post(f"/admin/surveys/user/{somebody.pk}/change/", form)
    assert answer.status_code == 302
    changed = f"user {somebody.pk}: Changed Name."
    assert entries() == [("root@example.org", "", "configured", changed, "")]
