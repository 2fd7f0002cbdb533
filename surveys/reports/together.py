"""Which waves of ours may be shown together: what is a *break* stands on no chart and in no row."""

from collections.abc import Sequence
from dataclasses import dataclass

from surveys.questionnaires.comparability import Judgement
from surveys.reports.judging import Signed, judge_waves
from surveys.reports.models import Release


@dataclass(frozen=True)
class Since:
    """From which wave on a measure's figures are shown with the latest one.

    place: of the first such wave; 0 where all are. broken: the judgement that parts it from those
    before, and so why they are not shown; none where all are.
    """

    place: int = 0
    broken: Judgement | None = None


ALL_WAVES = Since()


def since(
    releases: Sequence[Release],
    joins: Sequence[Judgement],
    question: str,
    option: str,
    signed: Signed,
) -> Since:
    """The longest run of waves up to the latest of which no two are a break, found or signed.

    releases: oldest first; joins: what was judged of each and the next. Two that are no neighbours
    are judged where their questionnaires differ or somebody signed: else nothing parts them that
    does not part neighbours.
    """
    for place in range(len(releases) - 2, -1, -1):
        for later in range(place + 1, len(releases)):
            pair = releases[place], releases[later]
            if later == place + 1:
                judgement = joins[place]
            elif _may_be_parted(*pair, question, signed):
                judgement = judge_waves(*pair, question, option, signed)
            else:
                continue
            if judgement.verdict == "break":
                return Since(place + 1, judgement)
    return ALL_WAVES


def _may_be_parted(earlier: Release, later: Release, question: str, signed: Signed) -> bool:
    key = (later.wave_id, question, f"wave:{earlier.wave.slug}")
    return earlier.wave.version_id != later.wave.version_id or key in signed
