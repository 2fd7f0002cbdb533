"""A wave of ours beside a survey of which others printed figures, as far as it is known."""

from typing import Literal

from surveys.questionnaires.asking import Asked, Printed, plain, same, what_changed
from surveys.questionnaires.comparability import (
    ELSEWHERE,
    LANGUAGES,
    Facts,
    Found,
    Judgement,
    age_floor,
    bases,
    judged,
    quoted,
    seasons,
    whom,
)

Label = tuple[str, str]  # of an answer of theirs, and of the one of ours that stands beside it


def with_published(
    *,
    wording: Literal["exact", "paraphrase"],
    same_options: bool,
    ours: Facts,
    theirs: Facts,
    asked: Asked | None = None,
    printed: Printed | None = None,
    labels: tuple[Label, ...] = (),
) -> Judgement:
    """Judge a wave of ours beside a survey of which only figures were published.

    Where it is known how they asked (`printed`), that is compared with how we did (`asked`), and
    what the questionnaire declares of `wording` and `same_options` is not looked at. labels: of the
    answers that the questionnaire puts beside each other.
    """
    found: Found = []
    if ours.simulated:
        found.append(("beside", "Our answers are simulated: nobody real gave them."))
    if asked is not None and asked.explained_before:
        found.append(("beside", "We asked it after an explanation."))
    if asked is not None and printed is not None:
        found += _wording(asked, printed) + _answers(asked, printed, labels)
        found += bases(printed.asked_of, asked.asked_of, ELSEWHERE)
    else:
        if wording == "paraphrase":
            found.append(("beside", UNKNOWN_WORDING))
        if not same_options:
            found.append(("beside", "The options to choose from were different, or are not known."))
    if not theirs.sampling:
        found.append(("beside", "How their sample was drawn is not stated in full."))
    elif theirs.sampling != ours.sampling:
        found.append(("beside", "They reached people in another way than we did."))
    found += _people(ours, theirs) + _fieldwork(ours, theirs) + seasons(theirs, ours, ELSEWHERE)
    alike = theirs.sampling == ours.sampling != "" and not ours.simulated
    return judged(found, best="same" if alike else "beside")


UNKNOWN_WORDING = "The exact wording of their question is not published."
UNKNOWN_WEIGHTING = "By what they weighted is not published."


def _people(ours: Facts, theirs: Facts) -> Found:
    mine, others = (age_floor(facts.population) for facts in (ours, theirs))
    if mine and others and mine != others:
        return [("beside", f"They asked people from {others} on, and we from {mine} on.")]
    if theirs.population == ours.population:
        return []
    those = whom(theirs.population)
    others_asked = bool(those) and bool(whom(ours.population)) and those != whom(ours.population)
    told = f"They asked {theirs.population or 'a population not stated'}."
    return [("beside" if others_asked else "annotate", told)]


def _fieldwork(ours: Facts, theirs: Facts) -> Found:
    found: Found = []
    if ours.mode and theirs.mode and not modes(theirs.mode):
        found.append(("annotate", "How their people answered is not confirmed."))
    elif ours.mode and theirs.mode and modes(theirs.mode) != modes(ours.mode):
        apart = not modes(theirs.mode) & modes(ours.mode)
        told = " and ".join(sorted(modes(theirs.mode)))
        found.append(("beside" if apart else "annotate", f"Their people answered {told}."))
    if theirs.house and theirs.house != ours.house:
        found.append(("annotate", f"{theirs.house} did their fieldwork."))
    elif ours.house and not theirs.house:
        found.append(("annotate", "Who did their fieldwork is not published."))
    if others := [LANGUAGES.get(code, code) for code in ours.languages if code != "en"]:
        told = f"Ours could be answered in {' and '.join(others)} too, in other words than theirs."
        found.append(("annotate", told))
    if ours.weighted_by and theirs.weighting:
        told = f"Their weights: {theirs.weighting}. Ours: {', '.join(ours.weighted_by)}."
        found.append(("annotate", told))
    elif ours.weighted_by:
        found.append(("annotate", UNKNOWN_WEIGHTING))
    return found


def _wording(asked: Asked, printed: Printed) -> Found:
    found: Found = []
    if printed.several is not None and printed.several != (asked.type == "multiple"):
        found.append(("break", "The question was answered in another way."))
    if not printed.exact:
        found.append(("beside", UNKNOWN_WORDING))
    elif not same(printed.wording, asked.wording):
        told = what_changed(printed.wording, asked.wording)
        found.append(("beside", f"Our wording is another: {told}."))
    return found


def _answers(asked: Asked, printed: Printed, labels: tuple[Label, ...]) -> Found:
    found: Found = [
        ("beside", f"An answer has another label: {what_changed(theirs, ours)}.")
        for theirs, ours in labels
        if not same(theirs, ours)
    ]
    if printed.complete:
        found += _lists(asked, printed, labels)
        if not printed.answers_exact:
            found.append(("annotate", "Their answers are known as reported, not as asked."))
        if printed.max_choices != asked.max_choices:
            found.append(("beside", "Another number of answers could be chosen."))
    else:
        found.append(("beside", "Not all the answers that could be given are published."))
    if printed.dont_know is None:
        found.append(("annotate", "Whether “don't know” is in their base is not known."))
    elif printed.dont_know != asked.dont_know:
        whose = "theirs, not of ours" if printed.dont_know else "ours, not of theirs"
        found.append(("beside", f"“Don't know” is in the base of {whose}."))
    return found


def _lists(asked: Asked, printed: Printed, labels: tuple[Label, ...]) -> Found:
    """Answers of one side only, and their order; two that stand beside each other are one."""
    found: Found = []
    ours_of = {plain(theirs): plain(ours) for theirs, ours in labels}
    theirs = [ours_of.get(plain(text), plain(text)) for text in printed.answers]
    ours = [plain(text) for text in asked.labels.values()]
    if missing := [
        text for text, at in zip(printed.answers, theirs, strict=True) if at not in ours
    ]:
        found.append(("beside", f"They offered answers that we do not: {quoted(missing)}."))
    if more := [text for text in asked.labels.values() if plain(text) not in theirs]:
        found.append(("beside", f"We offer answers that they did not: {quoted(more)}."))
    if not printed.order:
        found.append(("annotate", "In which order their answers stood is not published."))
    elif asked.shuffled != (printed.order == "shuffled"):
        found.append(("annotate", "The answers were shuffled in one of the two only."))
    elif not asked.shuffled and [at for at in theirs if at in ours] != [
        at for at in ours if at in theirs
    ]:
        found.append(("annotate", "The answers stood in another order."))
    return found


def modes(described: str) -> set[str]:
    """How people answered, from its description; nothing where that is said not to be confirmed."""
    if "not confirmed" in described:
        return set()
    known = {"online": ("online", "web"), "by telephone": ("telephone", "phone")}
    known |= {"face to face": ("face to face", "face-to-face"), "on paper": ("paper", "post")}
    text = described.lower()
    return {mode for mode, words in known.items() if any(word in text for word in words)}
