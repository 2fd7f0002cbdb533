"""What an organisation's staff answered, beside the rest: right, rounded, and of no few."""

import random
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from surveys.fieldwork.collecting import NewResponse
from surveys.fieldwork.headcounts import import_headcounts
from surveys.fieldwork.mixing import FromStaff, archive_staff
from surveys.fieldwork.models import Headcount, Organisation, Wave
from surveys.fieldwork.tables import FileRefused
from surveys.questionnaires.document import Document
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import OrganisationEstimate, Release
from surveys.reports.releases import is_intact, publish_release
from surveys.statistics.differences import hybrid
from surveys.statistics.intervals import wilson
from surveys.statistics.poststrata import stratified_share
from tests.fieldwork.small import document, make_wave, publish
from tests.fieldwork.test_mixing import organisation

pytestmark = pytest.mark.django_db


def staff_document() -> Document:
    """The small questionnaire, whose question about the job is one about the respondent."""
    made = document("small-staff", "staff").model_dump(
        mode="json", by_alias=True, exclude_defaults=True
    )
    for page in made["pages"]:
        for question in page["questions"]:
            question["profile"] = question["code"] in ("sex", "nation", "job")
    for variable in made["variables"]:
        if variable["code"] == "job":
            variable["code"] = "staff_group"
    made["segments"] = ["sex", "staff_group"]
    return Document.model_validate(made)


def answered(wave: Wave, given: dict[str, list[dict[str, Any]]]) -> None:
    """The wave's answers, by the code of the organisation they are from."""
    places = {one.code: one.pk for one in Organisation.objects.all()}
    answers = [
        FromStaff(places[code], NewResponse(one, "", None))
        for code, many in given.items()
        for one in many
    ]
    with transaction.atomic():
        archive_staff(wave, lambda: iter(answers))
    Wave.objects.filter(pk=wave.pk).update(status="closed")


def staff(yes: int, no: int, job: str = "nurse") -> list[dict[str, Any]]:
    shared = {"sex": "female", "nation": "england", "job": job}
    return [{**shared, "aware": "yes"}] * yes + [{**shared, "aware": "no"}] * no


@pytest.fixture
def wave() -> Wave:
    """Two systems of three trusts each."""
    for system in ("QE1", "QE2"):
        organisation(system)
        for number in (1, 2, 3):
            organisation(f"{system}-{number}", system)
    return make_wave(version=publish(staff_document()), sampling="invited")


GIVEN = {
    "QE1-1": staff(60, 40),
    "QE1-2": staff(30, 70),
    "QE1-3": staff(50, 60),
    "QE2-1": staff(70, 50),
    "QE2-2": staff(55, 65),
    "QE2-3": staff(40, 80),
}


def aware(release: Release, code: str) -> OrganisationEstimate:
    rows = release.organisation_estimates.filter(question="aware", option="yes")
    return rows.get(organisation__code=code)


def test_an_organisation_stands_beside_the_rest_of_its_parent_and_country(wave: Wave) -> None:
    answered(wave, GIVEN)
    release = estimate_wave(wave.pk)
    row = aware(release, "QE1-1")
    assert (row.base, row.estimate) == (100, 0.6)
    ours, rest, country = (wilson(y / n, n) for y, n in ((60, 100), (80, 210), (245, 570)))
    assert (row.lower, row.upper) == tuple(round(float(end), 2) for end in ours)
    for name, others, share in (("parent", rest, 80 / 210), ("country", country, 245 / 570)):
        lower, upper = hybrid((share, *others), (0.6, *ours))
        assert getattr(row, f"{name}_difference") == round(0.6 - share, 2)
        assert getattr(row, f"{name}_lower") == round(float(lower), 2)
        assert getattr(row, f"{name}_upper") == round(float(upper), 2)
    system = aware(release, "QE1")
    assert (system.base, system.estimate) == (310, round(140 / 310, 2))
    assert not release.organisation_estimates.filter(organisation__code="NATIONAL").exists()


def test_bases_are_told_to_the_nearest_five_and_shares_in_whole_per_cent(wave: Wave) -> None:
    answered(wave, GIVEN | {"QE1-1": staff(61, 42)})
    row = aware(estimate_wave(wave.pk), "QE1-1")
    assert (row.base, row.estimate) == (105, 0.59)  # 103 people, 59.2%


def test_where_headcounts_are_known_shares_are_weighted_to_them(wave: Wave) -> None:
    mixed = staff(40, 10) + staff(10, 40, "porter")
    answered(wave, dict.fromkeys(GIVEN, mixed))
    for one in Organisation.objects.filter(code__contains="-"):
        for category, people in (("nurse", 90), ("porter", 210)):
            Headcount.objects.create(
                organisation=one, variable="staff_group", category=category, people=people,
                reference_date="2026", source="made up",
            )  # fmt: skip
    row = aware(estimate_wave(wave.pk), "QE1-1")
    found = stratified_share([40, 10], [50, 50], [90, 210])
    assert found.share == pytest.approx(0.3 * 0.8 + 0.7 * 0.2)
    assert row.estimate == round(found.share, 2)
    lower, upper = wilson(found.share, found.effective_base)
    assert (row.lower, row.upper) == (round(float(lower), 2), round(float(upper), 2))
    assert row.parent_difference == 0


def test_headcounts_of_a_part_alone_weigh_nothing(wave: Wave) -> None:
    answered(wave, {code: staff(40, 10) + staff(10, 40, "porter") for code in GIVEN})
    for category, people in (("nurse", 90), ("porter", 210)):
        Headcount.objects.create(
            organisation=Organisation.objects.get(code="QE1-1"), variable="staff_group",
            category=category, people=people, reference_date="2026", source="made up",
        )  # fmt: skip
    release = estimate_wave(wave.pk)
    assert aware(release, "QE1-1").estimate == 0.38
    assert aware(release, "QE1").estimate == 0.5
    assert aware(release, "QE1-1").parent_difference == 0  # unweighted both


def test_few_answers_are_in_no_figure_of_the_own_and_cannot_be_worked_out(wave: Wave) -> None:
    answered(wave, GIVEN | {"QE1-3": staff(8, 3), "QE2-3": staff(4, 2)})
    release = estimate_wave(wave.pk)
    assert aware(release, "QE1-3").suppressed
    # Six answers are counted for the system above, so the trust has no row of its own at all.
    rows = release.organisation_estimates.filter(question="aware")
    assert not rows.filter(organisation__code="QE2-3").exists()
    for code in ("QE1-3", "QE1", "QE1-1", "QE1-2"):
        row = aware(release, code)
        assert (row.estimate is None) == bool(row.suppressed)
    shown = {row.organisation.code for row in rows.filter(option="yes", suppressed="")}
    # Else the hidden trust would be the system less its other two.
    assert not {"QE1", "QE1-1", "QE1-2"} <= shown


def test_a_part_of_which_one_trust_is_more_than_half_is_not_shown(wave: Wave) -> None:
    answered(wave, GIVEN | {"QE1-1": staff(300, 200)})
    release = estimate_wave(wave.pk)
    assert aware(release, "QE1").suppressed
    assert aware(release, "QE1-1").estimate is not None
    assert aware(release, "QE1-1").parent_difference is None
    assert aware(release, "QE1-1").country_difference is not None


def test_what_is_published_of_an_organisation_never_changes_and_is_hashed(wave: Wave) -> None:
    answered(wave, GIVEN)
    release = publish_release(estimate_wave(wave.pk), by="Ada", reason="Only a test.")
    assert is_intact(release)
    row = aware(release, "QE1-1")
    with pytest.raises(IntegrityError, match="organisation_frozen"), transaction.atomic():
        OrganisationEstimate.objects.filter(pk=row.pk).update(estimate=0.5)
    row.pk = None
    row.option = "no such"
    with pytest.raises(IntegrityError, match="organisation_not_added"), transaction.atomic():
        row.save()
    OrganisationEstimate.objects.filter(pk=aware(release, "QE1-2").pk).delete()
    assert not is_intact(release)


def test_two_trusts_of_any_size_give_no_third_away(wave: Wave) -> None:
    """Of what is shown nobody can subtract a trust that is hidden: not by bases, nor by shares."""
    chance = random.Random(3)
    codes = list(GIVEN)
    sizes = {code: chance.choice([12, 30, 60, 150]) for code in codes}
    answered(wave, {code: staff(size // 2, size - size // 2) for code, size in sizes.items()})
    release = estimate_wave(wave.pk)
    for system in ("QE1", "QE2"):
        rows = release.organisation_estimates.filter(
            question="aware", option="yes", organisation__code__startswith=system
        )
        shown = {row.organisation.code for row in rows if not row.suppressed}
        hidden = {code for code in codes if code.startswith(system)} - shown
        assert len(hidden) != 1 or system not in shown


def test_headcounts_come_from_a_file_all_or_none(tmp_path: Any, wave: Wave) -> None:
    path = tmp_path / "headcounts.csv"
    header = "organisation,variable,category,people,reference_date,source\n"
    path.write_text(header + "QE1-1,staff_group,nurse,90,2026,made up\n")
    assert import_headcounts(path) == 1
    path.write_text(
        header + "QE1-1,staff_group,nurse,many,2026,x\nQE9,staff_group,nurse,3,2026,x\n"
    )
    with pytest.raises(FileRefused) as refused:
        import_headcounts(path)
    assert "'many' is no number of people" in str(refused.value)
    assert "'QE9' is not known" in str(refused.value)
    assert Headcount.objects.get().people == 90
