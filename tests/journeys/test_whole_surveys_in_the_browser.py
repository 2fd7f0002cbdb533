"""The two surveys that come with the service, from the home page to the confirmation, by keyboard
alone: every page of every arm, in both languages, on a phone and a desktop, with and without
scripts.

Of the public's six runs, every two of technology, explanation, width, scripts and language meet in
each combination (an orthogonal array); the survey of staff has no arms.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from surveys.fieldwork.models import Inbox
from surveys.questionnaires.answers import problems
from surveys.questionnaires.routing import asked
from tests.journeys.screens import CONTINUE, FORM_BUTTON, Screen, screen
from tests.journeys.walking import kept_answers
from tests.support.barriers import DESKTOP, PHONE
from tests.web.public.every import library, wave_of

pytestmark = pytest.mark.django_db(transaction=True)
PUBLIC, STAFF = "public-confidence", "staff-confidence"
CANCER, VHA, RCA = "cancer", "vha", "rca"
NONE, TOLD = "none", "who_decides"
RUNS = [
    (PUBLIC, {"technology": CANCER, "explanation": NONE}, PHONE, True, "en"),
    (PUBLIC, {"technology": CANCER, "explanation": TOLD}, DESKTOP, False, "cy"),
    (PUBLIC, {"technology": VHA, "explanation": NONE}, PHONE, False, "cy"),
    (PUBLIC, {"technology": VHA, "explanation": TOLD}, DESKTOP, True, "en"),
    (PUBLIC, {"technology": RCA, "explanation": NONE}, DESKTOP, True, "cy"),
    (PUBLIC, {"technology": RCA, "explanation": TOLD}, PHONE, False, "en"),
    (STAFF, {}, PHONE, True, "cy"),
    (STAFF, {}, DESKTOP, False, "en"),
]
examined: set[tuple[str, str, int]] = set()  # survey, page, width: each once in all runs


def kept_languages() -> list[str]:
    """Of staff none is kept."""
    return list(Inbox.objects.values_list("language", flat=True))


def answer_page(here: Screen) -> None:
    """Whatever the page asks: the second choice of radios, the first box, or some words."""
    names = dict.fromkeys(
        here.page.locator("#answers input:not([type=hidden]), #answers textarea").evaluate_all(
            "all => all.map(one => `${one.type} ${one.name}`)"
        )
    )
    for kind, name in (one.split(" ") for one in names):
        if kind == "radio":
            here.keyboard.reach(f"input[name={name}]")
            here.keyboard.press("ArrowDown", "ArrowDown")
        elif kind == "checkbox":
            here.keyboard.reach(f"input[name={name}]")
            here.keyboard.press("Space")
        else:
            here.keyboard.write(f"[name={name}]", "By keyboard.")


@pytest.mark.parametrize(("survey", "drawn", "width", "scripts", "language"), RUNS)
def test_a_whole_survey_is_answered_by_keyboard_alone(
    chromium: Browser,
    live_server: LiveServer,
    arms: Callable[..., None],
    survey: str,
    drawn: dict[str, str],
    width: int,
    scripts: bool,
    language: str,
) -> None:
    document = library(survey)
    wave_of(document)
    arms(**drawn)
    seen: list[str] = []
    with screen(chromium, live_server, width, scripts) as here:

        def look() -> None:
            name = here.page.url.partition("?")[0].rpartition("/")[2]
            seen.append(name)
            if (survey, name, width) not in examined:
                examined.add((survey, name, width))
                here.examine(width)

        here.open("/", language)
        look()
        here.keyboard.follow("main a[href='/s/wave/']")
        look()
        here.keyboard.follow("main a.nhsuk-button")
        look()
        here.keyboard.follow(FORM_BUTTON)
        while not here.page.url.endswith("/check"):
            assert len(seen) < 2 * len(document.pages), seen
            look()
            answer_page(here)
            here.keyboard.follow(CONTINUE)
        look()
        here.keyboard.follow("form[action$='/submit'] .nhsuk-button")
        look()
        expect(here.page.locator(".app-code")).to_be_visible()
    kept = kept_answers()
    assert problems(document, kept) == []
    assert kept_languages() == ([] if document.audience == "staff" else [language])
    assert {name: kept[name] for name in drawn} == drawn
    assert {code for code in kept if code not in drawn} == set(asked(document, kept))
