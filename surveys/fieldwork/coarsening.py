"""Profiles that few people share are made coarser before an answer of staff is archived."""

from collections import Counter
from collections.abc import Mapping

from surveys.questionnaires.conditions import AnswerIs, leaves
from surveys.questionnaires.document import Document, FreeText

Profile = tuple[str | None, ...]  # answers to `profile_questions`, in that order; None: not told
FEWEST = 5  # people who share a profile


def profile_questions(document: Document) -> tuple[str, ...]:
    """The questions about the respondent, in document order.

    One that decides which pages are shown is left out: what was answered there would tell it.
    """
    conditions = [page.show_if for page in document.pages if page.show_if is not None]
    deciding = {
        leaf.question for one in conditions for leaf in leaves(one) if isinstance(leaf, AnswerIs)
    }
    return tuple(
        code
        for code, question in document.questions.items()
        if question.profile and not isinstance(question, FreeText) and code not in deciding
    )


def coarsened(profiles: Mapping[Profile, int], fewest: int = FEWEST) -> dict[Profile, Profile]:
    """What becomes of each profile: answers are dropped until at least `fewest` people share it.

    profiles: how many people have each. The last question's answers go first, of those profiles
    alone that are still rare; what somebody did not tell counts as dropped. A profile that is still
    rare when nothing is left says nothing.
    """
    kept = {profile: profile for profile in profiles}
    width = max(map(len, profiles), default=0)
    for place in reversed(range(width)):
        shared: Counter[Profile] = Counter()
        for profile, people in profiles.items():
            shared[kept[profile]] += people
        for profile, now in kept.items():
            if shared[now] < fewest:
                kept[profile] = (*now[:place], None, *now[place + 1 :])
    return kept
