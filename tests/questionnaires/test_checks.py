"""Each rule that keeps a questionnaire from being published, broken once."""

import copy
from pathlib import Path
from typing import Any

import pytest

from surveys.questionnaires.checks import check
from tests.questionnaires.ward_round import Change, changed

PUBLISHED = frozenset({("yougov", "public", "worries", "any"), ("yougov", "staff", "sad", "very")})


def question(place: int) -> Any:
    return lambda data: data["pages"][place]["questions"][0]


age, comfort, worries = question(0), question(1), question(2)


def benchmark(**changes: Any) -> dict[str, Any]:
    return {
        "survey": "yougov",
        "question": "worries",
        "wording": "exact",
        "same_options": "true",
        "options": {"any": "mistakes"},
        **changes,
    }


def condition(**parts: Any) -> Change:
    return lambda data: data["pages"][2].update(show_if=parts)


def explain_first(data: dict[str, Any]) -> None:
    worries(data)["benchmarks"] = [benchmark()]
    data["pages"][0]["explainer"] = {"title": "Robots", "text": "They roll.", "source": "Us"}


def effect(data: dict[str, Any]) -> dict[str, Any]:
    """The effect that the document declares, of a question that stands at its end."""
    if "effects" not in data:
        asked = {"code": "again", "type": "scale", "text": "And now?", "low": "Bad", "high": "Good"}
        data["pages"].append({"code": "again", "section": "Your views", "questions": [asked]})
        data["effects"] = [{"split": "stem", "control": "delays", "question": "again"}]
    found: dict[str, Any] = data["effects"][0]
    return found


def asked_again(data: dict[str, Any], **changes: Any) -> None:
    effect(data)
    data["pages"][-1].update(changes)


YES_OR_NO = {
    "code": "again",
    "type": "single",
    "text": "And now?",
    "options": [{"code": "yes", "text": "Yes"}, {"code": "no", "text": "No"}],
}


def between() -> dict[str, Any]:
    """A page that stands after the arms have parted."""
    asked = copy.deepcopy(YES_OR_NO) | {"code": "between"}
    return {"code": "between", "section": "Your views", "questions": [asked]}


def derived(**when: Any) -> Change:
    categories = [
        {"code": "young", "text": "Young", "when": when},
        {"code": "old", "text": "Old", "when": {"age": ["50_or_over"]}},
    ]
    return lambda data: data["variables"].append(
        {"code": "generation", "title": "Generation", "categories": categories}
    )


BROKEN: dict[str, tuple[Change, str]] = {
    "two pages of one code": (
        lambda data: data["pages"][1].update(code="age"),
        "pages.1.code: the code age stands here for the second time",
    ),
    "two questions of one code": (
        lambda data: comfort(data).update(code="age"),
        "pages.1.questions.0.code: the code age stands",
    ),
    "a question named like a split": (
        lambda data: comfort(data).update(code="stem"),
        "pages.1.questions.0.code: the code stem stands",
    ),
    "two options of one code": (
        lambda data: worries(data)["options"][1].update(code="wrong_medicine"),
        "options.1.code: the code wrong_medicine stands",
    ),
    "a net named like an option": (
        lambda data: worries(data)["nets"][0].update(code="other"),
        "nets.0.code: the code other stands",
    ),
    "two variables of one code": (
        lambda data: data["variables"].append(data["variables"][0]),
        "variables.1.code: the code age stands",
    ),
    "two categories of one code": (
        lambda data: data["variables"][0]["categories"][1].update(code="under_50"),
        "categories.1.code: the code under_50 stands",
    ),
    "a condition about no question": (
        condition(question="mood", **{"is": ["good"]}),
        "pages.2.show_if: there is no question mood",
    ),
    "a condition about a later question": (
        lambda data: data["pages"][0].update(show_if={"question": "comfort", "is": ["3"]}),
        "pages.0.show_if: question comfort is asked later",
    ),
    "a condition about an answer that cannot be given": (
        condition(question="comfort", **{"is": ["11"]}),
        "pages.2.show_if: question comfort has no answer 11",
    ),
    "a condition about no split": (
        condition(split="coin", **{"is": ["heads"]}),
        "pages.2.show_if: there is no split coin",
    ),
    "a condition about no arm": (
        condition(split="stem", **{"is": ["heads"]}),
        "pages.2.show_if: split stem has no arm heads",
    ),
    "a page that nothing leads to": (
        condition(
            all=[
                {"question": "age", "is": ["under_50"]},
                {"not": {"question": "age", "is": ["under_50"]}},
            ]
        ),
        "pages.2.show_if: no answers ever lead to page what_worries",
    ),
    "two arms of a split at once": (
        condition(all=[{"split": "stem", "is": ["errors"]}, {"split": "stem", "is": ["delays"]}]),
        "no answers ever lead to page what_worries",
    ),
    "several answers and no way to choose none": (
        lambda data: worries(data)["options"].pop(),
        "pages.2.questions.0: offers no way to choose nothing",
    ),
    "a maximum that limits nothing": (
        lambda data: worries(data).update(max_choices="3"),
        "max_choices: is no limit",
    ),
    "steps in order that are shuffled": (
        lambda data: age(data).update(shuffle="true"),
        "shuffle: the steps of an ordinal scale are never shuffled",
    ),
    "a profile question that must be answered": (
        lambda data: age(data)["options"].pop(),
        "pages.0.questions.0: asks about the person without “Prefer not to say”",
    ),
    "a weighting question that must be answered": (
        lambda data: (age(data).update(profile="false"), age(data)["options"].pop()),
        "pages.0.questions.0: asks about the person without “Prefer not to say”",
    ),
    "a net of an option that is not there": (
        lambda data: worries(data)["nets"][0].update(options=["nobody"]),
        "nets.0: there is no option nobody",
    ),
    "a net of those who would not say": (
        lambda data: (
            worries(data)["options"].append(
                {"code": "secret", "text": "Prefer not to say", "kind": "prefer_not_to_say"}
            ),
            worries(data)["nets"][0].update(options=["secret"]),
        ),
        "nets.0: counts secret, and who would not say is outside the base",
    ),
    "a headline of those who would not say": (
        lambda data: (
            worries(data)["options"].append(
                {"code": "secret", "text": "Prefer not to say", "kind": "prefer_not_to_say"}
            ),
            data["headlines"][0].update(option="secret"),
        ),
        "headlines.0: nothing is estimated of secret in question what_worries",
    ),
    "a benchmark of an option that is not there": (
        lambda data: worries(data).update(benchmarks=[benchmark(options={"any": "nobody"})]),
        "benchmarks.0.options.any: there is no option or net nobody",
    ),
    "a benchmark that was not published": (
        lambda data: worries(data).update(benchmarks=[benchmark(options={"some": "other"})]),
        "benchmarks.0.options.some: yougov worries some (public) was not published",
    ),
    "a benchmark published for the other audience": (
        lambda data: worries(data).update(
            benchmarks=[benchmark(question="sad", options={"very": "other"})]
        ),
        "yougov sad very (public) was not published",
    ),
    "a compared question after an explainer": (
        explain_first,
        "pages.2.questions.0: is compared with published figures, so it must stand before",
    ),
    "a pair within an arm of no split": (
        lambda data: data.update(
            pairs=[{"before": "age", "after": "age", "within": {"split": "x", "is": ["y"]}}]
        ),
        "pairs.0.within: there is no split x",
    ),
    "an effect of no split": (
        lambda data: effect(data).update(split="x"),
        "effects.0: there is no split x",
    ),
    "an effect beside an arm that is not there": (
        lambda data: effect(data).update(control="x"),
        "effects.0: split stem has no arm x",
    ),
    "an effect on no question": (
        lambda data: effect(data).update(question="x"),
        "effects.0: there is no question x",
    ),
    "an effect on an answer that is not there": (
        lambda data: effect(data).update(option="x"),
        "effects.0: there is no x in question again",
    ),
    "an effect on a mean of no scale": (
        lambda data: asked_again(data, questions=[YES_OR_NO]),
        "effects.0: there is no mean in question again",
    ),
    "an effect on who somebody is": (
        lambda data: effect(data).update(question="age"),
        "effects.0: is measured by a question about views with one answer out of several",
    ),
    "an effect on what not everybody is asked": (
        lambda data: asked_again(data, show_if={"split": "stem", "is": ["errors"]}),
        "effects.0: question again must be asked in every arm of stem",
    ),
    "an effect of nothing": (
        lambda data: (effect(data), data["pages"][2].pop("show_if")),
        "effects.0: nothing before question again differs between the arms",
    ),
    "an effect on those whom an answer after the arms part leads there": (
        lambda data: (
            asked_again(data, show_if={"any": [{"question": "between", "is": ["yes"]}]}),
            data["pages"].insert(-1, between()),
        ),
        "effects.0: who is asked question again depends on question between, which is asked after"
        " the arms of stem part",
    ),
    "an effect whose people are sent away after the arms part": (
        lambda data: (
            effect(data),
            data["pages"].insert(-1, between()),
            data["pages"][-2]["questions"][0]["options"][1].update(screens_out=True),
        ),
        "effects.0: question between sends people away after the arms of stem part",
    ),
    "an effect that stands twice": (
        lambda data: (effect(data), data["effects"].append(effect(data))),
        "effects.1: stands here for the second time",
    ),
    "a variable of no question": (
        lambda data: data["variables"][0].update(question="mood"),
        "variables.0: there is no question mood",
    ),
    "a variable of a question with several answers": (
        lambda data: data["variables"][0].update(question="what_worries"),
        "variables.0: question what_worries has more than one answer",
    ),
    "a category of no option": (
        lambda data: data["variables"][0]["categories"][0].update(options=["under_40"]),
        "variables.0: question age has no option under_40",
    ),
    "an option that makes two categories": (
        lambda data: data["variables"][0]["categories"][0].update(options=["50_or_over"]),
        "variables.0: option 50_or_over makes two categories",
    ),
    "a derived variable of one that comes later": (
        derived(mood=["good"]),
        "variables.1.categories.0.when: there is no variable mood before this one",
    ),
    "a derived variable of no category": (
        derived(age=["under_40"]),
        "variables.1.categories.0.when: variable age has no category under_40",
    ),
    "a cell of no variable": (
        lambda data: data.update(weight_by=["mood"]),
        "weight_by.0: there is no variable mood",
    ),
    "a cell of a derived variable": (
        lambda data: (derived(age=["under_50"])(data), data.update(weight_by=["generation"])),
        "weight_by.0: a cell is made of variables that a question makes",
    ),
    "a segment of no variable": (
        lambda data: data.update(segments=["mood"]),
        "segments.0: there is no variable mood",
    ),
    "a pair of questions with several answers": (
        lambda data: data.update(pairs=[{"before": "what_worries", "after": "what_worries"}]),
        "pairs.0: both must be questions with one answer out of several",
    ),
    "a pair of questions with different answers": (
        lambda data: data.update(pairs=[{"before": "age", "after": "comfort"}]),
        "pairs.0: the two questions have different options",
    ),
    "a headline about nothing": (
        lambda data: data["headlines"][0].update(option="joy"),
        "headlines.0: there is no joy in question what_worries",
    ),
    "a language with texts missing": (
        lambda data: data.update(languages=["en", "cy"]),
        "languages: ward-round.cy.po has no Welsh for title: “Robots on the ward”",
    ),
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_questionnaire_is_refused_for(rule: str, tmp_path: Path) -> None:
    change, expected = BROKEN[rule]
    source = changed(tmp_path, change)
    told = [str(finding) for finding in source.located(check(source.document, PUBLISHED))]
    assert any(expected in one for one in told), told
    assert all(one.startswith("line ") for one in told)


def test_a_benchmark_that_was_published_is_accepted(tmp_path: Path) -> None:
    source = changed(tmp_path, lambda data: worries(data).update(benchmarks=[benchmark()]))
    assert check(source.document, PUBLISHED) == []


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    def break_much(data: dict[str, Any]) -> None:
        data["segments"] = ["mood"]
        data["headlines"][0]["option"] = "joy"
        worries(data)["options"].pop()

    assert len(check(changed(tmp_path, break_much).document, PUBLISHED)) == 3


def test_a_cell_that_is_too_long_to_be_written_is_refused(tmp_path: Path) -> None:
    def lengthen(data: dict[str, Any]) -> None:
        variables = []
        for number in range(4):
            code = f"age_{number}"
            variables.append({**data["variables"][0], "code": code})
            variables[-1]["categories"] = [
                {"code": f"{one['code']:x<60}", "text": "Age", "options": [one["code"]]}
                for one in data["variables"][0]["categories"]
            ]
        data |= {
            "variables": variables,
            "segments": [],
            "weight_by": [v["code"] for v in variables],
        }

    (found,) = check(changed(tmp_path, lengthen).document, PUBLISHED)
    assert "too long together: 200 fit" in found.reason
