"""What the report says of change: the sentences of its files, and nothing beside them."""

import csv
import html
import io
import json
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from surveys.fieldwork.models import Wave
from surveys.reports.charts import COLOURS
from surveys.reports.words import NOT_NO_CHANGE, THE_REST
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.series import aware, robots, two_waves
from tests.support.people import sign_in

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).parents[3] / "templates" / "insights"
ARROWS = re.compile(r"[←-⇿⟰-⟿⤀-⥿⬀-⬑▲△▴▵▶▷▼▽▾▿◀◁➔-➾]|&[lrud]arr;|\barrow", re.IGNORECASE)
DIRECTIONS = re.compile(r"\b(up|down|higher|lower|rose|fell|rise|fall)\b", re.IGNORECASE)

STATEMENT = re.compile(r"<strong>[^<]*</strong>: [^<]*")
PARTS = re.compile(r"<li>([^<]*with everybody counted once[^<]*)</li>")


def words(page: str) -> str:
    """The page as it is read: no markup, one space between words."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())


def small_report(client: Client) -> str:
    sign_in(client, "manager")
    return client.get(reverse("insights-questionnaire", args=["small-public"])).content.decode()


def test_page_json_and_csv_say_the_identical_sentence(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    load_library()
    simulated_wave("public", 1)
    simulated_wave("public", 2)
    sign_in(client, "leader")
    address = reverse("insights-questionnaire", args=["public-confidence"])
    page = client.get(address).content.decode()
    table = client.get(reverse("insights-comparisons", args=["public-2"])).content.decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    call_command("export_report", "public-2")
    in_json = json.loads(capsys.readouterr().out)["comparisons"]
    assert [row["sentence"] for row in rows] == [one["sentence"] for one in in_json]
    # Charted measures only are told on the page, and each of those to the letter.
    on_page = [words(one) for one in STATEMENT.findall(page)]
    assert len(on_page) > 40
    assert set(on_page) <= {row["sentence"] for row in rows}
    parts = {row["who_answered"].removesuffix(f" {THE_REST}") for row in rows}
    told = [words(one) for one in PARTS.findall(page)]
    assert len(told) > 20
    assert set(told) <= parts
    assert THE_REST in words(page)


def test_the_head_of_the_report_says_what_was_tested_and_what_was_left_out(client: Client) -> None:
    two_waves(aware(150, 250) + robots(40, 40), aware(250, 150) + robots(60, 20))
    page = words(small_report(client))
    assert "1 of 3 is tested against First." in page
    assert "Left out, for the reason that each gives: “About robots?”, “Like”." in page
    assert "Without a figure in First: “About worries?”, “Any”." in page
    assert NOT_NO_CHANGE in page
    assert "“About aware?”, “Yes”: up 2" in page


def test_what_a_screening_finds_stands_apart_with_the_size_of_its_grid(client: Client) -> None:
    two_waves(aware(150, 250), aware(250, 150))
    page = small_report(client)
    # “No” alone was looked through: “Yes” is declared, and nothing else was answered.
    assert "The one other measure that was looked through stands out." in words(page)
    card = page[page.index('id="aware"') :]
    claims, _, looks = card.partition("Worth a look, not a claim")
    assert "up 25.0 points since First" in words(claims)
    assert "worth a look and not a claim" not in claims
    assert "25.0 points lower since First, worth a look and not a claim" in words(looks)


def test_nothing_is_tested_on_the_page_of_an_open_wave(client: Client) -> None:
    two_waves(aware(150, 250), aware(250, 150), status="open")
    page = words(small_report(client))
    assert "Nothing is tested while a wave is open." in page
    assert "Worth a look" not in page
    assert NOT_NO_CHANGE not in page


def test_a_first_wave_has_nothing_to_be_tested_against(client: Client) -> None:
    load_library()
    simulated_wave("public", 1)
    sign_in(client, "leader")
    address = reverse("insights-questionnaire", args=["public-confidence"])
    page = words(client.get(address).content.decode())
    assert "There is no earlier wave to test them against." in page
    assert "sampling alone could explain" in page
    assert "Were their design effect another, sampling alone could explain: with 1, " in page


def test_where_nothing_is_weighted_no_part_of_a_gap_is_told(client: Client) -> None:
    two_waves(aware(150, 250), aware(250, 150))
    assert THE_REST not in words(small_report(client))


def test_no_arrow_and_no_colour_of_a_direction_stands_outside_a_sentence(client: Client) -> None:
    two_waves(aware(150, 250), aware(250, 150))
    page = small_report(client)
    assert Wave.objects.count() == 2
    for path in TEMPLATES.glob("*.html"):
        assert not ARROWS.search(path.read_text(encoding="utf-8")), path
    main = page[page.index("<main") : page.index("</main>")]
    assert not ARROWS.search(main)
    assert " up 25.0 points " in main
    # How the figures were made tells of no change, and may speak of anything going up.
    told = main[: main.index('id="quality"')]
    silent = STATEMENT.sub("", told)
    assert not DIRECTIONS.search(words(silent)), DIRECTIONS.search(words(silent))
    # Lines and marks have the colour of their series, whichever way it went.
    drawn = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', main))
    assert drawn <= {*COLOURS, "#ffffff", "#d8dde0", "#4c6272", "#8a5a00"}
    tags = set(re.findall(r"nhsuk-tag--(\w+)", told))
    assert tags <= {"yellow", "orange"}  # provisional, simulated
