"""What the door notices of how answers are sent. Nobody is refused for it."""

from django.http import HttpRequest

from surveys.questionnaires.flags import Flag, Flags

TRAP = "website"  # the name of a field that people do not see and programs like to fill in


def noticed(request: HttpRequest) -> Flags:
    """How these answers are sent, as far as it casts doubt on them."""
    found: set[Flag] = set()
    if request.POST.get(TRAP):
        found.add("trap")
    return frozenset(found)
