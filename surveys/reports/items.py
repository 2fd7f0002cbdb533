"""What is estimated of each question, as sums over the slots of a tally.

"Don't know" is part of the base of a share; "prefer not to say", left open and not asked are not.
Profile questions are no findings: they are in the method statement, as the sample's make-up.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surveys.questionnaires.document import (
    SCALE_POINTS,
    MultipleChoice,
    Question,
    Scale,
    SingleChoice,
    WholeNumber,
)
from surveys.questionnaires.packing import Layout, Slot, points
from surveys.reports.models import Estimate

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Item:
    """One figure to estimate: linear sums of slots give its base, its total and its squares."""

    statistic: str
    question: str
    option: str
    answered: Floats  # shape (slots,)
    total: Floats  # who chose it, or the sum of the values
    squares: Floats  # of the values; the same as `total` for a share
    ends: tuple[float, float] = (0.0, 1.0)  # the least and the largest value there is


@dataclass(frozen=True)
class Measure:
    """What is estimated of a question, as a person calls it."""

    statistic: str
    option: str  # empty for a mean
    text: str

    def __iter__(self) -> Iterator[str]:
        yield from (self.statistic, self.option, self.text)


def measures(question: Question) -> list[Measure]:
    """What is estimated of a question, nets first; nothing of a profile question or free text."""
    if question.profile:
        return []
    nets = [Measure(Estimate.Statistic.NET, net.code, net.text) for net in question.nets]
    if isinstance(question, Scale | WholeNumber):
        return [*nets, Measure(Estimate.Statistic.MEAN, "", "Mean")]
    return nets + [
        Measure(Estimate.Statistic.SHARE, option.code, option.text)
        for option in getattr(question, "options", ())
        if option.kind != "prefer_not_to_say"
    ]


@dataclass(frozen=True)
class Partition:
    """A way in which everyone who answered a question gave exactly one of J answers.

    answers: (J, slots) 0 or 1, which slots count each; figures: the options and nets that are
    shown, with the answers that each counts, (F, J).
    """

    answers: Floats
    options: tuple[str, ...]
    figures: NDArray[np.bool_]


def partitions(layout: Layout, question: Question) -> list[Partition]:
    """How a question's shares are counts of people; one for each option of a multiple choice.

    None for a number, of which only the mean is shown.
    """
    code = question.code
    if isinstance(question, SingleChoice | Scale):
        refused = {one.code for one in question.options if one.kind == "prefer_not_to_say"}
        names = [one for one in points(question) if one not in refused]
        counted = {net.code: set(net.options) for net in question.nets}
        if isinstance(question, SingleChoice):
            counted |= {name: {name} for name in names}
        if not counted:
            return []
        answers = [_sum(layout, [Slot("option", code, name)], [1.0]) for name in names]
        figures = [[name in chosen for name in names] for chosen in counted.values()]
        return [Partition(np.array(answers), tuple(counted), np.array(figures))]
    return [
        Partition(np.array([item.total, item.answered - item.total]), (item.option,), CHOSE)
        for item in _of_question(layout, question)
        if item.statistic != Estimate.Statistic.MEAN
    ]


CHOSE = np.array([[True, False]])  # of those who chose an option and those who did not


def subject(question: Question, option: str) -> str:
    """What a figure is of, in words that stand alone: the question and the answer.

    Raises StopIteration for an option that is not measured.
    """
    name = question.topic or f"“{question.text}”"
    measure = next(one for one in measures(question) if one.option == option)
    if measure.statistic != Estimate.Statistic.MEAN:
        return f"{name}, “{measure.text}”"
    return f"{name}, mean from 0 to 10" if isinstance(question, Scale) else f"{name}, mean"


def items_of(layout: Layout) -> list[Item]:
    """Every figure that a questionnaire's answers give, in document order."""
    return [
        item
        for question in layout.document.questions.values()
        if not question.profile
        for item in _of_question(layout, question)
    ]


def _of_question(layout: Layout, question: Question) -> list[Item]:
    code = question.code
    if isinstance(question, WholeNumber):
        answered, total, squares = (
            _sum(layout, [Slot(kind, code)], [1.0]) for kind in ("answered", "sum", "squares")
        )
        ends = float(question.minimum), float(question.maximum)
        return [Item(Estimate.Statistic.MEAN, code, "", answered, total, squares, ends)]
    if not isinstance(question, SingleChoice | Scale | MultipleChoice):
        return []
    refused = [option.code for option in question.options if option.kind == "prefer_not_to_say"]
    if isinstance(question, MultipleChoice):
        slots = [Slot("answered", code), *(Slot("option", code, one) for one in refused)]
        answered = _sum(layout, slots, [1.0] + [-1.0] * len(refused))
        names: tuple[str, ...] = tuple(option.code for option in question.options)
    else:
        names = points(question)
        slots = [Slot("option", code, one) for one in names if one not in refused]
        answered = _sum(layout, slots, [1.0] * len(slots))
    if isinstance(question, Scale):
        steps = [Slot("option", code, str(step)) for step in range(SCALE_POINTS)]
        values = [float(step) for step in range(SCALE_POINTS)]
        mean = Item(
            Estimate.Statistic.MEAN,
            code,
            "",
            _sum(layout, steps, [1.0] * SCALE_POINTS),
            _sum(layout, steps, values),
            _sum(layout, steps, [value**2 for value in values]),
            (values[0], values[-1]),
        )
        return [mean, *_nets(layout, question, answered)]
    shares = [
        Item(Estimate.Statistic.SHARE, code, one, answered, chose, chose)
        for one in names
        if one not in refused
        for chose in [_sum(layout, [Slot("option", code, one)], [1.0])]
    ]
    return shares + _nets(layout, question, answered)


def _nets(layout: Layout, question: Question, answered: Floats) -> list[Item]:
    return [
        Item(Estimate.Statistic.NET, question.code, net.code, answered, chose, chose)
        for net in question.nets
        for chose in [_sum(layout, [Slot("net", question.code, net.code)], [1.0])]
    ]


def _sum(layout: Layout, slots: list[Slot], coefficients: list[float]) -> Floats:
    vector = np.zeros(len(layout.slots))
    for slot, coefficient in zip(slots, coefficients, strict=True):
        vector[layout.place_of_slot[slot]] = coefficient
    return vector
