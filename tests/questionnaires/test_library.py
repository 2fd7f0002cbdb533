"""The questionnaires that we ship: publishable, short, and to the letter where they must be."""

import csv
import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from surveys.questionnaires.checks import check
from surveys.questionnaires.document import Document, Explainer, SingleChoice
from surveys.questionnaires.loading import load
from surveys.questionnaires.routing import route
from tests.questionnaires.ward_round import LIBRARY, PROJECT

PUBLISHED = PROJECT / "surveys/reports/library"
MARGINS = PROJECT / "surveys/fieldwork/library/population_margins.csv"
SLUGS = ["public-confidence", "staff-confidence"]
MOST_SCREENS = 24


@cache
def document(slug: str) -> Document:
    return load(LIBRARY / f"{slug}.yaml").document


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def routes(asked: Document) -> Iterator[dict[str, Any]]:
    """Answers for every combination that a condition can look at, so every possible route."""
    looked_at: dict[str, list[Any]] = {
        split.code: [arm.code for arm in split.arms] for split in asked.splits
    }
    text = asked.model_dump_json(include={"pages": {"__all__": {"show_if"}}})
    for code, question in asked.questions.items():
        if f'"question":"{code}"' in text or f'"question_":"{code}"' in text:
            assert isinstance(question, SingleChoice), "a new kind of condition: enumerate it too"
            looked_at[code] = [option.code for option in question.options]
    for given in itertools.product(*looked_at.values()):
        yield dict(zip(looked_at, given, strict=True))


@pytest.mark.parametrize("slug", SLUGS)
def test_it_may_be_published(slug: str) -> None:
    published = frozenset(
        (row["survey"], row["audience"], row["question"], row["option"])
        for row in rows(PUBLISHED / "published_estimates.csv")
        if not row["subgroup"]
    )
    assert check(document(slug), published) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_no_route_has_more_screens_than_five_minutes_allow(slug: str) -> None:
    longest = max(len(route(document(slug), answers)) for answers in routes(document(slug)))
    assert longest <= MOST_SCREENS


def test_each_respondent_of_the_public_is_asked_about_one_technology() -> None:
    asked = document("public-confidence")
    split = asked.splits_by_code["technology"]
    met = {
        arm.code: {page.code for page in route(asked, {split.code: arm.code})} for arm in split.arms
    }
    common = set.intersection(*met.values())
    apart = {arm: pages - common for arm, pages in met.items()}
    assert len({len(pages) for pages in apart.values()}) == 1  # nobody is asked more than others
    assert all(apart.values())
    for one, other in itertools.combinations(apart.values(), 2):
        assert not one & other


@pytest.mark.parametrize("slug", SLUGS)
def test_wording_that_is_called_exact_is_the_published_one_to_the_letter(slug: str) -> None:
    stems = {
        (row["survey"], row["question"]): row["stem"]
        for row in rows(PUBLISHED / "published_questions.csv")
        if row["stem_status"] == "exact"
    }
    labels = {
        (row["survey"], row["question"], row["option"]): row["option_label"]
        for row in rows(PUBLISHED / "published_questions.csv")
        if row["label_status"] == "exact"
    }
    compared = 0
    for question in document(slug).questions.values():
        for link in question.benchmarks:
            if link.wording != "exact":
                continue
            compared += 1
            assert question.text == stems[link.survey, link.question]
            ours = {option.code: option.text for option in getattr(question, "options", ())}
            for theirs, code in link.options.items():
                label = labels.get((link.survey, link.question, theirs))
                if label is not None and code in ours:
                    assert ours[code] == label, (question.code, code)
    assert compared or slug == "staff-confidence"


@pytest.mark.parametrize("slug", SLUGS)
def test_exact_wording_gives_credit_or_says_whose_it_is(slug: str) -> None:
    for question in document(slug).questions.values():
        exact = [link for link in question.benchmarks if link.wording == "exact"]
        assert not exact or question.credit or all(link.note for link in exact), question.code


@pytest.mark.parametrize("slug", SLUGS)
def test_every_explainer_gives_an_example_and_its_source(slug: str) -> None:
    shown = [page.explainer for page in document(slug).pages if page.explainer]
    assert shown
    for explainer in shown:
        assert isinstance(explainer, Explainer)
        assert explainer.example
        assert explainer.source


@pytest.mark.parametrize("slug", SLUGS)
def test_confidence_is_asked_before_and_after_an_explanation(slug: str) -> None:
    asked = document(slug)
    places = {page.code: place for place, page in enumerate(asked.pages)}
    assert asked.pairs
    for pair in asked.pairs:
        before = places[asked.page_of[pair.before].code]
        after = places[asked.page_of[pair.after].code]
        assert any(page.explainer for page in asked.pages[before + 1 : after + 1])


@pytest.mark.parametrize("slug", SLUGS)
def test_it_asks_the_baseline_of_2020(slug: str) -> None:
    links = {
        (link.survey, link.question)
        for question in document(slug).questions.values()
        for link in question.benchmarks
    }
    baseline = {question for survey, question in links if survey == "hf-yougov-2020"}
    published = {
        row["question"]
        for row in rows(PUBLISHED / "published_estimates.csv")
        if row["survey"] == "hf-yougov-2020"
    }
    assert baseline
    assert baseline <= published


@pytest.mark.parametrize(
    ("slug", "population"),
    [
        ("public-confidence", "uk-adults-18"),
        ("staff-confidence", "nhs-staff-england"),
    ],
)
def test_every_margin_that_we_ship_can_be_made_from_the_answers(slug: str, population: str) -> None:
    asked = document(slug)
    margins = [row for row in rows(MARGINS) if row["population"] == population]
    assert margins
    for margin in margins:
        variable = asked.variables_by_code[margin["variable"]]
        assert margin["category"] in {category.code for category in variable.categories}


@pytest.mark.parametrize("slug", SLUGS)
def test_one_question_is_open(slug: str) -> None:
    kinds = [question.type for question in document(slug).questions.values()]
    assert kinds.count("long_text") == 1
    assert "short_text" not in kinds
