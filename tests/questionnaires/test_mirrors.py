"""Two questionnaires mirror each other only where both ask what the mirror says."""

from pathlib import Path
from typing import Any

import pytest

from surveys.questionnaires.document import Document, Mirror
from surveys.questionnaires.loading import load
from surveys.questionnaires.mirrors import check_mirrors, mirrors
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.questionnaires.publishing import NotPublishable, publish
from tests.questionnaires.ward_round import LIBRARY, changed, plain


def staff(**changes: Any) -> Document:
    """The same questionnaire for staff, who are asked about patients."""
    return Document.model_validate(plain() | {"slug": "staff-round", "audience": "staff"} | changes)


def mirroring(code: str = "what_worries", **mirror: Any) -> dict[str, Any]:
    """The ward round with a mirror at one of its questions."""
    data = plain()
    question = next(
        one for page in data["pages"] for one in page["questions"] if one["code"] == code
    )
    question["mirror"] = {"questionnaire": "staff-round", "question": code} | mirror
    return data


def reasons(data: dict[str, Any], *others: Document) -> list[str]:
    known = {other.slug: other for other in others}
    return [one.reason for one in check_mirrors(Document.model_validate(data), known)]


def test_a_question_that_both_audiences_are_asked_may_mirror() -> None:
    assert reasons(mirroring(), staff()) == []
    assert reasons(mirroring(options={"mistakes": "nothing"}), staff()) == []
    assert reasons(mirroring("comfort"), staff()) == []


@pytest.mark.parametrize(
    ("data", "other", "reason"),
    [
        (mirroring(questionnaire="nobody"), staff(), "there is no questionnaire nobody: publish"),
        (mirroring(question="mood"), staff(), "questionnaire staff-round has no question mood"),
        (mirroring(), staff(audience="public"), "staff-round is asked of the public too"),
        (mirroring(question="comfort"), staff(), "comfort is answered in another way there: scale"),
        (mirroring(options={"fear": "mistakes"}), staff(), "there is no option or net fear"),
        (
            mirroring(options={"mistakes": "fear"}),
            staff(),
            "question what_worries of staff-round has no option or net fear",
        ),
        (mirroring("age"), staff(), "no figures are made of it"),
    ],
)
def test_a_mirror_that_shows_nothing_is_refused_with_its_reason(
    data: dict[str, Any], other: Document, reason: str
) -> None:
    (found,) = reasons(data, other)
    assert found.startswith(reason)


def test_without_a_code_in_common_a_mirror_says_which_options_go_together() -> None:
    renamed = plain()["pages"]
    (question,) = renamed[2]["questions"]
    del question["nets"]
    for option in question["options"]:
        option["code"] += "_there"
    other = staff(pages=renamed, headlines=[])
    (reason,) = reasons(mirroring(), other)
    assert "write which options go together" in reason
    assert reasons(mirroring(options={"nothing": "nothing_there"}), other) == []


def test_codes_go_together_with_themselves_but_where_another_is_written() -> None:
    mirror = Mirror(questionnaire="s", question="q", options={"agree": "yes"})
    assert [mirror.theirs(code) for code in ("agree", "disagree", "")] == ["yes", "disagree", ""]


def test_the_two_that_we_ship_mirror_each_other() -> None:
    both = [load(LIBRARY / f"{who}-confidence.yaml").document for who in ("public", "staff")]
    known = {one.slug: one for one in both}
    assert [check_mirrors(one, known) for one in both] == [[], []]
    public, of_staff = (mirrors(one) for one in both)
    assert "ai_distant" in public
    assert {(code, one.question) for code, one in public.items()} == {
        (one.question, code) for code, one in of_staff.items()
    }


@pytest.mark.django_db
def test_two_that_mirror_each_other_are_published_together_and_not_one_alone(
    tmp_path: Path,
) -> None:
    def point(data: dict[str, Any]) -> None:
        data["pages"] = mirroring()["pages"]

    source = changed(tmp_path, point)
    with pytest.raises(NotPublishable, match=r"line \d+: .*there is no questionnaire staff-round"):
        publish(source, published=frozenset())
    assert publish(source, published=frozenset(), together=[staff()]).label == "1.0"


@pytest.mark.django_db
def test_a_mirror_may_point_to_what_was_published_before(tmp_path: Path) -> None:
    publish(
        changed(tmp_path, lambda data: data.update(slug="staff-round", audience="staff")),
        published=frozenset(),
    )
    mirrored = changed(tmp_path, lambda data: data.update(pages=mirroring()["pages"]))
    publish(mirrored, published=frozenset())
    assert QuestionnaireVersion.objects.count() == 2
