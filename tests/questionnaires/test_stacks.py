"""A stack of statements is several questions that share a lead-in, on paper and in figures."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from surveys.questionnaires.asking import asked
from surveys.questionnaires.checks import check
from surveys.questionnaires.comparability import between_waves
from surveys.questionnaires.document import Document, SingleChoice, StackedChoice
from surveys.questionnaires.flags import words_asked
from surveys.questionnaires.loading import Source, Unreadable
from surveys.questionnaires.ordering import in_order, in_turn
from surveys.questionnaires.packing import Layout
from surveys.questionnaires.publishing import canonical, fingerprint
from tests.questionnaires.judging import PANEL
from tests.questionnaires.ward_round import Change, changed, plain, stack_page

LEAD_IN = "How far do you agree or disagree with each of these?"
FIRST, SECOND = "robots_in_the_way", "robots_free_time"


def with_stack(**told: Any) -> Document:
    """The documented questionnaire with the documented stack at its end."""
    data, page = plain(), stack_page()
    page["stack"].update(told)
    data["pages"].append(page)
    return Document.model_validate(data)


def written_out() -> Document:
    """The same with each statement written as a single choice, on one page."""
    data, page = plain(), stack_page()
    stack = page.pop("stack")
    shared = {key: stack[key] for key in ("required", "ordinal", "nets", "options")}
    page["title"] = "Robots"
    page["questions"] = [
        {**shared, **one, "type": "single", "text": f"{stack['text']} {one['text']}"}
        for one in stack["statements"]
    ]
    data["pages"].append(page)
    return Document.model_validate(data)


def read(folder: Path, change: Change) -> Source:
    def both(data: dict[str, Any]) -> None:
        data["pages"].append(stack_page())
        change(data)

    return changed(folder, both)


def stack_of(data: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = data["pages"][-1]["stack"]
    return found


def test_the_documented_stack_may_be_published() -> None:
    assert check(with_stack(), frozenset()) == []


def test_a_statement_is_counted_as_the_same_question_written_out() -> None:
    stacked, alone = with_stack(), written_out()
    assert list(stacked.questions) == list(alone.questions)
    for code, question in alone.questions.items():
        found = stacked.questions[code]
        assert {key: getattr(found, key) for key in type(question).model_fields} == dict(question)
    for part in ("columns", "slots"):  # of what a response packs, and of what is counted
        assert getattr(Layout(stacked), part) == getattr(Layout(alone), part)


def test_what_is_kept_of_a_stack_is_what_was_written_and_makes_the_same_again() -> None:
    kept = canonical(with_stack())
    assert "questions" not in kept["pages"][-1]
    again = Document.model_validate(kept)
    assert again == with_stack()
    assert fingerprint(again) == fingerprint(with_stack())
    assert all(isinstance(one, StackedChoice) for one in again.pages[-1].questions)
    assert "stack" not in kept["pages"][0]  # so that older documents keep their fingerprint


def test_a_translator_finds_each_text_of_a_stack_once() -> None:
    paths = [path for path, _ in with_stack().texts() if path.startswith("pages.robots_agree.")]
    assert len(paths) == len(set(paths))
    # The section, the lead-in, a net, five options, two statements and one topic.
    assert len(paths) == 1 + 1 + 1 + 5 + 2 + 1
    assert f"pages.robots_agree.stack.statements.{FIRST}.text" in paths


def test_a_stack_in_welsh_is_welsh_throughout_and_one_text_without_it_is_told() -> None:
    english = with_stack()
    welsh = {path: f"cy {text}" for path, text in english.texts()}
    both = english.model_copy(update={"languages": ("en", "cy"), "translations": {"cy": welsh}})
    assert check(both, frozenset()) == []
    page = both.in_language("cy").pages[-1]
    assert page.questions[0].text == f"cy {LEAD_IN} cy Robots on a ward get in the way."
    missing = f"pages.robots_agree.stack.statements.{SECOND}.text"
    del welsh[missing]
    lacking = english.model_copy(update={"languages": ("en", "cy"), "translations": {"cy": welsh}})
    (found,) = check(lacking, frozenset())
    assert missing in found.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (
            lambda data: data["pages"][-1].update(questions=data["pages"][0]["questions"]),
            "a page holds a stack or questions, not both",
        ),
        (
            lambda data: data["pages"][-1].update(title="Robots"),
            "a page with a stack needs no title",
        ),
        (
            lambda data: stack_of(data).update(statements=[{"code": "one", "text": "One"}]),
            "at least 2",
        ),
        (lambda data: stack_of(data).update(type="single"), "is no key of the format"),
    ],
)
def test_a_stack_that_makes_no_sense_is_refused(
    tmp_path: Path, change: Change, reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(tmp_path, change)


@pytest.mark.parametrize(
    ("change", "line_of", "reason"),
    [
        (
            lambda data: stack_of(data)["statements"][1].update(code="comfort"),
            "code: comfort",
            "pages.3.stack.statements.1.code: the code comfort stands here for the second time",
        ),
        (
            lambda data: stack_of(data)["nets"][0].update(options=["gladly"]),
            "nets",
            "pages.3.stack.nets.0: there is no option gladly",
        ),
        (
            lambda data: stack_of(data).update(shuffle="true"),
            "shuffle: 'true'",
            "pages.3.stack.shuffle: the steps of an ordinal scale are never shuffled",
        ),
    ],
)
def test_what_is_wrong_in_a_stack_is_told_once_and_where_it_stands_in_the_file(
    tmp_path: Path, change: Change, line_of: str, reason: str
) -> None:
    source = read(tmp_path, change)
    (found,) = source.located(check(source.document, frozenset()))
    assert reason in str(found)
    lines = (tmp_path / "changed.yaml").read_text(encoding="utf-8").splitlines()
    assert line_of in lines[found.line - 1] or found.reason.endswith("gladly")  # type: ignore[operator]


def test_a_condition_and_a_headline_may_name_a_statement() -> None:
    data = plain()
    data["pages"].append(stack_page())
    data["pages"].append(
        {
            "code": "why",
            "section": "Your views",
            "show_if": {"question": FIRST, "is": ["strongly_agree"]},
            "questions": [{"code": "why", "type": "long_text", "text": "Why?"}],
        }
    )
    data["headlines"] = [{"question": SECOND, "option": "agree"}]
    assert check(Document.model_validate(data), frozenset()) == []


# The order in which one respondent sees it -----------------------------------------------------

SEEDS = range(200)


def test_below_every_statement_the_options_stand_in_one_order() -> None:
    page = with_stack(ordinal=False, shuffle=True).pages[-1]
    first, second = page.questions
    assert isinstance(first, SingleChoice)
    assert isinstance(second, SingleChoice)
    assert all(in_order(first, seed) == in_order(second, seed) for seed in SEEDS)
    # Four options that move have 24 orders; "don't know" is anchored at the end.
    orders = {tuple(option.code for option in in_order(first, seed)) for seed in SEEDS}
    assert len(orders) == 24
    assert {order[-1] for order in orders} == {"dont_know"}


def test_statements_stand_in_an_order_of_each_respondents_own_where_that_is_declared() -> None:
    page = with_stack().pages[-1]
    turned = [[one.code for one in in_turn(page, seed)] for seed in SEEDS]
    # By chance 100 of 200 begin with the second; outside 65 to 135 once in two million.
    assert 65 < sum(order == [SECOND, FIRST] for order in turned) < 135
    fixed = with_stack(shuffle_statements=False).pages[-1]
    assert all([one.code for one in in_turn(fixed, seed)] == [FIRST, SECOND] for seed in SEEDS)


# What may be compared ---------------------------------------------------------------------------


def reasons(before: Document, after: Document, code: str = FIRST) -> tuple[str, tuple[str, ...]]:
    earlier = replace(PANEL, version="1.0")
    judged = between_waves(
        earlier, replace(PANEL, version="2.0"), asked(before, code), asked(after, code)
    )
    return judged.verdict, judged.reasons


def test_the_lead_in_is_part_of_the_wording() -> None:
    question = asked(with_stack(), FIRST)
    assert question is not None
    assert question.wording == f"{LEAD_IN} Robots on a ward get in the way."
    verdict, told = reasons(
        with_stack(), with_stack(text="How far do you agree with each of these?")
    )
    assert verdict == "beside"
    assert told[0] == "The wording changed: “or disagree” was left out."


def test_the_same_stack_twice_is_the_same() -> None:
    assert reasons(with_stack(), with_stack()) == ("same", ())


def test_that_a_question_stood_alone_before_is_told() -> None:
    fixed = with_stack(shuffle_statements=False)
    verdict, told = reasons(written_out(), fixed)
    assert verdict == "annotate"
    assert told == (
        "It was shown in another way: alone then, among statements with one lead-in now.",
    )


def test_other_statements_beside_it_and_their_order_are_told() -> None:
    more = [*stack_page()["stack"]["statements"], {"code": "third", "text": "Robots are fun."}]
    assert reasons(with_stack(), with_stack(statements=more)) == (
        "annotate",
        ("Other statements stood beside it, or in another order.",),
    )
    verdict, told = reasons(with_stack(shuffle_statements=False), with_stack(), SECOND)
    assert verdict == "annotate"
    # And the first statement, which stood before it for everybody, now does so for half of them.
    assert set(told) == {
        "The statements were shuffled in one of the two only.",
        "Other questions came before it.",
    }


def test_shuffled_statements_stand_before_what_follows_and_not_before_each_other() -> None:
    found = [asked(with_stack(), code) for code in (FIRST, SECOND)]
    assert [one.asked_before for one in found if one] == [("age", "comfort", "what_worries")] * 2


def test_the_words_of_a_lead_in_are_read_once() -> None:
    # 11 words of lead-in, 8 of the first statement and 7 of the second, counted by hand.
    answers = {"stem": "errors", FIRST: "dont_know", SECOND: "dont_know"}
    before = words_asked(Document.model_validate(plain()), answers)
    assert words_asked(with_stack(), answers) - before == 11 + 8 + 7
