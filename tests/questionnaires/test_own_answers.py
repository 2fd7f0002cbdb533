"""Which answers a respondent may look at beside those of others, and that nothing else is kept."""

import json
import random

import pytest

from surveys.questionnaires.document import Document
from surveys.questionnaires.own_answers import comparable, from_places, placings, to_places
from tests.fieldwork.small import document as small
from tests.fieldwork.small import random_answers
from tests.web.public.every import library


def test_profile_words_and_what_tells_of_an_arm_are_left_out() -> None:
    asked = library("public-confidence")
    kept = {question.code for question in comparable(asked)}
    assert {"more_or_less", "biggest_risks", "confidence_after", "ada_comfort"} <= kept
    assert not kept & {"age", "sex", "region", "comment", "ada_aware_cancer", "ada_benefit_vha"}


@pytest.mark.parametrize(
    "condition",
    [
        {"question": "sex", "is": ["female"]},
        {"not": {"question": "sex", "is": ["female"]}},
        {"all": [{"question": "aware", "is": ["yes"]}, {"split": "arm", "is": ["robot"]}]},
        {"any": [{"question": "aware", "is": ["yes"]}, {"question": "sex", "is": ["male"]}]},
    ],
)
def test_a_question_that_only_some_are_asked_must_not_tell_who_they_are(condition: dict) -> None:
    plain = small().model_dump(by_alias=True)
    for page in plain["pages"]:
        if page["code"] == "sex":
            page["questions"][0]["profile"] = True
        if page["code"] == "worries":
            page["show_if"] = condition
    kept = {question.code for question in comparable(Document.model_validate(plain))}
    assert "worries" not in kept
    assert "years" in kept


@pytest.mark.parametrize("seed", range(30))
def test_answers_come_back_as_they_were_but_for_refusals(seed: int) -> None:
    asked = small()
    answers = random_answers(random.Random(seed), asked)
    kept = {question.code for question in comparable(asked)}
    expected = {
        code: answer
        for code, answer in answers.items()
        if code in kept and answer not in ("prefer_not_to_say", [])
    }
    travelled = json.loads(json.dumps(to_places(placings(asked), answers)))
    assert from_places(asked, travelled) == expected


def test_a_refusal_leaves_no_trace_among_several_answers() -> None:
    asked = library("public-confidence")
    places = to_places(
        placings(asked), {"ada_comfort": ["prefer_not_to_say"], "more_or_less": "much_less"}
    )
    assert from_places(asked, places) == {"more_or_less": "much_less"}


@pytest.mark.parametrize("places", [[], [1], [99] * 8, ["x"] * 8, [[1]] * 8, 7])
def test_places_of_another_questionnaire_are_refused(places: object) -> None:
    with pytest.raises(ValueError, match=r"another questionnaire|zip"):
        from_places(small(), places)  # type: ignore[arg-type]
