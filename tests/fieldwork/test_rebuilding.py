"""A fresh count finds what was counted as answers came, or mends it and says so."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from surveys.fieldwork.models import Response, Tally, Wave
from surveys.fieldwork.rebuilding import AnswersGone, rebuild_tallies
from surveys.fieldwork.simulation import simulate
from tests.fieldwork.small import make_wave

pytestmark = pytest.mark.django_db


@pytest.fixture
def wave() -> Wave:
    made = make_wave(kind="simulated", status="draft")
    simulate(made, 150, seed=3)
    made.refresh_from_db()
    return made


def rows() -> list[tuple[object, ...]]:
    return [
        (name, cell, respondents, bytes(counts))
        for name, cell, respondents, counts in Tally.objects.order_by("slice", "cell").values_list(
            "slice", "cell", "respondents", "counts"
        )
    ]


def test_the_count_is_the_same_bit_for_bit_and_nothing_is_written(wave: Wave) -> None:
    before = rows()
    rebuilt = rebuild_tallies(wave)
    assert rebuilt.equal
    assert rebuilt.responses == 150
    assert rebuilt.tallies == len(before)
    assert rows() == before
    revision = wave.tally_revision
    wave.refresh_from_db()
    assert wave.tally_revision == revision


@pytest.mark.parametrize("harm", ["wrong", "missing", "too many"])
def test_tallies_that_were_harmed_are_mended_and_counted(harm: str, wave: Wave) -> None:
    right = rows()
    victim = Tally.objects.filter(slice="").first()
    assert victim is not None
    if harm == "wrong":
        Tally.objects.filter(pk=victim.pk).update(respondents=victim.respondents + 1)
    elif harm == "missing":
        victim.delete()
    else:
        Tally.objects.create(
            wave=wave, slice="", cell="never|met", respondents=1, counts=victim.counts
        )
    rebuilt = rebuild_tallies(wave)
    assert rebuilt.different == 1
    assert rows() == right
    revision = wave.tally_revision
    wave.refresh_from_db()
    assert wave.tally_revision == revision + 1  # what was estimated is out of date


def test_the_command_says_that_all_is_equal_and_fails_where_it_was_not(wave: Wave) -> None:
    told = StringIO()
    call_command("rebuild_tallies", "wave", stdout=told)
    assert told.getvalue().startswith("150 responses in ")
    assert "equal to what was stored, bit for bit" in told.getvalue()
    Tally.objects.filter(slice="").first().delete()  # type: ignore[union-attr]
    with pytest.raises(CommandError, match="1 tallies of wave were wrong"):
        call_command("rebuild_tallies", "wave", stdout=StringIO())
    with pytest.raises(CommandError, match="There is no wave tide"):
        call_command("rebuild_tallies", "tide")


def test_tallies_of_answers_that_were_deleted_in_their_time_are_left_alone(wave: Wave) -> None:
    long_ago = timezone.localdate() - datetime.timedelta(6 * 365)
    Wave.objects.filter(pk=wave.pk).update(
        opens_on=long_ago - datetime.timedelta(7), closes_on=long_ago
    )
    Response.objects.all().delete()
    before = rows()
    with pytest.raises(AnswersGone):
        rebuild_tallies(wave)
    assert rows() == before
