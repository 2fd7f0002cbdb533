"""Where a respondent is, comes from and goes to; routing itself is the questionnaire's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

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
    MultipleChoice,
    Page,
    Scale,
    SingleChoice,
)
from surveys.questionnaires.routing import holds, route

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Way:
    """The pages that one respondent sees, given what was answered so far."""

    document: Document
    answers: Answers
    pages: tuple[Page, ...]

    @classmethod
    def of(cls, document: Document, answers: Answers) -> "Way":
        """The way of a respondent with these answers."""
        return cls(document, answers, tuple(route(document, answers)))

    def place(self, code: str) -> int | None:
        """The place of a page on the way; None where the way passes it by."""
        return next((place for place, page in enumerate(self.pages) if page.code == code), None)

    def first_open(self) -> Page | None:
        """The first page that still needs an answer; None where every page has what it needs."""
        for page in self.pages:
            if any(q.required and q.code not in self.answers for q in page.questions):
                return page
        return None

    def goes_on(self) -> Page | None:
        """Where somebody who comes back goes on: after the last answer, or before it where one is
        missing; None where that is the check of all answers."""
        answered = [
            place
            for place, page in enumerate(self.pages)
            if any(question.code in self.answers for question in page.questions)
        ]
        after = self.pages[answered[-1] + 1 :] if answered else self.pages
        missing = self.first_open()
        found = [page for page in (missing, after[0] if after else None) if page is not None]
        return min(found, key=self.pages.index) if found else None

    def may_see(self, code: str) -> Page | None:
        """The page, if it is on the way and nothing before it is missing; else None."""
        for page in self.pages:
            if page.code == code:
                return page
            if any(q.required and q.code not in self.answers for q in page.questions):
                return None
        return None

    def before(self, page: Page) -> Page | None:
        """The page before this one; None at the start."""
        place = self.pages.index(page)
        return self.pages[place - 1] if place else None


@dataclass(frozen=True)
class Step:
    """Where to go next: a page, or the check of all answers; `until` says where a change ends."""

    page: Page | None
    until: str = ""


def step_after(page: Page, old: Way, new: Way, until: str) -> Step:
    """Where to go after a page was answered.

    `until` is the last page of a change that began at the check of all answers ("" otherwise):
    after it, and after whatever the change has brought onto the way, comes the check again.
    """
    here = new.place(page.code)
    following = new.pages[here + 1 :] if here is not None else ()
    end = new.place(until) if until else None
    if end is None or here is None:
        return Step(following[0] if following else None)
    known = {before.code for before in old.pages}
    fresh = [after.code for after in following if after.code not in known]
    last = max([end, *(new.pages.index(new.document.pages_by_code[code]) for code in fresh)])
    if last <= here:
        return Step(None)
    if end > here:
        return Step(following[0], new.pages[last].code)
    return Step(new.document.pages_by_code[fresh[0]], new.pages[last].code)


def screens_out(page: Page, given: Answers) -> bool:
    """Whether one of the answers given on a page shows that the survey is not for this person."""
    return any(
        option.screens_out and _chose(given.get(question.code), option.code)
        for question in page.questions
        if isinstance(question, SingleChoice | MultipleChoice | Scale)
        for option in question.options
    )


def _chose(answer: Any, option: str) -> bool:
    return option in answer if isinstance(answer, list) else option == answer


@dataclass(frozen=True)
class Progress:
    """Which questions stand on a page, of how many; `exact` is False where it may become fewer."""

    first: int
    last: int
    total: int
    exact: bool


def progress(document: Document, answers: Answers, current: Page) -> Progress:
    """Count the questions up to `current` and those that are sure or possible after it.

    A later page whose condition hangs on an answer not yet given counts as possible: the total is
    then the most that there can be, and never grows on the way.
    """
    counting = {s.code: answers[s.code] for s in document.splits if s.code in answers}
    pending: set[str] = set()
    first = last = total = 0
    exact, reached = True, False
    for page in document.pages:
        shown = page.show_if is None or _foresee(page.show_if, counting, pending)
        reached = reached or page.code == current.code
        if shown is False:
            continue
        exact = exact and shown is True
        if page.code == current.code:
            first, last = total + 1, total + len(page.questions)
        total += len(page.questions)
        for question in page.questions:
            if question.code in answers:
                counting[question.code] = answers[question.code]
            elif reached:
                pending.add(question.code)
    return Progress(first, last, total, exact)


def _foresee(condition: Condition, answers: Answers, pending: set[str]) -> bool | None:
    """Whether a condition is true; None where an answer that decides it is still to come."""
    match condition:
        case AnswerIs():
            return None if condition.question in pending else holds(condition, answers)
        case ArmIs():
            return holds(condition, answers)
        case AllOf():
            parts = [_foresee(part, answers, pending) for part in condition.all_]
            return False if False in parts else None if None in parts else True
        case AnyOf():
            parts = [_foresee(part, answers, pending) for part in condition.any_]
            return True if True in parts else None if None in parts else False
        case Not():
            inner = _foresee(condition.not_, answers, pending)
            return None if inner is None else not inner
    assert_never(condition)
