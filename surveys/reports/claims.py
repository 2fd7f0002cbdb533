"""Which gaps are tested together, and what may be said of each.

The headline measures that a questionnaire declares are one family, and the effects of its arms are
another: what is found among them is a claim. Everything else that is tested is a screening: what it
finds is worth a look, and never a claim.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from surveys.statistics.differences import minimum_detectable, within
from surveys.statistics.families import Family, holm, screening

Name = Literal["headline", "experiment", "screening"]
CORRECTIONS: dict[Name, Callable[[ArrayLike], Family]] = {
    "headline": holm,
    "experiment": holm,
    "screening": screening,
}


@dataclass(frozen=True)
class Outcome:
    """What a test says of one gap, the others of its family allowed for.

    The interval from `lower` to `upper` has that `level`, and leaves out 0 exactly where something
    was `found`. `detectable` is the smallest change that would have been found, at the same level,
    with a power of 80%.
    """

    family: Name
    size: int  # tests in the family
    p_value: float
    adjusted_p_value: float
    found: bool
    level: float
    lower: float
    upper: float
    detectable: float

    @property
    def claim(self) -> bool:
        """Whether it may be called a change, or an effect."""
        return self.found and self.family != "screening"

    @property
    def worth_a_look(self) -> bool:
        """Whether a screening found it."""
        return self.found and self.family == "screening"


def outcomes(tests: Sequence[tuple[float, float, Name]]) -> list[Outcome]:
    """Test every gap, given with its standard error (above 0), within its family."""
    made: dict[int, Outcome] = {}
    for name, correct in CORRECTIONS.items():
        places = [place for place, (_, _, family) in enumerate(tests) if family == name]
        gaps = np.array([tests[place][0] for place in places])
        errors = np.array([tests[place][1] for place in places])
        p_values = within(gaps, errors).p_value
        family = correct(p_values)
        interval = within(gaps, errors, family.levels)
        smallest = minimum_detectable(errors, level=family.levels)
        for k, place in enumerate(places):
            made[place] = Outcome(
                family=name,
                size=family.size,
                p_value=float(p_values[k]),
                adjusted_p_value=float(family.adjusted[k]),
                found=bool(family.rejected[k]),
                level=float(family.levels[k]),
                lower=float(interval.lower[k]),
                upper=float(interval.upper[k]),
                detectable=float(smallest[k]),
            )
    return [made[place] for place in range(len(tests))]
