"""A page that was compiled and filled in is the page that crispy-forms renders."""

import random
from typing import Any

import pytest

from surveys.questionnaires.document import (
    Document,
    FreeText,
    MultipleChoice,
    Page,
    Question,
    Scale,
    WholeNumber,
)
from surveys.web.public.forms import PageForm
from surveys.web.public.pages import Filling, compiled, render_page
from tests.web.public.every import HARD, document, library, wave_of

WORDS = [
    "a",
    "<",
    "&amp;",
    "'",
    '"',
    "\n",
    " ",
    "🍰",
    "\u200f",
    "é",
    HARD,
    "{{ x }}",
    "</textarea>",
]


def random_answer(chance: random.Random, question: Question) -> Any | None:
    if chance.random() < 0.25:
        return None
    match question:
        case MultipleChoice():
            codes = [option.code for option in question.options]
            return chance.sample(codes, chance.randint(1, len(codes)))
        case Scale():
            return chance.choice([*range(11), *(option.code for option in question.options)])
        case WholeNumber():
            return chance.randint(question.minimum, question.maximum)
        case FreeText():
            words = "".join(chance.choices(WORDS, k=chance.randint(1, 12)))
            return words.strip() or "x"
        case _:
            return chance.choice(question.options).code


def both_ways(
    asked: Document, version_id: int, page: Page, chance: random.Random, *, answered: bool = True
) -> tuple[str, str]:
    answers = {q.code: random_answer(chance, q) for q in page.questions if answered}
    answers = {code: answer for code, answer in answers.items() if answer is not None}
    seed, pilot = chance.getrandbits(32), chance.random() < 0.5
    told = {
        "csrf_token": f"{chance.getrandbits(128):x}",
        "path": "/s/wave/",
        "back": "/s/wave/q/before?until=b&dropped=1",
        "progress": f"One & one: question {chance.randint(1, 9)} of <10>",
        "notice": chance.choice(["", "<p>Told &amp; done</p>"]),
    }
    form = PageForm(page, answers=answers, seed=seed)
    rendered = render_page(
        page,
        form,
        pilot=pilot,
        languages=asked.languages,
        may_be_kept=asked.audience == "public",
        **told,
    )
    known = compiled(version_id, page.code, "en", pilot)
    return known.fill(Filling(answers=answers, seed=seed, **told)), rendered


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_filled_is_rendered_for_every_type_of_page(seed: int) -> None:
    asked = document()
    version_id = wave_of(asked).version_id
    chance = random.Random(seed)
    for page in asked.pages:
        for _ in range(3):
            filled, rendered = both_ways(asked, version_id, page, chance)
            assert filled == rendered


@pytest.mark.django_db
def test_a_page_on_which_nothing_is_answered_is_the_rendered_one_too() -> None:
    asked, chance, at_once = document(), random.Random(3), 0
    version_id = wave_of(asked).version_id
    for page in asked.pages:
        filled, rendered = both_ways(asked, version_id, page, chance, answered=False)
        assert filled == rendered
        at_once += bool(compiled(version_id, page.code, "en", pilot=False).first_state)
    assert 5 < at_once < len(asked.pages)  # shuffled ones are put together for each respondent


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["public-confidence", "staff-confidence"])
def test_filled_is_rendered_for_every_page_of_the_library(name: str) -> None:
    asked = library(name)
    version_id = wave_of(asked).version_id
    chance = random.Random(name)
    for page in asked.pages:
        filled, rendered = both_ways(asked, version_id, page, chance)
        assert filled == rendered


@pytest.mark.django_db
def test_no_mark_is_left_in_a_page() -> None:
    asked = document()
    version_id = wave_of(asked).version_id
    for page in asked.pages:
        filled, _ = both_ways(asked, version_id, page, random.Random(1))
        assert not {"\ue000", "\ue001"} & set(filled)
