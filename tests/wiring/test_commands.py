"""The commands of an operator, one after the other as docs/operations.md names them."""

import csv
import io
import json
import random
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from surveys.fieldwork.models import Response, User, Wave
from surveys.fieldwork.simulation import invented
from surveys.questionnaires.loading import load
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Release
from tests.fieldwork.small import make_wave
from tests.questionnaires.ward_round import LIBRARY, text
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: Any, **options: Any) -> str:
    told = StringIO()
    call_command(name, *map(str, arguments), stdout=told, **options)
    return told.getvalue()


def create(slug: str, **options: Any) -> str:
    return run(
        "create_wave",
        slug,
        **{
            "questionnaire": "public-confidence",
            "title": "Public, autumn 2026",
            "opens": "2026-10-01",
            "closes": "2026-10-21",
            "population": "uk-adults-18",
            "sampling": "panel",
            **options,
        },
    )


@pytest.fixture
def library() -> None:
    run("import_library")


def panel_file(folder: Path, respondents: int) -> Path:
    """What a panel company sends: invented people, one row each."""
    document = load(LIBRARY / "public-confidence.yaml").document
    people = list(invented(document, respondents, random.Random(1)))
    columns = list(dict.fromkeys(code for answers in people for code in answers))
    path = folder / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for answers in people:
            writer.writerow(
                {
                    code: ";".join(answer) or "(none)" if isinstance(answer, list) else answer
                    for code, answer in answers.items()
                }
            )
    return path


def test_a_wave_from_a_file_to_a_published_report(library: None, tmp_path: Path) -> None:
    assert create("panel-2026").startswith("panel-2026: Public, autumn 2026")
    told = run("import_responses", "panel-2026", panel_file(tmp_path, 400))
    assert "400 answers are in panel-2026, which is closed now." in told
    assert Response.objects.count() == 400
    run("estimate", "panel-2026")
    run("publish_release", "panel-2026")
    report = json.loads(run("export_report", "panel-2026", format="json"))
    assert report["release"]["state"] == "published"
    assert report["release"]["method"]["converged"] is True
    rows = list(csv.DictReader(io.StringIO(run("export_report", "panel-2026", format="csv"))))
    assert len(rows) == len(report["estimates"])
    wave = Wave.objects.get()
    assert wave.status == "published"
    assert Release.objects.get(wave=wave).respondents == 400


@pytest.fixture
def too_few() -> Release:
    """A provisional release that its base blocks."""
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 60)
    return estimate_wave(wave.pk)


def test_what_blocks_a_release_needs_a_reason_and_somebody_who_gives_it(too_few: Release) -> None:
    told = StringIO()
    with pytest.raises(CommandError, match=r"Base: 60 people are counted.*--override REASON"):
        call_command("publish_release", "wave", stdout=told)
    assert "blocks  Base: 60 people are counted, fewer than 100." in told.getvalue()
    assert "  fine  Largest weight" in told.getvalue()
    with pytest.raises(CommandError, match="needs --by"):
        run("publish_release", "wave", override="All of the ward answered.")
    with pytest.raises(CommandError, match=r"Nobody with the address ada@example\.org"):
        run("publish_release", "wave", override="All answered.", by="ada@example.org")
    User.objects.create_user("ada@example.org", name="Ada Lovelace")
    told_now = run("publish_release", "wave", override="All answered.", by="Ada@example.org")
    assert "is published, sha256" in told_now
    too_few.refresh_from_db()
    assert (too_few.override_reason, too_few.published_by) == ("All answered.", "Ada Lovelace")


def test_a_reason_that_is_not_needed_is_said_not_to_be_kept() -> None:
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    estimate_wave(wave.pk)
    User.objects.create_user("ada@example.org")
    told = run("publish_release", "wave", override="Just in case.", by="ada@example.org")
    assert "Nothing blocked it, so the reason is not kept." in told


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"questionnaire": "private-confidence"}, "no published private-confidence"),
        ({"label": "7.0"}, "no published version 7.0 of public-confidence"),
        ({"label": "first"}, "first is no version such as 1.0"),
        ({"population": "martians"}, "There is no population martians"),
        ({"population": None}, "population"),
        ({"closes": "2026-09-01"}, "on or after the opening date"),
    ],
)
def test_a_wave_that_makes_no_sense_is_refused_with_the_reason(
    library: None, options: dict[str, Any], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        create("wave", **options)
    assert not Wave.objects.exists()


@pytest.mark.parametrize(
    "command", ["collect", "estimate", "publish_release", "export_report", "rebuild_tallies"]
)
def test_a_wave_that_is_not_there_is_named(command: str) -> None:
    with pytest.raises(CommandError, match="There is no wave tide"):
        run(command, "tide")


def test_files_that_are_not_there_are_named(library: None, tmp_path: Path) -> None:
    create("wave")
    missing = tmp_path / "missing.csv"
    for command in (
        ("import_responses", "wave", missing),
        ("import_margins", missing),
        ("import_questionnaire", missing),
        ("import_published", missing, missing),
    ):
        with pytest.raises(CommandError, match=r"missing\.csv"):
            run(*command)


def test_a_questionnaire_is_published_or_every_fault_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ward-round.yaml"
    path.write_text(text(), encoding="utf-8")
    assert "1.0 is published" in run("import_questionnaire", path)
    path.write_text(text().replace("segments: [age]", "segments: [mood]"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"1 to mend:\nline \d+: segments\.0: there is no"):
        run("import_questionnaire", path)
