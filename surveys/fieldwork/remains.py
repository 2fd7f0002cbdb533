"""What is left of a closed wave that could still join an answer to a person."""

from surveys.fieldwork.keys import keys_left
from surveys.fieldwork.models import Draft, Inbox, SealedInbox, Ticket, Wave


def remains(wave: Wave) -> list[str]:
    """Each kind of thing that is left, with how many, and what to do; empty where nothing is.

    Raises NoKey where this process may not look for keys.
    """
    found = []
    if wave.status not in (Wave.Status.CLOSED, Wave.Status.PUBLISHED):
        state = wave.get_status_display().lower()
        found.append(f"it is {state}: it closes by itself after {wave.closes_on}")
    for path in keys_left(wave.slug):
        found.append(f"the key {path}: the worker destroys it with its next mixing")
    for kind, model in (
        ("tickets", Ticket),
        ("drafts", Draft),
        ("answers that wait to be collected", Inbox),
        ("sealed answers that wait to be mixed", SealedInbox),
    ):
        rows = model._default_manager.filter(wave=wave).count()
        if rows:
            found.append(f"{kind}: {rows}")
    return found
