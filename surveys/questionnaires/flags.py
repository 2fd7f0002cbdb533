"""How an answer was given, as far as it casts doubt on it: marked, and never left out.

Which marks a wave uses is written in its questionnaire before anybody answers, and figures are
always of everybody: a rule chosen when the figures are known would choose the figures too.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Literal, get_args

from surveys.questionnaires.document import Document, SingleChoice, StackedChoice
from surveys.questionnaires.ordering import in_order
from surveys.questionnaires.routing import asked

# trap: a field that people do not see was filled in. speed: finished sooner than one can read.
# straight: every choice at one place of its list. burst: among very many from one network.
Flag = Literal["trap", "speed", "straight", "burst"]
FLAGS: tuple[Flag, ...] = get_args(Flag)
Flags = frozenset[Flag]
NONE: Flags = frozenset()


def written(flags: Iterable[Flag]) -> int:
    """Flags as one whole number: a bit for each, in the order of FLAGS."""
    given = set(flags)
    return sum(1 << place for place, flag in enumerate(FLAGS) if flag in given)


def read(number: int) -> Flags:
    """What `written` was given."""
    return frozenset(flag for place, flag in enumerate(FLAGS) if number >> place & 1)


def flags_of_answers(
    document: Document, answers: Mapping[str, Any], seed: int, seconds: float | None
) -> Flags:
    """What the answers and the time they took say of how they were given.

    seed: that ordered the options; seconds: from the first page to the last, None where that is
    not known. Words are those of the English text, whatever the language.
    """
    rule = document.quality
    if rule is None:
        return NONE
    found: set[Flag] = set()
    if seconds is not None and seconds < rule.seconds_per_word * words_asked(document, answers):
        found.add("speed")
    places = _places(document, answers, seed)
    if len(places) >= rule.straight and len(set(places)) == 1:
        found.add("straight")
    return frozenset(found)


def words_asked(document: Document, answers: Mapping[str, Any]) -> int:
    """The words of the questions on the route of these answers, hints and options left out.

    The lead-in of several statements stands on their page once, and is counted once.
    """
    on_route = asked(document, answers)
    texts = []
    for one in document.questions.values():
        if one.code not in on_route:
            continue
        if not isinstance(one, StackedChoice):
            texts.append(one.text)
        else:
            texts += [one.lead_in, one.statement] if one.first == one.code else [one.statement]
    return sum(len(text.split()) for text in texts)


def _places(document: Document, answers: Mapping[str, Any], seed: int) -> list[int]:
    """Where in its list, as it was shown, each single choice about views stands."""
    found = []
    for question in document.questions.values():
        if isinstance(question, SingleChoice) and not question.profile and question.code in answers:
            shown = [option.code for option in in_order(question, seed)]
            found.append(shown.index(answers[question.code]))
    return found
