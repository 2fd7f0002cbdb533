"""What is hidden cannot be worked out from what is shown."""

import random

import pytest

from surveys.reports.disclosure import Bases, suppress

RULES = {"minimum": 11, "effective_minimum": 50.0}


def decide(everyone: int, **groups: int) -> dict[str, str]:
    bases = [Bases("", "", everyone, everyone)]
    bases += [Bases("job", value, base, base) for value, base in groups.items()]
    return dict(zip(["everyone", *groups], suppress(bases, **RULES), strict=True))


def test_a_large_group_is_shown():
    assert decide(300, nurse=200, porter=100) == {"everyone": "", "nurse": "", "porter": ""}


def test_a_small_group_is_hidden_and_the_next_smallest_with_it():
    found = decide(365, nurse=200, porter=160, midwife=5)
    assert found == {"everyone": "", "nurse": "", "porter": "secondary", "midwife": "primary"}


def test_a_group_hides_among_those_who_are_never_shown():
    # 40 people have no job here, so everyone less the others tells only that 5 and 40 are 45.
    found = decide(405, nurse=200, porter=160, midwife=5)
    assert found == {"everyone": "", "nurse": "", "porter": "", "midwife": "primary"}


def test_two_small_groups_that_are_still_few_together_need_a_third():
    found = decide(308, nurse=200, porter=100, midwife=5, doctor=3)
    assert found["porter"] == "secondary"
    assert found["nurse"] == ""


def test_an_unreliable_figure_is_not_shown_and_needs_no_company():
    found = decide(230, nurse=200, porter=30)
    assert found == {"everyone": "", "nurse": "", "porter": "unreliable"}


def test_nobody_gets_a_small_group_by_subtracting_what_is_shown():
    chance = random.Random(20)
    for _ in range(2_000):
        groups = {f"g{n}": chance.choice([1, 4, 9, 12, 60, 200, 500]) for n in range(4)}
        without = chance.choice([0, 3, 11, 80])
        everyone = sum(groups.values()) + without
        found = decide(everyone, **groups)
        left_over = everyone - sum(base for value, base in groups.items() if not found[value])
        hidden = [value for value in groups if found[value]]
        if any(found[value] == "primary" for value in groups) and len(hidden) < len(groups):
            assert left_over >= RULES["minimum"]
            assert len(hidden) > 1 or without >= RULES["minimum"]


@pytest.mark.parametrize("effective", [float("nan"), 49.9])
def test_a_figure_without_an_effective_base_is_not_shown(effective):
    assert suppress([Bases("", "", 100, effective)], **RULES) == ["unreliable"]
