"""The configuration pages show configuration, and only that."""

from io import StringIO

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.urls import reverse

from surveys.models import User

SHOWN = {
    *("AuditEntry", "Organisation", "Population", "PublishedSurvey"),
    *("Questionnaire", "QuestionnaireVersion", "User", "Wave"),
}


def test_nothing_that_a_respondent_wrote_is_registered():
    assert {model.__name__ for model in admin.site._registry} == SHOWN


@pytest.mark.django_db
@pytest.mark.parametrize("model", sorted(SHOWN))
def test_each_list_opens(client, model):
    client.force_login(User.objects.create_superuser("root@example.org", "long enough to pass"))
    address = reverse(f"admin:surveys_{model.lower()}_changelist")
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_what_a_command_checks_cannot_be_added_by_a_form(client):
    client.force_login(User.objects.create_superuser("root@example.org", "long enough to pass"))
    for model in (
        "questionnaire",
        "questionnaireversion",
        "population",
        "wave",
        "organisation",
        "auditentry",
    ):
        assert client.get(reverse(f"admin:surveys_{model}_add")).status_code == 403


@pytest.mark.django_db
def test_the_list_of_versions_says_how_much_of_the_welsh_nobody_has_reviewed(client):
    call_command("import_library", stdout=StringIO())
    client.force_login(User.objects.create_superuser("root@example.org", "long enough to pass"))
    page = client.get(reverse("admin:surveys_questionnaireversion_changelist")).content.decode()
    assert "376 of 376" in page
    assert "230 of 230" in page
