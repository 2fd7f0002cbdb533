"""Our figures beside others: the gap, how sure it is, and whether it may be called change."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Judgement, Verdict
from surveys.questionnaires.document import Document
from surveys.questionnaires.versions import frozen
from surveys.reports.judging import (
    Published,
    Signed,
    judge_waves,
    judge_with_published,
    published_for,
)
from surveys.reports.models import Estimate, PublishedEstimate, Release
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
        found += _with_wave(release.wave, ours, earlier, published.signed)
    return found


def _whole_sample(release: Release) -> dict[tuple[str, str], Estimate]:
    rows = release.estimates.filter(segment="", suppressed="")
    return {(row.question, row.option): row for row in rows.order_by("id")}


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
    wave: Wave, ours: dict[tuple[str, str], Estimate], earlier: Release, signed: Signed
) -> list[Comparison]:
    theirs = _whole_sample(earlier)
    judged = {key: judge_waves(earlier.wave, wave, *key, signed) for key in ours if key in theirs}
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
