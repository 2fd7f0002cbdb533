"""What has had its time goes; what has not, stays."""

import datetime

import pytest
from django.utils import timezone

from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.drafts import begin_draft, save_page
from surveys.fieldwork.models import Comment, Draft, Response, Tally, Wave
from surveys.fieldwork.retention import purge_expired
from surveys.fieldwork.submission import submit
from surveys.fieldwork.waves import close_wave
from tests.fieldwork.small import make_wave

pytestmark = pytest.mark.django_db


def with_an_answer() -> Wave:
    wave = make_wave()
    secret = begin_draft(wave=wave, language="en")
    save_page(secret, {"aware": "no", "comment": "I wonder."})
    submit(secret)
    assert collect_wave(wave.pk, everything=True) == 1
    return wave


def over_since(wave: Wave, days: int) -> None:
    close_wave(wave)
    last = timezone.localdate() - datetime.timedelta(days)
    Wave.objects.filter(pk=wave.pk).update(opens_on=last - datetime.timedelta(7), closes_on=last)


def test_a_draft_goes_when_it_was_not_touched_for_so_long(settings) -> None:
    wave = make_wave()
    for days in (settings.DRAFT_DAYS, settings.DRAFT_DAYS + 1):
        begin_draft(wave=wave, language="en")
        newest = Draft.objects.filter(touched_on=timezone.localdate())
        newest.update(touched_on=timezone.localdate() - datetime.timedelta(days))
    assert purge_expired()["drafts"] == 1
    assert Draft.objects.count() == 1


def test_a_draft_goes_with_the_wave_that_takes_no_answers() -> None:
    wave = make_wave()
    begin_draft(wave=wave, language="en")
    Wave.objects.filter(pk=wave.pk).update(status="closed")
    assert purge_expired()["drafts"] == 1
    assert not Draft.objects.exists()


def test_published_answers_keep_nothing_that_a_code_could_find_them_by() -> None:
    wave = with_an_answer()
    close_wave(wave)
    assert purge_expired()["response hashes"] == 0
    Wave.objects.filter(pk=wave.pk).update(status="published")
    done = purge_expired()
    assert (done["response hashes"], done["comment hashes"]) == (1, 1)
    assert Response.objects.get().withdrawal_hash is None
    assert Comment.objects.get().withdrawal_hash is None


@pytest.mark.parametrize(
    ("days", "comments", "responses"),
    [(365, 1, 1), (366, 0, 1), (5 * 365, 0, 1), (5 * 365 + 1, 0, 0)],
)
def test_comments_go_after_a_year_answers_after_five_and_counts_stay(
    days: int, comments: int, responses: int
) -> None:
    over_since(with_an_answer(), days)
    purge_expired()
    assert Comment.objects.count() == comments
    assert Response.objects.count() == responses
    assert Tally.objects.filter(slice="").count() == 1


def test_nothing_goes_before_its_time() -> None:
    wave = with_an_answer()
    begin_draft(wave=wave, language="en")
    assert set(purge_expired().values()) == {0}
