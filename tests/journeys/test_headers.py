"""What travels with respondents' pages: cookies, policies, and nothing to anybody else."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings
from django.test import Client

from surveys.fieldwork.models import Draft, Inbox
from tests.fieldwork.small import document as small
from tests.journeys.walking import Walk, begin, chance_chooser, soup
from tests.web.public.every import document, library, wave_of

pytestmark = pytest.mark.django_db
OF_A_SURVEY = ["", "consent", "q/single", "q/all", "check", "done", "compare", "leave", "ended"]
EVERYWHERE = [
    "/",
    "/what-changed",
    "/withdraw",
    "/withdraw/done",
    "/privacy",
    "/cookies",
    "/accessibility",
]


@pytest.fixture
def everywhere(client: Client) -> list[Any]:
    """Every page that a respondent can see, with a draft and a receipt in hand."""
    wave = wave_of(document())
    walk = Walk(client, wave, chance_chooser(1))
    walk.to_check()
    seen = [client.get(f"/s/wave/{path}") for path in OF_A_SURVEY if path != "done"]
    seen.append(client.post("/s/wave/q/all"))
    walk.send()
    seen += [client.get("/s/wave/done"), client.get("/s/wave/compare")]
    seen += [Client().get("/s/wave/q/single"), client.get("/s/none/")]
    seen += [client.get(path) for path in EVERYWHERE]
    seen.append(client.post("/withdraw", {"code": "x"}))
    assert {page.status_code for page in seen} == {200, 404, 410, 422}
    return seen


def test_no_page_of_a_survey_is_kept_by_a_cache(everywhere: list[Any]) -> None:
    for page in everywhere:
        path = page.request["PATH_INFO"]
        if (path.startswith("/s/") and page.status_code != 404) or path.startswith("/withdraw"):
            assert "no-store" in page["Cache-Control"], path


def test_the_content_security_policy_allows_our_own_files_and_nothing_else(
    everywhere: list[Any],
) -> None:
    for page in everywhere:
        policy = page["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "*" not in policy
        html = soup(page)
        assert not html.select("[style], style, script:not([src])")
        assert not [
            tag for tag in html.find_all(True) if any(name.startswith("on") for name in tag.attrs)
        ]


def test_no_page_names_another_host(everywhere: list[Any]) -> None:
    for page in everywhere:
        for tag in soup(page).select("[src], [href], [action]"):
            for name in ("src", "href", "action"):
                assert urlsplit(str(tag.get(name, ""))).netloc == "", tag


def test_no_address_on_any_page_holds_a_secret_or_a_code(client: Client) -> None:
    walk = Walk(client, wave_of(document()), chance_chooser(1))
    check = walk.to_check()
    secret = client.cookies["draft"].value
    assert secret not in check.content.decode()
    done = walk.send()
    code = soup(done).select_one(".app-code").text  # type: ignore[union-attr]
    for page in (check, done):
        for tag in soup(page).select("[href], [action]"):
            for held in (secret, code, code.replace("-", "")):
                assert held not in str(tag.get("href")) + str(tag.get("action"))


def test_only_the_cookies_that_are_named_are_set(client: Client, everywhere: list[Any]) -> None:
    assert set(client.cookies) == {"draft", "receipt", "answers", "csrftoken"}
    told = {code.text for code in soup(client.get("/cookies")).select("code")}
    others = {
        "ticket",
        "place",
        "language",
        "sessionid",
    }  # of staff, of who chose, of who signed in
    assert told == {"draft", "receipt", "answers", "csrftoken", *others}


def test_a_draft_cookie_is_for_one_survey_and_no_script(client: Client) -> None:
    begin(client, wave_of(small()))
    cookie = client.cookies["draft"]
    assert cookie["path"] == "/s/wave/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 30 * 24 * 60 * 60


def test_answering_prolongs_the_publics_cookie(client: Client) -> None:
    begin(client, wave_of(small()))
    answer = client.post("/s/wave/q/sex", {"sex": "male"})
    assert answer.cookies["draft"]["max-age"] == 30 * 24 * 60 * 60


def test_for_staff_the_cookie_ends_with_the_browser(client: Client) -> None:
    begin(client, wave_of(library("staff-confidence"), kind="pilot"))
    assert client.cookies["draft"]["max-age"] == ""
    assert client.cookies["draft"]["expires"] == ""


def test_cookies_are_secure_where_the_setting_says_so(
    client: Client, settings: LazySettings
) -> None:
    settings.SECURE_COOKIES = True
    walk = Walk(client, wave_of(small()), chance_chooser(1))
    walk.to_check()
    assert client.cookies["draft"]["secure"]
    walk.send()
    assert client.cookies["receipt"]["secure"]


def test_sending_takes_the_draft_off_the_device(client: Client) -> None:
    walk = Walk(client, wave_of(small()), chance_chooser(1))
    walk.to_check()
    walk.send()
    assert client.cookies["draft"].value == ""
    assert client.cookies["receipt"]["max-age"] == 15 * 60
    assert client.cookies["receipt"]["httponly"]
    assert client.cookies["receipt"]["path"] == "/s/wave/"


def test_a_form_from_elsewhere_is_refused_everywhere() -> None:
    strict = Client(enforce_csrf_checks=True)
    wave_of(small())
    for path in ("consent", "q/sex", "submit", "leave"):
        assert strict.post(f"/s/wave/{path}").status_code == 403
    assert strict.post("/withdraw", {"code": "x"}).status_code == 403
    assert not Draft.objects.exists()


def test_the_forms_on_our_pages_are_accepted() -> None:
    strict = Client(enforce_csrf_checks=True)
    wave_of(small())

    def send(path: str, target: str = "", **data: str) -> Any:
        page = strict.get(f"/s/wave/{path}")
        token = soup(page).select_one("main form input[name=csrfmiddlewaretoken]")
        assert token
        data["csrfmiddlewaretoken"] = str(token["value"])
        answer = strict.post(f"/s/wave/{target or path}", data)
        assert answer.status_code in (302, 422), path
        return answer

    send("consent")
    send("q/sex", sex="male")
    assert send("q/aware").status_code == 422  # a page with an error has a token too
    send("q/aware", aware="no")
    send("check", target="submit")
    assert Inbox.objects.count() == 1
    send("done", target="leave")


def test_an_error_page_for_a_form_from_elsewhere_says_what_to_do() -> None:
    wave_of(small())
    answer = Client(enforce_csrf_checks=True).post("/s/wave/consent")
    assert "Go back to the page you were on and reload it" in answer.content.decode()


@pytest.mark.parametrize("path", ["", "check", "done", "ended", "leave"])
def test_looking_never_changes_anything(client: Client, path: str) -> None:
    begin(client, wave_of(small()))
    before = Draft.objects.get()
    client.get(f"/s/wave/{path}")
    assert bytes(Draft.objects.get().ciphertext) == bytes(before.ciphertext)


def test_every_page_has_one_main_heading_and_a_title(everywhere: list[Any]) -> None:
    for page in everywhere:
        html = soup(page)
        assert len(html.select("h1")) == 1, page.request["PATH_INFO"]
        assert html.title
        assert re.search(r"\S – \S", html.title.text)


def test_no_id_stands_twice_on_a_page(everywhere: list[Any]) -> None:
    for page in everywhere:
        ids = [tag["id"] for tag in soup(page).select("[id]")]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["en", "cy"])
@pytest.mark.parametrize("path", ["/", "/s/wave/", "/s/wave/consent", "/privacy", "/withdraw"])
def test_a_page_is_in_the_language_that_the_browser_asks_for(
    client: Client, path: str, language: str
) -> None:
    wave_of(small())
    page = client.get(path, headers={"accept-language": language})
    assert soup(page).html["lang"] == language  # type: ignore[index]
    assert page["Content-Language"] == language
