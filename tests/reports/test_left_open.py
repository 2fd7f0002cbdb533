"""How those who left a margin open answered: told where enough did, and never of few."""

from typing import Any

import pytest

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Headline
from surveys.reports.estimating import estimate_wave
from surveys.reports.releases import publish_release
from tests.fieldwork.small import document, make_wave, publish
from tests.reports.test_estimating import raked_wave, respond

pytestmark = pytest.mark.django_db
HALVES = {"nation": {"england": "0.5", "wales": "0.5"}}
AWARE = Headline(question="aware", option="yes")


def asked(**fields: Any) -> Wave:
    small = document().model_copy(update={"headlines": (AWARE,)})
    return raked_wave(HALVES, version=publish(small), **fields)


def answers(nation: str | None, yes: int, no: int, **more: str) -> list[dict[str, str]]:
    about = more | ({"nation": nation} if nation else {})
    return [{"aware": "yes"} | about] * yes + [{"aware": "no"} | about] * no


def told(wave: Wave) -> list[dict[str, Any]]:
    (margin,) = estimate_wave(wave.pk).method["margins"]
    found: list[dict[str, Any]] = margin["left_open"]
    return found


def test_those_who_left_a_margin_open_are_told_with_the_headline_measures() -> None:
    wave = asked()
    respond(wave, answers("england", 60, 40) + answers("wales", 60, 40) + answers(None, 20, 40))
    # By hand: 20 of the 60 said yes, and all 60 have one weight.
    assert told(wave) == [{"question": "aware", "option": "yes", "estimate": 0.33}]


@pytest.mark.parametrize(
    ("yes", "no"),
    [
        (20, 29),  # 49 answers are worth fewer than 50
        (4, 56),  # fewer than five said yes
        (56, 4),  # and fewer than five did not
    ],
)
def test_nothing_is_told_of_few(yes: int, no: int) -> None:
    wave = asked()
    respond(wave, answers("england", 60, 40) + answers("wales", 60, 40) + answers(None, yes, no))
    assert told(wave) == []


def test_nothing_is_told_where_a_small_group_of_the_margin_is_hidden() -> None:
    wave = asked()
    respond(wave, answers("england", 60, 40) + answers("wales", 5, 5) + answers(None, 20, 40))
    assert told(wave) == []


def test_nothing_is_told_that_helps_to_work_out_a_hidden_value_of_a_segment() -> None:
    small = document().model_copy(update={"headlines": (AWARE,)})
    margins = {"sex": {"female": "0.5", "male": "0.5"}}
    wave = raked_wave(margins, version=publish(small))
    many = {"nation": "england"}
    women = [{"aware": "yes", "sex": "female", **many}] * 60
    women += [{"aware": "no", "sex": "female", **many}] * 60
    # Eleven men in all, of whom few answered the headline: their value of the segment is hidden.
    men = [{"aware": "yes", "sex": "male", **many}] * 6 + [{"sex": "male", **many}] * 6
    respond(wave, women + men + [{"aware": "yes", **many}] * 30 + [{"aware": "no", **many}] * 30)
    assert told(wave) == []


def test_nothing_is_told_while_a_wave_is_open() -> None:
    wave = asked(status="open")
    respond(wave, answers("england", 60, 40) + answers("wales", 60, 40) + answers(None, 20, 40))
    assert told(wave) == []


def test_nothing_is_told_again_in_a_correction() -> None:
    wave = asked()
    respond(wave, answers("england", 60, 40) + answers("wales", 60, 40) + answers(None, 20, 40))
    publish_release(estimate_wave(wave.pk), by="Ada")
    respond(wave, answers(None, 20, 0))
    assert told(wave) == []


def test_without_a_headline_measure_there_is_nothing_to_tell() -> None:
    wave = raked_wave(HALVES, version=make_wave("other").version)
    respond(wave, answers("england", 60, 40) + answers("wales", 60, 40) + answers(None, 20, 40))
    assert told(wave) == []
