"""From the tallies of a wave to the figures of a release: one transaction."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from numpy.typing import NDArray

from surveys.fieldwork.models import Response, Wave
from surveys.fieldwork.tallying import Cube, read_cube, scan_weighed
from surveys.questionnaires.derivation import following_from_cell, regroup
from surveys.questionnaires.models import Questionnaire
from surveys.questionnaires.packing import Layout
from surveys.questionnaires.versions import frozen
from surveys.reports.arms import arms_told
from surveys.reports.contrast_history import Told
from surveys.reports.contrasts import Paired, estimate_pairs, pair_rows
from surveys.reports.disclosure import unless_unreliable
from surveys.reports.effects import Arms, effect_rows, estimate_effects, hidden_effects
from surveys.reports.flagged import as_shown, flagged
from surveys.reports.group_gaps import Apart, errors_between, told_between
from surveys.reports.hiding import Answered, Hidden, hidden_figures, shown_before
from surveys.reports.items import Item, items_of
from surveys.reports.left_open import safe_to_tell, with_open_answers
from surveys.reports.models import Contrast, Estimate, OrganisationEstimate, Release
from surveys.reports.organisation_figures import organisation_rows
from surveys.reports.rounding import Steps, coarse_questions
from surveys.reports.slices import Slice
from surveys.reports.software import software
from surveys.reports.weighting import Cells, weigh, weight_summary
from surveys.statistics.effects import ratio
from surveys.statistics.estimation import Estimates, means, shares
from surveys.statistics.intervals import Interval, displayed_interval, displayed_mean_interval
from surveys.statistics.margins import Margin, RakingRefused
from surveys.statistics.samples import Moments, Sample

DAY = datetime.timedelta(days=1)


class TooEarly(RuntimeError):
    """No figures may be made of this wave now; the message says why and when they may."""


@dataclass(frozen=True)
class Group:
    """Everyone, or one value of one segment: sums over slots for each cell."""

    segment: str
    value: str
    sums: Moments  # fields of shape (K, slots)
    respondents: NDArray[np.float64]  # shape (K,)


@dataclass(frozen=True)
class Figures:
    """The estimates of one group, in the order of the items."""

    group: Group
    estimates: Estimates
    unweighted: NDArray[np.float64]  # share or mean with everybody counted once
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


def estimate_wave(wave_id: int) -> Release:
    """Make the wave's provisional release anew from its tallies; nothing if it is up to date.

    Where the margins cannot be met the release holds the reason and no figures.

    Raises TooEarly.
    """
    with transaction.atomic():
        wave = Wave.objects.select_for_update(of=("self",), no_key=True).get(pk=wave_id)
        latest = wave.releases.order_by("number").last()
        if latest is not None and _is_up_to_date(latest, wave):
            return latest
        refuse_if_too_early(wave, latest)
        made = _figures_of(wave)
        before = shown_before(wave)
        for earlier in before:
            _refuse_small_step(wave, earlier, made.respondents)
        wave.releases.filter(state=Release.State.PROVISIONAL).delete()
        number = wave.releases.aggregate(last=Max("number"))["last"] or 0
        release = Release.objects.create(
            wave=wave,
            number=number + 1,
            tally_revision=wave.tally_revision,
            respondents=made.respondents,
            method=made.method,
            problem=made.problem,
            software=software(),
            estimated_at=timezone.now(),
        )
        rows, steps = _rows(release, made, before)
        Estimate.objects.bulk_create(rows, batch_size=1_000)
        staff = wave.questionnaire.audience == Questionnaire.Audience.STAFF
        told = [Told(one) for one in before] if made.pairs or made.effects else []
        hidden = hidden_effects(made.effects, told, staff=staff)
        shown = [one for one in made.effects if not hidden[one.key]]
        contrasts = [
            *pair_rows(release, made.pairs, shown, told, staff=staff),
            *effect_rows(release, made.effects, hidden),
        ]
        Contrast.objects.bulk_create(steps.contrasts(contrasts))
        of_organisations = organisation_rows(release, made.layout, made.items, rows)
        OrganisationEstimate.objects.bulk_create(of_organisations, batch_size=1_000)
        document = frozen(wave.version_id).document
        release.method["rounded"] = dict(sorted(steps.coarse.items()))
        release.method["groups"] = told_between(made.apart, rows, steps)
        release.method["margins"] = safe_to_tell(document, release.method["margins"], rows)
        if release.method.get("flagged"):
            release.method["flagged"] = as_shown(release.method["flagged"], rows, steps)
        release.save(update_fields=["method"])
        return release


def refuse_if_too_early(wave: Wave, latest: Release | None) -> None:
    """Raise TooEarly where figures would tell of single answers.

    Two refreshes of an open wave can be subtracted from each other. So an open public wave is
    estimated once a day at most, and a staff wave only when it is closed.
    """
    if wave.status in (Wave.Status.DRAFT, Wave.Status.IMPORTING):
        raise TooEarly(f"{wave} has no answers yet")
    if wave.status != Wave.Status.OPEN:
        return
    if wave.questionnaire.audience == Questionnaire.Audience.STAFF:
        raise TooEarly(f"{wave} is open: staff answers are estimated once, on closing")
    if latest is not None and timezone.now() - latest.estimated_at < DAY:
        raise TooEarly(f"{wave} is open: its figures are renewed once a day at most")


def _is_up_to_date(release: Release, wave: Wave) -> bool:
    """Whether nothing has changed since; what was made while a wave was open ends with that."""
    interim = release.method["while_open"] and wave.status != Wave.Status.OPEN
    return release.tally_revision == wave.tally_revision and not interim


def _refuse_small_step(wave: Wave, before: Release, respondents: int) -> None:
    """Refuse figures that differ by a few people, or by as many who came as others went."""
    if not respondents or before.tally_revision == wave.tally_revision:
        return
    if abs(respondents - before.respondents) < settings.DISCLOSURE_MINIMUM:
        raise TooEarly(
            f"{wave} changed by fewer than {settings.DISCLOSURE_MINIMUM} people since its last"
            " figures: new ones would tell what those few answered"
        )


@dataclass(frozen=True)
class _Made:
    respondents: int
    method: dict[str, Any]
    problem: str
    layout: Layout
    items: list[Item]
    figures: list[Figures]
    weights: NDArray[np.float64] = field(default_factory=lambda: np.ones(0))  # (K,), 1 on average
    margins: list[Margin] = field(default_factory=list)  # as raked to
    pairs: list[Paired] = field(default_factory=list)
    effects: list[Arms] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)  # groups from each other


def _figures_of(wave: Wave) -> _Made:
    layout = frozen(wave.version_id).layout
    items = items_of(layout)
    method: dict[str, Any] = {
        "weighting": wave.weighting,
        "from_file": wave.from_file,
        "population": wave.population.slug if wave.population else None,
        "while_open": wave.status == Wave.Status.OPEN,
        "disclosure_minimum": settings.DISCLOSURE_MINIMUM,
        "effective_base_minimum": settings.EFFECTIVE_BASE_MINIMUM,
        "effective_base_low": settings.EFFECTIVE_BASE_LOW,
    }
    margins: list[Margin] = []
    try:
        if wave.weighting == Wave.Weighting.SUPPLIED:
            sample, outside, groups, ends = _supplied(wave)
            if not sample.size:
                return _Made(0, method | EMPTY, NOBODY, layout, items, [])
            method |= {"converged": True, "iterations": 0, "margins": [], "outside": outside}
            method |= weight_summary(sample) | ends
            method["arms"] = arms_told(wave, layout, groups[0].sums.n.sum(axis=0))
        else:
            cube = read_cube(wave)
            if not cube.cells:
                return _Made(0, method | EMPTY, NOBODY, layout, items, [])
            cells = regroup(layout.document, cube.cells)
            weighted = weigh(wave, cube, cells)
            sample, margins = weighted.sample, weighted.margins
            groups = list(_groups(cube, cells))
            finished = cube.slots.sum(axis=0) + cube.outside_slots
            method |= weighted.method | {"outside": cube.outside}
            method["arms"] = arms_told(wave, layout, finished)
            # Two refreshes could be subtracted from each other: then nothing is told of so few.
            told = items if _is_first_and_final(wave) else []
            method["flagged"] = flagged(wave, cube, weighted, told)
            method["margins"] = with_open_answers(sample, cube, cells, method["margins"], told)
    except RakingRefused as refusal:
        refused = EMPTY | {"refused": {"margin": refusal.margin, "category": refusal.category}}
        people = int(cube.respondents.sum())
        return _Made(people, method | refused, str(refusal), layout, items, [])
    if wave.status == Wave.Status.OPEN:
        # Of groups two refreshes would tell too much, so there are none before the wave is over.
        groups = groups[:1]
    figures = [_estimate(sample, group, items) for group in groups]
    everyone = groups[0].sums
    pairs = estimate_pairs(layout, sample, everyone)
    effects = estimate_effects(layout, sample, everyone)
    of_groups = {_slice(figures[n]): one.sums for n, one in enumerate(groups) if one.segment}
    apart = errors_between(layout.document, sample, of_groups, items)
    people = round(sample.size)
    weights = sample.factors * people / (sample.factors * sample.weight).sum()
    return _Made(
        people, method, "", layout, items, figures, weights, margins, pairs, effects, apart
    )


def _is_first_and_final(wave: Wave) -> bool:
    published = wave.releases.exclude(state=Release.State.PROVISIONAL)
    return wave.status != Wave.Status.OPEN and not published.exists()


NOBODY = "Nobody has answered yet."
EMPTY: dict[str, Any] = {
    "converged": False,
    "iterations": 0,
    "margins": [],
    "outside": 0,
    **dict.fromkeys(("design_effect", "effective_base", "min_weight", "max_weight")),
}


def _groups(cube: Cube, cells: Cells) -> Iterator[Group]:
    """Everyone, then each value of each segment: by cells where these tell it, else by slices."""
    document = cube.layout.document
    everyone = cube.slots.astype(np.float64)
    respondents = cube.respondents.astype(np.float64)
    yield Group("", "", Moments(everyone, everyone, everyone), respondents)
    told_by_cells = following_from_cell(document)
    for code in document.segments:
        for category in document.variables_by_code[code].categories:
            if code in told_by_cells:
                inside = np.array([cell[code] == category.code for cell in cells])
                sums, domain = everyone * inside[:, None], respondents * inside
            else:
                sums, domain = np.zeros_like(everyone), np.zeros_like(respondents)
                if (found := cube.slices.get(f"{code}={category.code}")) is not None:
                    sums[found.cell], domain[found.cell] = found.slots, found.respondents
            yield Group(code, category.code, Moments(sums, sums, sums), domain)


def _supplied(wave: Wave) -> tuple[Sample, int, list[Group], dict[str, float]]:
    """A wave whose weights came with its answers: one cell, and standard errors that take the
    weights as fixed, because how they were made is not known.

    Returns the sample, how many are outside the population, the groups, and the smallest and the
    largest weight as ratios to the mean, which one cell does not tell.
    """
    layout: Layout = frozen(wave.version_id).layout
    weighed = scan_weighed(wave)
    everyone = weighed[""]  # also where nobody answered
    sample = Sample(
        np.array([everyone.respondents], np.float64),
        np.array([everyone.weight]),
        np.array([everyone.weight_squared]),
        np.ones(1),
        np.zeros((1, 0)),
    )
    groups = []
    for name, sums in weighed.items():
        segment, _, value = name.partition("=")
        moments = Moments(sums.n[None, :], sums.w[None, :], sums.w2[None, :])
        groups.append(Group(segment, value, moments, np.array([sums.respondents], np.float64)))
    order = {"": -1} | {code: place for place, code in enumerate(layout.document.segments)}
    groups.sort(key=lambda group: order[group.segment])
    outside = Response.objects.filter(wave=wave).count() - everyone.respondents
    mean = everyone.weight / max(everyone.respondents, 1)
    smallest, largest = everyone.smallest / (mean or 1.0), everyone.largest / (mean or 1.0)
    return sample, outside, groups, {"min_weight": smallest, "max_weight": largest}


def _estimate(sample: Sample, group: Group, items: list[Item]) -> Figures:
    met = group.respondents > 0  # most cells hold nobody of a small group

    def sums(which: str, chosen: list[Item]) -> Moments:
        weights = np.column_stack([getattr(item, which) for item in chosen])

        def of(slots: NDArray[np.float64]) -> NDArray[np.float64]:
            summed = np.zeros((len(slots), weights.shape[1]))
            summed[met] = slots[met] @ weights
            return summed

        n = of(group.sums.n)
        if group.sums.w is group.sums.n:  # base weights of 1: their sums are all alike
            return Moments(n, n, n)
        return Moments(n, of(group.sums.w), of(group.sums.w2))

    of_share = [item for item in items if item.statistic != Estimate.Statistic.MEAN]
    of_mean = [item for item in items if item.statistic == Estimate.Statistic.MEAN]
    place = {id(item): number for number, item in enumerate(items)}
    parts: list[tuple[list[Item], Estimates, Interval]] = []
    if of_share:
        found = shares(sample, sums("answered", of_share), sums("total", of_share))
        parts.append((of_share, found, displayed_interval(found)))
    if of_mean:
        found = means(
            sample, sums("answered", of_mean), sums("total", of_mean), sums("squares", of_mean)
        )
        df = sample.degrees_of_freedom(group.respondents)
        ends = np.array([item.ends for item in of_mean]).T
        interval = displayed_mean_interval(found, df, (ends[0], ends[1]))
        parts.append((of_mean, found, interval))
    order = np.argsort([place[id(item)] for part in parts for item in part[0]])
    joined = {
        name: np.concatenate([getattr(found, name) for _, found, _ in parts])[order]
        for name in Estimates.__dataclass_fields__
    }
    lower, upper = (
        np.concatenate([interval[end] for _, _, interval in parts])[order] for end in (0, 1)
    )
    answered, total = (sums(which, items).n.sum(axis=0) for which in ("answered", "total"))
    return Figures(group, Estimates(**joined), ratio(total, answered), lower, upper)


def _rows(release: Release, made: _Made, before: Sequence[Release]) -> tuple[list[Estimate], Steps]:
    """The rows to store, and to what figures are rounded; what may not be shown has no number."""
    by_question: dict[str, list[int]] = {}
    for place, item in enumerate(made.items):
        by_question.setdefault(item.question, []).append(place)
    counts = [one.group.sums.n.sum(axis=0) for one in made.figures]
    answered = {
        code: {
            _slice(one): Answered(
                round(float(one.estimates.base[places].min())),
                round(float(one.estimates.base[places].max())),
                float(one.estimates.kish_effective_base[places].min()),
                slots,
            )
            for one, slots in zip(made.figures, counts, strict=True)
            if one.estimates.base[places].max() > 0
        }
        for code, places in by_question.items()
    }
    hidden = hidden_figures(release.wave, made.layout, made.items, answered, before)
    steps = Steps(made.layout.document, _coarse(made, hidden))

    def rows() -> Iterator[Estimate]:
        for code, places in by_question.items():
            for figures in made.figures:
                if (key := _slice(figures)) in answered[code]:
                    for place in places:
                        item = made.items[place]
                        why = hidden.get((code, item.option, key), Estimate.Suppressed.NO)
                        yield _row(release, item, figures, place, why)

    return [unless_unreliable(row) for row in steps.estimates(rows())], steps


def _coarse(made: _Made, hidden: Hidden) -> dict[str, float]:
    """The questions whose figures are rounded, with the largest weight of a hidden group."""
    return coarse_questions(
        *(made.layout.document, made.margins, made.weights, made.items),
        {_slice(one): one.group.sums.n for one in made.figures},
        *(hidden, settings.DISCLOSURE_MINIMUM),
    )


def _slice(figures: Figures) -> Slice:
    return Slice("", figures.group.segment, figures.group.value)


def _row(release: Release, item: Item, figures: Figures, place: int, suppressed: str) -> Estimate:
    row = Estimate(
        release=release,
        statistic=item.statistic,
        question=item.question,
        option=item.option,
        segment=figures.group.segment,
        value=figures.group.value,
        suppressed=suppressed,
    )
    if suppressed == Estimate.Suppressed.NO:
        found = figures.estimates
        row.base = round(float(found.base[place]))
        row.effective_base = float(found.effective_base[place])
        row.estimate = float(found.estimate[place])
        row.unweighted = float(figures.unweighted[place])
        row.standard_error = float(found.standard_error[place])
        row.lower, row.upper = float(figures.lower[place]), float(figures.upper[place])
    return row
