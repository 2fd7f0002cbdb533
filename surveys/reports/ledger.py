"""The comparability ledger: what each question's figures stand beside, and what may be said of it.

One entry for each question and each other source: an earlier wave, a published survey, the other
audience, an earlier answer of the same people, or another arm that chance had drawn. The verdicts
are those by which charts are joined and changes are tested.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from surveys.questionnaires.comparability import Judgement
from surveys.questionnaires.document import Question
from surveys.questionnaires.versions import frozen
from surveys.reports.arms import Bases, bases_of, declared_arms, judge_arms
from surveys.reports.gaps import relation
from surveys.reports.items import Measure, measures
from surveys.reports.judging import (
    Published,
    Signed,
    judge_mirror,
    judge_pair,
    judge_waves,
    judge_with_published,
    published_for,
)
from surveys.reports.models import Release

Mirrors = Mapping[str, Release]  # the other audience's release, by its questionnaire
NO_MIRRORS: Mirrors = MappingProxyType({})


@dataclass(frozen=True)
class Entry:
    """One question beside one other source; options with the same verdict and reasons together."""

    question: Question
    options: tuple[str, ...]  # texts of the answers and nets; empty where all are judged alike
    with_: str  # "survey:hf-2020", "wave:public-1", "mirror:staff-1", "pair:first", "arm:split=arm"
    label: str  # how a person calls it
    judgement: Judgement

    @property
    def may_be_signed(self) -> bool:
        """Whether somebody could answer for another verdict: not for what documents settle."""
        return relation(self.with_) not in ("pair", "arm") and self.judgement.limit != "break"


def ledger(releases: Sequence[Release], mirrors: Mirrors = NO_MIRRORS) -> list[Entry]:
    """Every verdict about the latest of some releases, oldest first; three queries for published
    ones and what was signed for, and one where the questionnaire declares effects of arms.

    Nearest waves come first, then published surveys in the order of the questionnaire, then the
    other audience, then what the same people answered before, then the arms of splits.
    """
    latest = releases[-1]
    document = frozen(latest.wave.version_id).document
    earlier = list(reversed(releases[:-1]))
    published = published_for(document)
    bases = bases_of(latest) if document.effects else {}
    found: list[Entry] = []
    for question in document.questions.values():
        if measures(question):
            found += _with_waves(question, latest, earlier, published.signed)
            found += _with_published(question, latest, published)
            found += _with_mirror(question, latest, mirrors, published.signed)
            found += _with_first_answer(question, latest)
            found += _with_control(question, latest, bases)
    return found


def _with_waves(
    question: Question, latest: Release, earlier: Sequence[Release], signed: Signed
) -> Iterator[Entry]:
    for release in earlier:
        alike: dict[Judgement, list[str]] = defaultdict(list)
        for measure in measures(question):
            judgement = judge_waves(release, latest, question.code, measure.option, signed)
            alike[judgement].append(measure.text)
        for judgement, texts in alike.items():
            options = tuple(texts) if len(alike) > 1 else ()
            source = f"wave:{release.wave.slug}"
            yield Entry(question, options, source, release.wave.title, judgement)


def _with_published(question: Question, latest: Release, published: Published) -> Iterator[Entry]:
    texts = {measure.option: measure.text for measure in measures(question)}
    for link in question.benchmarks:
        if beside := published.beside(link):
            survey = beside[0][1].survey
            yield Entry(
                question,
                tuple(texts[ours] for ours, _ in beside if ours in texts),
                f"survey:{survey.slug}",
                f"{survey.commissioner}, {survey.fieldwork_start[:4]}",
                judge_with_published(latest, question, link, survey, published),
            )


def _with_mirror(
    question: Question, latest: Release, mirrors: Mirrors, signed: Signed
) -> Iterator[Entry]:
    other = mirrors.get(question.mirror.questionnaire) if question.mirror else None
    if other is None:
        return
    mine, together = measures(question), mirrored(question, other)
    yield Entry(
        question,
        tuple(one.text for one, _ in together) if len(together) < len(mine) else (),
        f"mirror:{other.wave.slug}",
        mirror_label(other),
        judge_mirror(latest, other, question, signed),
    )


def mirrored(question: Question, other: Release) -> list[tuple[Measure, str]]:
    """What is estimated of a question for both audiences, with the other's code for it."""
    mirror = question.mirror
    theirs = frozen(other.wave.version_id).document.questions.get(mirror.question if mirror else "")
    if mirror is None or theirs is None:
        return []
    known = {one.option for one in measures(theirs)}
    return [
        (one, mirror.theirs(one.option))
        for one in measures(question)
        if mirror.theirs(one.option) in known
    ]


def mirror_label(other: Release) -> str:
    """How a person calls the other audience's wave."""
    return f"{other.wave.title} ({other.wave.questionnaire.get_audience_display()})"


def _with_first_answer(question: Question, latest: Release) -> Iterator[Entry]:
    document = frozen(latest.wave.version_id).document
    for pair in document.pairs:
        if pair.after == question.code:
            yield Entry(question, (), f"pair:{pair.before}", FIRST_ANSWER, judge_pair(latest, pair))


def _with_control(question: Question, latest: Release, bases: Bases) -> Iterator[Entry]:
    document = frozen(latest.wave.version_id).document
    texts = {one.option: one.text for one in measures(question)}
    for one in declared_arms(document):
        if one.effect.question == question.code:
            yield Entry(
                question,
                (texts[one.effect.option],) if one.effect.option else (),
                one.source,
                f"“{one.arm.text}” beside “{one.control.text}”",
                judge_arms(latest.method, one, bases),
            )


FIRST_ANSWER = "The first answer of the same people"
