"""Answers that are marked for how they were given: counted like all others, and told of."""

from typing import Any

import pytest
from django.test import Client

from surveys.fieldwork.collecting import NewResponse, archive, collect_wave
from surveys.fieldwork.drafts import begin_draft, save_page
from surveys.fieldwork.models import Inbox, Response, Tally, Wave
from surveys.fieldwork.rebuilding import rebuild_tallies
from surveys.fieldwork.submission import submit
from surveys.fieldwork.withdrawal import withdraw
from surveys.questionnaires.document import Document
from surveys.questionnaires.flags import Flags
from surveys.questionnaires.versions import frozen
from surveys.reports.estimating import estimate_wave
from surveys.reports.method_statement import method_statement
from surveys.reports.models import Release
from surveys.reports.releases import publish_release
from surveys.web.insights.quality import quality
from tests.fieldwork.small import document, make_wave, publish
from tests.reports.test_estimating import raked_wave

pytestmark = pytest.mark.django_db

SPEED: Flags = frozenset({"speed"})
NO: Flags = frozenset()


def marking() -> Document:
    data = document("small-public").model_dump(by_alias=True)
    data["quality"] = {"seconds_per_word": 0.3, "straight": 3}
    data["headlines"] = [{"question": "aware", "option": "yes"}]
    return Document.model_validate(data)


def closed_wave(**fields: Any) -> Wave:
    return make_wave(status="closed", version=publish(marking()), **fields)


def answer(wave: Wave, aware: str, flags: Flags | None, people: int, **more: str) -> None:
    wave.refresh_from_db()
    archive(wave, [NewResponse({"aware": aware, **more}, "en", None, flags=flags)] * people)


def told(release: Release) -> Any:
    return release.method["flagged"]


def test_everybody_is_in_the_figures_and_it_is_told_what_the_marked_ones_weigh() -> None:
    wave = closed_wave()
    answer(wave, "yes", NO, 60)
    answer(wave, "no", NO, 40)
    answer(wave, "yes", SPEED, 15)
    answer(wave, "no", frozenset({"speed", "straight"}), 5)
    release = estimate_wave(wave.pk)
    assert release.respondents == 120
    # 75 of 120 said yes, 60 of the 100 that are not marked.
    assert told(release) == {
        "looked_at": 120,
        "people": 20,
        # Of five with both marks it would tell too much how many they are.
        "by_flag": {"trap": 0, "speed": 20, "straight": None, "burst": 0},
        "without": [{"question": "aware", "option": "yes", "estimate": 0.625, "without": 0.6}],
    }


def test_what_is_left_is_weighted_anew() -> None:
    wave = raked_wave({"sex": {"female": ".5", "male": ".5"}}, version=publish(marking()))
    answer(wave, "yes", NO, 30, sex="female")
    answer(wave, "no", NO, 30, sex="female")
    answer(wave, "yes", NO, 20, sex="male")
    answer(wave, "yes", SPEED, 10, sex="male")
    answer(wave, "no", SPEED, 10, sex="male")
    ((only,),) = [told(estimate_wave(wave.pk))["without"]]
    # Women 50%; men 75%, of the 20 who are left 100%: half of each.
    assert only["estimate"] == pytest.approx((0.5 + 0.75) / 2, rel=1e-9)
    assert only["without"] == pytest.approx((0.5 + 1.0) / 2, rel=1e-9)


@pytest.mark.parametrize(
    ("yes", "no", "people", "measures"),
    [
        (10, 0, None, 0),  # ten people are too few
        (11, 4, 15, 0),  # and so are four who said no
        (10, 5, 15, 1),
    ],
)
def test_nothing_is_told_of_few(yes: int, no: int, people: int | None, measures: int) -> None:
    wave = closed_wave()
    answer(wave, "yes", NO, 95)
    answer(wave, "no", NO, 5)
    answer(wave, "yes", SPEED, yes)
    if no:
        answer(wave, "no", SPEED, no)
    found = told(estimate_wave(wave.pk))
    assert found["people"] == people
    assert len(found["without"]) == measures


@pytest.mark.parametrize(
    ("yes", "no", "measures"),
    [
        (3, 0, 0),  # who is left when the marked ones are out
        (96, 4, 0),
        (30, 15, 0),  # shown of everybody, and less than an effective base of 50 without the marked
        (95, 5, 1),
    ],
)
def test_nor_is_it_told_what_the_few_said_who_are_not_marked(
    yes: int, no: int, measures: int
) -> None:
    wave = closed_wave()
    answer(wave, "yes", NO, yes)
    if no:
        answer(wave, "no", NO, no)
    answer(wave, "yes", SPEED, 50)
    answer(wave, "no", SPEED, 50)
    assert len(told(estimate_wave(wave.pk))["without"]) == measures


def test_no_measure_is_told_that_the_release_hides() -> None:
    wave = closed_wave()
    answer(wave, "yes", NO, 13)
    answer(wave, "no", NO, 10)
    answer(wave, "yes", SPEED, 8)
    answer(wave, "no", SPEED, 9)
    release = estimate_wave(wave.pk)
    assert release.estimates.get(question="aware", option="yes", segment="").suppressed
    assert told(release)["without"] == []


def test_a_wave_in_which_everybody_is_marked_has_its_figures_all_the_same() -> None:
    wave = closed_wave()
    answer(wave, "yes", SPEED, 60)
    answer(wave, "no", SPEED, 40)
    release = estimate_wave(wave.pk)
    assert release.estimates.get(question="aware", option="yes", segment="").estimate == 0.6
    assert told(release)["without"] == []


def test_so_has_one_in_which_only_marked_people_answered_the_measure() -> None:
    wave = closed_wave()
    answer(wave, "yes", SPEED, 60)
    answer(wave, "no", SPEED, 40)
    archive(wave, [NewResponse({"sex": "female"}, "en", None, flags=NO)] * 60)
    release = estimate_wave(wave.pk)
    assert release.respondents == 160
    assert told(release)["without"] == []


def test_figures_that_could_be_subtracted_from_earlier_ones_tell_of_no_measure() -> None:
    wave = closed_wave()
    answer(wave, "yes", NO, 80)
    answer(wave, "no", NO, 20)
    answer(wave, "yes", SPEED, 10)
    answer(wave, "no", SPEED, 10)
    publish_release(estimate_wave(wave.pk), by="Ada")
    answer(wave, "no", SPEED, 30)
    found = told(estimate_wave(wave.pk))
    assert found["people"] == 50
    assert found["without"] == []


def test_of_answers_from_a_file_nobody_knows_how_they_were_given() -> None:
    wave = closed_wave()
    answer(wave, "yes", None, 100)
    assert told(estimate_wave(wave.pk)) is None


def test_a_method_statement_and_the_quality_panel_say_it() -> None:
    wave = closed_wave()
    answer(wave, "yes", NO, 60)
    answer(wave, "no", NO, 40)
    answer(wave, "yes", SPEED, 15)
    answer(wave, "no", SPEED, 5)
    release = estimate_wave(wave.pk)
    parts = [part for section in method_statement(release).sections for part in section.parts]
    (part,) = [one for one in parts if one.heading == "Answers that are marked"]
    assert part.paragraphs[0].startswith("20 of 120 answers, 16.7%, are marked")
    assert part.facts == (("Finished sooner than 0.3 seconds for each word asked", "20"),)
    assert part.grid is not None
    assert part.grid.rows == (("“About aware?”, “Yes”", "62.5%", "60.0%", "2.5 points down"),)
    facts = dict(quality(release, manager=False).facts)
    assert facts["Marked for how they were given"] == "20, counted all the same"


# From the door to the tallies -------------------------------------------------------------------


def test_the_time_and_the_trap_are_noticed_at_the_door_and_nobody_is_refused(
    client: Client,
) -> None:
    wave = make_wave(version=publish(marking()))
    secret = begin_draft(wave=wave, language="en")
    save_page(secret, {"aware": "no"})
    client.cookies["draft"] = secret
    response = client.post(f"/s/{wave.slug}/submit", {"website": "https://spam.example"})
    assert response.status_code == 302
    assert response["Location"].endswith("/done")
    # Sent in the same second as it began, and the hidden field is filled in.
    assert Inbox.objects.get().flags == 0b0011


def test_marks_go_with_the_response_and_are_taken_back_with_it() -> None:
    wave = make_wave(version=publish(marking()))
    secret = begin_draft(wave=wave, language="en")
    save_page(secret, {"aware": "no"})
    code = submit(secret).withdrawal_code
    collect_wave(wave.pk, everything=True)
    layout = frozen(wave.version_id).layout
    (codes,) = Response.objects.values_list("codes", flat=True)
    assert layout.flagged(layout.matrix([bytes(codes)])).tolist() == [True]
    assert Tally.objects.filter(slice="flagged", respondents=1).count() == 1
    wave.refresh_from_db()
    assert rebuild_tallies(wave).equal
    withdraw(code)
    assert not Tally.objects.exists()


def test_of_a_questionnaire_without_the_rule_nothing_is_marked() -> None:
    secret = begin_draft(wave=make_wave(), language="en")
    save_page(secret, {"aware": "no"})
    submit(secret, frozenset({"trap"}))
    assert Inbox.objects.get().flags == 0


def test_very_many_from_one_network_are_marked_and_not_refused(client: Client) -> None:
    wave = make_wave(version=publish(marking()))
    for _ in range(31):
        secret = begin_draft(wave=wave, language="en")
        save_page(secret, {"aware": "no"})
        client.cookies["draft"] = secret
        assert client.post(f"/s/{wave.slug}/submit").status_code == 302
    flags = sorted(Inbox.objects.values_list("flags", flat=True))
    # All came too fast; of the burst is only who came after the thirtieth.
    assert flags == [0b0010] * 30 + [0b1010]
