"""What a method statement says of arms, and of answers that came in a file with them."""

from pathlib import Path

import pytest

from surveys.fieldwork.import_map import ImportMap
from surveys.fieldwork.importing import import_responses
from surveys.questionnaires.document import Document
from surveys.reports.arms import BY_FILE, CHANCE
from surveys.reports.estimating import estimate_wave
from surveys.reports.ledger import ledger
from surveys.reports.models import Release
from tests.fieldwork.small import publish
from tests.fieldwork.test_importing import empty_wave, write
from tests.reports.test_effects import closed_wave, experiment, given
from tests.reports.test_method_statement import text

pytestmark = pytest.mark.django_db
ANSWERS = given("robot", 8, 150, before=3) + given("nothing", 7, 150, before=3)
OURS = (  # what only our own pages would know
    "People were told",
    "A computer drew for each person",
    "Chance made the groups alike",
    "in an order drawn by lot",
    "were drawn by lot for",
    "takes back",
    "marked for how they were given",
)


def watched() -> Document:
    """The experiment, with marked answers and an order drawn by lot."""
    data = experiment().model_dump(by_alias=True)
    data["quality"] = {"seconds_per_word": 0.3, "straight": 6}
    for page in data["pages"]:
        for question in page["questions"]:
            if question["code"] == "robots":
                question["shuffle"] = True
    return Document.model_validate(data)


def imported(tmp_path: Path) -> Release:
    wave = empty_wave(version=publish(watched()))
    import_responses(wave, write(tmp_path / "panel.csv", ANSWERS), ImportMap())
    return estimate_wave(wave.pk)


def test_of_answers_from_a_file_nothing_is_claimed_that_only_our_pages_would_know(
    tmp_path: Path,
) -> None:
    said = text(imported(tmp_path))
    assert [claim for claim in OURS if claim in said] == []
    assert "Who was in which came with the answers in a file." in said
    assert "What people were told before they answered is not known here" in said
    assert "Shown to those who are in “Robot”" in said


def test_of_answers_from_our_pages_it_is() -> None:
    said = text(estimate_wave(closed_wave(ANSWERS).pk))
    assert "A computer drew for each person" in said
    assert "People were told" in said


def test_that_chance_drew_the_arms_of_a_file_is_not_taken_as_known(tmp_path: Path) -> None:
    judged = [one.judgement for one in ledger([imported(tmp_path)]) if one.with_ == "arm:arm=robot"]
    assert all(one.verdict == "annotate" and BY_FILE in one.reasons for one in judged)
    assert all(CHANCE not in one.notes for one in judged)
    assert judged
