"""May two figures be compared, and how? A verdict from declared facts, with its reasons.

same: joined on the chart and tested. annotate: the same, with the reason on the chart. beside:
shown together with its source, the gap in points and why it may not be change; no claim. break:
not shown together.

A question's code alone joins nothing: what was asked is looked at, word by word.
"""

import calendar
import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from surveys.questionnaires.asking import Asked, same, what_changed, what_differs
from surveys.questionnaires.bases import EVERYBODY, Base
from surveys.questionnaires.mending import exchanged, slip

Verdict = Literal["same", "annotate", "beside", "break"]
RANK: dict[Verdict, int] = {"same": 0, "annotate": 1, "beside": 2, "break": 3}
VERDICTS_BY_RANK: list[Verdict] = sorted(RANK, key=RANK.__getitem__)


@dataclass(frozen=True)
class Facts:
    """What is known of one figure's making; what is empty is not known."""

    sampling: str = ""  # open, invited, panel, probability
    population: str = ""
    version: str = ""  # of our questionnaire, as 2.1
    simulated: bool = False
    mode: str = ""
    house: str = ""  # who did the fieldwork
    months: tuple[int, ...] = ()  # of fieldwork, 1 to 12
    languages: tuple[str, ...] = ()  # that could be chosen
    weighted_by: tuple[str, ...] = ()  # variables, as people call them
    targets: tuple[tuple[float, ...], ...] = ()  # of each of these variables
    target_days: tuple[str, ...] = ()  # when its targets were true, as printed
    cap: float | None = None  # of weights, times their mean; none where none held
    weighting: str = ""  # of a published survey, in its words


@dataclass(frozen=True)
class Signature:
    """Who answers for another verdict than was found, since when, and why."""

    name: str
    on: datetime.date
    reason: str
    found: Verdict


@dataclass(frozen=True)
class Judgement:
    """A verdict and the sentences that explain it.

    limit: the best verdict that anybody may sign for: how people were reached, and what cannot be
    shown together at all, is no matter of opinion. notes: what a reader may want to know and what
    leads to no verdict.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    limit: Verdict = "same"
    notes: tuple[str, ...] = ()
    signature: Signature | None = None

    def signed(self, verdict: Verdict, name: str, on: datetime.date, reason: str) -> "Judgement":
        """The same with the verdict that somebody signed for, and the reason first."""
        told = f"Decided by {name}, {on:%-d %B %Y}: {reason}"
        signature = Signature(name, on, reason, self.verdict)
        return replace(self, verdict=verdict, reasons=(told, *self.reasons), signature=signature)


Found = list[tuple[Verdict, str]]  # a finding that leads to "same" is a note
LANGUAGES = {"en": "English", "cy": "Welsh"}
REACHED = {
    "open": "by an open link",
    "invited": "by invitation",
    "panel": "through a panel",
    "probability": "by a probability sample",
}


@dataclass(frozen=True)
class Sides:
    """What the other figure and ours are called, and how differing words are told."""

    other: str
    ours: str
    another: str  # of something that is not alike in both
    differ: Callable[[str, str], str]

    def told(self, other: str, ours: str) -> str:
        """By telephone then, online now."""
        return f"{other} {self.other}, {ours} {self.ours}"


WAVES = Sides("then", "now", "changed", what_changed)
ELSEWHERE = Sides("there", "here", "is another", what_differs)


def between_waves(
    earlier: Facts, later: Facts, before: Asked | None, after: Asked | None, option: str = ""
) -> Judgement:
    """Judge one question's figure of a wave of ours beside that of an earlier one.

    before, after: how the two waves asked it; option: the option or net that the figure is of.
    """
    found = circumstances(earlier, later, WAVES) + _populations(earlier, later)
    if before is None or after is None:
        found.append(("break", "One of the two waves did not ask this."))
    else:
        # Only what was published as mended may count as mended, and only where the words agree.
        mended = earlier.version.split(".")[0] == later.version.split(".")[0]
        found += questions(before, after, option, mended=mended)
    return judged(found, best="same" if earlier.sampling == later.sampling else "beside")


def circumstances(other: Facts, ours: Facts, sides: Sides) -> Found:
    """What differs in how two waves of ours were asked and weighed, whatever the question."""
    found: Found = []
    if other.simulated != ours.simulated:
        found.append(("break", "One of the two waves is simulated: nobody real answered it."))
    if other.sampling != ours.sampling:
        told = sides.told(*(REACHED.get(one.sampling, one.sampling) for one in (other, ours)))
        found.append(("beside", f"People were reached in different ways: {told}."))
    if other.mode != ours.mode:
        found.append(("beside", f"They answered {sides.told(other.mode, ours.mode)}."))
    if other.house and ours.house and other.house != ours.house:
        told = sides.told(other.house, ours.house)
        found.append(("annotate", f"Others did the fieldwork: {told}."))
    if chosen := set(other.languages) ^ set(ours.languages):
        told = " and ".join(LANGUAGES.get(code, code) for code in sorted(chosen))
        found.append(("annotate", f"{told} could be chosen in one of the two waves only."))
    if other.cap != ours.cap:
        told = sides.told(*(_cap(one.cap) for one in (other, ours)))
        found.append(("annotate", f"Large weights were held down otherwise: {told}."))
    return found + seasons(other, ours, sides)


def seasons(other: Facts, ours: Facts, sides: Sides) -> Found:
    """A note where two times of fieldwork have no month of the year in common."""
    if not other.months or not ours.months or set(other.months) & set(ours.months):
        return []
    told = sides.told(*(_months(one.months) for one in (other, ours)))
    return [("same", f"Another time of the year: {told}.")]


def _months(months: tuple[int, ...]) -> str:
    first, last = calendar.month_name[months[0]], calendar.month_name[months[-1]]
    return first if first == last else f"{first} to {last}"


def _cap(cap: float | None) -> str:
    return "not at all" if cap is None else f"to {cap:g} times their mean"


def _populations(earlier: Facts, later: Facts) -> Found:
    """Whom two waves of one questionnaire stand for, and by which figures of these."""
    then, now = age_floor(earlier.population), age_floor(later.population)
    if then and now and then != now:
        told = WAVES.told(f"from {then} on", f"from {now} on")
        return [("beside", f"People of other ages were asked: {told}.")]
    if earlier.population != later.population:
        told = WAVES.told(earlier.population or "none", later.population or "none")
        return [("beside", f"The waves were weighed to different populations: {told}.")]
    if earlier.weighted_by != later.weighted_by:
        told = WAVES.told(_listed(earlier.weighted_by), _listed(later.weighted_by))
        return [("annotate", f"The waves were weighed by different variables: {told}.")]
    figures = zip(earlier.weighted_by, earlier.targets, later.targets, strict=False)
    if other := [name for name, before, after in figures if before != after]:
        days = [", ".join(dict.fromkeys(one.target_days)) for one in (earlier, later)]
        told = f": {WAVES.told(*days)}" if all(days) and days[0] != days[1] else ""
        about = f"They were weighed to other figures of {_listed(tuple(other))}"
        return [("annotate", f"{about}{told}.")]
    return []


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"


def questions(before: Asked, after: Asked, option: str = "", *, mended: bool = False) -> Found:
    """What differs between two ways to ask one question, each with the verdict it leads to.

    `mended` says that the later one was published as the earlier one with its slips mended. Where a
    text differs by no more than a slip the change is then only told; else it is another text.
    """
    found = presentation(before, after, WAVES, mended=mended)
    found += _options(before, after, option, mended=mended)
    if before.stacked and after.stacked and before.beside != after.beside:
        found.append(("annotate", "Other statements stood beside it, or in another order."))
    if before.asked_before != after.asked_before:
        found.append(("annotate", "Other questions came before it."))
    return found


def _reworded(before: str, after: str, *, mended: bool) -> Verdict:
    return "annotate" if mended and slip(before, after) else "beside"


def presentation(other: Asked, ours: Asked, sides: Sides, *, mended: bool = False) -> Found:
    """What differs in how a question was put, but for its answers; `mended` as in `questions`."""
    found: Found = []
    if other.type != ours.type:
        found.append(("break", "The question was answered in another way."))
    if not same(other.wording, ours.wording):
        told = sides.differ(other.wording, ours.wording)
        verdict = _reworded(other.wording, ours.wording, mended=mended)
        found.append((verdict, f"The wording {sides.another}: {told}."))
    if not same(other.hint, ours.hint):
        found.append(("annotate", f"The help under the question {sides.another}."))
    if other.dont_know != ours.dont_know:
        found.append(("beside", "“Don't know” is in the base of one of the two only."))
    if other.max_choices != ours.max_choices:
        told = sides.told(*(_choices(one.max_choices) for one in (other, ours)))
        found.append(("beside", f"Another number of answers could be chosen: {told}."))
    if other.shuffled != ours.shuffled:
        found.append(("annotate", "The answers were shuffled in one of the two only."))
    if other.stacked != ours.stacked:
        told = sides.told(*(_alone(one.stacked) for one in (other, ours)))
        found.append(("annotate", f"It was shown in another way: {told}."))
    elif other.statements_shuffled != ours.statements_shuffled:
        found.append(("annotate", "The statements were shuffled in one of the two only."))
    found += bases(other.asked_of, ours.asked_of, sides)
    if len(other.explained_before) != len(ours.explained_before):
        found.append(("beside", "It was asked after other explanations."))
    else:
        for there, here in zip(other.explained_before, ours.explained_before, strict=True):
            if there != here:
                verdict = _reworded(there, here, mended=mended)
                found.append((verdict, f"The explanation before it {sides.another}."))
    return found


def bases(other: Base, ours: Base, sides: Sides) -> Found:
    """What differs in whom a question was asked of; a part drawn at random stands for all."""
    if not other.known:
        return [("annotate", "Whom they asked this is not published.")]
    told = sides.told(f"of {other}", f"of {ours}")
    if other.condition != ours.condition:
        return [("beside", f"It was asked of others: {told}.")]
    if other.part != ours.part:
        return [("annotate", f"It was not asked of everybody: {told}.")]
    if ours.part != EVERYBODY:
        return [("same", f"It was asked of {ours}: its base is those.")]
    return []


def _alone(stacked: bool) -> str:
    return "among statements with one lead-in" if stacked else "alone"


def _choices(most: int | None) -> str:
    return "any number" if most is None else f"up to {most}"


def _options(before: Asked, after: Asked, option: str, *, mended: bool) -> Found:
    found: Found = []
    nets, now_nets = dict(before.nets), dict(after.nets)
    if option in nets and option in now_nets and nets[option] != now_nets[option]:
        found.append(("break", "The same name counts other answers together."))
    old, new = dict(before.options), dict(after.options)
    if left := [text for code, text in before.options if code not in new]:
        found.append(("beside", f"An answer could no longer be given: {quoted(left)}."))
    if added := [text for code, text in after.options if code not in old]:
        found.append(("beside", f"A new answer could be given: {quoted(added)}."))
    moved = exchanged(old, new)
    if moved:
        told = "These labels stood at other answers before"
        found.append(("break", f"{told}: {quoted(moved)}."))
    for code, text in before.options:
        if code in new and not same(text, new[code]) and new[code] not in moved:
            told = what_changed(text, new[code])
            verdict = _reworded(text, new[code], mended=mended)
            found.append((verdict, f"An answer has another label: {told}."))
    kept = [code for code, _ in before.options if code in new]
    if kept != [code for code, _ in after.options if code in old]:
        found.append(("annotate", "The answers stood in another order."))
    return found


def quoted(texts: list[str]) -> str:
    """Labels of answers, as a list for people."""
    return ", ".join(f"“{text}”" for text in texts)


def age_floor(population: str) -> int | None:
    """The youngest age that the name of a population states, such as 16 in "adults aged 16+"."""
    found = re.search(r"\b(\d\d)(?:\+| and over| or over)", population)
    return int(found[1]) if found else None


def whom(population: str) -> frozenset[str]:
    """What the name of a population says besides an age: the same words for the same people.

    Empty where it says nothing else, as "adults, 18 and over" does.
    """
    plain = re.sub(r"\([^)]*\)|\d\d(\+| and over| or over)?", " ", population.casefold())
    for short, long in (("uk", "united kingdom"), ("gb", "great britain")):
        plain = re.sub(rf"\b{short}\b", long, plain)
    return frozenset(re.findall(r"[^\W\d_]+", plain)) - SAYS_NO_MORE


SAYS_NO_MORE = frozenset(
    [
        *("a", "adult", "adults", "aged", "all", "and", "general", "in", "nationally", "of"),
        *("over", "people", "public", "representative", "the"),
    ]
)


def judged(found: Found, *, best: Verdict) -> Judgement:
    """The gravest verdict of several findings, with all of them; `best` is the most to sign for."""
    verdict: Verdict = max((one for one, _ in found), key=RANK.__getitem__, default="same")
    ordered = sorted(found, key=lambda one: -RANK[one[0]])
    return Judgement(
        verdict,
        tuple(reason for leads_to, reason in ordered if leads_to != "same"),
        "break" if verdict == "break" else best,
        tuple(note for leads_to, note in ordered if leads_to == "same"),
    )
