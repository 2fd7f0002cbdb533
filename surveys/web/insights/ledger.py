"""The comparability ledger as its page shows it."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

from surveys.questionnaires.comparability import Verdict
from surveys.reports.ledger import Entry


@dataclass(frozen=True)
class Called:
    """A verdict in words: its name, what it means, and the tag that shows it."""

    name: str
    meaning: str
    colour: str


VERDICTS: dict[Verdict, Called] = {
    "same": Called(
        "Same", "Asked in the same way: joined on the chart, and a change is tested.", "green"
    ),
    "annotate": Called(
        "Same, with a note", "Joined and tested; what differs stands beside the chart.", "blue"
    ),
    "beside": Called(
        "Beside", "Shown together with the reasons why a gap may not be change. No claim.", "yellow"
    ),
    "break": Called("Not compared", "Too different to be shown together.", "red"),
}


@dataclass(frozen=True)
class Line:
    """One question beside one other source."""

    beside: str
    source: str  # as in an address: wave:public-1
    answers: str
    called: Called
    reasons: tuple[str, ...]
    notes: tuple[str, ...]  # worth knowing, and no reason for a verdict
    found: Called | None  # before somebody signed for another verdict
    may_be_signed: bool


@dataclass(frozen=True)
class Group:
    """Everything that one question stands beside."""

    code: str
    text: str
    lines: tuple[Line, ...]


def ledger_groups(entries: Iterable[Entry]) -> list[Group]:
    """The entries by question, in their order."""
    return [
        Group(
            question.code,
            question.text,
            tuple(
                Line(
                    one.label,
                    one.with_,
                    "; ".join(one.options),
                    VERDICTS[one.judgement.verdict],
                    one.judgement.reasons,
                    one.judgement.notes,
                    VERDICTS[one.judgement.signature.found] if one.judgement.signature else None,
                    one.may_be_signed,
                )
                for one in found
            ),
        )
        for question, found in itertools.groupby(entries, key=lambda one: one.question)
    ]
