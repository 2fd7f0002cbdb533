"""The test of a table of two questions equals R's svychisq."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from surveys.statistics.crosstabs import Independence, independence
from surveys.statistics.samples import Sample
from tests.statistics.golden import Case, case

EQUAL = {"beps"}  # base weights: only there is R's rake the calibration that we use


def tables() -> list[Any]:
    return [
        pytest.param(name, entry, id=f"{name}-{entry['row']}-{entry['col']}-{entry['design']}")
        for name in ("apistrat", "apistrat_nofpc", "beps", "nhanes")
        for entry in case(name).expected["chisq"]
        if entry["design"] == "fixed" or name in EQUAL
    ]


def of_case(c: Case, sample: Sample, row: str, col: str) -> Independence:
    rows, cols = (sorted({r[name] for r in c.rows} - {""}) for name in (row, col))
    both = c.column(lambda r: r[row] != "" and r[col] != "")
    places = [
        c.moments(c.column(lambda r, a=a, b=b: r[row] == a and r[col] == b))  # type: ignore[misc]
        for a in rows
        for b in cols
    ]
    joined = type(places[0])(
        *(np.hstack([getattr(m, f) for m in places]) for f in ("n", "w", "w2"))
    )
    return independence(sample, c.moments(both), joined, (len(rows), len(cols)))


@pytest.mark.parametrize(("name", "entry"), tables())
def test_rao_and_scotts_test_equals_r(name: str, entry: dict[str, Any]) -> None:
    # expected.json of the case: svychisq(statistic="F") and ("Chisq").
    c = case(name)
    whole = c.sample
    sample = whole
    if entry["design"] == "fixed":
        nothing = np.zeros((whole.respondents.size, 0))
        sample = Sample(
            whole.respondents,
            whole.weight,
            whole.weight_squared,
            whole.factors,
            nothing,
            whole.design,
        )
    ours = of_case(c, sample, entry["row"], entry["col"])
    assert ours.f == pytest.approx(entry["F"], rel=1e-8)
    assert ours.numerator == pytest.approx(entry["ndf"], rel=1e-8)
    assert ours.denominator == pytest.approx(entry["ddf"], rel=1e-8)
    assert ours.p_value == pytest.approx(entry["p_F"], abs=1e-8)
    assert ours.chi_squared == pytest.approx(entry["X2"], rel=1e-8)
    assert ours.first_order_p_value == pytest.approx(entry["p_first_order"], abs=1e-8)


def test_a_table_with_one_row_has_no_test() -> None:
    sample = Sample.equal([10, 10], [1, 1], np.zeros((2, 0)))
    ours = independence(sample, [10, 10], [[4, 6, 0, 0], [5, 5, 0, 0]], (2, 2))
    assert np.isnan(ours.p_value)
    assert ours.base == 20


def test_a_table_of_another_shape_is_refused() -> None:
    sample = Sample.equal([10], [1], np.zeros((1, 0)))
    with pytest.raises(ValueError, match="has not 3 places"):
        independence(sample, [10], [[4, 3, 3]], (2, 2))


def test_a_table_too_empty_to_tell_its_interactions_apart_has_no_test() -> None:
    # Three rows, each with its own column: four interactions and three places that say anything.
    sample = Sample.equal([10, 10], [1, 1], np.zeros((2, 0)))
    ours = independence(sample, [10, 10], [[4, 0, 0, 0, 3, 0, 0, 0, 3]] * 2, (3, 3))
    assert np.isnan([ours.f, ours.p_value, ours.chi_squared]).all()
    assert ours.base == 20
