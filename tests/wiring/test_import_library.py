"""What comes with the service can be loaded, in one go and again."""

from io import StringIO

import pytest
from django.core.management import call_command

from surveys.fieldwork.models import Margin, Population
from surveys.fieldwork.waves import check_population
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.reports.models import PublishedEstimate, PublishedSurvey

pytestmark = pytest.mark.django_db


def contents() -> list[list[object]]:
    tables = (Population, Margin, QuestionnaireVersion, PublishedSurvey, PublishedEstimate)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def test_loading_the_library_twice_is_loading_it_once() -> None:
    call_command("import_library", stdout=StringIO())
    before = contents()
    assert all(before)
    call_command("import_library", stdout=StringIO())
    assert contents() == before


@pytest.mark.parametrize(
    ("questionnaire", "population"),
    [("public-confidence", "gb-adults-18"), ("staff-confidence", "nhs-staff-england")],
)
def test_each_questionnaire_can_be_weighed_to_its_population(
    questionnaire: str, population: str
) -> None:
    call_command("import_library", stdout=StringIO())
    version = QuestionnaireVersion.objects.get(questionnaire__slug=questionnaire)
    assert version.status == "published"
    check_population(version, Population.objects.get(slug=population))
