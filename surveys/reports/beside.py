"""Each kind of other figure beside one of ours; nothing is tested yet."""

from dataclasses import replace
from typing import NamedTuple

from django.conf import settings

from surveys.fieldwork.models import Wave
from surveys.questionnaires.comparability import Judgement
from surveys.questionnaires.document import Benchmark, Question
from surveys.reports.arms import DeclaredArm
from surveys.reports.gaps import OTHER_EFFECTS, TESTED, Circumstances, Comparison, Print, relation
from surveys.reports.items import subject
from surveys.reports.ledger import FIRST_ANSWER, mirror_label
from surveys.reports.models import Contrast, Estimate, PublishedEstimate, Release
from surveys.statistics import differences
from surveys.statistics.composition import composition


def beside_published(
    wave: Wave,
    question: Question,
    mine: Estimate,
    theirs: PublishedEstimate,
    link: Benchmark,
    judgement: Judgement,
) -> Comparison:
    """A figure of ours beside one that others published."""
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
        base=mine.base if together else None,
        their_base=theirs.base if together else None,
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
    """A figure of a wave of ours beside that of an earlier one."""
    (earlier, their), (wave, mine) = before, after
    found = _beside_ours(question, f"wave:{earlier.slug}", earlier.title, before, after, judgement)
    weighted = any(one.weighting != Wave.Weighting.NONE for one in (wave, earlier))
    # Where more differs than who answered, the rest of a gap is not change or who answered alone.
    alike = judgement.verdict in TESTED and _over(wave, earlier)
    given = (found.their_estimate, their.unweighted, found.estimate, mine.unweighted)
    known = [one for one in given if one is not None]
    parts = composition(*known) if weighted and alike and len(known) == len(given) else None
    same = judgement.verdict in TESTED
    return replace(found, wording="same" if same else None, composition=parts)


def beside_mirror(
    question: Question,
    here: tuple[Wave, Estimate],
    there: tuple[Release, Estimate],
    judgement: Judgement,
) -> Comparison:
    """A figure of one audience beside the mirrored one of the other."""
    release, their = there
    source, label = f"mirror:{release.wave.slug}", mirror_label(release)
    return _beside_ours(question, source, label, (release.wave, their), here, judgement)


def _beside_ours(
    question: Question,
    source: str,
    label: str,
    there: tuple[Wave, Estimate],
    here: tuple[Wave, Estimate],
    judgement: Judgement,
) -> Comparison:
    """Two waves of ours, whose samples have nothing to do with each other."""
    (other, their), (wave, mine) = there, here
    together = judgement.verdict != "break"
    gap = error = None
    if together and mine.estimate is not None and their.estimate is not None:
        gap = mine.estimate - their.estimate
        error = _error_apart(mine, their) if _over(wave, other) else None
    return Comparison(
        question=mine.question,
        option=mine.option,
        subject=subject(question, mine.option),
        unit=getattr(question, "unit", ""),
        with_=source,
        label=label,
        year=f"{other.opens_on:%Y}",
        estimate=mine.estimate if together else None,
        their_estimate=their.estimate if together else None,
        difference=gap,
        standard_error=error,
        wording=None,
        judgement=judgement,
        low_base=_low(mine) or _low(their),
        circumstances=_circumstances(wave, other),
        base=mine.base if together else None,
        their_base=their.base if together else None,
    )


def beside_first_answer(
    wave: Wave, question: Question, both: Contrast, judgement: Judgement
) -> Comparison:
    """What people answered beside what the same ones had answered before."""
    return replace(_beside_same_wave(wave, question, both, judgement), label=FIRST_ANSWER)


def _beside_same_wave(
    wave: Wave, question: Question, both: Contrast, judgement: Judgement
) -> Comparison:
    """Two figures of one wave, of whose difference the error was made with them.

    Where all of a side answered alike, that error is of the other side alone, or 0: it tests
    nothing, and the interval that goes with it was made without it.
    """
    over = _over(wave)
    bounds = (both.lower, both.upper) if both.lower is not None and both.upper is not None else None
    certain = bounds is not None or not both.standard_error or _all_alike(both)
    return Comparison(
        question=both.question,
        option=both.option,
        subject=subject(question, both.option),
        unit=getattr(question, "unit", ""),
        with_=both.against,
        label="",
        year=f"{wave.opens_on:%Y}",
        estimate=both.estimate,
        their_estimate=both.their_estimate,
        difference=both.difference,
        standard_error=both.standard_error if over and not certain else None,
        wording=None,
        judgement=judgement,
        low_base=_low(both),
        circumstances=_circumstances(wave),
        base=both.base,
        their_base=both.their_base,
        bounds=bounds if over else None,
    )


def _all_alike(both: Contrast) -> bool:
    """Whether everybody or nobody in one of two arms gave an answer, as releases told it that kept
    no interval for it; those of one pair are the same people, and may have changed from there."""
    if not both.option or relation(both.against) != "arm":
        return False
    return any(share in (0, 1) for share in (both.estimate, both.their_estimate))


def beside_control(
    wave: Wave, question: Question, row: Contrast, declared: DeclaredArm, judgement: Judgement
) -> Comparison:
    """What was answered in one arm beside the control."""
    return replace(
        _beside_same_wave(wave, question, row, judgement),
        label=f"“{declared.control.text}”",
        here=f"“{declared.arm.text}”",
    )


def _error_apart(mine: Estimate, their: Estimate) -> float | None:
    """Variances of two samples add; an error of 0 knows nothing of itself, as nobody differed."""
    if not (mine.standard_error and their.standard_error):
        return None
    ours = _Measured(mine.estimate or 0.0, mine.standard_error)
    theirs = _Measured(their.estimate or 0.0, their.standard_error)
    return float(differences.independent(ours, theirs).standard_error)


class _Measured(NamedTuple):
    estimate: float
    standard_error: float


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


def _low(row: Estimate | Contrast) -> bool:
    return row.effective_base is not None and row.effective_base < settings.EFFECTIVE_BASE_LOW
