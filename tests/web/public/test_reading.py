"""What is read by the table is what the form reads, and what is right is read by the table."""

import random

import pytest
from django.http import QueryDict

from surveys.questionnaires.answers import problem_with
from surveys.questionnaires.document import (
    Document,
    FreeText,
    MultipleChoice,
    Question,
    Scale,
    WholeNumber,
)
from surveys.web.public.forms import PageForm
from surveys.web.public.reading import read_page
from tests.web.public.every import document, library, wave_of

pytestmark = pytest.mark.django_db

STRAY = ["", " ", "zz", "11", "-1", "61", "3.5", "1e1", "1_0", "٣", " 7 ", "\0", "\0 ", "x" * 201]
STRAY += ["one\r\ntwo", "a\r\n" * 66 + "ab", "  words ", "\u2003", "x" * 2001, "9" * 5000]
DOCUMENTS = [
    document(),
    library("public-confidence"),
    library("staff-confidence"),
]


def random_values(chance: random.Random, question: Question) -> list[str]:
    """What a browser, or somebody without one, may send for a question; mostly its options."""
    codes = [option.code for option in getattr(question, "options", ())]
    if isinstance(question, Scale):
        codes += map(str, range(11))
    if isinstance(question, WholeNumber | FreeText):
        codes += ["5", "21"]
    number = 1 if chance.random() < 0.7 else chance.randint(0, 4)
    return chance.choices(codes * 4 + STRAY, k=number)


def sent(values: dict[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for code, several in values.items():
        query.setlist(code, several)
    return query


@pytest.mark.parametrize("asked", DOCUMENTS, ids=lambda asked: asked.slug)
def test_whatever_the_table_reads_the_form_reads_too(asked: Document) -> None:
    wave, chance, read, doubtful = wave_of(asked), random.Random(19), 0, 0
    for page in asked.pages:
        for _ in range(150):
            query = sent({one.code: random_values(chance, one) for one in page.questions})
            found = read_page(wave.version_id, page.code, query)
            if found is None:
                doubtful += 1
                continue
            read += 1
            form = PageForm(page, query, answers={}, seed=0)
            assert form.is_valid(), (query, form.errors)
            assert found == form.given()
            for question in page.questions:
                answer = found[question.code]
                assert answer is None or problem_with(question, answer) is None
    assert read > 500
    assert doubtful > 100  # or nothing was sent that could be misread


@pytest.mark.parametrize("asked", DOCUMENTS, ids=lambda asked: asked.slug)
def test_a_page_without_a_mistake_never_needs_the_form(asked: Document) -> None:
    wave, chance = wave_of(asked), random.Random(7)
    for page in asked.pages:
        for _ in range(20):
            right = {one.code: right_values(chance, one) for one in page.questions}
            assert read_page(wave.version_id, page.code, sent(right)) is not None, right


def right_values(chance: random.Random, question: Question) -> list[str]:
    if not question.required and chance.random() < 0.3:
        return chance.choice([[], [""]]) if not isinstance(question, MultipleChoice) else []
    match question:
        case MultipleChoice():
            several = [one.code for one in question.options if not one.exclusive]
            most = min(question.max_choices or len(several), len(several))
            alone = [[one.code] for one in question.options if one.exclusive]
            return chance.choice([chance.sample(several, chance.randint(1, most)), *alone])
        case Scale():
            return [str(chance.randint(0, 10))]
        case WholeNumber():
            return [str(chance.randint(question.minimum, question.maximum))]
        case FreeText():
            return [chance.choice([" some words ", "one\r\ntwo", "é🍰"])]
        case _:
            return [chance.choice(question.options).code]
