"""What the door notices of how answers are sent. Nobody is refused for it."""

from django.http import HttpRequest

from surveys.questionnaires.flags import Flag, Flags
from surveys.web.networks import HOUR, times

TRAP = "website"  # the name of a field that people do not see and programs like to fill in


BURST = 30  # answers to one survey from one network


def noticed(request: HttpRequest, slug: str) -> Flags:
    """How these answers are sent, as far as it casts doubt on them.

    Very many from one network may be one person, and may be a hospital at the change of shifts.
    """
    found: set[Flag] = set()
    if times(request, f"sent to {slug}", HOUR) > BURST:
        found.add("burst")
    if request.POST.get(TRAP):
        found.add("trap")
    return frozenset(found)
