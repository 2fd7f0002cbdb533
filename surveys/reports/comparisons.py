"""Our figures beside others: the gap, how sure it is, and whether it may be called change."""

from dataclasses import replace

from surveys.questionnaires.document import Document
from surveys.questionnaires.versions import frozen
from surveys.reports.arms import declared_arms, judge_arms
from surveys.reports.beside import (
    beside_control,
    beside_first_answer,
    beside_mirror,
    beside_published,
    beside_wave,
)
from surveys.reports.claims import Name, outcomes
from surveys.reports.gaps import Comparison
from surveys.reports.judging import (
    Published,
    Signed,
    judge_mirror,
    judge_pair,
    judge_waves,
    judge_with_published,
    published_for,
)
from surveys.reports.ledger import NO_MIRRORS, Mirrors, mirrored
from surveys.reports.models import Estimate, Release

Figures = dict[tuple[str, str], Estimate]


def compare(
    release: Release,
    earlier: Release | None = None,
    published: Published | None = None,
    mirrors: Mirrors = NO_MIRRORS,
) -> list[Comparison]:
    """Every comparison that the questionnaire declares, and those with an earlier wave, tested.

    `published` spares a query where the caller has read `published_for` already; `mirrors` has the
    other audience's figures, of `series.mirror_releases`.
    """
    document = frozen(release.wave.version_id).document
    ours = _whole_sample(release)
    if published is None:
        published = published_for(document)
    found = _with_published(document, release, ours, published)
    if earlier is not None:
        found += _with_wave(document, release, ours, earlier, published.signed)
    for other in mirrors.values():
        found += _with_mirror(document, release, ours, other, published.signed)
    found += _inside(document, release)
    return _tested(document, found)


def _tested(document: Document, found: list[Comparison]) -> list[Comparison]:
    """The same comparisons, with an outcome where the gap may be tested."""
    declared = {(one.question, one.option) for one in document.headlines}

    def family(one: Comparison) -> Name:
        if one.relation == "arm":
            return "experiment"
        headline = one.between_waves and (one.question, one.option) in declared
        return "headline" if headline else "screening"

    tests = [
        (one.difference, one.standard_error, family(one))
        for one in found
        if one.testable and one.difference is not None and one.standard_error is not None
    ]
    made = iter(outcomes(tests))
    return [replace(one, outcome=next(made)) if one.testable else one for one in found]


def _whole_sample(release: Release) -> Figures:
    rows = release.estimates.filter(segment="")
    return {(row.question, row.option): row for row in rows.order_by("id")}


def _with_published(
    document: Document, release: Release, ours: Figures, published: Published
) -> list[Comparison]:
    found = []
    for question in document.questions.values():
        for link in question.benchmarks:
            for their_option, code in link.options.items():
                key = (link.survey, link.question, their_option, link.subpopulation)
                mine, theirs = ours.get((question.code, code)), published.figures.get(key)
                if mine is None or theirs is None:
                    continue
                judgement = judge_with_published(release, question, link, theirs.survey, published)
                found.append(
                    beside_published(release.wave, question, mine, theirs, link, judgement)
                )
    return found


def _with_wave(
    document: Document, release: Release, ours: Figures, earlier: Release, signed: Signed
) -> list[Comparison]:
    theirs = _whole_sample(earlier)
    return [
        beside_wave(
            document.questions[mine.question],
            (earlier.wave, theirs[key]),
            (release.wave, mine),
            judge_waves(earlier, release, *key, signed),
        )
        for key, mine in ours.items()
        if key in theirs
    ]


def _with_mirror(
    document: Document, release: Release, ours: Figures, other: Release, signed: Signed
) -> list[Comparison]:
    theirs, found = _whole_sample(other), []
    slug = other.wave.questionnaire.slug
    for question in document.questions.values():
        if question.mirror is None or question.mirror.questionnaire != slug:
            continue
        judgement = judge_mirror(release, other, question, signed)
        for measure, code in mirrored(question, other):
            mine = ours.get((question.code, measure.option))
            their = theirs.get((question.mirror.question, code))
            if mine is not None and their is not None:
                found.append(
                    beside_mirror(question, (release.wave, mine), (other, their), judgement)
                )
    return found


def _inside(document: Document, release: Release) -> list[Comparison]:
    """What is compared within the wave itself: second answers, and the arms of splits."""
    pairs = {(one.after, f"pair:{one.before}"): judge_pair(release, one) for one in document.pairs}
    arms = {
        (one.effect.question, one.effect.option, one.source): one for one in declared_arms(document)
    }
    found: list[Comparison] = []
    if not pairs and not arms:
        return found
    rows = list(release.contrasts.order_by("id"))
    bases = {(one.question, one.option, one.against): (one.base, one.their_base) for one in rows}
    for row in rows:
        question, key = document.questions[row.question], (row.question, row.against)
        if key in pairs:
            found.append(beside_first_answer(release.wave, question, row, pairs[key]))
        else:
            arm = arms[key[0], row.option, key[1]]
            judgement = judge_arms(release.method, arm, bases)
            found.append(beside_control(release.wave, question, row, arm, judgement))
    return found
