"""A page of statements, answered without scripts, and what becomes of its answers."""

import re
from typing import Any

import pytest
from django.test import Client

from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.drafts import read_draft
from surveys.fieldwork.models import Inbox
from surveys.fieldwork.tallying import stored_counts
from surveys.questionnaires.document import Document
from surveys.questionnaires.packing import Slot
from surveys.questionnaires.versions import frozen
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Estimate
from tests.fieldwork.small import document as small
from tests.journeys.walking import Walk, begin, soup
from tests.reports.test_estimating import respond
from tests.support.people import sign_in
from tests.web.public.every import wave_of

pytestmark = pytest.mark.django_db

STATEMENTS = {
    "slower": "Robots are slow.",
    "kinder": "Robots are kind.",
    "dearer": "Robots cost more.",
}
LEAD_IN = "Do you agree that each of these is true?"
OPTIONS = [
    {"code": "agree", "text": "Agree"},
    {"code": "disagree", "text": "Disagree"},
    {"code": "dont_know", "text": "Don't know", "kind": "dont_know"},
]


def document(**told: Any) -> Document:
    """The small questionnaire with one page of three statements before it."""
    stack = {
        "text": LEAD_IN,
        "hint": "Think of the last year.",
        "required": True,
        "options": OPTIONS,
        "statements": [{"code": code, "text": text} for code, text in STATEMENTS.items()],
        **told,
    }
    plain = small("statements").model_dump(by_alias=True)
    page = {"code": "robots_are", "section": "All", "stack": stack}
    return Document.model_validate({**plain, "pages": [page, *plain["pages"]]})


PAGE = "/s/wave/q/robots_are"


def test_each_statement_is_a_group_inside_the_group_of_the_lead_in(client: Client) -> None:
    page = soup(begin(client, wave_of(document())))
    outer = page.select_one("main fieldset.app-stack")
    assert outer is not None
    (heading,) = page.select("h1")
    assert heading.text == LEAD_IN
    assert heading.find_parent("legend").parent is outer  # type: ignore[union-attr]
    hint = page.find(id=str(outer["aria-describedby"]))
    assert hint is not None
    assert hint.text == "Think of the last year."
    groups = outer.select("fieldset")
    legends = [group.select_one("legend").text for group in groups]  # type: ignore[union-attr]
    assert legends == list(STATEMENTS.values())
    for group in groups:
        assert [one["value"] for one in group.select("input")] == ["agree", "disagree", "dont_know"]
        assert {one["type"] for one in group.select("input")} == {"radio"}
    assert len({str(one["name"]) for one in outer.select("input")}) == 3
    told = page.select_one(".app-progress")
    # And the ten questions of the small questionnaire, or nine of them in the other arm.
    assert told is not None
    assert re.fullmatch("All: questions 1 to 3 of up to 1[23]", told.text)


def test_whoever_forgets_a_statement_is_told_which_and_led_to_it(client: Client) -> None:
    begin(client, wave_of(document()))
    refused = client.post(PAGE, {"kinder": "agree"})
    assert refused.status_code == 422
    page = soup(refused)
    links = page.select(".nhsuk-error-summary a")
    assert [link.text for link in links] == [
        f"Select an answer to “{STATEMENTS[code]}”. If you are not sure, select “Don't know”"
        for code in ("slower", "dearer")
    ]
    for link, code in zip(links, ("slower", "dearer"), strict=True):
        field = page.find(id=str(link["href"]).removeprefix("#"))
        assert field is not None
        assert field["name"] == code
        group = field.find_parent("fieldset")
        error = group.select_one(".nhsuk-error-message")  # type: ignore[union-attr]
        assert error is not None
        assert link.text in error.text
        assert error["id"] == group["aria-describedby"]  # type: ignore[index]
    assert page.select_one("input[name=kinder][value=agree]").has_attr("checked")  # type: ignore[union-attr]


def test_answers_are_kept_by_statement_checked_below_their_lead_in_and_sent(client: Client) -> None:
    wave = wave_of(document())
    given = {"slower": "agree", "kinder": "dont_know", "dearer": "disagree"}
    checked = Walk(
        client, wave, lambda name, values: given.get(name, (values or ["x"])[0])
    ).to_check()
    group = soup(checked).select_one("main [role=group]")
    assert group is not None
    named = soup(checked).find(id=str(group["aria-labelledby"]))
    assert named is not None
    assert named.text == LEAD_IN
    rows = {
        row.select_one("dt").text: row.select_one("dd").text  # type: ignore[union-attr]
        for row in group.select(".nhsuk-summary-list__row")
    }
    assert rows == {
        "Robots are slow.": "Agree",
        "Robots are kind.": "Don't know",
        "Robots cost more.": "Disagree",
    }
    # A change leads to the page, with everything as it was, and back.
    change = group.select_one("a")
    assert change is not None
    assert change["href"] == f"{PAGE}?until=robots_are"
    shown = soup(client.get(str(change["href"])))
    for code, answer in given.items():
        assert shown.select_one(f"input[name={code}][value={answer}]").has_attr("checked")  # type: ignore[union-attr]
    client.post("/s/wave/submit")
    assert given.items() <= Inbox.objects.get().answers.items()


def test_statements_stand_for_one_respondent_always_in_one_order(client: Client) -> None:
    wave = wave_of(document(shuffle_statements=True))
    orders = set()
    for _ in range(40):
        visitor = Client()
        shown = begin(visitor, wave)
        order = [one.text for one in soup(shown).select("main fieldset fieldset legend")]
        assert sorted(order) == sorted(STATEMENTS.values())
        again = soup(visitor.post(PAGE, {}))
        assert [one.text for one in again.select("main fieldset fieldset legend")] == order
        # The summary leads down the page and not to and fro.
        summary = [link.text for link in again.select(".nhsuk-error-summary a")]
        assert [text.split("“")[1].split("”")[0] for text in summary] == order
        orders.add(tuple(order))
    # Six orders; that one of them comes up never in 40 draws happens once in 240 runs, so three.
    assert len(orders) >= 3


def test_what_is_missing_of_a_stack_may_wait_until_somebody_comes_back(client: Client) -> None:
    begin(client, wave_of(document()))
    saved = client.post(PAGE, {"kinder": "agree", "later": "yes"}, follow=True)
    assert saved.request["PATH_INFO"] == "/s/wave/later"
    assert read_draft(client.cookies["draft"].value).content.answers["kinder"] == "agree"
    link = soup(saved).select_one("main a.nhsuk-button")
    assert link is not None
    assert link["href"] == PAGE


def test_each_statement_is_tallied_on_its_own(client: Client) -> None:
    wave = wave_of(document())
    for place in range(30):
        given = {"slower": "agree", "kinder": OPTIONS[place % 3]["code"], "nation": "wales"}
        visitor = Client()
        walk = Walk(visitor, wave, lambda name, values, given=given: given.get(name, values[-1:]))
        walk.to_check()
        walk.send()
    assert collect_wave(wave.pk) == 30
    layout = frozen(wave.version_id).layout
    counts = sum(count.slots for (part, _), count in stored_counts(wave).items() if not part)
    counted = {
        (code, option["code"]): counts[layout.place_of_slot[Slot("option", code, option["code"])]]
        for code in STATEMENTS
        for option in OPTIONS
    }
    assert [counted["slower", option["code"]] for option in OPTIONS] == [30, 0, 0]
    assert [counted["kinder", option["code"]] for option in OPTIONS] == [10, 10, 10]
    assert [counted["dearer", option["code"]] for option in OPTIONS] == [0, 0, 30]  # the last


def test_each_statement_is_estimated_and_shown_to_leaders_as_a_question(client: Client) -> None:
    asked = document(nets=[{"code": "sure", "text": "Sure", "options": ["agree", "disagree"]}])
    wave = wave_of(asked, status="closed")
    answers = [
        {
            "slower": "agree" if place < 150 else "disagree",
            "kinder": "agree" if place % 2 else "dont_know",
        }
        for place in range(200)
    ]
    respond(wave, answers)
    release = estimate_wave(wave.pk)
    found = Estimate.objects.filter(release=release, segment="")
    shares = {(one.question, one.option): one.estimate for one in found}
    assert shares["slower", "agree"] == pytest.approx(0.75)  # 150 of 200, and nothing is weighed
    assert shares["slower", "sure"] == pytest.approx(1.0)
    assert shares["kinder", "sure"] == pytest.approx(0.5)  # 100 of 200 knew
    sign_in(client, "manager")
    page = soup(client.get("/insights/statements/"))
    section = page.find(id="slower")
    assert section is not None
    assert "75%" in section.text
    heading = section.find(["h2", "h3"])
    assert heading is not None
    assert f"{LEAD_IN} Robots are slow." in heading.text
