"""The public beside NHS staff: the same question in the words of each, to other people."""

from surveys.questionnaires.asking import Asked, same, what_differs
from surveys.questionnaires.comparability import (
    ELSEWHERE,
    Facts,
    Found,
    Judgement,
    circumstances,
    judged,
    presentation,
    quoted,
)

Codes = dict[str, str]  # an option of ours: the one of theirs that goes with it

OVERLAP = "NHS staff are part of the public: the two groups overlap."


def between_audiences(
    theirs: Facts, ours: Facts, there: Asked, here: Asked, codes: Codes
) -> Judgement:
    """Judge a figure of one audience beside the mirrored one of the other.

    A gap between two groups of people is no change, so it is never more than beside. there, here:
    how each was asked; codes: the options that go together.
    """
    them, us = (f"“{one.population}”" if one.population else "not stated" for one in (theirs, ours))
    found: Found = [
        ("beside", f"Other people were asked: {them} there, {us} here."),
        ("beside", OVERLAP),
    ]
    found += presentation(there, here, ELSEWHERE) + _options(there, here, codes)
    return judged(found + circumstances(theirs, ours, ELSEWHERE), best="beside")


def _options(there: Asked, here: Asked, codes: Codes) -> Found:
    found: Found = []
    theirs, ours = there.labels, here.labels
    together = {mine: their for mine, their in codes.items() if mine in ours and their in theirs}
    for mine, their in together.items():
        if not same(theirs[their], ours[mine]):
            told = what_differs(theirs[their], ours[mine])
            found.append(("beside", f"An answer has another label: {told}."))
    if only := [text for code, text in theirs.items() if code not in together.values()]:
        found.append(("beside", f"These answers could be given there only: {quoted(only)}."))
    if only := [text for code, text in ours.items() if code not in together]:
        found.append(("beside", f"These answers could be given here only: {quoted(only)}."))
    nets, mirrored = dict(here.nets), dict(there.nets)
    for mine, their in codes.items():
        if mine in nets and their in mirrored:
            counted = {codes.get(code, "") for code in nets[mine]}
            if counted != set(mirrored[their]):
                found.append(("break", "The same name counts other answers together."))
    in_their_order = [code for code in theirs if code in together.values()]
    if [together[code] for code in ours if code in together] != in_their_order:
        found.append(("annotate", "The answers stood in another order."))
    return found
