"""Which segments can be subtracted from each other, and what they are made of."""

from typing import Any

import pytest

from surveys.questionnaires.checks import check
from surveys.questionnaires.document import Document
from surveys.questionnaires.overlaps import families


def question(code: str, options: list[str]) -> dict[str, Any]:
    return {
        "code": code,
        "section": "All",
        "questions": [
            {
                "code": code,
                "type": "single",
                "text": f"About {code}?",
                "profile": True,
                "options": [{"code": one, "text": one} for one in options],
            }
        ],
    }


def sorted_by(code: str, of: str, **categories: list[str]) -> dict[str, Any]:
    return {
        "code": code,
        "title": code,
        "question": of,
        "categories": [{"code": c, "text": c, "options": o} for c, o in categories.items()],
    }


def document(variables: list[dict[str, Any]], segments: list[str], size: int = 4) -> Document:
    ages = [f"a{n}" for n in range(size)]
    return Document.model_validate(
        {
            "slug": "ages",
            "audience": "public",
            "title": "Ages",
            "introduction": "Ages.",
            "minutes": 1,
            "pages": [question(code, ages) for code in ("age", "job", "place")],
            "variables": variables,
            "segments": segments,
        }
    )


BAND = sorted_by("band", "age", b0=["a0"], b1=["a1"], b2=["a2", "a3"])
GROUP = sorted_by("group", "age", young=["a0", "a1"], old=["a2"])
JOB = sorted_by("job", "job", nurse=["a0"], other=["a1", "a2"])


def test_segments_of_different_answers_stand_apart():
    found = families(document([BAND, JOB], ["band", "job"]))
    assert [one.segments for one in found] == [("band",), ("job",)]
    assert found[1].parts == {("nurse",), ("other",), ("~",)}


def test_segments_of_one_answer_are_made_of_the_same_parts():
    (found,) = families(document([BAND, GROUP], ["band", "group"]))
    # a3 is in the third band and in no group; who does not say is in neither.
    assert found.parts == {("b0", "young"), ("b1", "young"), ("b2", "old"), ("b2", "~"), ("~", "~")}
    assert found.with_value("group", "young") == {("b0", "young"), ("b1", "young")}


def test_a_variable_made_of_variables_is_made_of_their_answers():
    made = {
        "code": "both",
        "title": "Both",
        "categories": [
            {"code": "young_nurse", "text": "y", "when": {"band": ["b0"], "job": ["nurse"]}},
            {"code": "rest", "text": "r", "when": {"job": ["other"]}},
        ],
    }
    (found,) = families(document([BAND, JOB, made], ["band", "both", "job"]))
    assert set(found.segments) == {"band", "both", "job"}
    of = {segment: place for place, segment in enumerate(found.segments)}
    young = [part for part in found.parts if part[of["both"]] == "young_nurse"]
    assert {(part[of["band"]], part[of["job"]]) for part in young} == {("b0", "nurse")}


@pytest.mark.parametrize(("size", "problems"), [(20, 0), (40, 1)])
def test_segments_of_too_many_combinations_are_refused(size: int, problems: int):
    # Together they have (size + 1) cubed combinations, where 20,000 can be looked through.
    when = {"age": ["yes"], "job": ["yes"], "place": ["yes"]}
    variables = [sorted_by(code, code, yes=["a0"], no=["a1"]) for code in when]
    categories = [{"code": "all", "text": "All", "when": when}]
    categories.append({"code": "none", "text": "None", "when": {"age": ["no"]}})
    variables.append({"code": "cross", "title": "Cross", "categories": categories})
    found = check(document(variables, ["cross"], size), frozenset())
    told = [one for one in found if one.path == ("segments",)]
    assert len(told) == problems
    assert all("leave one of them out" in one.reason for one in told)
