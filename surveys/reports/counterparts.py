"""The question of a published wave that an answer of a respondent may stand beside."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.questionnaires.asking import Asked, asked, same
from surveys.questionnaires.beside_audience import between_audiences
from surveys.questionnaires.comparability import Facts, judged, questions
from surveys.questionnaires.document import Document, Question
from surveys.questionnaires.versions import frozen
from surveys.reports.items import measures
from surveys.reports.models import Release


@dataclass(frozen=True)
class Counterpart:
    """How a wave asked what a respondent was asked, and its codes for ours."""

    release: Release
    question: str
    codes: Mapping[str, str]  # option or net of ours, empty for a mean → theirs
    reworded: bool


def counterpart(document: Document, question: Question, release: Release) -> Counterpart | None:
    """What stands beside a question in a release; None where nothing may.

    document: what the respondent was asked, in the language in which it was written. As in the
    ledger, what was answered in another way, or counted otherwise, is not shown together.
    """
    theirs = frozen(release.wave.version_id).document
    if theirs is document:
        codes = {one.option: one.option for one in measures(question)}
        return Counterpart(release, question.code, codes, reworded=False)
    if theirs.slug == document.slug:
        return _asked_before(document, theirs, question, release)
    return _mirrored(document, theirs, question, release)


def _asked_before(
    document: Document, theirs: Document, question: Question, release: Release
) -> Counterpart | None:
    """The same question in another version of the questionnaire."""
    here, there = asked(document, question.code), asked(theirs, question.code)
    if here is None or there is None:
        return None
    codes = {
        one.option: one.option
        for one in measures(question)
        if _says_the_same(here, there, one.option)
    }
    return Counterpart(release, question.code, codes, not same(here.wording, there.wording))


def _says_the_same(here: Asked, there: Asked, option: str) -> bool:
    if judged(questions(there, here, option), best="same").verdict == "break":
        return False
    label = here.labels.get(option)
    return label is None or same(label, there.labels.get(option, ""))


def _mirrored(
    document: Document, theirs: Document, question: Question, release: Release
) -> Counterpart | None:
    """The question that the other audience is asked, in its own words."""
    mirror = question.mirror
    if mirror is None or mirror.questionnaire != theirs.slug:
        return None
    here, there = asked(document, question.code), asked(theirs, mirror.question)
    if here is None or there is None:
        return None
    codes = {code: mirror.theirs(code) for code, _ in (*here.options, *here.nets)}
    if between_audiences(Facts(), Facts(), there, here, codes).verdict == "break":
        return None
    return Counterpart(
        release,
        mirror.question,
        {one.option: mirror.theirs(one.option) for one in measures(question)},
        not same(here.wording, there.wording),
    )
