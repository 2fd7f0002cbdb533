"""Collecting is exact: in equals counted, each once, in any order."""

import datetime
import random

import numpy as np
import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from surveys.fieldwork import collecting
from surveys.fieldwork.collecting import NewResponse, archive, collect_wave
from surveys.fieldwork.inbox import Finished, deliver_many
from surveys.fieldwork.models import Comment, Inbox, Response, Tally, Wave
from surveys.fieldwork.tallying import (
    change_tallies,
    count,
    read_cube,
    scan_weighed,
    scanned_counts,
    stored_counts,
)
from surveys.questionnaires.derivation import derive
from surveys.questionnaires.document import Document
from surveys.questionnaires.packing import Slot
from surveys.questionnaires.sorting import OPEN_PLACE, OUTSIDE_PLACE, place_variables
from surveys.questionnaires.versions import frozen
from tests.fieldwork.small import document, make_wave, publish, random_answers

pytestmark = pytest.mark.django_db


def by_content(answers: dict) -> str:
    return str(sorted(answers.items()))


def deliver(wave: Wave, respondents: int, seed: int = 1) -> list[dict]:
    chance = random.Random(seed)
    document = frozen(wave.version_id).document
    answers = [random_answers(chance, document) for _ in range(respondents)]
    today = timezone.localdate()
    deliver_many(wave.pk, [Finished(one, "en", today, chance.randbytes(32)) for one in answers])
    return answers


def same(left: dict, right: dict) -> bool:
    return left.keys() == right.keys() and all(
        left[key].respondents == right[key].respondents
        and np.array_equal(left[key].slots, right[key].slots)
        for key in left
    )


def test_everything_that_waits_is_collected_and_counted_once():
    wave = make_wave()
    answers = deliver(wave, 300)
    assert collect_wave(wave.pk) == 300
    assert not Inbox.objects.exists()
    assert Response.objects.count() == 300
    cube = read_cube(wave)
    martians = sum(one.get("nation") == "mars" for one in answers)
    assert cube.respondents.sum() == 300 - martians
    assert cube.outside == martians


def test_a_tally_counts_what_was_answered():
    wave = make_wave()
    answers = [one for one in deliver(wave, 200) if one.get("nation") != "mars"]
    collect_wave(wave.pk)
    cube = read_cube(wave)
    total = dict(zip(cube.layout.slots, cube.slots.sum(axis=0), strict=True))
    years = [one["years"] for one in answers if "years" in one]
    assert total[Slot("option", "aware", "yes")] == sum(one["aware"] == "yes" for one in answers)
    assert total[Slot("sum", "years")] == sum(years)
    assert total[Slot("squares", "years")] == sum(year**2 for year in years)
    assert total[Slot("net", "worries", "any")] == sum(
        bool({"jobs", "errors"} & set(one.get("worries", []))) for one in answers
    )
    assert total[Slot("answered", "worries")] == sum("worries" in one for one in answers)
    assert total[Slot("pair", "before>after", "3>4")] == sum(
        (one.get("before"), one.get("after")) == (3, 4) for one in answers
    )
    nurses = cube.slices["job=nurse"]
    assert nurses.respondents.sum() == sum(one.get("job") == "nurse" for one in answers)


def test_tallies_in_batches_equal_a_rebuild_bit_for_bit(settings):
    settings.COLLECT_BATCH = 37
    wave = make_wave()
    deliver(wave, 400)
    while collect_wave(wave.pk, everything=True):
        pass
    assert same(stored_counts(wave), scanned_counts(wave))


def test_what_is_added_and_taken_away_again_leaves_the_tallies_as_they_were():
    wave = make_wave()
    deliver(wave, 100)
    collect_wave(wave.pk)
    before = stored_counts(wave)
    layout = frozen(wave.version_id).layout
    chance = random.Random(5)
    extra = layout.matrix([layout.pack(random_answers(chance, layout.document)) for _ in range(50)])
    change_tallies(wave, count(layout, extra))
    assert not same(before, stored_counts(wave))
    change_tallies(wave, count(layout, extra), sign=-1)
    assert same(before, stored_counts(wave))


def test_taking_more_than_there_is_is_refused():
    wave = make_wave()
    layout = frozen(wave.version_id).layout
    one = layout.matrix([layout.pack({"aware": "no", "sex": "male", "nation": "wales"})])
    with pytest.raises(ArithmeticError):
        change_tallies(wave, count(layout, one), sign=-1)


def test_sorting_many_equals_deriving_one_by_one():
    layout = frozen(make_wave().version_id).layout
    chance = random.Random(11)
    answers = [random_answers(chance, layout.document) for _ in range(500)]
    places = place_variables(layout, layout.matrix([layout.pack(one) for one in answers]))
    for row, one in enumerate(answers):
        for code, category in derive(layout.document, one).items():
            variable = layout.document.variables_by_code[code]
            place = places[code][row]
            found = {OPEN_PLACE: "~", OUTSIDE_PLACE: "outside"}.get(int(place))
            assert (found or variable.categories[place].code) == category


def test_a_crash_after_archiving_leaves_everything_waiting(monkeypatch):
    wave = make_wave()
    deliver(wave, 60)

    def crash(*_args, **_kwargs):
        raise DatabaseError("the machine went away")

    monkeypatch.setattr(collecting, "change_tallies", crash)
    with pytest.raises(DatabaseError), transaction.atomic():
        collect_wave(wave.pk)
    assert Inbox.objects.count() == 60
    assert not Response.objects.exists()
    assert not Tally.objects.exists()


def test_a_few_answers_wait_to_be_mixed_until_they_have_waited_long_enough(settings):
    wave = make_wave(mixing_minimum=25)
    deliver(wave, 24)
    assert collect_wave(wave.pk) == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
        assert collect_wave(wave.pk) == 24


def test_each_collection_raises_the_tally_revision():
    wave = make_wave()
    deliver(wave, 30)
    collect_wave(wave.pk)
    wave.refresh_from_db()
    assert wave.tally_revision == 1


def test_the_order_of_responses_does_not_tell_the_order_of_arrival():
    wave = make_wave()
    answers = deliver(wave, 500)
    collect_wave(wave.pk)
    stored = list(Response.objects.values_list("answers", flat=True))
    arrived = [{key: value for key, value in one.items() if key != "comment"} for one in answers]
    assert sorted(map(by_content, stored)) == sorted(map(by_content, arrived))
    # 1 in 500 stay in place by chance alone; some answers are alike, hence the margin.
    in_place = sum(left == right for left, right in zip(stored, arrived, strict=True))
    assert in_place < 50


def test_supplied_weights_are_summed_by_slot_and_segment():
    wave = make_wave(weighting="supplied", status="importing", sampling="panel")
    answers = [{"aware": "yes", "sex": "male"}, {"aware": "no", "sex": "male"}, {"aware": "yes"}]
    archive(
        wave,
        [
            NewResponse(one, "en", None, weight=weight)
            for one, weight in zip(answers, [0.5, 2.0, 3.0], strict=True)
        ],
    )
    weighed = scan_weighed(wave)
    yes = frozen(wave.version_id).layout.place_of_slot[Slot("option", "aware", "yes")]
    everyone = weighed[""]
    assert (everyone.n[yes], everyone.w[yes], everyone.w2[yes]) == (2, 3.5, 9.25)
    assert (everyone.respondents, everyone.weight, everyone.weight_squared) == (3, 5.5, 13.25)
    assert weighed["sex=male"].w[yes] == 0.5
    assert not Tally.objects.exists()


def test_a_response_does_not_tell_whether_its_writer_left_a_comment():
    wave = make_wave()
    answers = {"aware": "no", "arm": "nothing"}
    for extra in ({}, {"comment": "I wonder."}):
        day = timezone.localdate()
        archive(wave, [NewResponse({**answers, **extra}, "en", day)])
    first, second = Response.objects.all()
    assert bytes(first.codes) == bytes(second.codes)
    assert first.answers == second.answers
    assert Comment.objects.count() == 1


def test_a_questionnaire_without_variables_is_counted_as_one_cell():
    plain = document().model_dump(mode="json", by_alias=True)
    plain |= {"slug": "plain", "variables": [], "weight_by": [], "segments": []}
    wave = make_wave(version=publish(Document.model_validate(plain)))
    deliver(wave, 30)
    assert collect_wave(wave.pk, everything=True) == 30
    assert {key: count.respondents for key, count in stored_counts(wave).items()} == {("", ""): 30}
