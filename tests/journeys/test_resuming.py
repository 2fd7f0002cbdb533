"""Leaving a survey to come back, on the same device and on another one."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from surveys.fieldwork.crypto import grouped
from surveys.fieldwork.drafts import DraftGone, begin_draft, keep_awake, read_draft, save_page
from surveys.fieldwork.models import Draft, Inbox, Wave
from surveys.questionnaires.document import Document
from tests.fieldwork.small import document as small
from tests.journeys.test_queries import queries
from tests.journeys.walking import Walk, begin, chance_chooser, page_form, questions, soup
from tests.web.public.every import document, library, wave_of

pytestmark = pytest.mark.django_db


def code_on(page: Any) -> str:
    shown = soup(page).select_one(".app-code")
    assert shown is not None, soup(page).text
    return shown.text


def save(client: Client, path: str, **answers: Any) -> Any:
    return client.post(path, {**answers, "later": "yes"}, follow=True)


def resume(client: Client, code: str) -> Any:
    """Type a code and follow to where it leads, as a browser does: with the form."""
    return client.post("/resume", {"code": code}, follow=True)


def test_answers_are_kept_and_go_on_elsewhere_by_code(client: Client) -> None:
    begin(client, wave_of(small()))
    page = save(client, "/s/wave/q/sex", sex="male")
    assert page.request["PATH_INFO"] == "/s/wave/later"
    code = code_on(page)
    assert code == grouped(client.cookies["draft"].value)

    phone = Client()
    there = resume(phone, code.lower().replace("-", " "))
    assert there.request["PATH_INFO"].startswith("/s/wave/q/")
    assert phone.cookies["draft"]["path"] == "/s/wave/"
    assert read_draft(phone.cookies["draft"].value).content.answers["sex"] == "male"


def test_two_devices_may_answer_in_turn_and_one_of_them_sends(client: Client) -> None:
    walk = Walk(client, wave_of(small()), chance_chooser(1))
    walk.to_check()
    phone = Client()
    resume(phone, code_on(client.get("/s/wave/later")))
    phone.post("/s/wave/q/sex", {"sex": "female"})
    client.post("/s/wave/q/nation", {"nation": "wales"})
    assert phone.post("/s/wave/submit").status_code == 302
    assert Inbox.objects.get().answers["sex"] == "female"
    assert Inbox.objects.get().answers["nation"] == "wales"
    # The other device sends as well: it counts once, and both have the same confirmation.
    assert client.post("/s/wave/submit")["Location"] == "/s/wave/done"
    assert code_on(client.get("/s/wave/done")) == code_on(phone.get("/s/wave/done"))
    assert Inbox.objects.count() == 1


def test_a_device_whose_answers_were_sent_from_another_one_is_told_so(client: Client) -> None:
    walk = Walk(client, wave_of(small()), chance_chooser(1))
    walk.to_check()
    phone = Client()
    resume(phone, code_on(client.get("/s/wave/later")))
    phone.post("/s/wave/submit")
    for asked in (client.get("/s/wave/q/sex"), client.post("/s/wave/q/sex", {"sex": "male"})):
        assert asked["Location"] == "/s/wave/done"
    assert code_on(client.get("/s/wave/done")) == code_on(phone.get("/s/wave/done"))


def test_who_begins_next_on_a_device_does_not_end_what_somebody_saved(client: Client) -> None:
    wave = wave_of(small())
    begin(client, wave)
    code = code_on(save(client, "/s/wave/q/sex", sex="male"))
    begin(client, wave)
    assert Draft.objects.count() == 2
    assert resume(Client(), code).request["PATH_INFO"] == "/s/wave/q/nation"
    # A draft whose code nobody has seen can be opened by nobody else: it ends.
    begin(client, wave)
    assert Draft.objects.count() == 2


def test_who_comes_back_goes_on_after_the_last_answer(client: Client) -> None:
    begin(client, wave_of(small()))
    saved = save(client, "/s/wave/q/sex", sex="male")
    link = soup(saved).select_one("main a.nhsuk-button")
    assert link is not None
    assert link["href"] == "/s/wave/q/nation"  # which need not be answered, and was not yet seen


def test_what_was_typed_and_is_right_is_kept_and_what_is_wrong_is_shown(client: Client) -> None:
    begin(client, wave_of(document()))
    missing = save(client, "/s/wave/q/single")
    assert missing.request["PATH_INFO"] == "/s/wave/later"  # nothing typed, nothing lost
    client.post("/s/wave/q/single", {"single": "a"})
    # Further on in the survey, where something is typed that cannot be kept.
    walk = Walk(Client(), Wave.objects.get(), chance_chooser(1))
    walk.to_check()
    saved = save(walk.client, "/s/wave/q/all", x_number="seven", x_short="Right", x_single="b")
    assert saved.status_code == 422
    assert 'value="seven"' in saved.content.decode()
    # Whoever closes the page now loses only what was wrong.
    kept = read_draft(walk.client.cookies["draft"].value).content.answers
    assert (kept["x_short"], kept["x_single"]) == ("Right", "b")


def test_a_code_does_not_replace_other_answers_unasked(client: Client) -> None:
    wave = wave_of(small())
    begin(client, wave)
    code = code_on(save(client, "/s/wave/q/sex", sex="male"))
    phone = Client()
    begin(phone, wave)
    assert resume(phone, code).request["PATH_INFO"] == "/s/wave/q/nation"  # nothing to lose yet
    begin(phone, wave)
    phone.post("/s/wave/q/sex", {"sex": "female"})
    other = phone.cookies["draft"].value

    asked = resume(phone, code)
    assert "This device holds other answers" in asked.content.decode()
    assert phone.cookies["draft"].value == other
    stay = soup(asked).select_one("main p:last-of-type a")
    assert stay is not None
    assert stay["href"] == "/s/wave/q/nation"

    fields = {one["name"]: one["value"] for one in soup(asked).select("main form [name=code]")}
    taken = phone.post("/s/wave/resume", {**fields, "replace": "yes"}, follow=True)
    assert taken.request["PATH_INFO"] == "/s/wave/q/nation"
    assert read_draft(phone.cookies["draft"].value).content.answers["sex"] == "male"
    # The same answers are replaced by themselves without a question.
    assert resume(phone, code).request["PATH_INFO"] == "/s/wave/q/nation"


def test_a_code_of_one_survey_does_nothing_at_another(client: Client) -> None:
    begin(client, wave_of(small()))
    code = code_on(save(client, "/s/wave/q/sex", sex="male"))
    wave_of(document(), "another")
    phone = Client()
    assert phone.post("/s/another/resume", {"code": code}).status_code == 410
    assert phone.post("/s/wave/resume", {"code": "nothing"})["Location"] == "/resume"
    assert "draft" not in phone.cookies or not phone.cookies["draft"].value


def test_an_answer_that_ends_the_survey_still_does_when_its_page_was_saved_unfinished(
    client: Client,
) -> None:
    data = document().model_dump(by_alias=True)
    page = next(one for one in data["pages"] if one["code"] == "all")
    single = next(one for one in page["questions"] if one["code"] == "x_single")
    single["options"][0]["screens_out"] = True
    data["pages"] = [page]
    begin(client, wave_of(Document.model_validate(data)))
    saved = save(client, "/s/wave/q/all", x_single=single["options"][0]["code"])
    assert saved.request["PATH_INFO"] == "/s/wave/later"
    assert client.post("/s/wave/submit")["Location"] == "/s/wave/q/all"  # and not sent
    choose = chance_chooser(1, x_single=single["options"][0]["code"])
    shown = questions(page_form(client.get("/s/wave/q/all")))
    answers = {name: choose(name, values) for name, values in shown.items()}
    finished = client.post("/s/wave/q/all", answers)
    assert finished["Location"] == "/s/wave/ended"
    assert not Draft.objects.exists()


def test_the_code_stands_in_no_address_and_on_no_other_page(client: Client) -> None:
    begin(client, wave_of(small()))
    page = save(client, "/s/wave/q/sex", sex="male")
    code = code_on(page)
    for tag in soup(page).select("[href], [action], [value]"):
        for held in (code, code.replace("-", "")):
            assert held not in str(tag)
    assert "no-store" in page["Cache-Control"]
    for path in ("/s/wave/q/nation", "/s/wave/", "/"):
        assert code not in client.get(path).content.decode()


def test_a_device_may_be_left_and_the_answers_kept(client: Client) -> None:
    begin(client, wave_of(small()))
    code = code_on(save(client, "/s/wave/q/sex", sex="male"))
    left = client.post("/s/wave/later")
    assert left["Clear-Site-Data"] == '"cache"'
    assert client.cookies["draft"].value == ""
    page = client.get(left["Location"]).content.decode()
    assert "Your answers are kept" in page
    assert code not in page
    # The back button asks anew, and this device has nothing to show.
    assert client.get("/s/wave/later").status_code == 410
    assert client.get("/s/wave/q/sex").status_code == 410
    assert Draft.objects.count() == 1
    assert resume(client, code).request["PATH_INFO"] == "/s/wave/q/nation"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Enter your code"),
        ("ABCD", "Enter the whole code"),
        ("0" * 26, "Check the code: no answers that were not sent have it"),
        ("\0" * 26, "Enter the whole code"),
        ("A" * 5000, "Enter the whole code"),
    ],
)
def test_a_code_that_opens_nothing_says_what_to_do(client: Client, typed: str, told: str) -> None:
    page = client.post("/resume", {"code": typed})
    assert page.status_code == 422
    assert told in page.content.decode()
    assert "draft" not in client.cookies


def test_sent_deleted_and_never_begun_are_told_alike(client: Client) -> None:
    walk = Walk(client, wave_of(small()), chance_chooser(1))
    walk.to_check()
    sent = code_on(client.get("/s/wave/later"))
    walk.send()
    phone = Client()
    pages = [phone.post("/resume", {"code": code}) for code in (sent, "0" * 26)]
    told = [re.sub(r'value="[^"]*"', "", page.content.decode()) for page in pages]
    assert told[0] == told[1]


def test_the_code_of_a_closed_survey_says_that_it_is_closed(client: Client) -> None:
    begin(client, wave_of(small()))
    code = code_on(save(client, "/s/wave/q/sex", sex="male"))
    Wave.objects.update(status="closed")
    page = resume(Client(), code)
    assert "This survey is closed" in page.content.decode()
    assert "deleted" in page.content.decode()


def test_too_many_tries_from_one_network_wait(client: Client) -> None:
    for _ in range(60):
        assert client.post("/resume", {"code": "0" * 26}).status_code == 422
    refused = client.post("/resume", {"code": "0" * 26})
    assert refused.status_code == 429
    assert refused["Retry-After"] == "3600"


def test_so_do_tries_to_take_answers_back(client: Client) -> None:
    for _ in range(60):
        assert client.post("/withdraw", {"code": "0" * 20}).status_code == 422
    assert client.post("/withdraw", {"code": "0" * 20}).status_code == 429


def test_a_draft_of_the_public_never_times_out_while_it_lives(client: Client) -> None:
    with time_machine.travel("2026-11-02 09:00", tick=False):
        wave = wave_of(small())
        Wave.objects.update(closes_on="2026-12-31")
        begin(client, wave)
    with time_machine.travel("2026-11-30 21:00", tick=False):
        assert client.get("/s/wave/q/sex").status_code == 200


# Staff -------------------------------------------------------------------------------------------


def staff_wave() -> Wave:
    return wave_of(library("staff-confidence"), kind="pilot")


def test_staff_get_no_code_and_are_told_why(client: Client) -> None:
    wave = staff_wave()
    assert (
        "after 30 minutes in which you do nothing"
        in client.get(f"/s/{wave.slug}/consent").content.decode()
    )
    page = begin(client, wave)
    assert "You cannot save and come back later: many people share" in page.content.decode()
    assert soup(page).select_one("[name=later]") is None
    address = page.request["PATH_INFO"]
    assert client.get(f"/s/{wave.slug}/later")["Location"] == address
    # Nor does the button work where somebody makes it up.
    field = soup(page).select_one("main input[type=radio]")
    assert field is not None
    answer = client.post(address, {field["name"]: field["value"], "later": "yes"})
    assert not answer["Location"].endswith("/later")


def test_no_code_opens_a_draft_of_staff(client: Client) -> None:
    begin(client, staff_wave())
    secret = client.cookies["draft"].value
    assert Client().post("/resume", {"code": secret}).status_code == 422


def test_reading_the_check_of_all_answers_keeps_a_draft_of_staff_awake(client: Client) -> None:
    with time_machine.travel("2026-11-23 09:00", tick=False):
        wave = wave_of(small(audience="staff"))
        Walk(client, wave, chance_chooser(1)).to_check()
    for minute in ("09:25", "09:50", "10:15"):
        with time_machine.travel(f"2026-11-23 {minute}", tick=False):
            assert client.get("/s/wave/check").status_code == 200


def test_a_draft_of_staff_ends_after_half_an_hour_alone_and_says_so(client: Client) -> None:
    with time_machine.travel("2026-11-23 09:00", tick=False):
        wave = staff_wave()
        address = begin(client, wave).request["PATH_INFO"]
    with time_machine.travel("2026-11-23 09:30", tick=False):
        assert client.get(address).status_code == 200  # and that it was read counts as a touch
    with time_machine.travel("2026-11-23 10:00", tick=False):
        assert client.get(address).status_code == 200
    with time_machine.travel("2026-11-23 10:31", tick=False):
        page = client.get(address)
        assert page.status_code == 410
        assert "do nothing for 30 minutes" in page.content.decode()
    assert not Draft.objects.exists()


def test_when_a_draft_was_touched_is_known_inside_it_alone() -> None:
    secret = begin_draft(wave=staff_wave(), language="en")
    row = Draft.objects.values().get()
    assert set(row) == {"key", "wave_id", "ciphertext", "touched_on"}  # a day, no time
    assert read_draft(secret).content.touched_at


def test_reading_on_takes_one_query_more_and_not_each_time() -> None:
    with time_machine.travel("2026-11-23 09:00", tick=False):
        secret = begin_draft(wave=staff_wave(), language="en")
        assert queries(lambda: keep_awake(read_draft(secret)))[1:] == []
    with time_machine.travel("2026-11-23 09:06", tick=False):
        assert len(queries(lambda: keep_awake(read_draft(secret)))) == 2
        assert len(queries(lambda: keep_awake(read_draft(secret)))) == 1


def test_reading_in_one_tab_overwrites_nothing_that_another_saves() -> None:
    with time_machine.travel("2026-11-23 09:00", tick=False):
        secret = begin_draft(wave=staff_wave(), language="en")
    with time_machine.travel("2026-11-23 09:06", tick=False):
        reading = read_draft(secret)
        save_page(secret, {"knowledge_of_ai": "know_a_lot"})
        keep_awake(reading)
        assert read_draft(secret).content.answers["knowledge_of_ai"] == "know_a_lot"


def test_an_abandoned_draft_of_staff_cannot_be_sent() -> None:
    with time_machine.travel("2026-11-23 09:00", tick=False):
        secret = begin_draft(wave=staff_wave(), language="en")
    with time_machine.travel("2026-11-23 12:00", tick=False), pytest.raises(DraftGone):
        save_page(secret, {"knowledge_of_ai": "know_a_lot"})
