"""Every state that a respondent can meet, by keyboard alone: each kind of question, each error,
a change of an answer, saving and going on, sending, and taking answers back.

In four runs every two of width, scripts, language and arm meet in each combination. Axe looks at
every state at every width in two of them: with scripts, and as the page is without.
"""

import re
from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from surveys.fieldwork.models import Draft, Inbox, Wave
from tests.journeys.kinds import LONGEST, MOST, SHORTEST, document
from tests.journeys.screens import CONTINUE, FORM_BUTTON, Screen, screen
from tests.support.barriers import DESKTOP, PHONE
from tests.web.public.every import library, wave_of
from tests.web.public.test_language import welsh

pytestmark = pytest.mark.django_db(transaction=True)


def unsure(instruction: str, option: str) -> str:
    told = {"instruction": instruction, "option": option}
    return _("%(instruction)s. If you are not sure, select “%(option)s”") % told


def select(question: str) -> str:
    return _("Select an answer to “%(question)s”") % {"question": question}


def shorten(most: int) -> str:
    told = {"most": most, "number": most + 1}
    return _("Shorten your answer to %(most)d characters or fewer. It has %(number)d") % told


def texts(language: str) -> dict[str, str]:
    """What each question says when it is left out, and the words that stand in it."""
    asked = welsh(document()).in_language(language)
    said = {code: one.text for code, one in asked.questions.items()}
    named = {option.code: option.text for option in asked.questions["risks"].options}  # type: ignore[union-attr]
    with translation.override(language):
        one_or_two = ngettext(
            "Select %(most)d answer", "Select at least 1 answer, and no more than %(most)d", MOST
        )
        number = _("Select a number from 0 to 10")
        years = _("Enter a whole number from %(minimum)d to %(maximum)d")
        too_many = _("Select no more than %(most)d answers. You selected %(number)d")
        alone = _("Select “%(option)s” on its own, or take it away and keep your other answers")
        return {
            "mood": unsure(select(said["mood"]), named["dont_know"]),
            "met": select(said["met"]),
            "risks": unsure(one_or_two % {"most": MOST}, named["dont_know"]),
            "trust": unsure(number, named["dont_know"]),
            "years": years % {"minimum": 0, "maximum": 60},
            "short": _("Enter your answer in your own words"),
            "long": _("Enter your answer in your own words"),
            "asked": unsure(select(said["asked"]), named["dont_know"]),
            "age": select(said["age"]),
            "job": select(said["job"]),
            "too many": too_many % {"most": MOST, "number": MOST + 1},
            "alone": alone % {"option": named["none"]},
            "short too long": shorten(SHORTEST),
            "long too long": shorten(LONGEST),
            "unknown code": _(
                "Check the code: no answers that can be deleted have it. They may have been deleted"
                " already, or the results may be published"
            ),
            "whole code": _("Enter the whole code. It has 26 letters and numbers"),
        }


def leave_out(here: Screen, code: str, *errors: str) -> None:
    """The page as it is first seen, and after nothing was answered."""
    assert here.path.endswith(f"/q/{code}")
    if here.scripts:  # without them, test_whole_surveys_in_the_browser.py has seen such pages
        here.examine()
    here.keyboard.follow(CONTINUE)
    here.refuses(*errors)


def answer_risks(here: Screen, told: dict[str, str]) -> None:
    """Options in an order of one's own, too many of them, and one that goes with no other."""
    page, keyboard = here.page, here.keyboard
    boxes = page.locator("main input[type=checkbox]")
    shown = [str(box.get_attribute("value")) for box in boxes.all()]
    assert sorted(shown[:3]) == ["drug", "late", "person"]
    assert shown[3:] == ["price", "other", "none", "dont_know"]
    first = [f"#id_risks_{code}" for code in shown[: MOST + 1]]
    for box in first:
        keyboard.tick(box)
    keyboard.follow(CONTINUE)
    here.refuses(told["too many"])
    for box in first:
        expect(page.locator(box)).to_be_checked()
    keyboard.tick("#id_risks_none")
    if here.scripts:  # the script takes the others away
        expect(page.locator("main input:checked")).to_have_count(1)
    else:
        keyboard.follow(CONTINUE)
        here.refuses(told["alone"])
        for box in first:
            keyboard.tick(box)
    keyboard.reach("#id_risks_none")
    keyboard.press("Space")
    keyboard.reach(first[0], "Shift+Tab")
    keyboard.press("Space")
    keyboard.tick("#id_risks_other")
    expect(page.locator("main input:checked")).to_have_count(MOST)
    here.examine()
    keyboard.follow(CONTINUE)


def answer_years(here: Screen, told: dict[str, str]) -> None:
    for wrong in ("seven", "61", "-1", "3.5"):
        here.keyboard.write("#id_years", wrong)
        here.keyboard.follow(CONTINUE)
        if wrong == "seven":
            here.refuses(told["years"])
        expect(here.page.locator("#id_years_error")).to_contain_text(told["years"])
        expect(here.page.locator("#id_years")).to_have_value(wrong)
    here.keyboard.write("#id_years", "7")
    here.examine()
    here.keyboard.follow(CONTINUE)


def answer_text(here: Screen, code: str, most: int, error: str) -> None:
    """A character too many, which is counted while it is written where scripts run."""
    keyboard = here.keyboard
    keyboard.write(f"#id_{code}", "a" * (most + 1))
    if here.scripts and code == "long":
        status = here.page.locator(".nhsuk-character-count__status").first
        expect(status).to_have_class(re.compile("nhsuk-error-message"))
        here.examine()
    keyboard.follow(CONTINUE)
    here.refuses(error)
    expect(here.page.locator(f"#id_{code}")).to_have_value("a" * (most + 1))
    keyboard.write(f"#id_{code}", "Rob")
    keyboard.follow(CONTINUE)


def answer_all(here: Screen, arm: str, told: dict[str, str]) -> None:
    """From the first question to the check of all answers, wrong in every way and then right."""
    keyboard = here.keyboard
    leave_out(here, "mood", told["mood"])
    keyboard.choose("#id_mood_mixed")
    here.examine()
    keyboard.follow(CONTINUE)
    leave_out(here, "met", told["met"])
    keyboard.choose("#id_met_yes")
    keyboard.follow(CONTINUE)
    leave_out(here, "risks", told["risks"])
    answer_risks(here, told)
    leave_out(here, "trust", told["trust"])
    keyboard.choose("#id_trust_7")
    here.examine()
    keyboard.follow(CONTINUE)
    leave_out(here, "years", told["years"])
    answer_years(here, told)
    leave_out(here, "short", told["short"])
    answer_text(here, "short", SHORTEST, told["short too long"])
    leave_out(here, "long", told["long"])
    answer_text(here, "long", LONGEST, told["long too long"])
    if arm == "explained":
        here.examine()
        assert here.path.endswith("/explained")
    else:
        leave_out(here, "asked", told["asked"])
        keyboard.choose("#id_asked_yes")
    keyboard.follow(CONTINUE)
    leave_out(here, "about", told["age"], told["job"])
    keyboard.choose("#id_age_young")
    keyboard.choose("#id_job_no")
    keyboard.follow(CONTINUE)
    assert here.path.endswith("/check")
    here.examine()


def change_an_answer(here: Screen) -> None:
    """From the check to a question and back: what no longer applies is gone, and this is told."""
    here.keyboard.follow("a[href*='/q/met']")
    here.keyboard.choose("#id_met_no")
    here.keyboard.follow(CONTINUE)
    assert here.page.url.endswith("/check?dropped=1")
    expect(here.page.locator("main .nhsuk-inset-text")).to_be_visible()
    expect(here.page.locator("a[href*='/q/risks']")).to_have_count(0)
    here.examine()


def go_on_elsewhere(here: Screen, other: Screen, told: dict[str, str]) -> None:
    """Save, clear this device, and go on from another one: first with half of the code."""
    here.keyboard.follow("main a[href$='/later']")
    here.examine()
    code = here.page.locator(".app-code").first.inner_text()
    here.keyboard.follow("main form[method=post] button[type=submit]")
    here.examine()
    other.page.bring_to_front()
    other.page.goto("/resume")
    other.examine()
    other.keyboard.to_content()
    other.keyboard.write("#id_code", code[:10])
    other.keyboard.follow(FORM_BUTTON)
    other.refuses(told["whole code"])
    other.keyboard.write("#id_code", code.lower())
    with other.keyboard.new_page():
        other.keyboard.press("Enter")
    assert other.path.endswith("/check")


def send_and_take_back(here: Screen, told: dict[str, str]) -> None:
    """Send; try to take back with a code that nobody has; then with one's own."""
    page, keyboard = here.page, here.keyboard
    keyboard.follow("form[action$='/submit'] .nhsuk-button")
    assert here.path.endswith("/done")
    here.examine()
    code = page.locator(".app-code").inner_text()
    assert Inbox.objects.count() == 1
    keyboard.follow("footer a[href='/withdraw']")
    here.examine()
    keyboard.write("#id_code", "0" * 20)
    keyboard.follow(FORM_BUTTON)
    here.refuses(told["unknown code"])
    keyboard.write("#id_code", code)
    keyboard.follow(FORM_BUTTON)
    here.examine()
    assert Inbox.objects.count() == 1  # asked once more
    keyboard.follow(FORM_BUTTON)
    assert here.path.endswith("/withdraw/done")
    here.examine()
    assert not Inbox.objects.exists()


@pytest.mark.parametrize(
    ("width", "scripts", "language", "arm", "axe"),
    [
        (PHONE, True, "en", "explained", True),
        (DESKTOP, False, "en", "asked", False),
        (DESKTOP, True, "cy", "asked", False),
        (PHONE, False, "cy", "explained", True),
    ],
)
def test_every_kind_of_question_and_every_error_is_mastered_by_keyboard(
    chromium: Browser,
    live_server: LiveServer,
    arms: Callable[..., None],
    width: int,
    scripts: bool,
    language: str,
    arm: str,
    axe: bool,
) -> None:
    wave_of(welsh(document()))
    arms(told=arm)
    told = texts(language)
    with (
        screen(chromium, live_server, width, scripts, axe) as here,
        screen(chromium, live_server, width, scripts, axe) as other,
    ):
        for one in (here, other):
            one.open("/", language)
        here.examine()
        here.keyboard.follow("main a[href='/s/wave/']")
        here.examine()
        here.keyboard.follow("main a.nhsuk-button")
        here.examine()
        here.keyboard.follow(FORM_BUTTON)
        expect(here.page.locator("html")).to_have_attribute("lang", language)
        answer_all(here, arm, told)
        change_an_answer(here)
        go_on_elsewhere(here, other, told)
        assert Draft.objects.count() == 1
        send_and_take_back(other, told)


@pytest.mark.parametrize(
    ("width", "scripts", "language"),
    [(PHONE, True, "en"), (DESKTOP, False, "cy")],
)
def test_a_survey_that_is_over_and_a_draft_that_is_gone_say_so(
    chromium: Browser,
    live_server: LiveServer,
    settings: LazySettings,
    width: int,
    scripts: bool,
    language: str,
) -> None:
    """In the middle of answering: the wave closes, the draft expires, a member of staff is away."""
    wave = wave_of(welsh(document()))
    wave_of(library("staff-confidence"), "staff", kind="pilot")
    with screen(chromium, live_server, width, scripts) as here:

        def at_work(slug: str) -> None:
            here.open(f"/s/{slug}/consent", language)
            here.keyboard.follow(FORM_BUTTON)

        at_work("wave")
        Draft.objects.all().delete()
        here.keyboard.follow(CONTINUE)
        expect(here.page.locator("main a[href='/resume']")).to_be_visible()
        here.examine()

        at_work("wave")
        Wave.objects.filter(pk=wave.pk).update(status="closed")
        here.keyboard.follow(CONTINUE)
        expect(here.page.locator(CONTINUE)).to_have_count(0)
        here.examine()

        at_work("staff")
        settings.STAFF_IDLE_MINUTES = -1  # any moment is too long
        here.keyboard.follow(CONTINUE)
        expect(here.page.locator("main a[href='/resume']")).to_have_count(0)
        here.examine()
        assert Draft.objects.count() == 1  # the closed wave's; that of staff is gone
