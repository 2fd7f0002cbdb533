"""English or Welsh on every page, at any time, and no answer is lost by it."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import LazySettings
from django.test import Client

from surveys.fieldwork.drafts import read_draft
from surveys.fieldwork.models import Draft, Inbox
from surveys.questionnaires.document import Document
from tests.fieldwork.small import document as small
from tests.journeys.walking import Walk, begin, chance_chooser, soup
from tests.web.public.every import document, library, wave_of

pytestmark = pytest.mark.django_db
PUBLIC = "public-confidence"


def welsh(document: Document) -> Document:
    """A document whose every text has Welsh: the same words, marked."""
    texts = {path: f"[{text}]" for path, text in document.texts()}
    return document.model_copy(
        update={"languages": ("en", "cy"), "translations": {"cy": texts}, "needs_review": {}}
    )


def lang(response: Any) -> str:
    return str(soup(response).html["lang"])  # type: ignore[index]


def names(response: Any) -> list[str]:
    return [one.text for one in soup(response).select(".app-languages__one")]


def press(client: Client, response: Any, language: str, **typed: Any) -> Any:
    """Press the switch of a page as a browser would: with all that its form holds."""
    html = soup(response)
    button = html.select_one(f".app-languages button[value={language}]")
    assert button, response.content.decode()
    form = html.select_one(f"form#{button['form']}")
    assert form
    data: dict[str, Any] = {str(button["name"]): language, **typed}
    for hidden in form.select("input[type=hidden]"):
        data[str(hidden["name"])] = str(hidden["value"])
    query = response.request["QUERY_STRING"]
    here = response.request["PATH_INFO"] + (f"?{query}" if query else "")
    return client.post(str(form.get("action", here)), data, follow=True)


def draft_of(client: Client) -> Any:
    return read_draft(client.cookies["draft"].value).content


EVERYWHERE = [
    *("/", "/s/wave/", "/s/wave/consent", "/s/wave/done", "/s/wave/ended", "/s/wave/leave"),
    *("/withdraw", "/withdraw/done", "/privacy", "/cookies", "/accessibility", "/sign-in"),
    *("/s/none/", "/nothing-here", "/s/wave/q/gone"),
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_page_can_be_read_in_both_languages_and_stays_the_same_page(
    client: Client, path: str
) -> None:
    wave_of(welsh(small()))
    page = client.get(path)
    assert lang(page) == "en"
    assert names(page) == ["English", "Cymraeg"]
    page = press(client, page, "cy")
    assert page.request["PATH_INFO"] == path
    assert lang(page) == page["Content-Language"] == "cy"
    assert lang(client.get("/")) == "cy"
    page = press(client, page, "en")
    assert lang(page) == "en"


def test_each_language_is_named_in_itself_and_the_one_that_is_shown_is_no_button(
    client: Client,
) -> None:
    page = soup(client.get("/"))
    assert page.select_one(".app-languages [lang=cy]").name == "button"  # type: ignore[union-attr]
    shown = page.select_one(".app-languages [lang=en]")
    assert (shown.name, shown["aria-current"]) == ("span", "true")  # type: ignore[union-attr,index]


def test_the_choice_is_kept_until_the_browser_is_closed(
    client: Client, settings: LazySettings
) -> None:
    settings.SECURE_COOKIES = True
    client.post("/language", {"switch-to": "cy", "next": "/"})
    cookie = client.cookies["language"]
    assert (cookie.value, cookie["max-age"], cookie["expires"]) == ("cy", "", "")
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", ""),
        *("javascript:alert(1)", "\x00", "/\r\nSet-Cookie: a=b", "elsewhere"),
    ],
)
def test_the_switch_leads_nowhere_else(client: Client, elsewhere: str) -> None:
    response = client.post("/language", {"switch-to": "cy", "next": elsewhere})
    assert response.status_code == 302
    assert response["Location"].startswith("/")
    assert not response["Location"].startswith(("//", "/\\"))
    assert "\n" not in response["Location"]


@pytest.mark.parametrize("asked", ["de", "", "en-gb", "\x00", "c" * 5_000])
def test_a_language_that_is_not_offered_changes_nothing(client: Client, asked: str) -> None:
    assert client.post("/language", {"switch-to": asked, "next": "/"}).status_code == 302
    assert "language" not in client.cookies
    assert client.get("/language").status_code == 405


def test_a_page_needs_no_cookie_for_its_switch(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    press(strict, strict.get("/privacy"), "cy")
    assert set(strict.cookies) == {"language"}


# With answers in hand -------------------------------------------------------------------------


def test_a_draft_that_begins_in_welsh_asks_in_welsh(client: Client) -> None:
    wave = wave_of(welsh(small()))
    client.post("/language", {"switch-to": "cy", "next": "/"})
    page = begin(client, wave)
    assert lang(page) == "cy"
    assert "[About sex?]" in soup(page).text
    assert "Parhau" in soup(page).text
    assert draft_of(client).language == "cy"


def test_a_draft_begun_in_english_goes_on_in_welsh_with_its_answers(client: Client) -> None:
    begin(client, wave_of(welsh(small())))
    client.post("/s/wave/q/sex", {"sex": "male"})
    start = client.get("/s/wave/")
    page = press(client, start, "cy")
    assert page.request["PATH_INFO"] == "/s/wave/"
    assert "[Small]" in soup(page).text
    assert draft_of(client).language == "cy"
    assert draft_of(client).answers["sex"] == "male"
    page = client.get("/s/wave/q/sex")
    assert lang(page) == "cy"
    assert soup(page).select_one("input[value=male]").has_attr("checked")  # type: ignore[union-attr]


def test_what_is_typed_and_not_sent_survives_the_switch_and_is_not_an_answer_yet(
    client: Client,
) -> None:
    begin(client, wave_of(welsh(small())))
    client.post("/s/wave/q/aware", {"aware": "no"})
    for code in ("nation", "job", "before"):
        client.post(f"/s/wave/q/{code}")
    before = draft_of(client).answers
    words = "Two lines,\nand <b>&</b> 'quotes'"
    for language, other in (("cy", "en"), ("en", "cy")):
        page = press(client, client.get("/s/wave/q/comment"), language, comment=words)
        assert page.status_code == 200
        assert lang(page) == page["Content-Language"] == language
        assert soup(page).select_one("textarea").text.strip() == words  # type: ignore[union-attr]
        assert not soup(page).select(".nhsuk-error-summary, .nhsuk-error-message")
        assert draft_of(client).answers == before
        assert draft_of(client).language == language != other
    client.post("/s/wave/q/comment", {"comment": words})
    assert draft_of(client).answers["comment"] == words


@pytest.mark.parametrize("code", ["single", "many", "number", "short", "mixed", "all"])
def test_whatever_was_filled_in_is_there_in_the_other_language(client: Client, code: str) -> None:
    walk = Walk(client, wave_of(welsh(document())), chance_chooser(3))
    walk.to_check()
    page = client.get(f"/s/wave/q/{code}")
    typed: dict[str, Any] = {}
    for one in soup(page).select("#answers input:not([type=hidden]), #answers textarea"):
        name = str(one["name"])
        if one.get("type") in ("radio", "checkbox"):
            typed[name] = [str(one["value"])]
        else:
            typed[name] = "neither number nor short" * 30
    page = press(client, page, "cy", **typed)
    for name, value in typed.items():
        if isinstance(value, list):
            chosen = soup(page).select(f"input[name={name}][checked]")
            assert [str(one["value"]) for one in chosen] == value
        else:
            box = soup(page).select_one(f"[name={name}]")
            assert value in (box.text.strip(), box.get("value"))  # type: ignore[union-attr]


def test_switching_with_an_answer_that_ends_the_survey_does_not_end_it(client: Client) -> None:
    begin(client, wave_of(library(PUBLIC)))
    page = press(client, client.get("/s/wave/q/age"), "cy", age="under_18")
    assert lang(page) == "cy"
    assert Draft.objects.exists()
    assert "age" not in draft_of(client).answers


def test_the_way_back_to_the_check_survives_the_switch(client: Client) -> None:
    Walk(client, wave_of(welsh(small())), chance_chooser(1)).to_check()
    page = client.get("/s/wave/q/sex?until=sex&dropped=2")
    page = press(client, page, "cy", sex="female")
    assert page.request["QUERY_STRING"] == "until=sex&dropped=2"
    assert "Rydym wedi tynnu 2 ateb" in soup(page).text
    assert soup(page).select_one(".nhsuk-back-link")["href"] == "/s/wave/check"  # type: ignore[index]


def test_the_check_of_all_answers_and_the_confirmation_follow(client: Client) -> None:
    walk = Walk(client, wave_of(welsh(small())), chance_chooser(1))
    page = press(client, walk.to_check(), "cy")
    assert page.request["PATH_INFO"] == "/s/wave/check"
    assert "[About sex?]" in soup(page).text
    done = walk.send()
    assert lang(done) == "cy"
    code = soup(done).select_one(".app-code").text  # type: ignore[union-attr]
    assert Inbox.objects.get().language == "cy"
    again = press(client, done, "en")
    assert soup(again).select_one(".app-code").text == code  # type: ignore[union-attr]


def test_two_tabs_speak_the_language_chosen_last(client: Client) -> None:
    begin(client, wave_of(welsh(small())))
    tab = client.get("/s/wave/q/sex")
    press(client, client.get("/privacy"), "cy")
    assert lang(client.get("/s/wave/q/sex")) == "cy"
    assert lang(tab) == "en"
    client.post("/s/wave/q/sex", {"sex": "male"})
    assert draft_of(client).language == "cy"


def test_a_draft_resumed_on_another_device_brings_its_language(client: Client) -> None:
    client.post("/language", {"switch-to": "cy", "next": "/"})
    Walk(client, wave_of(welsh(small())), chance_chooser(1)).to_check()
    other = Client()
    other.cookies["draft"] = client.cookies["draft"].value
    page = other.get("/s/wave/q/sex")
    assert lang(page) == page["Content-Language"] == "cy"
    assert lang(other.get("/s/wave/")) == "cy"


def test_a_code_that_was_typed_survives_the_switch(client: Client) -> None:
    page = press(client, client.get("/withdraw"), "cy", code="AB12-<x>")
    assert lang(page) == "cy"
    assert soup(page).select_one("#answers input[name=code]")["value"] == "AB12-<x>"  # type: ignore[index]
    assert not soup(page).select(".nhsuk-error-summary")


# Where there is no Welsh ----------------------------------------------------------------------


def test_a_survey_without_welsh_says_so_and_asks_in_english(client: Client) -> None:
    wave = wave_of(small())
    client.post("/language", {"switch-to": "cy", "next": "/"})
    start = client.get("/s/wave/")
    assert lang(start) == "cy"
    assert "Yn Saesneg yn unig" in soup(start).text
    assert soup(start).h1["lang"] == "en"  # type: ignore[index]
    assert soup(client.get("/")).select_one(".app-cards a")["lang"] == "en"  # type: ignore[index]
    page = begin(client, wave)
    assert lang(page) == page["Content-Language"] == "en"
    assert names(page) == []
    assert lang(client.get("/s/wave/check", follow=True)) == "en"
    page = client.post("/s/wave/q/sex", {"switch-to": "cy", "sex": "male"}, follow=True)
    assert lang(page) == "en"
    assert draft_of(client).language == "en"


def test_a_report_is_in_english_and_says_so(client: Client, admin_client: Client) -> None:
    admin_client.post("/language", {"switch-to": "cy", "next": "/"})
    page = BeautifulSoup(admin_client.get("/insights/").content, "html.parser")
    assert page.html["lang"] == "cy"  # type: ignore[index]
    assert page.select_one("main > [lang=en] h1").text == "Results"  # type: ignore[union-attr]
    assert "Allgofnodi" in page.text


# What it costs --------------------------------------------------------------------------------


def test_switching_on_a_question_takes_two_queries(
    client: Client, django_assert_num_queries: Any
) -> None:
    Walk(client, wave_of(welsh(document())), chance_chooser(1)).to_check()
    client.post("/s/wave/q/single", {"switch-to": "cy", "single": "b"})
    with django_assert_num_queries(2):
        client.post("/s/wave/q/single", {"switch-to": "en", "single": "b"})
    with django_assert_num_queries(1):
        client.get("/s/wave/q/single")
    with django_assert_num_queries(2):
        client.post("/s/wave/q/single", {"single": "b"})


def test_what_ships_is_asked_in_welsh_to_the_last_page(client: Client) -> None:
    for number, name in enumerate((PUBLIC, "staff-confidence")):
        client.cookies.clear()
        client.post("/language", {"switch-to": "cy", "next": "/"})
        wave = wave_of(library(name), f"w{number}")
        walk = Walk(client, wave, chance_chooser(5))
        check = walk.to_check()
        assert lang(check) == "cy"
        for english in ("Don't know", "Prefer not to say", "Continue", "Check your"):
            assert english not in soup(check).text
        assert "Diolch" in soup(walk.send()).h1.text  # type: ignore[union-attr]
