"""One figure of ours beside one other, and all that the words about it rest on."""

from dataclasses import dataclass
from typing import Literal, get_args

from surveys.questionnaires.comparability import Judgement, Verdict
from surveys.reports.claims import Outcome
from surveys.statistics.composition import Composition
from surveys.statistics.differences import within

# An earlier wave, a published survey, the other audience, what the same people answered before,
# another arm that chance had drawn, and another group of the same wave.
Relation = Literal["wave", "survey", "mirror", "pair", "arm", "group"]
TESTED: frozenset[Verdict] = frozenset({"same", "annotate"})
OTHER_EFFECTS = (1.0, 2.0)  # design effects shown beside an assumed one
RELATIONS: dict[str, Relation] = {name: name for name in get_args(Relation)}


def relation(source: str) -> Relation:
    """What kind of figure a source is, from its name, such as "wave:public-1"."""
    return RELATIONS[source.partition(":")[0]]


@dataclass(frozen=True)
class Circumstances:
    """How the figures came about, as far as it decides what may be said of them."""

    over: bool = True  # every wave in it is closed
    open_link: bool = False
    weighted: bool = True
    simulated: bool = False


@dataclass(frozen=True)
class Print:
    """What is known of the precision of a figure that somebody else published."""

    base: int | None
    design_effect: float
    assumed: bool  # the design effect; then errors at others are shown beside it
    rounding: float  # the unit it was printed in, such as 0.01
    errors_at: tuple[float, ...] = ()  # of the difference, at OTHER_EFFECTS


@dataclass(frozen=True)
class Comparison:
    """One of our figures beside one other."""

    question: str
    option: str  # none for a mean
    subject: str  # what the figures are of, in words
    unit: str  # of a number, such as years
    with_: str  # "survey:hf-2020", "wave:public-1", "mirror:staff-1", "pair:first", "arm:split=arm"
    label: str  # how a person calls the other
    year: str
    estimate: float | None  # none where it is hidden, or may not be shown together
    their_estimate: float | None
    difference: float | None
    standard_error: float | None  # none where it is not known or nothing may be tested yet
    wording: Literal["exact", "paraphrase", "same"] | None  # none where each has words of its own
    judgement: Judgement
    low_base: bool
    circumstances: Circumstances = Circumstances()
    print: Print | None = None
    composition: Composition | None = None
    base: int | None = None  # people that our figure rests on; none where it is hidden
    their_base: int | None = None
    bounds: tuple[float, float] | None = None  # 95%, where the error knows too little of itself
    here: str = ""  # how a person calls our own side, where it is no whole wave
    outcome: Outcome | None = None

    @property
    def is_mean(self) -> bool:
        """Whether two means stand beside each other, not two shares."""
        return not self.option

    @property
    def relation(self) -> Relation:
        """What kind of figure the other is."""
        return relation(self.with_)

    @property
    def between_waves(self) -> bool:
        """Whether the other is an earlier wave of ours."""
        return self.relation == "wave"

    @property
    def testable(self) -> bool:
        """Whether the gap may be called a change, or the lack of one."""
        known = self.difference is not None and self.standard_error is not None
        return self.judgement.verdict in TESTED and known and not self.low_base

    @property
    def interval(self) -> tuple[float, float, float] | None:
        """Level, lower and upper end of the difference: the test's, else 95% of sampling alone."""
        if self.outcome is not None:
            return self.outcome.level, self.outcome.lower, self.outcome.upper
        if self.difference is None or self.low_base:
            return None
        if self.bounds is not None:
            return 0.95, *self.bounds
        if self.standard_error is None:
            return None
        alone = within(self.difference, self.standard_error)
        return 0.95, float(alone.lower), float(alone.upper)
