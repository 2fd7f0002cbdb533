"""May two figures be compared, and how? A verdict from declared facts, with its reasons.

same: joined on the chart and tested. annotate: the same, with the reason on the chart. beside:
shown together with its source, the gap in points and why it may not be change; no claim. break:
not shown together.

A question's code alone joins nothing: what was asked is looked at, word by word.
"""

import datetime
import re
from dataclasses import dataclass, replace
from typing import Literal

from surveys.questionnaires.asking import Asked, Printed, plain, same, what_changed

Verdict = Literal["same", "annotate", "beside", "break"]
RANK: dict[Verdict, int] = {"same": 0, "annotate": 1, "beside": 2, "break": 3}
VERDICTS_BY_RANK: list[Verdict] = sorted(RANK, key=RANK.__getitem__)


@dataclass(frozen=True)
class Facts:
    """What is known of one figure's making; an empty text is not known."""

    sampling: str = ""  # open, invited, panel, probability
    population: str = ""
    version: str = ""  # of our questionnaire, as 2.1
    simulated: bool = False
    mode: str = ""
    weighted_by: tuple[str, ...] = ()
    margins: str = ""  # which figures of that population it was weighted to
    weighting: str = ""  # of a published survey, in its words
    languages: tuple[str, ...] = ()


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
    shown together at all, is no matter of opinion.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    limit: Verdict = "same"
    signature: Signature | None = None

    def signed(self, verdict: Verdict, name: str, on: datetime.date, reason: str) -> "Judgement":
        """The same with the verdict that somebody signed for, and the reason first."""
        told = f"Decided by {name}, {on:%-d %B %Y}: {reason}"
        signature = Signature(name, on, reason, self.verdict)
        return replace(self, verdict=verdict, reasons=(told, *self.reasons), signature=signature)


Found = list[tuple[Verdict, str]]
LANGUAGES = {"en": "English", "cy": "Welsh"}


def between_waves(
    earlier: Facts, later: Facts, before: Asked | None, after: Asked | None, option: str = ""
) -> Judgement:
    """Judge one question's figure of a wave of ours beside that of an earlier one.

    before, after: how the two waves asked it; option: the option or net that the figure is of.
    """
    found: Found = []
    if earlier.simulated != later.simulated:
        found.append(("break", "One of the two waves is simulated: nobody real answered it."))
    if earlier.sampling != later.sampling:
        found.append(("beside", "The two waves reached people in different ways."))
    if earlier.mode != later.mode:
        found.append(("beside", f"They answered {earlier.mode} then, and {later.mode} now."))
    if earlier.population != later.population:
        found.append(("annotate", "The two waves were weighed to different populations."))
    elif earlier.margins != later.margins:
        found.append(("annotate", "They were weighed to figures of different dates."))
    elif earlier.weighted_by != later.weighted_by:
        found.append(("annotate", "The two waves were weighed by different variables."))
    if other := set(earlier.languages) ^ set(later.languages):
        told = " and ".join(LANGUAGES.get(code, code) for code in sorted(other))
        found.append(("annotate", f"{told} could be chosen in one of the two waves only."))
    if before is None or after is None:
        found.append(("break", "One of the two waves did not ask this."))
    else:
        # A minor version mends typing errors only, and says so when it is published.
        mended = earlier.version.split(".")[0] == later.version.split(".")[0]
        found += questions(before, after, option, mended=mended)
    return _judge(found, alike=earlier.sampling == later.sampling)


def questions(before: Asked, after: Asked, option: str = "", *, mended: bool = False) -> Found:
    """What differs between two ways to ask one question, each with the verdict it leads to.

    `mended` says that texts differ by typing errors at most: then the change is only told.
    """
    found: Found = []
    reworded: Verdict = "annotate" if mended else "beside"
    if before.type != after.type:
        found.append(("break", "The question was answered in another way."))
    if not same(before.wording, after.wording):
        told = what_changed(before.wording, after.wording)
        found.append((reworded, f"The wording changed: {told}."))
    if not same(before.hint, after.hint):
        found.append(("annotate", "The help under the question changed."))
    found += _options(before, after, option, reworded)
    if before.dont_know != after.dont_know:
        found.append(("beside", "“Don't know” is in the base of one of the two only."))
    if before.max_choices != after.max_choices:
        found.append(("beside", "Another number of answers could be chosen."))
    if before.asked_of != after.asked_of:
        found.append(("beside", "It was asked of other people."))
    if before.explained_before != after.explained_before:
        found.append(("beside", "It was asked after other explanations."))
    if before.asked_before != after.asked_before:
        found.append(("annotate", "Other questions came before it."))
    return found


def _options(before: Asked, after: Asked, option: str, reworded: Verdict) -> Found:
    found: Found = []
    nets, now_nets = dict(before.nets), dict(after.nets)
    if option in nets and option in now_nets and nets[option] != now_nets[option]:
        found.append(("break", "The same name counts other answers together."))
    old, new = dict(before.options), dict(after.options)
    if left := [text for code, text in before.options if code not in new]:
        found.append(("beside", f"An answer could no longer be given: {_listed(left)}."))
    if added := [text for code, text in after.options if code not in old]:
        found.append(("beside", f"A new answer could be given: {_listed(added)}."))
    for code, text in before.options:
        if code in new and not same(text, new[code]):
            told = what_changed(text, new[code])
            found.append((reworded, f"An answer has another label: {told}."))
    kept = [code for code, _ in before.options if code in new]
    if kept != [code for code, _ in after.options if code in old]:
        found.append(("annotate", "The answers stood in another order."))
    if before.shuffled != after.shuffled:
        found.append(("annotate", "The answers were shuffled in one of the two waves only."))
    return found


def _listed(texts: list[str]) -> str:
    return ", ".join(f"“{text}”" for text in texts)


def with_published(
    *,
    wording: Literal["exact", "paraphrase"],
    same_options: bool,
    ours: Facts,
    theirs: Facts,
    asked: Asked | None = None,
    printed: Printed | None = None,
) -> Judgement:
    """Judge a wave of ours beside a survey of which only figures were published.

    Where it is known how they asked (`printed`), that is compared with how we did (`asked`), and
    what the questionnaire declares of `wording` and `same_options` is not looked at.
    """
    found: Found = []
    if ours.simulated:
        found.append(("beside", "Our answers are simulated: nobody real gave them."))
    if asked is not None and printed is not None:
        found += _printed(asked, printed)
    else:
        if wording == "paraphrase":
            found.append(("beside", "The exact wording of their question is not published."))
        if not same_options:
            found.append(("beside", "The options to choose from were different, or are not known."))
    if not theirs.sampling:
        found.append(("beside", "How their sample was drawn is not stated in full."))
    elif theirs.sampling != ours.sampling:
        found.append(("beside", "They reached people in another way than we did."))
    mine, others = (age_floor(facts.population) for facts in (ours, theirs))
    if mine and others and mine != others:
        found.append(("beside", f"They asked people from {others} on, and we from {mine} on."))
    elif theirs.population != ours.population:
        found.append(("annotate", f"They asked {theirs.population or 'a population not stated'}."))
    if ours.mode and theirs.mode and not modes(theirs.mode):
        found.append(("annotate", "How their people answered is not confirmed."))
    elif ours.mode and theirs.mode and modes(theirs.mode) != modes(ours.mode):
        apart = not modes(theirs.mode) & modes(ours.mode)
        told = " and ".join(sorted(modes(theirs.mode)))
        found.append(("beside" if apart else "annotate", f"Their people answered {told}."))
    if ours.weighted_by:
        stated = theirs.weighting and "not found" not in theirs.weighting
        told = f"They weighted otherwise: {theirs.weighting}." if stated else UNWEIGHTED
        found.append(("annotate", told))
    return _judge(found, alike=bool(theirs.sampling) and theirs.sampling == ours.sampling)


UNWEIGHTED = "By what they weighted is not published."


def _printed(asked: Asked, printed: Printed) -> Found:
    found: Found = []
    if not printed.exact:
        found.append(("beside", "The exact wording of their question is not published."))
    elif not same(printed.wording, asked.wording):
        told = what_changed(printed.wording, asked.wording)
        found.append(("beside", f"Our wording is another: {told}."))
    if not printed.complete:
        found.append(("beside", "Not all the answers that could be given are published."))
    else:
        own = [text for code, text in asked.options if code not in asked.unsaid]
        theirs, ours = ({plain(text) for text in texts} for texts in (printed.answers, own))
        if missing := [text for text in printed.answers if plain(text) not in ours]:
            found.append(("beside", f"They offered answers that we do not: {_listed(missing)}."))
        if more := [text for text in own if plain(text) not in theirs]:
            found.append(("beside", f"We offer answers that they did not: {_listed(more)}."))
        if not printed.answers_exact:
            found.append(("annotate", "Their answers are known as reported, not as asked."))
        if printed.max_choices != asked.max_choices:
            found.append(("beside", "Another number of answers could be chosen."))
    if printed.dont_know is None:
        found.append(("annotate", "Whether “don't know” is in their base is not known."))
    elif printed.dont_know != asked.dont_know:
        whose = "theirs, not of ours" if printed.dont_know else "ours, not of theirs"
        found.append(("beside", f"“Don't know” is in the base of {whose}."))
    if printed.asked_of and printed.asked_of != asked.asked_of:
        found.append(("beside", f"They asked it of others: {printed.asked_of}."))
    return found


def age_floor(population: str) -> int | None:
    """The youngest age that the name of a population states, such as 16 in "adults aged 16+"."""
    found = re.search(r"\b(\d\d)(?:\+| and over| or over)", population)
    return int(found[1]) if found else None


def modes(described: str) -> set[str]:
    """How people answered, from its description; nothing where that is said not to be confirmed."""
    if "not confirmed" in described:
        return set()
    known = {"online": ("online", "web"), "by telephone": ("telephone", "phone")}
    known |= {"face to face": ("face to face", "face-to-face"), "on paper": ("paper", "post")}
    text = described.lower()
    return {mode for mode, words in known.items() if any(word in text for word in words)}


def _judge(found: Found, *, alike: bool) -> Judgement:
    verdict: Verdict = max((one for one, _ in found), key=RANK.__getitem__, default="same")
    ordered = sorted(found, key=lambda one: -RANK[one[0]])
    limit: Verdict = "break" if verdict == "break" else "same" if alike else "beside"
    return Judgement(verdict, tuple(reason for _, reason in ordered), limit)
