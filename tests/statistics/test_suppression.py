"""Nothing hidden in a table can be worked out from its totals."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.statistics import suppression
from surveys.statistics.suppression import audit, protect, small, table_equations
from tests.statistics.golden import REFERENCE

TABLES: list[dict[str, Any]] = json.loads(
    (REFERENCE / "suppression" / "expected.json").read_text(encoding="utf-8")
)


def mask(table: np.ndarray, cells: list[list[int]]) -> np.ndarray:
    found = np.zeros(table.shape, bool)
    for row, column in cells:
        found[row, column] = True
    return found.ravel()


@pytest.mark.parametrize("known", TABLES, ids=lambda known: known["id"])
def test_limits_and_patterns_agree_with_tables_of_known_answers(known: dict[str, Any]) -> None:
    # expected.json: exhaustive search over all patterns, limits by linear programming.
    table = np.array(known["table"])
    counts, threshold = table.ravel(), known["threshold"]
    equations = table_equations(*table.shape)
    primary = mask(table, known["primary"])
    np.testing.assert_array_equal(small(counts, threshold), primary)

    alone = audit(counts, equations, primary, primary, threshold)
    assert alone.safe == known["primary_only_is_safe"]
    limits = {tuple(one["cell"]): (one["lo"], one["hi"]) for one in known["primary_only_intervals"]}
    for place, low, high in zip(alone.hidden, alone.lower, alone.upper, strict=True):
        cell = tuple(int(x) for x in np.unravel_index(place, table.shape))
        assert (low, high) == pytest.approx(limits[cell], abs=1e-6)

    pattern = protect(counts, equations, primary, threshold)
    if known["min_secondary_cells"] is None:
        assert pattern is None
        return
    assert pattern is not None
    assert audit(counts, equations, pattern, primary, threshold).safe
    assert int(pattern.sum() - primary.sum()) >= known["min_secondary_cells"]
    assert np.all(pattern[primary])
    for optimal in known["optimal_secondary_sets"]:
        both = primary | mask(table, optimal)
        assert audit(counts, equations, both, primary, threshold).safe


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000))
def test_a_pattern_never_shows_a_small_count_nor_lets_it_be_worked_out(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = tuple(int(x) for x in rng.integers(2, 5, 2))
    table = rng.poisson(rng.choice([8, 15, 40]), shape)
    primary = small(table.ravel(), 10)
    pattern = protect(table.ravel(), table_equations(*shape), primary, 10)
    if pattern is None:
        return
    assert np.all(pattern[primary])
    if not primary.any():
        assert not pattern.any()
        return
    # Another table with the same totals and shown counts exists for each end of each limit.
    found = audit(table.ravel(), table_equations(*shape), pattern, primary, 10)
    assert np.all(found.lower <= table.ravel()[found.hidden] + 1e-6)
    assert np.all(found.upper >= table.ravel()[found.hidden] - 1e-6)
    assert np.all((found.upper - found.lower)[primary[found.hidden]] >= 10 - 1e-6)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000))
def test_hiding_never_shows_what_was_hidden_and_leaves_what_must_be_shown(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.poisson(20, (3, 4)).ravel()
    primary = small(table, 12)
    hidden, fixed = rng.random(12) < 0.2, rng.random(12) < 0.2
    pattern = protect(
        *(table, table_equations(3, 4), primary, 12), hidden=hidden, fixed=fixed & ~hidden
    )
    if pattern is not None:
        assert np.all(pattern[primary | hidden])
        assert not pattern[fixed & ~hidden & ~primary].any()


def test_a_pattern_is_found_wherever_one_exists() -> None:
    # The other way round: every one of the 2^k patterns of small tables is tried.
    rng = np.random.default_rng(5)
    refused = 0
    for _ in range(25):
        table = rng.poisson(8, (2, 3)).ravel()
        primary = small(table, 6)
        equations = table_equations(2, 3)
        if protect(table, equations, primary, 6) is not None:
            continue
        refused += 1
        for number in range(2**6):
            also = np.array([number >> place & 1 for place in range(6)], bool) | primary
            found = audit(table, equations, also, primary, 6)
            assert (found.exposed & primary[found.hidden]).any()
    assert refused


def test_a_step_that_spares_a_program_never_changes_a_pattern(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        shape = tuple(int(x) for x in rng.integers(2, 6, 2))
        counts = rng.poisson(rng.choice([4, 12, 40], shape)).ravel()
        net = (rng.random(counts.size) < 0.3).astype(float)
        return counts, np.vstack([table_equations(*shape), net]), small(counts, 10)

    def patterns() -> list[list[bool] | None]:
        found = (protect(*one, 10) for one in tables)
        return [None if one is None else one.tolist() for one in found]

    rng = np.random.default_rng(67)
    tables = [drawn() for _ in range(25)]
    with_steps = patterns()
    spared = []

    def by_programs_alone(part: Any, at: int, enough: float) -> Any:
        seen = step(part, at, enough)
        everything = np.ones(part.counts.size, bool)
        limits = suppression._System.of(part.counts, part.free, everything, None).limits(at)
        spared.append(seen.width >= enough)
        # What is seen lies within the limits.
        assert limits.lower - 1e-6 <= seen.lower <= seen.upper <= limits.upper + 1e-6
        return suppression._Limits(0.0, 0.0, frozenset())

    step = suppression._Part.seen
    monkeypatch.setattr(suppression._Part, "seen", by_programs_alone)
    assert patterns() == with_steps
    assert np.mean(spared) > 0.3


def test_a_net_that_is_shown_gives_back_what_it_is_made_of() -> None:
    # Of 3 + 40 + 52 the first is hidden; "first or second" is shown as a net of 43, all as 95.
    counts = np.array([3, 40, 52])
    primary = small(counts, 10)
    total, net = np.ones((1, 3)), np.array([[1.0, 1, 0]])
    both = protect(counts, np.vstack([total, net]), primary, 10)
    assert both is not None
    assert both.tolist() == [True, True, False]
    hidden = np.array([True, False, False])
    assert not audit(counts, np.vstack([total, net]), hidden, primary, 10).safe


def test_without_any_equation_a_hidden_count_can_be_anything() -> None:
    found = audit([3, 40], np.zeros((0, 2)), [True, False], [True, False], 10)
    assert found.safe
    assert found.upper.tolist() == [np.inf]
