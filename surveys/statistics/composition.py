"""How much of a gap between two waves is who answered, as far as the weighting can tell."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Composition:
    """Later less earlier, in the units of the figures.

    unweighted: the gap with everybody counted once.
    weighted: the gap of the weighted figures, each wave brought to its own targets.
    taken_by_weighting: unweighted less weighted; below 0 where weighting added to the gap.
    """

    unweighted: float
    weighted: float
    taken_by_weighting: float


def composition(
    earlier: float, earlier_unweighted: float, later: float, later_unweighted: float
) -> Composition:
    """Part a gap between two estimates into who answered, as the margins measure it, and the rest.

    Weighting moves each wave from who answered to the same population, so what it takes away of
    the gap is due to who answered. It sees nothing but the margins: the rest is change, or a
    difference in who answered that they do not measure. Where the two waves were brought to
    different targets, that difference is in the weighted gap.

    A comparison of directly standardised figures; Kitagawa (1955) goes further and parts the gap
    by groups, which this does not. It describes these two samples exactly. As an estimate of what
    who answered does to such a gap it has a sampling error, which is not worked out here: with
    nothing else changed, two waves of 300 part by a point or two by chance.
    """
    unweighted, weighted = later_unweighted - earlier_unweighted, later - earlier
    return Composition(unweighted, weighted, unweighted - weighted)
