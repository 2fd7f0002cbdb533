"""Respondent feedback: one's own answers beside what is published, described and never tested.

Only published releases are read, of them only figures that are shown, and of real and simulated
waves never both. What may not be shown together is left out, as in the comparability ledger.
The number of queries is the same for any number of questions, waves and answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from surveys.questionnaires.asking import Asked, Printed, asked, same
from surveys.questionnaires.beside_published import with_published
from surveys.questionnaires.comparability import Facts, Verdict
from surveys.questionnaires.document import Benchmark, Document, MultipleChoice, Question
from surveys.questionnaires.mirrors import mirrors
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.versions import frozen
from surveys.reports.counterparts import Counterpart, counterpart
from surveys.reports.items import Measure, measures
from surveys.reports.judging import Published, judge_with_published, published_for
from surveys.reports.models import Estimate, PublishedEstimate, Release
from surveys.reports.series import releases_of

BASELINE = "hf-yougov-2020"
Shown = Mapping[tuple[int, str, str, str], Estimate]  # release, question, statistic, option


@dataclass(frozen=True)
class Figure:
    """One published figure: of a release of ours, or printed by others."""

    value: float  # a share, or a mean
    release: Release | None = None
    printed: PublishedEstimate | None = None
    same_words: bool | None = None  # whether others asked as we do; None where nobody knows
    few: bool = False  # so few people answered that it is to be read with care
    lower: float | None = None  # the interval, for a figure of ours
    upper: float | None = None
    verdict: Verdict = "same"  # of the ledger, for a figure that others printed
    base: int | None = None  # how many people answered; None where others did not print it


@dataclass(frozen=True)
class Standing:
    """What a respondent said, as figures count it, and how others stand in it."""

    measure: Measure
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Feedback:
    """One answer beside what is published about its question."""

    question: Question
    answer: Any
    standings: tuple[Standing, ...]
    reworded: tuple[Counterpart, ...]  # those that were asked in other words


def latest_published(questionnaire: Questionnaire, document: Document) -> list[Release]:
    """The newest published release of a questionnaire and of those that it mirrors, own first.

    Real ones alone where there is any. One query for the others' names, two for each one's waves.
    """
    both = [questionnaire, *Questionnaire.objects.filter(slug__in=_mirrored(document))]
    series = [releases_of(one, provisional=False) for one in both]
    newest = [releases[-1] for releases in series if releases]
    return [one for one in newest if not one.wave.simulated] or newest


def anything_published(questionnaire: Questionnaire, document: Document) -> bool:
    """Whether answers to a questionnaire could stand beside anything; two queries at most."""
    releases = Release.objects.filter(
        state=Release.State.PUBLISHED,
        wave__questionnaire__slug__in=[questionnaire.slug, *_mirrored(document)],
    )
    if releases.exclude(wave__kind="pilot").exists():
        return True
    linked = {
        link.question
        for question in document.questions.values()
        for link in question.benchmarks
        if link.survey == BASELINE
    }
    printed = PublishedEstimate.objects.filter(
        survey__slug=BASELINE, survey__audience=document.audience, question__in=linked
    )
    return printed.exists()


def _mirrored(document: Document) -> set[str]:
    return {mirror.questionnaire for mirror in mirrors(document).values()}


def feedback(
    document: Document, answers: Mapping[str, Any], releases: Sequence[Release]
) -> list[Feedback]:
    """Every answer that something published stands beside, in the order of the answers.

    document: what the respondent was asked, in the language in which it was written; releases:
    of `latest_published`. Four queries.
    """
    shown = _shown(releases)
    published = published_for(document, _mirrored(document))
    refused = _refused(document, releases, published)
    found = []
    for code, answer in answers.items():
        question = document.questions[code]
        others = [
            other
            for release in releases
            if (code, release.wave_id) not in refused
            if (other := counterpart(document, question, release)) is not None
        ]
        beside_baseline = (code, BASELINE) not in refused
        standings = []
        for measure in said(question, answer):
            figures = list(_of_releases(measure, others, shown))
            if beside_baseline:
                figures += _of_baseline(document, question, measure, published, releases)
            if figures:
                standings.append(Standing(measure, tuple(figures)))
        if standings:
            told = {one.release for standing in standings for one in standing.figures}
            reworded = tuple(one for one in others if one.reworded and one.release in told)
            found.append(Feedback(question, answer, tuple(standings), reworded))
    return found


def said(question: Question, answer: Any) -> list[Measure]:
    """The measures that an answer counts in: its own, then those that count several as one."""
    given = {str(one) for one in (answer if isinstance(answer, list) else [answer])}
    nets = {net.code: given & set(net.options) for net in question.nets}
    if isinstance(question, MultipleChoice):
        nets = {}  # each answer stands for itself
    own, together = [], []
    for measure in measures(question):
        if measure.statistic == Estimate.Statistic.NET:
            together += [measure] if nets.get(measure.option) else []
        elif measure.statistic == Estimate.Statistic.MEAN or measure.option in given:
            own.append(measure)
    return own + together


def _shown(releases: Sequence[Release]) -> Shown:
    rows = Estimate.objects.filter(
        release__in=releases,
        release__state=Release.State.PUBLISHED,
        segment="",
        suppressed=Estimate.Suppressed.NO,
    )
    return {(row.release_id, row.question, row.statistic, row.option): row for row in rows}


def _refused(
    document: Document, releases: Sequence[Release], published: Published
) -> set[tuple[str, int | str]]:
    """What somebody has signed for not to be shown together: our question, and a wave or survey.

    It counts for whichever wave of ours it was signed, because answers may be of one of which
    nothing is published yet, and from the side of the other audience as well.
    """
    waves: dict[str, int] = {one.wave.slug: one.wave_id for one in releases}
    ours = {
        (mirror.questionnaire, mirror.question): code for code, mirror in mirrors(document).items()
    }
    by_wave = {one.wave_id: one.wave.questionnaire.slug for one in releases}
    found: set[tuple[str, int | str]] = set()
    for (wave, question, source), signed in published.signed.items():
        if signed.verdict != "break":
            continue
        kind, _, slug = source.partition(":")
        mirrored = ours.get((by_wave.get(wave, ""), question))
        if mirrored is not None:
            found |= {(mirrored, wave)} if kind == "mirror" else set()
        elif kind == "survey":
            found.add((question, slug))
        elif slug in waves:
            found.add((question, waves[slug]))
    return found


def _of_releases(measure: Measure, others: Sequence[Counterpart], shown: Shown) -> Iterator[Figure]:
    for other in others:
        option = other.codes.get(measure.option)
        if option is None:
            continue
        row = shown.get((other.release.pk, other.question, measure.statistic, option))
        if row is not None and row.estimate is not None:
            few = (row.effective_base or 0) < settings.EFFECTIVE_BASE_LOW
            yield Figure(
                row.estimate,
                release=other.release,
                few=few,
                lower=row.lower,
                upper=row.upper,
                base=row.base,
            )


def _of_baseline(
    document: Document,
    question: Question,
    measure: Measure,
    published: Published,
    releases: Sequence[Release],
) -> Iterator[Figure]:
    for link in question.benchmarks:
        if link.survey != BASELINE:
            continue
        here = asked(document, question.code)
        there = published.questions.get((link.survey, link.question))
        verdict = _beside_baseline(document, question, link, published, releases)
        for option, printed in published.beside(link):
            if option == measure.option and verdict != "break":
                alike = _in_the_same_words(link, here, there)
                yield Figure(
                    float(printed.share),
                    printed=printed,
                    same_words=alike,
                    verdict=verdict,
                    base=printed.base or printed.survey.base,
                )


def _beside_baseline(
    document: Document,
    question: Question,
    link: Benchmark,
    published: Published,
    releases: Sequence[Release],
) -> Verdict:
    """What the ledger says of our question beside the baseline.

    By the facts of our own release where it asked the question as it is asked now; where there is
    none, by what is asked alone.
    """
    here = asked(document, question.code)
    for release in releases:
        then = frozen(release.wave.version_id).document
        if then.slug == document.slug and asked(then, question.code) == here:
            survey = next((one.survey for _, one in published.beside(link)), None)
            if survey is not None:
                return judge_with_published(release, question, link, survey, published).verdict
    return with_published(
        wording=link.wording,
        same_options=link.same_options,
        ours=Facts(),
        theirs=Facts(),
        asked=here,
        printed=published.questions.get((link.survey, link.question)),
    ).verdict


def _in_the_same_words(link: Benchmark, here: Asked | None, there: Printed | None) -> bool | None:
    if here is None or there is None:
        return True if link.wording == "exact" else None
    return same(here.wording, there.wording) if there.exact else None
