"""What arms, pairs and everyone tell together, in one release and in several.

The attacker's equations are written from the people themselves, as in `drawing`.
"""

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from surveys.fieldwork.models import Wave
from surveys.questionnaires.packing import Layout
from surveys.reports.contrasts import estimate_pairs, pair_rows
from surveys.reports.effects import effect_rows, estimate_effects, hidden_effects
from surveys.reports.estimating import estimate_wave
from surveys.reports.models import Contrast, Release
from surveys.reports.releases import publish_release
from surveys.statistics.margins import design_matrix
from surveys.statistics.samples import Moments, Sample
from tests.fieldwork.small import make_wave, publish
from tests.reports.drawing import recovered
from tests.reports.test_contrasts import both, closed_wave
from tests.reports.test_effects import closed_wave as wave_of_arms
from tests.reports.test_effects import experiment, given
from tests.reports.test_estimating import respond
from tests.reports.test_leaks import forget_all

Answers = list[dict[str, Any]]
Floats = NDArray[np.float64]
MINIMUM = 11  # of settings.DISCLOSURE_MINIMUM
DOCUMENT = experiment()
LAYOUT = Layout(DOCUMENT)
# Everybody is of one kind: the arm drawn, and what was answered before and after.
ARMS, GIVEN = ("robot", "nothing"), (4, "dont_know", None)
KINDS = list(product(ARMS, GIVEN, GIVEN))


def of(arms: tuple[str, ...], before: tuple[Any, ...], after: tuple[Any, ...]) -> Floats:
    """Which kinds are in some arms and gave some answers."""
    return np.array([a in arms and b in before and c in after for a, b, c in KINDS], np.float64)


def answers(kind: tuple[str, Any, Any]) -> dict[str, Any]:
    arm, before, after = kind
    given_to = {"before": before, "after": after}
    return {"arm": arm, "aware": "no"} | {k: v for k, v in given_to.items() if v is not None}


def told(people: NDArray[np.int64]) -> list[Contrast]:
    """The rows that would be stored of a wave of so many people of each kind."""
    packed = [LAYOUT.pack(answers(kind)) for kind, n in zip(KINDS, people, strict=True) if n]
    counts = np.array([n for n in people if n], np.float64)
    codes = LAYOUT.matrix(packed)
    slots = LAYOUT.tabulate(codes, np.zeros(len(codes), np.intp), 1, counts)
    everyone = Moments(slots, slots, slots)
    sample = Sample.equal([int(people.sum())], [1], design_matrix([], 1))
    pairs = estimate_pairs(LAYOUT, sample, everyone)
    measured = estimate_effects(LAYOUT, sample, everyone)
    hidden = hidden_effects(measured, [], staff=False)
    shown = [one for one in measured if not hidden[one.key]]
    return [
        *pair_rows(Release(), pairs, shown, [], staff=False),
        *effect_rows(Release(), measured, hidden),
    ]


def known(rows: list[Contrast], people: NDArray[np.int64]) -> Floats:
    """(rows, kinds) of every count that is told: of everyone, of arms, of pairs, and of nobody."""
    numbers, answered = (4,), (4, "dont_know")
    found = [of(ARMS, answered, GIVEN), of(ARMS, GIVEN, answered)]
    found += [of(ARMS, numbers, GIVEN), of(ARMS, GIVEN, numbers)]
    for row in rows:
        if row.base is None:
            continue
        if row.against == "pair:before":
            found.append(of(("robot",), numbers, numbers))
        else:
            base = answered if row.option else numbers
            found += [of((arm,), GIVEN, base) for arm in ARMS]
    if not people @ of(ARMS, GIVEN, ("dont_know",)):
        found += [kind for kind in np.eye(len(KINDS)) if kind @ of(ARMS, GIVEN, ("dont_know",))]
    return np.array(found)


SECRETS = [
    of((arm,), tuple(others), after)
    for arm in ARMS
    for others in [("dont_know", None)]
    for after in [(4,), (4, "dont_know")]
] + [of(("robot",), ("dont_know", None), (4,)) + of(("robot",), GIVEN, ("dont_know",))]


def comes_out(rows: Floats, secret: Floats) -> bool:
    """Whether adding and subtracting what is told gives a secret."""
    return bool(recovered(rows, np.zeros(len(secret), bool), secret[None, :])[0])


def draw(rng: np.random.Generator) -> NDArray[np.int64]:
    large = rng.integers(60, 200, len(KINDS)) * of(ARMS, (4,), (4,))
    few = rng.integers(0, 30, len(KINDS)) * (rng.random(len(KINDS)) < 0.4)
    return (large + few * (1 - of(ARMS, (4,), (4,)))).astype(np.int64)


@pytest.mark.parametrize("seed", range(4))
def test_nobody_recovers_those_of_an_arm_who_are_not_in_its_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tried = hidden = won = 0
    for _ in range(150):
        people = draw(rng)
        rows = told(people)
        equations = known(rows, people)
        everything = [
            row
            if row.base is not None
            else Contrast(against=row.against, option=row.option, base=1)
            for row in rows
        ]
        for secret in SECRETS:
            if 0 < people @ secret < MINIMUM:
                tried += 1
                assert not comes_out(equations, secret)
                won += comes_out(known(everything, people), secret)
        hidden += any(row.suppressed == "secondary" for row in rows)
    assert tried > 50
    assert hidden > 20
    assert won > 20  # were all of it told, there would be something to find


@pytest.mark.django_db
def test_the_few_of_an_arm_who_gave_the_second_answer_alone_hide_the_pair() -> None:
    pair = [{"aware": "no", "arm": "robot", "before": 3, "after": 5}] * 100
    wave = wave_of_arms(pair + given("robot", 9, 3) + given("nothing", 5, 100))
    rows = estimate_wave(wave.pk).contrasts.all()
    # The arm's mean times 103 less the pair's times 100 would be what the three said.
    assert {row.suppressed for row in rows if row.against == "arm:arm=robot"} == {""}
    assert {row.suppressed for row in rows if row.against == "pair:before"} == {"secondary"}


@pytest.mark.django_db
def test_of_staff_few_in_an_arm_who_do_not_know_are_not_what_two_bases_differ_by() -> None:
    unsure = [{"aware": "no", "arm": "robot", "after": "dont_know"}] * 3
    arms = given("robot", 5, 60) + given("robot", 8, 60)
    arms += given("nothing", 5, 60) + given("nothing", 8, 60)
    rows = estimate_wave(wave_of_arms(arms + unsure, "staff").pk).contrasts.all()
    # 123 are in the base of the share and 120 in that of the mean.
    assert {row.suppressed for row in rows} == {"few"}


def again(wave: Wave, before: Answers, after: Answers) -> dict[str, set[str]]:
    """Why figures are hidden that are made of other answers than those published first, by what
    they stand against."""
    respond(wave, before)
    publish_release(estimate_wave(wave.pk), by="Ada", reason="Only a test.")
    forget_all()
    respond(wave, after)
    rows = estimate_wave(wave.pk).contrasts.all()
    return {
        one: {row.suppressed for row in rows if row.against == one}
        for one in {row.against for row in rows}
    }


OTHERS = [{"aware": "no"}] * 30  # who came too, and answered nothing that is compared


@pytest.mark.django_db
@pytest.mark.parametrize(("changed", "why"), [(0, ""), (1, "secondary")])
def test_an_arm_of_as_many_as_before_of_whom_one_is_another_is_hidden(
    changed: int, why: str
) -> None:
    wave = make_wave(status="closed", version=publish(DOCUMENT), sampling="probability")
    other = given("nothing", 3, 60) + given("nothing", 8, 60)
    found = again(
        wave,
        given("robot", 8, 60) + given("robot", 4, 60) + other,
        given("robot", 8, 60 + changed) + given("robot", 4, 60 - changed) + other + OTHERS,
    )
    assert found == {"arm:arm=robot": {why}}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("pair", "alone", "why"),
    [
        ([(3, 5, 100), (4, 5, 40)], 50, ""),
        # One of those who gave both answers went, and another came.
        ([(3, 5, 101), (4, 5, 39)], 50, "secondary"),
        # Eleven more gave both: what is left are as many, and one of them is another.
        ([(3, 5, 111), (4, 5, 40)], 49, "secondary"),
        ([(3, 5, 111), (4, 5, 40)], 50, ""),
    ],
)
def test_a_pair_of_as_many_as_before_of_whom_one_is_another_is_hidden(
    pair: list[tuple[int, int, int]], alone: int, why: str
) -> None:
    wave = closed_wave([])
    rest = [{"aware": "yes", "after": 4}] * alone + [{"aware": "yes", "after": 9}] * (50 - alone)
    found = again(
        wave,
        both(3, 5, 100) + both(4, 5, 40) + [{"aware": "yes", "after": 4}] * 50,
        [one for was, now, n in pair for one in both(was, now, n)] + rest + OTHERS,
    )
    assert found == {"pair:before": {why}}
