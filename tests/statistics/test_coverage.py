"""An interval that says 95% holds the truth about as often, from a base of 300."""

import pytest

from benchmarks.coverage import covers


@pytest.mark.parametrize("base", [300, 1_000, 4_000])
def test_intervals_cover_between_93_and_97_in_a_hundred(base: int) -> None:
    # Fixed seed; 400 draws of 6 opinions. The range is the one that docs/statistics.md promises.
    found = covers(base, draws=400)
    assert found.raked > 350
    assert 0.93 <= found.covered <= 0.97


def test_few_samples_of_fifty_can_be_raked_and_those_cover_less() -> None:
    # Not a promise but a warning, held so that the documentation stays true.
    found = covers(50, draws=200)
    assert found.covered < 0.93
