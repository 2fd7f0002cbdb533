"""One question asked twice of the same people: before something was explained, and after."""

from surveys.questionnaires.asking import Asked, same, what_changed
from surveys.questionnaires.comparability import Found, Judgement, judged

SAME_PEOPLE = "The same people answered both, so who answered makes no difference."


def before_and_after(before: Asked, after: Asked) -> Judgement:
    """Judge the second answer of a pair beside the first: another question, of the same people."""
    found: Found = [("same", SAME_PEOPLE)]
    if before.explained_before != after.explained_before:
        told = "It was asked after an explanation, which makes it another question."
    else:
        told = "It was asked for the second time, which makes it another question."
    found.append(("beside", told))
    if not same(before.wording, after.wording):
        told = what_changed(before.wording, after.wording)
        found.append(("beside", f"The wording changed: {told}."))
    return judged(found, best="beside")
