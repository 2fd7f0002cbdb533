"""May two figures be compared, and how? A verdict from declared facts, with its reasons.

same: joined on the chart and tested. annotate: the same, with the reason on the chart. beside:
shown together with its source, the gap in points and why it may not be change; no claim. break:
not shown together.
"""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["same", "annotate", "beside", "break"]
RANK: dict[Verdict, int] = {"same": 0, "annotate": 1, "beside": 2, "break": 3}


@dataclass(frozen=True)
class Facts:
    """What is known of one figure's making; an empty text is not known."""

    sampling: str = ""  # open, invited, panel, probability
    population: str = ""
    version: str = ""  # of our questionnaire, as 2.1
    simulated: bool = False


@dataclass(frozen=True)
class Judgement:
    """A verdict and the sentences that explain it."""

    verdict: Verdict
    reasons: tuple[str, ...]


def between_waves(earlier: Facts, later: Facts) -> Judgement:
    """Judge a wave of ours beside an earlier one of the same questionnaire."""
    found: list[tuple[Verdict, str]] = []
    if earlier.simulated != later.simulated:
        found.append(("break", "One of the two waves is simulated: nobody real answered it."))
    if earlier.sampling != later.sampling:
        found.append(("beside", "The two waves reached people in different ways."))
    if earlier.population != later.population:
        found.append(("annotate", "The two waves were weighed to different populations."))
    before, after = earlier.version.split("."), later.version.split(".")
    if before[0] != after[0]:
        found.append(("beside", "The questionnaire was changed between the two waves."))
    elif before != after:
        found.append(("annotate", "A typing error in the questionnaire was mended in between."))
    return _judge(found)


def with_published(
    *, wording: Literal["exact", "paraphrase"], same_options: bool, ours: Facts, theirs: Facts
) -> Judgement:
    """Judge a wave of ours beside a survey of which only figures were published."""
    found: list[tuple[Verdict, str]] = []
    if ours.simulated:
        found.append(("beside", "Our answers are simulated: nobody real gave them."))
    if wording == "paraphrase":
        found.append(("beside", "The exact wording of their question is not published."))
    if not same_options:
        found.append(("beside", "The options to choose from were different, or are not known."))
    if not theirs.sampling:
        found.append(("beside", "How their sample was drawn is not stated in full."))
    elif theirs.sampling != ours.sampling:
        found.append(("beside", "They reached people in another way than we did."))
    if theirs.population != ours.population:
        found.append(("annotate", f"They asked {theirs.population or 'a population not stated'}."))
    return _judge(found)


def _judge(found: list[tuple[Verdict, str]]) -> Judgement:
    verdict: Verdict = max((one for one, _ in found), key=RANK.__getitem__, default="same")
    ordered = sorted(found, key=lambda one: -RANK[one[0]])
    return Judgement(verdict, tuple(reason for _, reason in ordered))
