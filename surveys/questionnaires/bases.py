"""Whom a question was asked of: everybody, a part drawn at random, or those it concerns."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from surveys.questionnaires.conditions import (
    AllOf,
    AnswerIs,
    AnyOf,
    ArmIs,
    Condition,
    Not,
)
from surveys.questionnaires.document import (
    Document,
    WholeNumber,
)

EVERYBODY = Fraction(1)
PARTS = {"half": Fraction(1, 2), "third": Fraction(1, 3), "quarter": Fraction(1, 4)}
TOLD = {Fraction(1, 2): "half", Fraction(1, 3): "a third", Fraction(1, 4): "a quarter"}


@dataclass(frozen=True)
class Base:
    """Whom a question was asked of.

    A part drawn at random stands for everybody, so it is told apart from a condition.
    """

    condition: str = ""  # which no chance decides, such as an earlier answer; empty: no condition
    told: str = ""  # the same for people to read
    part: Fraction = EVERYBODY  # drawn at random
    known: bool = True

    def __str__(self) -> str:
        part = ""
        if self.part != EVERYBODY:
            share = TOLD.get(self.part, f"{self.part.numerator} in {self.part.denominator}")
            part = f"{share} of people, drawn at random"
        if not self.condition:
            return part or "everybody"
        told = self.told or self.condition
        return f"{part}, and of these {told}" if part else told


def base_of(document: Document, condition: Condition | None) -> Base:
    """Whom a page with this condition is shown to."""
    if condition is None:
        return Base()
    parts = condition.all_ if isinstance(condition, AllOf) else (condition,)
    share, others = EVERYBODY, []
    for part in parts:
        if isinstance(part, ArmIs):
            share *= _share(document, part)
        else:
            others.append(part)
    return Base(
        condition=" and ".join(sorted(part.model_dump_json(by_alias=True) for part in others)),
        told=" and ".join(_told(document, part) for part in others),
        part=share,
    )


def printed_base(text: str) -> Base:
    """The same of a published question, from the words in which its base was written down.

    "all", "random half", "random half; only those who answered Yes", "not published".
    """
    if text.startswith("not published"):
        return Base(known=False)
    part = EVERYBODY
    if found := re.match(r"random (half|third|quarter)(?:; )?", text):
        part, text = PARTS[found[1]], text[found.end() :]
    if re.match(r"all\b", text):
        text = ""
    return Base(condition=text, told=text.removeprefix("only "), part=part)


def _share(document: Document, arms: ArmIs) -> Fraction:
    (split,) = (one for one in document.splits if one.code == arms.split)
    drawn = {arm.code: arm.share for arm in split.arms}
    return Fraction(sum(drawn[code] for code in set(arms.is_)), sum(drawn.values()))


def _told(document: Document, condition: Condition) -> str:
    match condition:
        case AnswerIs():
            question = document.questions[condition.question]
            if isinstance(question, WholeNumber):
                return f"those who answered {_listed(condition.is_)} to “{question.text}”"
            texts = {one.code: f"“{one.text}”" for one in getattr(question, "options", ())}
            given = tuple(texts.get(code, code) for code in condition.is_)
            return f"those who answered {_listed(given)} to “{question.text}”"
        case ArmIs():
            return f"those drawn into {_listed(condition.is_)}"
        case AllOf():
            return " and ".join(_told(document, part) for part in condition.all_)
        case AnyOf():
            return " or ".join(_told(document, part) for part in condition.any_)
        case Not():
            return f"all but {_told(document, condition.not_)}"
    assert_never(condition)


def _listed(given: tuple[str, ...]) -> str:
    *first, last = given
    return f"{', '.join(first)} or {last}" if first else last
