"""From the first page to the confirmation, as a browser without scripts goes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from time_machine import travel

from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.models import Draft, Inbox, Response, Wave
from surveys.questionnaires.answers import problems
from surveys.questionnaires.document import Document
from tests.fieldwork.small import document as small
from tests.journeys.walking import Walk, begin, chance_chooser, kept_answers, page_form, soup
from tests.web.public.every import document, library, wave_of

pytestmark = pytest.mark.django_db
GROUP = "[0-9A-Z]{4}"
CODE = re.compile(f"{GROUP}(?:-{GROUP}){{4}}(?:(?:-{GROUP}){{2}}-[0-9A-Z]{{2}})?")  # 20 or 30


def code_on(page: Any) -> str:
    shown = soup(page).select_one(".app-code")
    assert shown
    assert CODE.fullmatch(shown.text)
    return shown.text


def post(client: Client, path: str, **answers: Any) -> Any:
    return client.post(f"/s/wave/{path}", answers, follow=True)


def place(response: Any) -> str:
    return response.request["PATH_INFO"].removeprefix("/s/wave/")


def answered(client: Client, wave: Wave, **answers: Any) -> None:
    """A draft of the small questionnaire that is ready to be sent."""
    choose = chance_chooser(1, **{"aware": "no", **answers})
    Walk(client, wave, choose).to_check()


@pytest.mark.parametrize("name", ["public-confidence", "staff-confidence"])
@pytest.mark.parametrize("seed", range(4))
def test_a_respondent_walks_through_the_whole_questionnaire(
    client: Client, name: str, seed: int
) -> None:
    asked = library(name)
    walk = Walk(client, wave_of(asked), chance_chooser(seed))
    check = walk.to_check()
    answers = soup(check).select(".nhsuk-summary-list__row")
    done = walk.send()
    assert place(done) == "done"
    kept = kept_answers()
    assert problems(asked, kept) == []
    assert len(answers) == len(kept) - len(asked.splits)
    code_on(done)


def test_every_arm_of_the_split_has_its_own_questions(client: Client) -> None:
    asked = library("public-confidence")
    wave = wave_of(asked)
    seen: dict[str, set[str]] = {}
    for seed in range(40):
        visitor = Client()
        walk = Walk(visitor, wave, chance_chooser(seed))
        walk.to_check()
        walk.send()
        technology = {page.split("_")[-1] for page in walk.seen if page.startswith("ada_aware")}
        assert len(technology) == 1
        seen.setdefault(technology.pop(), set()).update(walk.seen)
        if len(seen) == 3:
            break
    assert set(seen) == {"cancer", "vha", "rca"}
    for arm, pages in seen.items():
        others = set(seen) - {arm}
        assert not any(page.endswith(f"_{other}") for page in pages for other in others)


def test_every_type_of_question_is_asked_checked_and_kept(client: Client) -> None:
    wave = wave_of(document())
    fixed = {"several": ["d2", "d1"]}
    walk = Walk(client, wave, chance_chooser(3, **fixed))
    check = walk.to_check()
    assert "7 years" in soup(check).text
    walk.send()
    kept = Inbox.objects.get().answers
    assert kept["number"] == 7
    assert kept["several"] == ["d1", "d2"]
    assert kept["long"] == "Some words."


def test_sent_twice_it_counts_once_and_shows_the_same_code(client: Client) -> None:
    wave = wave_of(small(), "wave")
    answered(client, wave)
    held = client.cookies["draft"].value
    first = post(client, "submit")
    again = post(client, "submit")  # the button pressed again on the page before
    late = Client()
    late.cookies["draft"] = held  # the first answer never reached this browser
    repeated = post(late, "submit")
    assert code_on(first) == code_on(again) == code_on(repeated)
    assert Inbox.objects.count() == 1
    collect_wave(wave.pk, everything=True)
    late.cookies["draft"] = held
    assert code_on(post(late, "submit")) == code_on(first)
    assert Response.objects.count() == 1


def test_the_confirmation_can_be_reloaded_for_15_minutes_and_no_longer(client: Client) -> None:
    answered(client, wave_of(small()))
    now = timezone.now()
    with travel(now, tick=False):
        code = code_on(post(client, "submit"))
    with travel(now + timedelta(minutes=14), tick=False):
        assert code_on(client.get("/s/wave/done")) == code
    with travel(now + timedelta(minutes=16), tick=False):
        late = client.get("/s/wave/done")
        assert late.status_code == 410
        assert code not in late.content.decode()


def test_answers_are_shown_again_on_the_way_back(client: Client) -> None:
    wave = wave_of(small())
    begin(client, wave)
    post(client, "q/sex", sex="male")
    page = post(client, "q/nation", nation="wales")
    back = soup(page).select_one(".nhsuk-back-link")
    assert back
    before = client.get(back["href"])
    assert place(before) == "q/nation"
    chosen = soup(before).select("input[checked]")
    assert [one["value"] for one in chosen] == ["wales"]
    first = client.get(soup(before).select_one(".nhsuk-back-link")["href"])  # type: ignore[index]
    assert soup(first).select_one(".nhsuk-back-link")["href"] == "/s/wave/consent"  # type: ignore[index]


def test_a_change_from_the_check_returns_there(client: Client) -> None:
    answered(client, wave_of(small()), sex="male")
    check = client.get("/s/wave/check")
    link = soup(check).select_one(".nhsuk-summary-list__actions a")
    assert link
    changing = client.get(link["href"])
    assert soup(changing).select_one(".nhsuk-back-link")["href"] == "/s/wave/check"  # type: ignore[index]
    after = client.post(link["href"], {"sex": "female"}, follow=True)
    assert place(after) == "check"
    assert "Female" in soup(after).text


def test_a_change_that_opens_a_page_asks_it_and_then_returns(client: Client) -> None:
    answered(client, wave_of(small()))
    new = client.post("/s/wave/q/aware?until=aware", {"aware": "yes"}, follow=True)
    assert place(new) == "q/worries"
    query = new.request["QUERY_STRING"]
    after = client.post(f"/s/wave/q/worries?{query}", {"worries": "jobs"}, follow=True)
    assert place(after) == "check"


def test_a_change_that_closes_a_page_drops_its_answer_and_says_so(client: Client) -> None:
    answered(client, wave_of(small()), aware="yes", worries="jobs")
    after = client.post("/s/wave/q/aware?until=aware", {"aware": "no"}, follow=True)
    assert place(after) == "check"
    assert "You changed an answer. We took away 1 later answer" in soup(after).text
    assert "About worries" not in soup(after).text
    post(client, "submit")
    assert "worries" not in Inbox.objects.get().answers


def test_the_next_question_page_says_what_was_dropped_too(client: Client) -> None:
    answered(client, wave_of(small()), aware="yes", worries="jobs")
    after = post(client, "q/aware", aware="no")
    assert place(after) == "q/years"
    assert "We took away 1 later answer" in soup(after).text
    forged = client.get("/s/wave/q/years?dropped=<b>1</b>")
    assert "We took away" not in soup(forged).text


def test_an_error_keeps_what_was_given_and_leads_to_its_field(client: Client) -> None:
    wave = wave_of(document())
    begin(client, wave)
    client.post("/s/wave/q/mixed", {"mixed": "c1"})
    post(client, "q/single", single="a")
    post(client, "q/mixed", mixed="c1")
    answer = client.post("/s/wave/q/several", {"several": ["d1", "none"]})
    assert answer.status_code == 422
    page = soup(answer)
    assert page.title
    assert page.title.text.startswith("Error: ")
    summary = page.select_one(".nhsuk-error-summary a")
    inline = page.select_one(".nhsuk-error-message")
    assert summary
    assert inline
    assert summary.text in inline.text
    target = page.find(id=str(summary["href"]).lstrip("#"))
    assert target
    assert target["name"] == "several"
    assert {one["value"] for one in page.select("input[checked]")} == {"d1", "none"}


def test_what_was_typed_is_not_lost_in_an_error(client: Client) -> None:
    wave = wave_of(document())
    walk = Walk(client, wave, chance_chooser(1))
    walk.to_check()
    words = "<b>Tea & cake</b> " * 20
    answer = client.post("/s/wave/q/long", {"long": words})
    assert answer.status_code == 422
    area = soup(answer).select_one("textarea")
    assert area
    assert area.text.strip() == words.strip()


@pytest.mark.parametrize("data", [{"aware": "zz"}, {"aware": ""}, {}, {"aware": ["yes", "zz"]}])
def test_an_option_that_does_not_exist_is_refused_and_nothing_kept(
    client: Client, data: dict[str, Any]
) -> None:
    begin(client, wave_of(small()))
    before = Draft.objects.get().ciphertext
    assert client.post("/s/wave/q/aware", data).status_code == 422
    assert bytes(Draft.objects.get().ciphertext) == bytes(before)


def test_a_field_of_another_page_is_not_kept(client: Client) -> None:
    begin(client, wave_of(small()))
    post(client, "q/sex", sex="male", aware="yes", arm="robot")
    assert client.get("/s/wave/check", follow=True).request["PATH_INFO"] == "/s/wave/q/aware"


def test_nobody_reaches_the_check_or_sends_without_what_is_required(client: Client) -> None:
    begin(client, wave_of(small()))
    assert place(client.get("/s/wave/check", follow=True)) == "q/aware"
    assert place(client.get("/s/wave/q/after", follow=True)) == "q/aware"
    assert place(post(client, "submit")) == "q/aware"
    assert not Inbox.objects.exists()


def test_a_page_that_is_not_on_the_way_leads_to_where_the_respondent_is(client: Client) -> None:
    answered(client, wave_of(small()), aware="no")
    assert place(client.get("/s/wave/q/worries", follow=True)) == "check"
    assert place(client.get("/s/wave/q/nothing", follow=True)) == "check"
    assert place(post(client, "q/worries", worries="jobs")) == "check"


def test_somebody_under_18_is_thanked_and_nothing_is_kept(client: Client) -> None:
    begin(client, wave_of(library("public-confidence")))
    assert Draft.objects.count() == 1
    end = post(client, "q/age", age="under_18")
    assert place(end) == "ended"
    assert "We have deleted your answer" in soup(end).text
    assert not Draft.objects.exists()
    assert client.cookies["draft"].value == ""
    assert client.get("/s/wave/q/age").status_code == 410


def test_somebody_who_was_under_18_by_mistake_can_start_again(client: Client) -> None:
    wave = wave_of(library("public-confidence"))
    begin(client, wave)
    post(client, "q/age", age="under_18")
    assert place(begin(client, wave)) == "q/age"


def test_an_explainer_tells_and_asks_nothing(client: Client) -> None:
    wave = wave_of(document())
    Walk(client, wave, chance_chooser(1)).to_check()
    before = bytes(Draft.objects.get().ciphertext)
    page = client.get("/s/wave/q/explained")
    told = soup(page).text
    assert "An example" in told
    assert "Source: A book" in told
    assert len(page_form(page).select("input:not([type=hidden])")) == 0
    assert place(post(client, "q/explained")) == "q/asked"
    assert bytes(Draft.objects.get().ciphertext) == before


def test_wording_that_is_somebody_elses_is_credited(client: Client) -> None:
    begin(client, wave_of(document()))
    assert "Asked by <us>" in soup(client.get("/s/wave/q/single")).text


def test_the_language_of_the_page_is_the_language_of_its_words(client: Client) -> None:
    begin(client, wave_of(small()))
    page = client.get("/s/wave/q/sex", headers={"accept-language": "cy"})
    assert soup(page).html["lang"] == "en"  # type: ignore[index]


def test_going_back_from_the_confirmation_leads_to_the_code_again(client: Client) -> None:
    wave = wave_of(small())
    answered(client, wave)
    code = code_on(post(client, "submit"))
    for path in ("check", "q/aware"):
        response = client.get(f"/s/wave/{path}", follow=True)
        assert place(response) == "done"
        assert code_on(response) == code


def test_who_is_screened_out_is_told_by_the_whole_answer_and_not_by_a_part_of_it(
    client: Client,
) -> None:
    plain = small().model_dump(mode="json", by_alias=True)
    sex, before = plain["pages"][0]["questions"][0], plain["pages"][3]["questions"][0]
    sex["options"][1] |= {"code": "male", "screens_out": True}  # a part of "female"
    plain["variables"][0]["categories"][1]["code"] = "male"
    before["options"][0]["screens_out"] = True
    wave = wave_of(Document.model_validate(plain))
    begin(client, wave)
    assert place(post(client, "q/sex", sex="female")) == "q/nation"
    post(client, "q/nation", nation="wales")
    post(client, "q/job", job="nurse")
    assert place(post(client, "q/before", before="7")) == "q/aware"
    assert place(post(client, "q/sex", sex="male")) == "ended"
    assert not Draft.objects.exists()
