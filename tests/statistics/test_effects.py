"""Design effects equal R's and stay within the base."""

from __future__ import annotations

import numpy as np
import pytest

from surveys.statistics.effects import effective_base, kish, linearised_design_effect
from tests.statistics.golden import case
from tests.statistics.test_raking import RAKED


@pytest.mark.parametrize("name", RAKED)
def test_the_cost_of_weighting_equals_that_of_r(name: str) -> None:
    # expected.json "weighting": Kish on R's raked weights, from our sums per cell.
    c = case(name)
    g = c.sample.factors
    effect = kish(c.sample.size, g @ c.sample.weight, g**2 @ c.sample.weight_squared)
    expected = c.expected["weighting"]
    assert float(effect.design_effect) == pytest.approx(expected["kish_deff"], rel=1e-8)
    assert float(effect.effective_base) == pytest.approx(expected["kish_neff"], rel=1e-8)


def test_equal_weights_cost_nothing() -> None:
    effect = kish([40, 0], [80, 0], [160, 0])
    np.testing.assert_array_equal(effect.design_effect, [1, np.nan])
    np.testing.assert_array_equal(effect.effective_base, [40, np.nan])


def test_a_simple_sample_has_a_design_effect_of_one() -> None:
    # V = p(1-p)/(n-1) at p = .3, n = 101.
    assert float(linearised_design_effect(np.sqrt(0.21 / 100), 0.21, 101)) == pytest.approx(1)


def test_the_effective_base_is_capped_and_falls_back_on_kish() -> None:
    # p = .5: V = .0025 gives 100; V = .001 gives 250, capped at 200; V = 0 gives Kish's.
    ours = effective_base(
        np.sqrt([0.0025, 0.001, 0, np.nan]), [0.25, 0.25, 0, np.nan], [200] * 4, [150] * 4
    )
    np.testing.assert_allclose(ours, [100, 200, 150, np.nan], rtol=1e-12)
