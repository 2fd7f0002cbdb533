"""One figure of ours beside one other, and all that the words about it rest on."""

import math
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Judgement, Verdict
from surveys.questionnaires.document import Benchmark, Question
from surveys.reports.claims import Outcome
from surveys.reports.items import subject
from surveys.reports.models import Estimate, PublishedEstimate
from surveys.statistics import differences
from surveys.statistics.composition import Composition, composition

TESTED: frozenset[Verdict] = frozenset({"same", "annotate"})
OTHER_EFFECTS = (1.0, 2.0)  # design effects shown beside an assumed one


@dataclass(frozen=True)
class Circumstances:
    """How the figures came about, as far as it decides what may be said of them."""

    over: bool = True  # every wave in it is closed
    open_link: bool = False
    weighted: bool = True
    simulated: bool = False


@dataclass(frozen=True)
class Print:
    """What is known of the precision of a figure that somebody else published."""

    base: int | None
    design_effect: float
    assumed: bool  # the design effect; then errors at others are shown beside it
    rounding: float  # the unit it was printed in, such as 0.01
    errors_at: tuple[float, ...] = ()  # of the difference, at OTHER_EFFECTS


@dataclass(frozen=True)
class Comparison:
    """One of our figures beside one other."""

    question: str
    option: str  # none for a mean
    subject: str  # what the figures are of, in words
    unit: str  # of a number, such as years
    with_: str  # "survey:hf-yougov-2020" or "wave:public-2026-1"
    label: str  # how a person calls the other
    year: str
    estimate: float | None  # none where it is hidden, or may not be shown together
    their_estimate: float | None
    difference: float | None
    standard_error: float | None  # none where it is not known or nothing may be tested yet
    wording: Literal["exact", "paraphrase", "same"]
    judgement: Judgement
    low_base: bool
    circumstances: Circumstances = Circumstances()
    print: Print | None = None
    composition: Composition | None = None
    outcome: Outcome | None = None

    @property
    def is_mean(self) -> bool:
        """Whether two means stand beside each other, not two shares."""
        return not self.option

    @property
    def between_waves(self) -> bool:
        """Whether the other is an earlier wave of ours."""
        return self.with_.startswith("wave:")

    @property
    def testable(self) -> bool:
        """Whether the gap may be called a change, or the lack of one."""
        known = self.difference is not None and self.standard_error is not None
        return self.judgement.verdict in TESTED and known and not self.low_base

    @property
    def interval(self) -> tuple[float, float, float] | None:
        """Level, lower and upper end of the difference: the test's, else 95% of sampling alone."""
        if self.outcome is not None:
            return self.outcome.level, self.outcome.lower, self.outcome.upper
        if self.difference is None or self.standard_error is None:
            return None
        alone = differences.within(self.difference, self.standard_error)
        return 0.95, float(alone.lower), float(alone.upper)


def beside_published(
    wave: Wave,
    question: Question,
    mine: Estimate,
    theirs: PublishedEstimate,
    link: Benchmark,
    judgement: Judgement,
) -> Comparison:
    """A figure of ours beside one that others published; not tested yet."""
    survey, share = theirs.survey, float(theirs.share)
    together = judgement.verdict != "break"
    effect = survey.design_effect or differences.ASSUMED_DESIGN_EFFECT
    errors = (
        [_error_beside(mine, theirs, one) for one in (effect, *OTHER_EFFECTS)]
        if together and _over(wave)
        else []
    )
    known = [one for one in errors if one is not None]
    return Comparison(
        question=mine.question,
        option=mine.option,
        subject=subject(question, mine.option),
        unit="",
        with_=f"survey:{survey.slug}",
        label=survey.commissioner,
        year=survey.fieldwork_start[:4],
        estimate=mine.estimate if together else None,
        their_estimate=share if together else None,
        difference=mine.estimate - share if together and mine.estimate is not None else None,
        standard_error=known[0] if known else None,
        wording=link.wording,
        judgement=judgement,
        low_base=_low(mine),
        circumstances=_circumstances(wave),
        print=Print(
            base=theirs.base,
            design_effect=effect,
            assumed=survey.design_effect is None,
            rounding=float(theirs.rounding),
            errors_at=tuple(known[1:]) if survey.design_effect is None else (),
        ),
    )


def _error_beside(mine: Estimate, theirs: PublishedEstimate, design_effect: float) -> float | None:
    """Standard error of the difference; none where one side's is not known or ours is 0."""
    if theirs.base is None or mine.estimate is None or not mine.standard_error:
        return None
    gap = differences.from_published(
        mine.estimate,
        mine.standard_error,
        float(theirs.share),
        theirs.base,
        design_effect,
        float(theirs.rounding),
    )
    return float(gap.standard_error)


def beside_wave(
    question: Question,
    before: tuple[Wave, Estimate],
    after: tuple[Wave, Estimate],
    judgement: Judgement,
) -> Comparison:
    """A figure of a wave of ours beside that of an earlier one; not tested yet."""
    (earlier, their), (wave, mine) = before, after
    together = judgement.verdict != "break"
    gap = error = parts = None
    if together and mine.estimate is not None and their.estimate is not None:
        gap = mine.estimate - their.estimate
        # Variances of two waves add; an error of 0 knows nothing of itself, as nobody differed.
        if mine.standard_error and their.standard_error and _over(wave, earlier):
            error = math.hypot(mine.standard_error, their.standard_error)
        weighted = any(one.weighting != Wave.Weighting.NONE for one in (wave, earlier))
        if weighted and mine.unweighted is not None and their.unweighted is not None:
            parts = composition(their.estimate, their.unweighted, mine.estimate, mine.unweighted)
    return Comparison(
        question=mine.question,
        option=mine.option,
        subject=subject(question, mine.option),
        unit=getattr(question, "unit", ""),
        with_=f"wave:{earlier.slug}",
        label=earlier.title,
        year=f"{earlier.opens_on:%Y}",
        estimate=mine.estimate if together else None,
        their_estimate=their.estimate if together else None,
        difference=gap,
        standard_error=error,
        wording="same",
        judgement=judgement,
        low_base=_low(mine) or _low(their),
        circumstances=_circumstances(wave, earlier),
        composition=parts,
    )


def _circumstances(*waves: Wave) -> Circumstances:
    return Circumstances(
        over=_over(*waves),
        open_link=any(wave.sampling == Wave.Sampling.OPEN_LINK for wave in waves),
        weighted=all(wave.weighting != Wave.Weighting.NONE for wave in waves),
        simulated=any(wave.simulated for wave in waves),
    )


def _over(*waves: Wave) -> bool:
    """Whether every wave is closed: nothing is tested before."""
    return all(wave.status in (Wave.Status.CLOSED, Wave.Status.PUBLISHED) for wave in waves)


def _low(row: Estimate) -> bool:
    return row.effective_base is not None and row.effective_base < settings.EFFECTIVE_BASE_LOW
