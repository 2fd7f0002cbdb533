"""Who may do what: every rule of access, in one place.

Each `check_…` raises NotAllowed with the reason; each `can_…` answers the same question for a
page. A role counts for its organisation and for all below it. What is published for everybody may
be read by whoever has a role anywhere.
"""

from collections.abc import Callable
from typing import Any

from surveys.fieldwork.models import Membership, Organisation, Wave
from surveys.questionnaires.models import Questionnaire

MANAGER, ANALYST, LEADER = Membership.Role.MANAGER, Membership.Role.ANALYST, Membership.Role.LEADER
EVERYWHERE = f"/{Organisation.ROOT}/"


class NotAllowed(PermissionError):
    """Somebody may not do this; the message says why."""


def check_read_results(user: Any) -> None:
    """Reading published figures of everybody needs a role, whatever it is for."""
    if not _scopes(user):
        raise NotAllowed(f"{user} has no role.")


def check_see_provisional(user: Any) -> None:
    """Figures that are not published may still change: national managers see them."""
    _require(user, {MANAGER}, [EVERYWHERE], "sees figures that are not published")


def check_see_provisional_of(user: Any, wave: Wave) -> None:
    """The same for one wave: whoever manages all organisations that it asks sees them."""
    _require(user, {MANAGER}, _asked(wave), f"sees figures of {wave} that are not published")


def check_publish(user: Any, wave: Wave) -> None:
    """A release is published by whoever manages all organisations that its wave asks."""
    _require(user, {MANAGER}, _asked(wave), f"publishes figures of {wave}")


def check_sign(user: Any) -> None:
    """What may be compared is told to everybody: national analysts and managers answer for it."""
    _require(user, {MANAGER, ANALYST}, [EVERYWHERE], "answers for what may be compared")


def check_tell_actions(user: Any) -> None:
    """What was done is told on the public's pages: national managers write it."""
    _require(user, {MANAGER}, [EVERYWHERE], "tells what was done")


def check_manage_fieldwork(user: Any) -> None:
    """The pages about invitations are for managers, whatever organisation they manage."""
    if not any(role == MANAGER for role, _ in _scopes(user)):
        raise NotAllowed(f"{user} manages no organisation.")


def check_invite(user: Any, organisation: Organisation) -> None:
    """People are invited for an organisation by whoever manages it or one above it."""
    _require(user, {MANAGER}, [organisation.path], "invites its staff")


def check_remind(user: Any, wave: Wave) -> None:
    """Reminders go to all whom a wave asks: whoever manages all of them sets their days."""
    _require(user, {MANAGER}, _asked(wave), f"sets reminders of {wave}")


def can_manage_fieldwork(user: Any) -> bool:
    """Whether `check_manage_fieldwork` passes."""
    return _passes(check_manage_fieldwork, user)


def can_invite(user: Any, organisation: Organisation) -> bool:
    """Whether `check_invite` passes."""
    return _passes(check_invite, user, organisation)


def can_remind(user: Any, wave: Wave) -> bool:
    """Whether `check_remind` passes."""
    return _passes(check_remind, user, wave)


def check_read_organisation(user: Any, organisation: Organisation) -> None:
    """Whoever has a role for an organisation reads its figures, those below it and those above."""
    for _, path in _scopes(user):
        if organisation.path.startswith(path) or path.startswith(organisation.path):
            return
    raise NotAllowed(f"{user} has no role that reads {organisation.code}.")


def can_read_organisation(user: Any, organisation: Organisation) -> bool:
    """Whether `check_read_organisation` passes."""
    return _passes(check_read_organisation, user, organisation)


def can_read_results(user: Any) -> bool:
    """Whether `check_read_results` passes."""
    return _passes(check_read_results, user)


def can_see_provisional(user: Any) -> bool:
    """Whether `check_see_provisional` passes."""
    return _passes(check_see_provisional, user)


def can_see_provisional_of(user: Any, wave: Wave) -> bool:
    """Whether `check_see_provisional_of` passes."""
    return _passes(check_see_provisional_of, user, wave)


def can_publish(user: Any, wave: Wave) -> bool:
    """Whether `check_publish` passes."""
    return _passes(check_publish, user, wave)


def can_sign(user: Any) -> bool:
    """Whether `check_sign` passes."""
    return _passes(check_sign, user)


def can_tell_actions(user: Any) -> bool:
    """Whether `check_tell_actions` passes."""
    return _passes(check_tell_actions, user)


def _passes(check: Callable[..., None], *about: Any) -> bool:
    try:
        check(*about)
    except NotAllowed:
        return False
    return True


def _scopes(user: Any) -> tuple[tuple[str, str], ...]:
    """Each role with the path of its organisation; nobody who is signed out has any."""
    if not (user.is_authenticated and user.is_active):
        return ()
    scopes: tuple[tuple[str, str], ...] = user.scopes
    return scopes


def _require(user: Any, roles: set[str], paths: list[str], what: str) -> None:
    """Raises NotAllowed unless one of the roles covers each of the paths."""
    held = [path for role, path in _scopes(user) if role in roles]
    if not all(any(path.startswith(one) for one in held) for path in paths):
        needed = " or ".join(sorted(roles))
        places = ", ".join(path.strip("/").rsplit("/", 1)[-1] for path in paths)
        raise NotAllowed(f"Only a {needed} of {places} {what}; {user} is none.")


def _asked(wave: Wave) -> list[str]:
    """The paths of what a wave asks: of the public, and of staff without a list, everybody."""
    if wave.questionnaire.audience != Questionnaire.Audience.STAFF:
        return [EVERYWHERE]
    return list(wave.organisations.values_list("path", flat=True)) or [EVERYWHERE]
