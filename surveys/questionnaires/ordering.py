"""The order in which one respondent sees the options of a question and the statements of a page."""

import random
from typing import Any

from surveys.questionnaires.document import (
    MultipleChoice,
    Option,
    Page,
    Question,
    SingleChoice,
    StackedChoice,
)


def shuffled(question: Question) -> bool:
    """Whether respondents see the options of this question in orders of their own."""
    return isinstance(question, SingleChoice | MultipleChoice) and question.shuffle


def in_order(question: SingleChoice | MultipleChoice, seed: int) -> list[Option]:
    """The options as the respondent with this seed sees them, every time the same.

    Only options that say something about the question change places; "None of these", "Don't know"
    and whatever is anchored stay where the document has them. All statements of a stack have their
    options in the same order: a list that changed from one to the next would be read wrong.
    """
    if not question.shuffle:
        return list(question.options)
    moving = [option for option in question.options if not option.stays_put]
    _shuffle(moving, seed, question.first if isinstance(question, StackedChoice) else question.code)
    following = iter(moving)
    return [option if option.stays_put else next(following) for option in question.options]


def statements_move(page: Page) -> bool:
    """Whether respondents see the statements of this page in orders of their own."""
    return page.stack is not None and page.stack.shuffle_statements


def in_turn(page: Page, seed: int) -> list[Question]:
    """The questions of a page as the respondent with this seed sees them, every time the same."""
    questions = list(page.questions)
    if statements_move(page):
        _shuffle(questions, seed, f"statements of {page.code}")
    return questions


def _shuffle(things: list[Any], seed: int, what: str) -> None:
    # Not a secret: whoever knew the seed would know an order, and nothing else.
    random.Random(f"{seed}:{what}").shuffle(things)  # noqa: S311
