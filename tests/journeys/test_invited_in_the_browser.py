"""Coming in by a link or a card, and inviting: without barriers, by keyboard, on small screens."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from surveys.fieldwork.invitation_mail import leave_code
from surveys.fieldwork.models import Organisation, SealedInbox, Wave
from surveys.fieldwork.tickets import issue, new_ticket
from tests.journeys.test_in_the_browser import WIDTHS
from tests.reports.demonstration import load_library, simulated_wave
from tests.support.barriers import check_here
from tests.support.people import sign_in_by_form
from tests.web.public.every import library, wave_of

pytestmark = pytest.mark.django_db(transaction=True)
SEEN = os.environ.get("SCREENSHOTS")  # a folder, where somebody wants to look


def look(page: Page, name: str) -> None:
    check_here(page)
    if SEEN:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=f"{SEEN}/{name}-{width}.png", full_page=True)


def staff_wave() -> tuple[Wave, Organisation]:
    root, _ = Organisation.objects.get_or_create(
        code=Organisation.ROOT, defaults={"name": "National"}
    )
    trust = Organisation.objects.create(code="RX1", name="Example NHS Trust", parent=root)
    Organisation.objects.create(code="RX1-ED", name="Emergency department", parent=trust)
    wave = wave_of(library("staff-confidence"), "staff", sampling="invited", title="Staff 2026")
    wave.asks.create(organisation=trust)
    return wave, trust


@pytest.mark.parametrize("width", WIDTHS)
def test_a_member_of_staff_comes_in_with_a_card_and_no_second_time(page: Page, width: int) -> None:
    wave, trust = staff_wave()
    ticket = new_ticket(wave.slug)
    issue(wave, [(ticket, trust)])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/s/staff/")
    look(page, "ticket-needed")
    page.get_by_role("button", name="Type in the code of a card").press("Enter")
    page.wait_for_url("**/i/")
    look(page, "ticket")
    page.get_by_label("What is your code?").fill("ABCD")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    look(page, "ticket-error")
    page.goto("/s/staff/i/ABCD")
    expect(page.get_by_text("This link does not work")).to_be_visible()
    look(page, "ticket-wrong")
    page.get_by_label("What is your code?").fill(ticket.lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/staff/")
    look(page, "staff-start")
    page.get_by_role("button", name="Start now").press("Enter")
    page.get_by_role("button", name="I agree").press("Enter")
    page.wait_for_url("**/q/*")
    page.goto(f"/s/staff/i/{ticket}")
    expect(page.get_by_text("Continue where you were")).to_be_visible()
    look(page, "staff-continue")
    assert not SealedInbox.objects.exists()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_spent_invitation_says_what_to_do(page: Page, width: int) -> None:
    wave, trust = staff_wave()
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/s/staff/i/{new_ticket(wave.slug)}")  # one of ours that is not there any more
    expect(page.get_by_role("heading", name="We already have your answer")).to_be_visible()
    look(page, "ticket-spent")
    invitation = wave.invitations.create(organisation=trust, email="ada@nhs.example")
    page.goto(f"/invitations/leave/{leave_code(invitation)}")
    look(page, "invitation-leave")
    page.get_by_role("button", name="Write to me no more").press("Enter")
    expect(page.get_by_role("heading", name="It is done")).to_be_visible()
    look(page, "invitation-left")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_manager_invites_and_prints_cards(page: Page, width: int, tmp_path: Path) -> None:
    wave, trust = staff_wave()
    page.set_viewport_size({"width": width, "height": 900})
    sign_in_by_form(page, "manager")
    page.get_by_role("link", name="Invitations").press("Enter")
    look(page, "manage-waves")
    page.get_by_role("link", name="Staff 2026").press("Enter")
    look(page, "manage-wave-empty")
    page.get_by_role("button", name="Invite by e-mail").press("Enter")
    look(page, "manage-invite")
    file = tmp_path / "staff.csv"
    file.write_text("address,name\nada@nhs.example,Ada\nnobody,Bob\n")
    page.get_by_label("Which organisation?").select_option("RX1")
    page.get_by_label("The file with their work e-mail addresses").set_input_files(str(file))
    page.get_by_role("button", name="Send invitations").press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    look(page, "manage-invite-error")
    file.write_text("address,name\nada@nhs.example,Ada\n")
    page.get_by_label("Which organisation?").select_option("RX1")
    page.get_by_label("The file with their work e-mail addresses").set_input_files(str(file))
    page.get_by_role("button", name="Send invitations").press("Enter")
    expect(page.get_by_text("1 invited.")).to_be_visible()
    wave.response_counts.create(
        organisation=trust, counted_on=wave.opens_on, invited=120, answered=43
    )
    page.get_by_role("link", name="Set a reminder").press("Enter")
    look(page, "manage-reminder")
    page.get_by_label("When shall everybody be reminded?").fill(f"{wave.closes_on:%d/%m/%Y}")
    page.get_by_role("button", name="Set it").press("Enter")
    expect(page.get_by_text("Everybody is reminded on")).to_be_visible()
    look(page, "manage-wave")
    page.get_by_role("link", name="Set a target").press("Enter")
    page.get_by_role("button", name="Set the target").press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    look(page, "manage-target-error")
    page.go_back()
    page.go_back()
    page.get_by_role("button", name="Print cards").press("Enter")
    look(page, "manage-cards")
    page.get_by_label("Which organisation?").select_option("RX1")
    page.get_by_label("How many cards?").fill("6")
    page.get_by_role("button", name="Make the cards").press("Enter")
    expect(page.get_by_role("heading", name="6 cards for Example NHS Trust")).to_be_visible()
    look(page, "manage-printed")
    if SEEN and width > 1000:
        page.emulate_media(media="print")
        page.screenshot(path=f"{SEEN}/manage-printed-print.png", full_page=True)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_of_an_organisation_has_no_barrier(page: Page, width: int) -> None:
    root, _ = Organisation.objects.get_or_create(
        code=Organisation.ROOT, defaults={"name": "National"}
    )
    load_library()
    for system in ("North", "South"):
        above = Organisation.objects.create(code=system.upper(), name=system, parent=root)
        for number in range(1, 4):
            name = f"{system} Hospitals {number}"
            Organisation.objects.create(code=f"{system.upper()}{number}", name=name, parent=above)
    simulated_wave("staff", 1, 900)
    page.set_viewport_size({"width": width, "height": 900})
    sign_in_by_form(page, "leader")
    page.get_by_role("link", name="What the staff of each organisation think").press("Enter")
    look(page, "organisations")
    page.get_by_role("link", name="North", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Those directly below, side by side")).to_be_visible()
    look(page, "organisation")
