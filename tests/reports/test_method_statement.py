"""The public method statement: written from the release alone, and honest about the sampling."""

import datetime
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings

from surveys.fieldwork.models import Margin, Population, Wave
from surveys.questionnaires.document import Headline
from surveys.reports.estimating import estimate_wave
from surveys.reports.method_statement import MethodStatement, method_statement
from surveys.reports.models import Release
from surveys.reports.releases import publish_release
from tests.fieldwork.small import document, make_wave, publish
from tests.reports.demonstration import load_library, simulated_wave
from tests.reports.test_estimating import raked_wave, respond

pytestmark = pytest.mark.django_db
MARGINS = {
    "sex": {"female": "0.6", "male": "0.4"},
    "nation": {"england": "0.9", "wales": "0.1"},
}


def words(statement: MethodStatement) -> Iterator[str]:
    """Everything that a reader of a statement sees, in order."""
    yield from (statement.title, statement.first)
    for section in statement.sections:
        yield section.heading
        for part in section.parts:
            yield from (part.heading, *part.paragraphs, *part.lines)
            for fact in part.facts:
                yield ": ".join(fact)
            if part.grid:
                yield from (part.grid.caption, *part.grid.columns)
                yield from (" ".join(row) for row in part.grid.rows)
            for margin in part.margins:
                yield from (margin.title, *margin.sources, *margin.notes)
                for row in margin.rows:
                    yield " ".join((row.text, row.target, row.sample, row.weighted))
    for one in statement.shown:
        yield from (one.text, one.hint, *one.answers, *one.notes, one.base)


def text(release: Release) -> str:
    return "\n".join(words(method_statement(release)))


def provisional(**fields: Any) -> Release:
    """300 answers, raked; 150 women and 150 men, 200 in England and 100 in Wales."""
    small = document().model_copy(update={"headlines": (Headline(question="aware", option="yes"),)})
    wave = raked_wave(MARGINS, version=publish(small), **fields)
    nations = ("england", "england", "wales")
    about = [(sex, nation) for sex in ("female", "male") for nation in nations]
    people = [{"sex": sex, "nation": nation} for sex, nation in about * 50]
    respond(wave, [one | {"aware": "yes" if n % 3 else "no"} for n, one in enumerate(people)])
    return estimate_wave(wave.pk)


def published(**fields: Any) -> Release:
    return publish_release(provisional(**fields), by="Ada")


def test_every_margin_is_named_with_source_and_date() -> None:
    load_library()
    release = simulated_wave("public", 1)
    told = method_statement(release)
    (weighting,) = [
        part for section in told.sections for part in section.parts if part.heading == "Weighting"
    ]
    rows = Margin.objects.filter(population__slug="gb-adults-18")
    assert len(weighting.margins) == rows.values("variable").distinct().count() == 4
    for margin in weighting.margins:
        (source,) = margin.sources
        assert "Kantar/Ada technical report Table 1.3" in source
        assert source.endswith("reference date 2022-07")
    assert {row.text for margin in weighting.margins for row in margin.rows} == set(
        rows.values_list("label", flat=True)
    )


def test_the_first_line_says_whom_an_online_survey_misses() -> None:
    told = method_statement(published())
    assert told.first.startswith("People could answer online only.")
    assert "missing from every figure about confidence in it" in told.first


def test_the_first_line_of_another_mode_says_so() -> None:
    told = method_statement(published(mode="by telephone"))
    assert told.first.startswith("People answered by telephone.")


@pytest.mark.parametrize("sampling", ["open", "invited", "panel"])
def test_where_nobody_was_drawn_by_lot_a_margin_of_error_is_only_denied(sampling: str) -> None:
    told = text(published(sampling=sampling))
    assert "This is not a probability sample." in told
    named = re.findall(r"(.{6})margin of error", told)
    assert named
    assert set(named) == {"not a "}
    assert "true share among people like those who answered" in told


def test_a_probability_sample_has_a_margin_of_error() -> None:
    told = text(published(sampling="probability"))
    assert "not a probability sample" not in told
    assert "not a margin of error" not in told
    assert "The intervals are its margin of error." in told
    assert "true share of the population" in told


def test_an_open_link_says_that_repeat_answers_cannot_be_excluded() -> None:
    assert "Repeat answers cannot be excluded." in text(published())
    assert "Repeat answers" not in text(published_elsewhere())


def published_elsewhere() -> Release:
    """A wave of a panel, with the weights that came with it."""
    wave = make_wave("panel", weighting="supplied", status="closed", sampling="panel")
    respond(wave, [{"aware": "yes"}] * 200, weight=3.0)
    respond(wave, [{"aware": "no"}] * 200, weight=1.0)
    return publish_release(estimate_wave(wave.pk), by="Ada")


def test_supplied_weights_and_none_are_called_that() -> None:
    assert "How they were made is not known here" in text(published_elsewhere())
    wave = make_wave("none", status="closed", audience="staff", kind="simulated")
    respond(wave, [{"aware": "yes"}] * 200 + [{"aware": "no"}] * 200)
    told = text(publish_release(estimate_wave(wave.pk), by="Ada"))
    assert "Nothing was weighted: the figures describe those who answered." in told
    assert "Population: Those who answered" in told


def test_the_example_is_the_first_headline_measure_with_its_interval() -> None:
    release = published()
    row = release.estimates.get(question="aware", option="yes", segment="")
    told = (
        f"For example: {row.estimate:.1%} answered “Yes” to “About aware?”, from 300 answers. The"
        f" interval goes from {row.lower:.1%} to {row.upper:.1%}."
    )
    assert told in text(release)


def test_all_that_weighting_did_is_told() -> None:
    release = published()
    told = text(release)
    assert f"Design effect: {release.method['design_effect']:.2f}" in told
    assert f"Worth after weighting: {release.method['effective_base']:,.0f}" in told
    # 150 of 300 are women: 50.0% of the answers, weighted to their target.
    assert "female 60.0% 50.0% 60.0%" in told
    assert "All targets are of one population: Here." in told
    assert "Weights may not exceed 5 times the mean. None did, so none was trimmed." in told


def test_dates_and_days_until_publication_are_told(time_machine_day: Any) -> None:
    closed = datetime.date.today() - datetime.timedelta(days=9)
    release = published(opens_on=closed - datetime.timedelta(days=20), closes_on=closed)
    assert f"to {closed:%-d %B %Y}" in text(release)
    assert "9 days after the last day of fieldwork." in text(release)


def test_the_questions_stand_in_order_with_answers_bases_and_whom_they_were_put_to() -> None:
    shown = method_statement(published()).shown
    assert [one.text for one in shown] == [f"About {code}?" for code in document().questions]
    by_text = {one.text: one for one in shown}
    assert by_text["About aware?"].answers == ("Yes", "No")
    assert by_text["About aware?"].base == "300 answers"
    assert by_text["About comment?"].base == ""
    assert by_text["About robots?"].notes == ("Shown to those who were drawn by lot for “Robot”",)
    assert by_text["About worries?"].notes == ("Shown to some, by what they had answered before",)
    assert by_text["About before?"].answers[0] == "0 (None) to 10 (Full)"


def test_an_explanation_stands_where_it_was_read() -> None:
    load_library()
    shown = method_statement(simulated_wave("public", 1)).shown
    explained = [place for place, one in enumerate(shown) if "An explanation" in str(one.notes)]
    assert explained
    assert all(not shown[place].answers for place in explained)


def test_those_who_left_a_margin_open_stand_beside_everyone() -> None:
    small = document().model_copy(update={"headlines": (Headline(question="aware", option="yes"),)})
    wave = raked_wave({"nation": {"england": "0.5", "wales": "0.5"}}, version=publish(small))
    for nation in ({"nation": "england"}, {"nation": "wales"}):
        respond(wave, [{"aware": "yes"} | nation] * 75 + [{"aware": "no"} | nation] * 25)
    respond(wave, [{"aware": "yes"}] * 25 + [{"aware": "no"}] * 75)
    told = text(publish_release(estimate_wave(wave.pk), by="Ada"))
    # By hand: 175 of 300 said yes, 25 of the 100 who left their nation open; nobody weighs more.
    assert "“Yes” to “About aware?” 58% 25%" in told
    assert "Nation (about 100)" in told


def test_where_they_are_few_it_says_that_it_does_not_tell() -> None:
    wave = raked_wave({"nation": {"england": "0.5", "wales": "0.5"}})
    for nation in ("england", "wales"):
        respond(wave, [{"aware": "yes", "nation": nation}] * 60)
    respond(wave, [{"aware": "no"}])
    told = text(publish_release(estimate_wave(wave.pk), by="Ada"))
    assert "How they answered is not told here: it could tell of few people." in told
    assert "A few people left this open" in told


def test_what_the_gate_found_is_told_and_the_reason_with_it() -> None:
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 60)
    release = publish_release(estimate_wave(wave.pk), by="Ada Lovelace", reason="All 60 answered.")
    told = text(release)
    assert "Base: Blocks. 60 people are counted, fewer than 100." in told
    assert (
        "It was published although this blocked it: Base. The reason, given by Ada Lovelace:"
        " “All 60 answered.”"
    ) in told


def test_a_release_from_before_there_was_a_gate_says_so() -> None:
    release = published()
    release.gate = []
    del release.method["fieldwork"]
    told = text(release)
    assert "before releases were checked in this way" in told
    assert "Fieldwork" in told


def test_nothing_that_changes_afterwards_changes_the_statement(settings: LazySettings) -> None:
    settings.COMMISSIONED_BY = "The Example Trust"
    release = published()
    before = text(release)
    assert "Commissioned by: The Example Trust" in before
    Margin.objects.update(source="Another", reference_date="1999", label="Renamed")
    Population.objects.update(title="Elsewhere", reference_note="Another")
    Wave.objects.update(mode="on paper", closes_on=datetime.date(2030, 1, 1))
    settings.COMMISSIONED_BY = settings.OPERATOR_NAME = "Somebody else"
    settings.DISCLOSURE_MINIMUM = 99
    again = Release.objects.select_related("wave__questionnaire", "wave__population")
    assert text(again.get(pk=release.pk)) == before


def test_staff_and_the_public_are_said_to_overlap() -> None:
    assert "about groups that overlap" in text(published())


def test_a_staff_release_says_what_its_intervals_may_understate() -> None:
    wave = make_wave("staff", status="closed", audience="staff", kind="simulated")
    respond(wave, [{"aware": "yes"}, {"aware": "no"}] * 150)
    estimate_wave(wave.pk)
    release = Release.objects.select_related("wave__questionnaire", "wave__population")
    told = text(release.get(wave=wave))
    assert "as if each had been drawn alone from all NHS staff" in told
    assert "the intervals are too narrow" in told
    assert "there is no finite population correction" in told
    assert "drawn alone" not in text(published())


def test_a_provisional_release_shows_the_gate_as_it_is_now() -> None:
    told = text(provisional())
    assert "They are not published yet." in told
    assert "Base: Fine. 300 people are counted; 300 are enough." in told


def test_there_is_no_statement_without_figures() -> None:
    wave = make_wave(status="closed")
    with pytest.raises(ValueError, match="has no figures"):
        method_statement(estimate_wave(wave.pk))
