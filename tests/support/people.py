"""People with roles, and their ways in: the one place where tests make and sign in somebody."""

from typing import TYPE_CHECKING

from django.test import Client

from surveys.fieldwork.models import Membership, Organisation, User

if TYPE_CHECKING:
    from playwright.sync_api import Page

PASSWORD = "a long password for nobody"


def _address(roles: tuple[str, ...]) -> str:
    return f"{'-'.join(roles) or 'nobody'}@example.org"


def person(
    *roles: str, of: Organisation | None = None, email: str = "", password: str | None = None
) -> User:
    """Somebody with these roles for an organisation and all below it; the root if none is given."""
    user = User.objects.create_user(email or _address(roles), password)
    if roles and of is None:  # whatever a flush has taken away comes back
        of, _ = Organisation.objects.get_or_create(
            code=Organisation.ROOT, defaults={"name": "National"}
        )
    for role in roles:
        Membership.objects.create(user=user, organisation=of, role=role)
    return user


def sign_in(client: Client, *roles: str, of: Organisation | None = None) -> User:
    """Somebody with these roles, signed in; without `of` the same person each time."""
    known = User.objects.filter(email=_address(roles)).first() if of is None else None
    user = known or person(*roles, of=of)
    client.force_login(user)
    return user


def sign_in_by_form(page: "Page", *roles: str) -> User:
    """A new person with these roles, who signs in with the keyboard."""
    user = person(*roles, email="somebody@example.org", password=PASSWORD)
    page.goto("/sign-in")
    page.fill("#id_username", user.email)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/insights/")
    return user
