"""Published figures come in whole and exactly, or not at all."""

import csv
from pathlib import Path

import pytest

from surveys.fieldwork.tables import FileRefused
from surveys.reports.benchmarks import import_published, plotted_on, published_keys
from surveys.reports.models import PublishedEstimate, PublishedQuestion, PublishedSurvey

pytestmark = pytest.mark.django_db
LIBRARY = Path(__file__).parents[2] / "surveys" / "reports" / "library"
SURVEYS, ESTIMATES = LIBRARY / "published_surveys.csv", LIBRARY / "published_estimates.csv"
QUESTIONS = SURVEYS.with_name("published_questions.csv")


def changed(path: Path, to: Path, line: int, **cells: str) -> Path:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    rows[line - 2] |= cells
    with to.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    return to


def test_what_we_ship_comes_in_whole_and_twice_changes_nothing():
    for _ in range(2):
        done = import_published(SURVEYS, ESTIMATES)
        assert (done.surveys, done.estimates) == (11, 173)
        assert PublishedEstimate.objects.count() == 173
    baseline = PublishedEstimate.objects.get(
        survey__slug="hf-yougov-2020", survey__audience="public", option="more"
    )
    # The Health Foundation, news release of 24 June 2021: 36% more, base 4,326.
    assert (float(baseline.share), baseline.base) == (0.36, 4326)
    assert ("hf-yougov-2020", "staff", "more_or_less", "less") in published_keys()


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"percent": "136"}, "line 3, column percent: '136' is not a percentage"),
        ({"percent": "lots"}, "'lots' is not a percentage"),
        ({"survey": "nobody"}, "there is no survey nobody"),
        ({"wording_status": "guess"}, "'guess' is neither exact nor paraphrase"),
        ({"base_n": "many"}, "'many' is not a number of people"),
        ({"option": "more"}, "stands here twice"),
    ],
)
def test_a_faulty_figure_refuses_the_whole_file(tmp_path, cells, fault):
    with pytest.raises(FileRefused) as refusal:
        import_published(SURVEYS, changed(ESTIMATES, tmp_path / "e.csv", 3, **cells))
    assert fault in str(refusal.value)
    assert not PublishedSurvey.objects.exists()


def test_a_file_without_a_column_says_which(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("survey,audience\nx,public\n")
    with pytest.raises(FileRefused, match="line 1: the header lacks title"):
        import_published(path, ESTIMATES)


def test_a_month_is_plotted_in_its_middle():
    assert str(plotted_on("2020-10", "2020-10")) == "2020-10-16"
    assert str(plotted_on("2022-11", "2022-12-21")) == "2022-11-26"


def test_how_published_surveys_asked_comes_in_with_them():
    for _ in range(2):
        assert import_published(SURVEYS, ESTIMATES, QUESTIONS).questions == 71
        assert PublishedQuestion.objects.count() == 71
    known = PublishedQuestion.objects.get(survey="ipsos-kp-2023", question="knowledge_of_ai")
    assert known.options


def test_a_faulty_question_refuses_everything(tmp_path):
    faulty = changed(QUESTIONS, tmp_path / "q.csv", 3, stem_status="guess")
    with pytest.raises(FileRefused, match="line 3, column stem_status: 'guess'"):
        import_published(SURVEYS, ESTIMATES, faulty)
    assert not PublishedSurvey.objects.exists()
