"""Whether two texts differ by a slip of the pen: what a minor version may mend, and nothing else.

A rule about letters, because no rule sees meaning: whatever passes is told with both words wherever
the two are compared, and what does not pass is another text.
"""

from collections.abc import Mapping

from surveys.questionnaires.asking import plain

LONG = 5  # letters from which a word may have another letter, one more or one fewer
WORDS_A_SLIP = 10


def slip(before: str, after: str) -> bool:
    """Whether the later text has the words of the earlier one, in their order, with letters mended.

    The same number of words; of ten words at most one differs, and of fewer one; that one by a
    single error of typing as Damerau (1964) counts them: a letter too many, missing or wrong, or
    two neighbours exchanged. The first letter stays, as it does in nearly all slips, and so no “un”
    or “dis” comes or goes; words with figures or signs stay; of words shorter than five letters,
    where another letter is mostly another word, only neighbours may be exchanged. Spaces and
    punctuation count for nothing, and neither do capitals but where a word is all capitals.
    """
    old, new = plain(before).split(), plain(after).split()
    if len(old) != len(new):
        return False
    differing = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    allowed = max(1, len(old) // WORDS_A_SLIP)
    return len(differing) <= allowed and all(_mended(*pair) for pair in differing)


def _mended(before: str, after: str) -> bool:
    if not (before.isalpha() and after.isalpha()):
        return False
    if any(len(word) > 1 and word.isupper() for word in (before, after)):
        return False
    one, other = before.casefold(), after.casefold()
    if one == other:
        return True
    if one[0] != other[0]:
        return False
    if sorted(one) == sorted(other):
        return _neighbours_exchanged(one, other)
    return min(len(one), len(other)) >= LONG and _one_letter_apart(one, other)


def _neighbours_exchanged(one: str, other: str) -> bool:
    places = [
        place for place, pair in enumerate(zip(one, other, strict=True)) if len(set(pair)) > 1
    ]
    return len(places) == 2 and places[1] == places[0] + 1


def _one_letter_apart(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    same = next(
        (at for at, pair in enumerate(zip(short, long, strict=False)) if len(set(pair)) > 1),
        len(short),
    )
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]


def exchanged(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The labels that stand later at a code that had been another answer's.

    before, after: the labels of one question's answers, by code. What was counted as one answer is
    then counted as another. A label that got a code of its own, new to the question, is not meant.
    """
    was = {plain(text): code for code, text in before.items()}
    return [
        text
        for code, text in after.items()
        if code in before and was.get(plain(text), code) != code
    ]
