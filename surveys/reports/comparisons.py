"""Our figures beside others: the gap, how sure it is, and whether it may be called change."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from surveys.fieldwork.models import Wave
from surveys.questionnaires.asking import Printed, asked
from surveys.questionnaires.comparability import (
    Facts,
    Judgement,
    Verdict,
    between_waves,
    with_published,
)
from surveys.questionnaires.document import Benchmark, Document, Question
from surveys.questionnaires.versions import frozen
from surveys.reports.models import (
    Estimate,
    PublishedEstimate,
    PublishedQuestion,
    PublishedSurvey,
    Release,
)
from surveys.statistics import differences

TESTED: frozenset[Verdict] = frozenset({"same", "annotate"})
LOW_BASE = 100  # effective: below it a figure is shown, not tested


@dataclass(frozen=True)
class Comparison:
    """One of our figures beside one other."""

    question: str
    option: str  # none for a mean
    with_: str  # "survey:hf-yougov-2020" or "wave:public-2026-1"
    label: str  # how a person calls the other
    year: str
    estimate: float
    their_estimate: float
    difference: float
    standard_error: float | None  # none where their base is not published
    lower: float | None
    upper: float | None
    wording: Literal["exact", "paraphrase", "same"]
    judgement: Judgement
    low_base: bool

    @property
    def is_mean(self) -> bool:
        """Whether two means stand beside each other, not two shares."""
        return not self.option

    @property
    def tested(self) -> bool:
        """Whether the gap may be called a change, or the lack of one."""
        return self.judgement.verdict in TESTED and self.lower is not None and not self.low_base


def facts_of(wave: Wave) -> Facts:
    """What the ledger needs to know of one of our waves."""
    population = wave.population.title if wave.population else ""
    version = frozen(wave.version_id)
    raked = wave.weighting == Wave.Weighting.RAKED
    return Facts(
        wave.sampling,
        population,
        version.label,
        wave.simulated,
        wave.mode,
        version.document.weight_by if raked else (wave.weighting,),
    )


def judge_waves(earlier: Wave, later: Wave, question: str, option: str) -> Judgement:
    """Whether one question's figures of two waves of ours may be called a change."""
    before, after = (asked(frozen(one.version_id).document, question) for one in (earlier, later))
    return between_waves(facts_of(earlier), facts_of(later), before, after, option)


@dataclass(frozen=True)
class Published:
    """What others published about the questions of one questionnaire.

    figures: by survey, question, option and group; questions: by survey and question.
    """

    figures: dict[tuple[str, str, str, str], PublishedEstimate]
    questions: dict[tuple[str, str], Printed]


def compare(
    release: Release, earlier: Release | None = None, published: Published | None = None
) -> list[Comparison]:
    """Every comparison that the questionnaire declares, and those with an earlier wave.

    `published` spares a query where the caller has read `published_for` already.
    """
    document = frozen(release.wave.version_id).document
    ours = _whole_sample(release)
    if published is None:
        published = published_for(document)
    found = _with_published(document, release.wave, ours, published)
    if earlier is not None:
        found += _with_wave(release.wave, ours, earlier)
    return found


def _whole_sample(release: Release) -> dict[tuple[str, str], Estimate]:
    rows = release.estimates.filter(segment="", suppressed="")
    return {(row.question, row.option): row for row in rows.order_by("id")}


def published_for(document: Document) -> Published:
    """The published figures that a questionnaire points to, and how they were asked."""
    surveys = {link.survey for one in document.questions.values() for link in one.benchmarks}
    rows = PublishedEstimate.objects.select_related("survey").filter(
        survey__slug__in=surveys, survey__audience=document.audience, subgroup=""
    )
    return Published(
        {(row.survey.slug, row.question, row.option, row.subpopulation): row for row in rows},
        {
            (row.survey, row.question): _printed(row)
            for row in PublishedQuestion.objects.filter(survey__in=surveys)
        },
    )


def _printed(row: PublishedQuestion) -> Printed:
    given = [one for one in row.options if one["kind"] != "prefer_not_to_say"]
    return Printed(
        wording=row.stem,
        exact=row.stem_exact,
        answers=tuple(one["label"] for one in given),
        answers_exact=all(one["exact"] for one in given),
        complete=row.complete,
        max_choices=row.max_choices,
        asked_of=row.asked_of,
    )


def _with_published(
    document: Document, wave: Wave, ours: dict[tuple[str, str], Estimate], published: Published
) -> list[Comparison]:
    found = []
    for question in document.questions.values():
        for link in question.benchmarks:
            for their_option, code in link.options.items():
                key = (link.survey, link.question, their_option, link.subpopulation)
                mine, theirs = ours.get((question.code, code)), published.figures.get(key)
                if mine is None or theirs is None:
                    continue
                judgement = judge_with_published(wave, question, link, theirs.survey, published)
                found.append(_beside_published(mine, theirs, link.wording, judgement))
    return found


def judge_with_published(
    wave: Wave,
    question: Question,
    link: Benchmark,
    survey: PublishedSurvey,
    published: Published,
) -> Judgement:
    """What may be said of our figures beside those of a published survey."""
    return with_published(
        wording=link.wording,
        same_options=link.same_options,
        ours=facts_of(wave),
        theirs=published_facts(survey),
        asked=asked(frozen(wave.version_id).document, question.code),
        printed=published.questions.get((link.survey, link.question)),
    )


def published_facts(survey: PublishedSurvey) -> Facts:
    """What the ledger needs to know of a published survey.

    How its sample was drawn counts as known only where its description says so.
    """
    random = "random" in survey.mode and "probability" in survey.mode
    return Facts("probability" if random else "", survey.population, mode=survey.mode)


def _beside_published(
    mine: Estimate,
    theirs: PublishedEstimate,
    wording: Literal["exact", "paraphrase"],
    judgement: Judgement,
) -> Comparison:
    assert mine.estimate is not None
    assert mine.effective_base is not None
    their_share = float(theirs.share)
    gap = None
    if theirs.base is not None and mine.standard_error is not None:
        gap = differences.from_published(
            mine.estimate,
            mine.standard_error,
            their_share,
            theirs.base,
            theirs.survey.design_effect or differences.ASSUMED_DESIGN_EFFECT,
            float(theirs.rounding),
        )
    return Comparison(
        question=mine.question,
        option=mine.option,
        with_=f"survey:{theirs.survey.slug}",
        label=theirs.survey.commissioner,
        year=theirs.survey.fieldwork_start[:4],
        estimate=mine.estimate,
        their_estimate=their_share,
        difference=mine.estimate - their_share,
        standard_error=None if gap is None else float(gap.standard_error),
        lower=None if gap is None else float(gap.lower),
        upper=None if gap is None else float(gap.upper),
        wording=wording,
        judgement=judgement,
        low_base=mine.effective_base < LOW_BASE,
    )


def _with_wave(
    wave: Wave, ours: dict[tuple[str, str], Estimate], earlier: Release
) -> list[Comparison]:
    theirs = _whole_sample(earlier)
    judged = {key: judge_waves(earlier.wave, wave, *key) for key in ours if key in theirs}
    pairs = [(ours[key], theirs[key]) for key, found in judged.items() if found.verdict != "break"]
    if not pairs:
        return []
    gap = differences.independent(_measured(b for _, b in pairs), _measured(a for a, _ in pairs))
    return [
        Comparison(
            question=mine.question,
            option=mine.option,
            with_=f"wave:{earlier.wave.slug}",
            label=earlier.wave.title,
            year=f"{earlier.wave.opens_on:%Y}",
            estimate=float(mine.estimate or 0),
            their_estimate=float(their.estimate or 0),
            difference=float(gap.estimate[place]),
            standard_error=_number(gap.standard_error[place]),
            lower=_number(gap.lower[place]),
            upper=_number(gap.upper[place]),
            wording="same",
            judgement=judged[mine.question, mine.option],
            low_base=min(mine.effective_base or 0, their.effective_base or 0) < LOW_BASE,
        )
        for place, (mine, their) in enumerate(pairs)
    ]


def _number(value: float) -> float | None:
    """None where there is nothing to measure with: nobody chose it in either wave."""
    return None if math.isnan(value) else float(value)


@dataclass(frozen=True)
class _Measured:
    estimate: list[float]
    standard_error: list[float]


def _measured(rows: Iterable[Estimate]) -> _Measured:
    kept = list(rows)
    return _Measured(
        [float(row.estimate or 0) for row in kept],
        [float(row.standard_error or 0) for row in kept],
    )
