"""Whether the arms of a split can show what they were drawn for."""

from collections.abc import Iterator

from surveys.questionnaires.conditions import AnswerIs, ArmIs, leaves
from surveys.questionnaires.document import (
    Document,
    Effect,
    Page,
    Scale,
    SingleChoice,
    Split,
)
from surveys.questionnaires.loading import Finding


def experiment_findings(document: Document) -> Iterator[Finding]:
    """What keeps the effects of a document, and pairs within arms, from being measured."""
    for place, pair in enumerate(document.pairs):
        if pair.within is not None:
            path = ("pairs", place, "within")
            yield from (
                Finding(path, reason)
                for reason in _unknown(document, pair.within.split, pair.within.is_)
            )
    seen = set()
    for place, effect in enumerate(document.effects):
        for reason in _effect(document, effect):
            yield Finding(("effects", place), reason)
        key = effect.split, effect.question, effect.option
        if key in seen:
            yield Finding(("effects", place), "stands here for the second time")
        seen.add(key)


def depends_on(page: Page, split: str) -> bool:
    """Whether an arm of this split decides who sees a page."""
    looked_at = leaves(page.show_if) if page.show_if is not None else ()
    return any(isinstance(part, ArmIs) and part.split == split for part in looked_at)


def _unknown(document: Document, code: str, arms: tuple[str, ...]) -> Iterator[str]:
    split = document.splits_by_code.get(code)
    if split is None:
        yield f"there is no split {code}"
        return
    for arm in arms:
        if arm not in _codes(split):
            yield f"split {split.code} has no arm {arm}"


def _effect(document: Document, effect: Effect) -> Iterator[str]:
    broken = list(_unknown(document, effect.split, (effect.control,)))
    yield from broken
    question = document.questions.get(effect.question)
    if question is None:
        yield f"there is no question {effect.question}"
        return
    if not isinstance(question, SingleChoice | Scale) or question.profile:
        yield "is measured by a question about views with one answer out of several"
        return
    counted = {net.code for net in question.nets}
    if isinstance(question, SingleChoice):
        counted |= {one.code for one in question.options if one.kind != "prefer_not_to_say"}
    elif not effect.option:
        counted.add("")
    if effect.option not in counted:
        missing = effect.option or "mean"
        yield f"there is no {missing} in question {effect.question}"
    if not broken:
        yield from _asked_alike(document, effect)


def _asked_alike(document: Document, effect: Effect) -> Iterator[str]:
    """Everybody must be asked, whatever the arm, and after what the arms differ in.

    What is answered once the arms have parted may be what they did. So it decides neither who is
    asked nor whose answers are kept: those left of the arms would no longer be alike.
    """
    page = document.page_of[effect.question]
    place = document.pages.index(page)
    if depends_on(page, effect.split):
        yield f"question {effect.question} must be asked in every arm of {effect.split}"
    parted = next(
        (n for n, one in enumerate(document.pages) if depends_on(one, effect.split)), None
    )
    if parted is None or parted >= place:
        yield f"nothing before question {effect.question} differs between the arms"
        return
    since = {one.code: one for later in document.pages[parted:] for one in later.questions}
    for part in leaves(page.show_if) if page.show_if is not None else ():
        if isinstance(part, AnswerIs) and part.question in since:
            yield (
                f"who is asked question {effect.question} depends on question {part.question},"
                f" which is asked after the arms of {effect.split} part"
            )
    for code, question in since.items():
        if any(option.screens_out for option in getattr(question, "options", ())):
            yield f"question {code} sends people away after the arms of {effect.split} part"


def _codes(split: Split) -> set[str]:
    return {arm.code for arm in split.arms}
