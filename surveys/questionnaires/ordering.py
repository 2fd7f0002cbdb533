"""The order in which one respondent sees the options of a question."""

import random

from surveys.questionnaires.document import MultipleChoice, Option, Question, SingleChoice


def shuffled(question: Question) -> bool:
    """Whether respondents see the options of this question in orders of their own."""
    return isinstance(question, SingleChoice | MultipleChoice) and question.shuffle


def in_order(question: SingleChoice | MultipleChoice, seed: int) -> list[Option]:
    """The options as the respondent with this seed sees them, every time the same.

    Only options that say something about the question change places; "None of these", "Don't know"
    and whatever is anchored stay where the document has them.
    """
    if not question.shuffle:
        return list(question.options)
    moving = [option for option in question.options if not option.stays_put]
    # Not a secret: whoever knew the seed would know an order, and nothing else.
    random.Random(f"{seed}:{question.code}").shuffle(moving)  # noqa: S311
    following = iter(moving)
    return [option if option.stays_put else next(following) for option in question.options]
