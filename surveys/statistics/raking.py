"""Raking: factors that make the weighted sample agree with every margin of the population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg

from surveys.statistics.margins import (
    OPEN,
    OPEN_CATEGORY,
    Floats,
    Margin,
    RakingRefused,
    Reason,
    close_open,
    collapse,
    design_matrix,
)

__all__ = [
    "BOUNDARY",
    "OPEN",
    "OPEN_CATEGORY",
    "Margin",
    "Raking",
    "RakingRefused",
    "Reason",
    "close_open",
    "collapse",
    "rake",
]

BOUNDARY = 1e-6
"""A factor below this is no weight: the margins can only be met by ignoring someone."""

_NEWTON_STEPS = 60
_HALVINGS = 40


@dataclass(frozen=True)
class Raking:
    """Raking factors over K cells.

    factors: (K,) g; a respondent's weight is the base weight times g. Their base-weighted mean is
        1, so weights keep the sum of the base weights. 1 where a cell has no base weight.
    iterations: sweeps and Newton steps taken together.
    method: what reached the solution.
    error: largest difference between a weighted share and its target, as a share of the total.
    """

    factors: Floats
    iterations: int
    method: Literal["ipf", "newton"]
    error: float


def rake(
    base: ArrayLike, margins: Sequence[Margin], tolerance: float = 1e-10, sweeps: int = 200
) -> Raking:
    """Rake (K,) sums of base weights to the margins, or refuse with a reason.

    Iterative proportional fitting (Deming & Stephan 1940; convergence: Ireland & Kullback 1968),
    which is calibration with the raking distance (Deville, Särndal & Sautory 1993); after `sweeps`
    without success Newton steps on its dual, which need a handful where fitting needs thousands.

    Convergence is judged by the margins themselves: every weighted category total is within
    `tolerance` of its target, relative to that target, which is stricter than the same share of the
    whole. The change between sweeps says nothing: on margins that contradict each other it
    vanishes too.

    Raises RakingRefused for an open cell, an empty target category, margins that cannot be met
    together, and a solution on the boundary (a factor below 1e-6). Sums of targets are
    checked when a Margin is made. Cells without base weight do not count. Without margins all
    factors are 1.
    """
    base = np.asarray(base, dtype=np.float64)
    if base.ndim != 1 or not np.all(np.isfinite(base)) or np.any(base < 0):
        raise ValueError("Base weights are one finite number of at least 0 per cell.")
    if not margins:
        return Raking(np.ones_like(base), 0, "ipf", 0.0)
    _validate(base, margins)

    counted = base > 0
    share = base[counted] / base[counted].sum()
    occupied = [
        Margin(m.name, m.categories, m.of_cell[counted], m.targets, m.printed_unit) for m in margins
    ]
    method: Literal["ipf", "newton"] = "ipf"
    fitted, iterations, converged = _fit_proportionally(share, occupied, tolerance, sweeps)
    if not converged:
        method = "newton"
        fitted, steps, converged = _newton(share, fitted, occupied, tolerance)
        iterations += steps
    _refuse_unless_interior(fitted, share, occupied, converged)

    factors = np.ones_like(base)
    factors[counted] = fitted
    error = max(float(np.abs(m.totals(share * fitted) - m.shares).max()) for m in occupied)
    return Raking(factors, iterations, method, error)


def _validate(base: Floats, margins: Sequence[Margin]) -> None:
    if not base.sum() > 0:
        raise RakingRefused(
            Reason.NO_RESPONDENTS,
            margins[0].name,
            "",
            f"Nobody with a base weight can be raked to margin “{margins[0].name}”: wait for "
            "responses, or weigh without margins.",
        )
    for margin in margins:
        if margin.of_cell.shape != base.shape:
            raise RakingRefused(
                Reason.MALFORMED,
                margin.name,
                "",
                f"Margin “{margin.name}” covers {margin.of_cell.size} cells and the sample has "
                f"{base.size}: build both from the same cells.",
            )
        unplaced = float(base[margin.of_cell == OPEN].sum() / base.sum())
        if unplaced > 0:
            raise RakingRefused(
                Reason.NO_TARGET,
                margin.name,
                OPEN_CATEGORY,
                f"Margin “{margin.name}” is open (“{OPEN_CATEGORY}”) for {unplaced:.1%} of the "
                "base weight, for which it has no target: apply close_open, or leave them out.",
            )
        for category, total in zip(margin.categories, margin.totals(base), strict=True):
            if total == 0:
                raise RakingRefused(
                    Reason.EMPTY_CATEGORY,
                    margin.name,
                    category,
                    f"Nobody in the sample is in the category “{category}” of margin "
                    f"“{margin.name}”: say into which category it collapses.",
                )


def _relative_error(weight: Floats, margins: Sequence[Margin]) -> float:
    return max(float(np.abs(m.totals(weight) / m.shares - 1).max()) for m in margins)


def _fit_proportionally(
    share: Floats, margins: Sequence[Margin], tolerance: float, sweeps: int
) -> tuple[Floats, int, bool]:
    """Factors after at most `sweeps` sweeps over the margins."""
    factors = np.ones_like(share)
    for sweep in range(sweeps + 1):
        if _relative_error(share * factors, margins) <= tolerance:
            return factors, sweep, True
        if sweep < sweeps:
            for margin in margins:
                factors *= (margin.shares / margin.totals(share * factors))[margin.of_cell]
    return factors, sweeps, False


def _newton(
    share: Floats, start: Floats, margins: Sequence[Margin], tolerance: float
) -> tuple[Floats, int, bool]:
    """Newton steps on the dual, min over l of sum(w exp(Xl)) - t'l, halved until it falls."""
    X = design_matrix(margins, share.size)
    targets = np.concatenate([[1.0], *[margin.shares[1:] for margin in margins]])
    weight = share * start
    objective = float(weight.sum())
    potential = np.zeros(share.size)
    linear = 0.0
    for step in range(_NEWTON_STEPS + 1):
        if _relative_error(weight, margins) <= tolerance:
            return weight / share, step, True
        gradient = X.T @ weight - targets
        # A pseudo-inverse, since margins that share a split (nation and region) alias each other.
        direction = -linalg.pinvh(X.T @ (weight[:, None] * X), rtol=1e-13) @ gradient
        slopes = X @ direction
        for halving in range(_HALVINGS):
            length = 0.5**halving
            trial = potential + length * slopes
            if trial.max() > 500:
                continue
            trial_weight = share * start * np.exp(trial)
            trial_linear = linear + length * float(targets @ direction)
            trial_objective = float(trial_weight.sum()) - trial_linear
            if trial_objective <= objective + 1e-14 * max(1.0, abs(objective)):
                break
        else:
            return weight / share, step, False
        potential, weight = trial, trial_weight
        linear, objective = trial_linear, trial_objective
    return weight / share, _NEWTON_STEPS, False


def _refuse_unless_interior(
    factors: Floats, share: Floats, margins: Sequence[Margin], converged: bool
) -> None:
    errors = [m.totals(share * factors) - m.shares for m in margins]
    worst = max(float(np.abs(error).max()) for error in errors)
    if factors.min() < BOUNDARY and (converged or worst < BOUNDARY):
        cell = int(factors.argmin())
        # Of the cell's categories, mend the one the sample has most too many of; of equals, the
        # one whose margin has most categories to spare.
        excess = [m.totals(share)[m.of_cell[cell]] / m.shares[m.of_cell[cell]] for m in margins]
        margin = max(
            zip(excess, margins, strict=True),
            key=lambda pair: (round(float(pair[0]), 9), len(pair[1].categories)),
        )[1]
        category = margin.categories[margin.of_cell[cell]]
        profile = ", ".join(f"{m.name} “{m.categories[m.of_cell[cell]]}”" for m in margins)
        raise RakingRefused(
            Reason.BOUNDARY,
            margin.name,
            category,
            f"The margins can only be met with no weight for respondents of {profile}: collapse "
            f"“{category}” of margin “{margin.name}” with a neighbour, or correct the targets.",
        )
    if not converged:
        at = int(np.argmax([np.abs(error).max() for error in errors]))
        code = int(np.abs(errors[at]).argmax())
        margin, category = margins[at], margins[at].categories[code]
        raise RakingRefused(
            Reason.NOT_CONVERGED,
            margin.name,
            category,
            f"The margins cannot be met together: “{category}” of margin “{margin.name}” stays "
            f"{abs(errors[at][code]):.2g} from its target: drop a margin that repeats another, "
            "collapse thin categories, or correct the targets.",
        )
