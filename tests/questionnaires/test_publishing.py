"""A published version never changes; mending slips makes a minor version, and nothing else does."""

from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion
from surveys.questionnaires.publishing import NotMinor, NotPublishable, fingerprint, publish
from tests.fieldwork.small import make_wave
from tests.questionnaires.ward_round import Change, changed, document

pytestmark = pytest.mark.django_db


def nothing(_data: dict[str, Any]) -> None:
    """Change nothing."""


def published(folder: Path, change: Change = nothing, *, minor: bool = False) -> Any:
    return publish(changed(folder, change), published=frozenset(), minor=minor)


def mend(data: dict[str, Any]) -> None:
    """A comma that was missing, and a letter too many."""
    data["introduction"] = "Three questions, about robbots that bring medicines to the ward."


def reword(data: dict[str, Any]) -> None:
    data["pages"][1]["questions"][0]["text"] = "How strongly do you object to these robots?"


def turn_the_scale(data: dict[str, Any]) -> None:
    question = data["pages"][1]["questions"][0]
    question["low"], question["high"] = question["high"], question["low"]


def relabel(data: dict[str, Any]) -> None:
    data["pages"][2]["questions"][0]["options"][0]["text"] = "The right medicine"


def add_an_option(data: dict[str, Any]) -> None:
    data["pages"][2]["questions"][0]["options"].insert(0, {"code": "noise", "text": "Noise"})


def test_the_first_version_is_1_0_and_keeps_the_document_with_its_fingerprint(
    tmp_path: Path,
) -> None:
    version = published(tmp_path)
    assert version.label == "1.0"
    assert version.questionnaire.title == "Robots on the ward"
    assert version.sha256 == fingerprint(document())
    assert version.published_at is not None


def test_publishing_the_same_document_again_gives_the_same_version(tmp_path: Path) -> None:
    assert published(tmp_path) == published(tmp_path)
    assert QuestionnaireVersion.objects.count() == 1


def test_a_changed_document_becomes_the_next_version(tmp_path: Path) -> None:
    published(tmp_path)
    assert published(tmp_path, add_an_option).label == "2.0"


def test_mended_texts_make_a_minor_version(tmp_path: Path) -> None:
    published(tmp_path)
    assert published(tmp_path, mend, minor=True).label == "1.1"


def test_a_minor_version_refuses_anything_but_texts_and_says_what_differs(tmp_path: Path) -> None:
    published(tmp_path)
    with pytest.raises(NotMinor, match=r"pages\.2\.questions\.0\.options"):
        published(tmp_path, add_an_option, minor=True)
    assert QuestionnaireVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (reword, r"pages\.comfort\.questions\.comfort\.text"),
        (turn_the_scale, r"pages\.comfort\.questions\.comfort\.high"),
        (relabel, r"options\.wrong_medicine\.text: “The wrong medicine” became “The right"),
    ],
)
def test_a_minor_version_refuses_another_text_and_says_how_to_publish_it(
    tmp_path: Path, change: Change, path: str
) -> None:
    published(tmp_path)
    with pytest.raises(NotMinor, match=f"Publish the next whole version.*{path}"):
        published(tmp_path, change, minor=True)
    assert published(tmp_path, change).label == "2.0"


def test_there_is_no_minor_version_of_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotMinor, match="has no version yet"):
        published(tmp_path, minor=True)
    assert not Questionnaire.objects.exists()


def test_a_document_that_breaks_the_rules_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(NotPublishable) as refusal:
        published(tmp_path, lambda data: data.update(segments=["mood"]))
    (finding,) = refusal.value.findings
    written = (tmp_path / "changed.yaml").read_text().splitlines()
    assert finding.line is not None
    assert "mood" in written[finding.line - 1]
    assert finding.reason == "there is no variable mood"
    assert not Questionnaire.objects.exists()


def test_a_questionnaire_does_not_change_its_audience(tmp_path: Path) -> None:
    published(tmp_path)
    with pytest.raises(NotPublishable, match="ward-round is asked of Public already"):
        published(tmp_path, lambda data: data.update(audience="staff"))


@pytest.mark.parametrize(
    "change",
    [
        {"document": {}},
        {"sha256": "0" * 64},
        {"number": 7},
        {"minor": 7},
        {"status": "draft", "published_at": None},
    ],
)
def test_the_database_refuses_to_change_a_published_version(
    change: dict[str, Any], tmp_path: Path
) -> None:
    version = published(tmp_path)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        QuestionnaireVersion.objects.filter(pk=version.pk).update(**change)


def test_the_database_refuses_to_delete_a_version_that_a_wave_asks(tmp_path: Path) -> None:
    version = published(tmp_path)
    make_wave(version=version)
    with connection.cursor() as cursor:
        # PostgreSQL and SQLite look at foreign keys when the transaction ends.
        with pytest.raises(IntegrityError):
            delete_and_look(cursor, version.pk)
        connection.set_rollback(True)


def delete_and_look(cursor: Any, version_id: int) -> None:
    cursor.execute("DELETE FROM surveys_questionnaireversion WHERE id = %s", [version_id])
    connection.check_constraints()


def test_a_published_version_may_be_retired(tmp_path: Path) -> None:
    version = published(tmp_path)
    QuestionnaireVersion.objects.filter(pk=version.pk).update(status="retired")
    version.refresh_from_db()
    assert version.status == "retired"
