"""How a question was asked, as far as it bears on what its figures may be put beside."""

import difflib
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from surveys.questionnaires.bases import Base, base_of
from surveys.questionnaires.document import (
    Document,
    Explainer,
    MultipleChoice,
    Scale,
    SingleChoice,
    StackedChoice,
)


@dataclass(frozen=True)
class Asked:
    """One question as a document asks it."""

    type: str
    wording: str
    hint: str
    options: tuple[tuple[str, str], ...]  # code and text, in order; the ends of a scale
    unsaid: tuple[str, ...]  # codes of answers that say nothing: "prefer not to say"
    nets: tuple[tuple[str, tuple[str, ...]], ...]  # code and the options that it counts
    shuffled: bool
    max_choices: int | None
    asked_of: Base
    explained_before: tuple[str, ...]  # the words of the explainers that stand before it
    asked_before: tuple[str, ...]  # the questions that stand before it
    dont_know: bool = False  # whether that is an answer, and so in the base
    stacked: bool = False  # whether it stood among statements that share its lead-in
    beside: tuple[str, ...] = ()  # the other statements there, in order
    statements_shuffled: bool = False

    @property
    def labels(self) -> dict[str, str]:
        """The text of each answer that says something, by its code, in order."""
        return {code: text for code, text in self.options if code not in self.unsaid}


@dataclass(frozen=True)
class Printed:
    """One question of a published survey, as far as it is known how it was asked."""

    wording: str
    exact: bool
    answers: tuple[str, ...]  # labels of those that could be given, in order
    answers_exact: bool
    complete: bool  # whether those are all
    max_choices: int | None
    asked_of: Base
    dont_know: bool | None = None  # whether that was an answer, and so in their base; if known
    several: bool | None = None  # whether several answers could be given; if known
    order: str = ""  # "fixed" or "shuffled"; empty where that is not known


def asked(document: Document, code: str) -> Asked | None:
    """How a document asks a question; None where it does not."""
    question = document.questions.get(code)
    if question is None:
        return None
    page = document.page_of[code]
    options: tuple[tuple[str, str], ...] = ()
    if isinstance(question, SingleChoice | MultipleChoice | Scale):
        options = tuple((one.code, one.text) for one in question.options)
    if isinstance(question, Scale):
        options = (("0", question.low), ("10", question.high), *options)
    before = list(itertools.takewhile(lambda one: one.code != page.code, document.pages))
    explainers = [one.explainer for one in [*before, page] if one.explainer is not None]
    earlier = list(itertools.takewhile(lambda one: one != code, document.questions))
    moving = page.stack is not None and page.stack.shuffle_statements
    if moving:  # which of them came before it was drawn for each person
        earlier = [one for one in earlier if document.page_of[one] != page]
    stacked = isinstance(question, StackedChoice)
    return Asked(
        type=question.type,
        wording=question.text,
        hint=question.hint,
        options=options,
        unsaid=tuple(
            one.code for one in getattr(question, "options", ()) if one.kind == "prefer_not_to_say"
        ),
        nets=tuple((net.code, tuple(sorted(net.options))) for net in question.nets),
        shuffled=getattr(question, "shuffle", False),
        max_choices=getattr(question, "max_choices", None),
        asked_of=base_of(document, page.show_if),
        explained_before=tuple(_words(one) for one in explainers),
        asked_before=tuple(earlier),
        dont_know=any(one.kind == "dont_know" for one in getattr(question, "options", ())),
        stacked=stacked,
        beside=tuple(one.code for one in page.questions if stacked and one.code != code),
        statements_shuffled=moving,
    )


def _words(explainer: Explainer) -> str:
    # A picture that is drawn anew has a new name.
    shown = f"{explainer.picture.file} {explainer.picture.alt}" if explainer.picture else ""
    return plain(f"{explainer.title} {explainer.text} {explainer.example} {shown}")


_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MINUS = re.compile(r"(?<!\w)[-\u2013](?=\.?\d)")
# A word or number, with what stands between its digits; or a single sign.
_TOKEN = re.compile(r"[^\W_]+(?:(?<=\d)[.,/]\d[^\W_]*)*|[^\w\s]")
_SIGNS = {"Sm", "Sc", "So"}  # of mathematics, of currencies, and others


def plain(text: str) -> str:
    """A text without what does not make it another: spaces and punctuation.

    What changes a number or a sense stays: decimal points, a minus before a number, per cent,
    currencies, and signs such as < or +.
    """
    text = _THOUSANDS.sub("", unicodedata.normalize("NFC", text))
    return " ".join(
        one
        for one in _TOKEN.findall(_MINUS.sub("\u2212", text))
        if one[0].isalnum() or one in "%\u2030&#@" or unicodedata.category(one) in _SIGNS
    )


def same(first: str, second: str) -> bool:
    """Whether two wordings are identical but for spaces and punctuation."""
    return plain(first) == plain(second)


def what_changed(before: str, after: str) -> str:
    """The words that differ: “somewhat” became “fairly”; “at all” was added."""
    return "; ".join(
        f"“{old}” became “{new}”"
        if old and new
        else f"“{old}” was left out"
        if old
        else f"“{new}” was added"
        for old, new in _changes(before, after)
    )


def what_differs(there: str, here: str) -> str:
    """The same of two wordings of which neither came first: “patients” there, “staff” here."""
    return "; ".join(
        f"“{theirs}” there, “{ours}” here"
        if theirs and ours
        else f"“{theirs}” there only"
        if theirs
        else f"“{ours}” here only"
        for theirs, ours in _changes(there, here)
    )


def _changes(first: str, second: str) -> Iterator[tuple[str, str]]:
    """Each run of words that is another, in both; empty in the one that lacks it."""
    one, other = plain(first).split(), plain(second).split()
    matcher = difflib.SequenceMatcher(a=one, b=other, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "equal":
            yield " ".join(one[i:j]), " ".join(other[k:m])
