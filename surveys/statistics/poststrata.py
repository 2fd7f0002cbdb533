"""Shares of a finite group of people, weighted to how many of each kind there are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
FEWEST = 2  # respondents of a stratum, or its variance is not known


@dataclass(frozen=True)
class StratifiedShare:
    """A share with its variance, and how many people drawn by chance would know as much.

    effective_base: infinite where everybody has answered.
    """

    share: float
    variance: float
    effective_base: float


def stratified_share(chose: ArrayLike, base: ArrayLike, people: ArrayLike) -> StratifiedShare:
    """A share weighted by strata to their people, with the finite population correction.

    Parameters
    ----------
    chose, base : (G,) respondents of each stratum who chose it, and who answered.
    people : (G,) how many there are of each stratum. Fewer than answered count as those who did:
        then everybody of it has answered.

    A stratum with fewer than two respondents is put together with the next smallest. Raises
    ValueError where nobody answered. (Cochran 1977, ch. 5; post-stratified: Holt & Smith 1979.)
    """
    y, n, size = (np.asarray(one, np.float64) for one in (chose, base, people))
    if not n.sum() > 0:
        raise ValueError("nobody answered")
    y, n, size = _put_together(y, n, np.maximum(size, n))
    weight = size / size.sum()
    p = y / n
    share = float(weight @ p)
    left = 1 - n / size
    spread = np.where(n > 1, p * (1 - p) / np.maximum(n - 1, 1), 0.0)
    variance = float((weight**2 * left) @ spread)
    taken = float(n.sum() / size.sum())
    most = float(n.sum()) / (1 - taken) if taken < 1 else np.inf
    known = share * (1 - share) / variance if variance > 0 else most
    return StratifiedShare(share, variance, float(min(known, most)))


def _put_together(y: Floats, n: Floats, size: Floats) -> tuple[Floats, Floats, Floats]:
    """The strata in order of their respondents, small ones added to the next until none is."""
    order = np.argsort(n, kind="stable")
    joined: list[list[float]] = []
    for place in order:
        one = [y[place], n[place], size[place]]
        if joined and joined[-1][1] < FEWEST:
            joined[-1] = [left + right for left, right in zip(joined[-1], one, strict=True)]
        else:
            joined.append(one)
    if len(joined) > 1 and joined[-1][1] < FEWEST:
        last = joined.pop()
        joined[-1] = [left + right for left, right in zip(joined[-1], last, strict=True)]
    found = np.array(joined)
    return found[:, 0], found[:, 1], found[:, 2]
