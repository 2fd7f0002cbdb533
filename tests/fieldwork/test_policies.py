"""Each role, for an organisation and all below it, and what it may do there."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from surveys.fieldwork import policies
from surveys.fieldwork.models import Membership, Organisation, User, Wave
from surveys.fieldwork.policies import NotAllowed
from surveys.fieldwork.waves import create_wave
from tests.fieldwork.small import document, publish
from tests.support.people import person

pytestmark = pytest.mark.django_db

OF_EVERYBODY = ("read_results", "see_provisional", "sign", "tell_actions")
OF_A_WAVE = ("see_provisional_of", "publish", "remind")
OF_SOMEBODY = ("manage_fieldwork",)
OF_AN_ORGANISATION = ("invite", "read_organisation")


@pytest.fixture
def tree() -> dict[str, Organisation]:
    """A trust with a sibling below one system, and a foreign trust below another."""
    made = {"NATIONAL": Organisation.objects.get(code=Organisation.ROOT)}
    for code, parent in (
        *(("PARENT", "NATIONAL"), ("ELSEWHERE", "NATIONAL")),
        *(("OWN", "PARENT"), ("SIBLING", "PARENT"), ("FOREIGN", "ELSEWHERE"), ("BELOW", "OWN")),
    ):
        made[code] = Organisation.objects.create(code=code, name=code, parent=made[parent])
    return made


def wave_of(audience: str, *organisations: Organisation) -> Wave:
    return create_wave(
        slug=audience,
        title="New",
        version=publish(document(audience, audience)),
        opens_on=timezone.localdate(),
        closes_on=timezone.localdate(),
        weighting="none",
        organisations=organisations,
    )


def may(user: Any, what: str, *about: Wave | Organisation) -> bool:
    """What `can_…` says, which must be what `check_…` does."""
    allowed: bool = getattr(policies, f"can_{what}")(user, *about)
    check: Callable[..., None] = getattr(policies, f"check_{what}")
    if allowed:
        check(user, *about)
    else:
        with pytest.raises(NotAllowed, match=r"Only a .+; .+ is none|has no role|manages no"):
            check(user, *about)
    return allowed


def test_every_check_has_its_can_and_stands_in_this_test() -> None:
    found = {name for name in vars(policies) if name.startswith(("check_", "can_"))}
    listed = (*OF_EVERYBODY, *OF_A_WAVE, *OF_SOMEBODY, *OF_AN_ORGANISATION)
    assert found == {f"{way}_{what}" for way in ("check", "can") for what in listed}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("manager", {"read_results", "see_provisional", "sign", "tell_actions"}),
        ("analyst", {"read_results", "sign"}),
        ("leader", {"read_results"}),
    ],
)
def test_a_national_role_may_what_its_work_needs(role: str, allowed: set[str]) -> None:
    user = person(role)
    assert {what for what in OF_EVERYBODY if may(user, what)} == allowed


@pytest.mark.parametrize("role", Membership.Role.values)
def test_a_role_for_one_organisation_reads_what_is_published_for_all_and_no_more(
    role: str, tree: dict[str, Organisation]
) -> None:
    user = person(role, of=tree["OWN"])
    assert {what for what in OF_EVERYBODY if may(user, what)} == {"read_results"}


@pytest.mark.parametrize("what", OF_A_WAVE)
@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        (("OWN",), True),
        (("BELOW",), True),
        (("PARENT",), False),
        (("SIBLING",), False),
        (("FOREIGN",), False),
        (("OWN", "SIBLING"), False),  # all of them, or none
        (("NATIONAL",), False),
    ],
)
def test_a_manager_answers_for_waves_of_the_own_organisation_and_below(
    what: str, asked: tuple[str, ...], allowed: bool, tree: dict[str, Organisation]
) -> None:
    wave = wave_of("staff", *(tree[code] for code in asked))
    assert may(person("manager", of=tree["OWN"]), what, wave) is allowed
    assert may(person("manager", email="n@example.org"), what, wave)
    others = person("analyst", "leader", of=tree["OWN"])
    assert not may(others, what, wave)


@pytest.mark.parametrize("role", Membership.Role.values)
@pytest.mark.parametrize("code", ["NATIONAL", "PARENT", "OWN", "BELOW", "SIBLING", "FOREIGN"])
def test_a_manager_invites_for_the_own_organisation_and_below(
    role: str, code: str, tree: dict[str, Organisation]
) -> None:
    user = person(role, of=tree["OWN"])
    manager = role == "manager"
    assert may(user, "manage_fieldwork") is manager
    assert may(user, "invite", tree[code]) is (manager and code in ("OWN", "BELOW"))


@pytest.mark.parametrize("role", Membership.Role.values)
@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        *(("NATIONAL", True), ("PARENT", True), ("OWN", True), ("BELOW", True)),
        *(("SIBLING", False), ("FOREIGN", False), ("ELSEWHERE", False)),
    ],
)
def test_figures_are_read_of_the_own_organisation_below_and_above(
    role: str, code: str, allowed: bool, tree: dict[str, Organisation]
) -> None:
    assert may(person(role, of=tree["OWN"]), "read_organisation", tree[code]) is allowed


@pytest.mark.parametrize("what", OF_A_WAVE)
def test_a_wave_of_the_public_belongs_to_national_managers(
    what: str, tree: dict[str, Organisation]
) -> None:
    wave = wave_of("public")
    assert not may(person("manager", of=tree["PARENT"]), what, wave)
    assert may(person("manager", email="n@example.org"), what, wave)


def test_two_roles_together_cover_what_neither_covers(tree: dict[str, Organisation]) -> None:
    wave = wave_of("staff", tree["OWN"], tree["SIBLING"])
    user = person("manager", of=tree["OWN"])
    Membership.objects.create(user=user, organisation=tree["SIBLING"], role="manager")
    assert may(User.objects.get(pk=user.pk), "publish", wave)


def test_a_role_moves_with_its_organisation(tree: dict[str, Organisation]) -> None:
    user = person("manager", of=tree["ELSEWHERE"])
    wave = wave_of("staff", tree["OWN"])
    assert not may(user, "publish", wave)
    own, below = tree["OWN"], tree["BELOW"]
    for one, parent in ((own, tree["ELSEWHERE"]), (below, own)):
        one.parent, one.path = parent, one.path_below(parent)
        one.save()
    assert may(User.objects.get(pk=user.pk), "publish", wave)


@pytest.mark.parametrize("what", OF_EVERYBODY)
def test_nobody_may_anything_without_a_role_or_when_no_longer_active(what: str) -> None:
    assert not may(AnonymousUser(), what)
    assert not may(person(), what)
    gone = person("manager")
    gone.is_active = False
    assert not may(gone, what)


def test_a_superuser_has_every_role() -> None:
    user = User.objects.create_superuser("root@example.org", "long enough to pass")
    assert all(may(user, what) for what in OF_EVERYBODY)


def test_roles_are_read_once(django_assert_num_queries: Any) -> None:
    user = User.objects.get(pk=person("leader").pk)
    with django_assert_num_queries(1):
        for what in OF_EVERYBODY:
            may(user, what)
