"""What is hidden cannot be worked out from what is shown."""

import random

import numpy as np
import pytest

from surveys.reports.disclosure import Bases, suppress
from surveys.reports.dominance import suppress_answers
from surveys.reports.history import hidden_by_history
from surveys.reports.slices import EVERYONE, Division, Slice

RULES = {"minimum": 11, "effective_minimum": 50.0}


def divide(*values: str) -> Division:
    parts = {EVERYONE: frozenset({*values, "~"})}
    parts |= {Slice("", "job", value): frozenset({value}) for value in values}
    return Division.of(parts, frozenset({"~"}))


def decide(everyone: int, **groups: int) -> dict[str, str]:
    bases = {EVERYONE: Bases(everyone, everyone)}
    bases |= {Slice("", "job", value): Bases(base, base) for value, base in groups.items()}
    found = suppress([divide(*groups)], bases, **RULES)
    return dict(zip(["everyone", *groups], found.values(), strict=True))


def test_a_large_group_is_shown():
    assert decide(300, nurse=200, porter=100) == {"everyone": "", "nurse": "", "porter": ""}


def test_a_small_group_is_hidden_and_the_next_smallest_with_it():
    found = decide(365, nurse=200, porter=160, midwife=5)
    assert found == {"everyone": "", "nurse": "", "porter": "secondary", "midwife": "primary"}


def test_a_group_hides_among_those_who_are_never_shown():
    # 40 people have no job here, so everyone less the others tells only that 5 and 40 are 45.
    found = decide(405, nurse=200, porter=160, midwife=5)
    assert found == {"everyone": "", "nurse": "", "porter": "", "midwife": "primary"}


def test_those_few_who_would_not_say_are_not_what_is_left_over():
    # Everyone less nurses and porters are 4 people: their answers would be told.
    found = decide(364, nurse=200, porter=160)
    assert found == {"everyone": "", "nurse": "", "porter": "secondary"}


def test_two_small_groups_that_are_still_few_together_need_a_third():
    found = decide(308, nurse=200, porter=100, midwife=5, doctor=3)
    assert found["porter"] == "secondary"
    assert found["nurse"] == ""


def test_an_unreliable_figure_is_not_shown_and_needs_no_company():
    found = decide(230, nurse=200, porter=30)
    assert found == {"everyone": "", "nurse": "", "porter": "unreliable"}


def test_nothing_is_shown_of_a_survey_that_hardly_anybody_answered():
    assert set(decide(9, nurse=6, porter=3).values()) == {"primary"}


def test_nobody_gets_a_small_group_by_subtracting_what_is_shown():
    chance = random.Random(20)
    for _ in range(2_000):
        groups = {f"g{n}": chance.choice([1, 4, 9, 12, 60, 200, 500]) for n in range(4)}
        without = chance.choice([0, 3, 11, 80])
        everyone = sum(groups.values()) + without
        found = decide(everyone, **groups)
        left_over = everyone - sum(base for value, base in groups.items() if not found[value])
        assert found["everyone"] or left_over == 0 or left_over >= RULES["minimum"]
        hidden = [value for value in groups if found[value]]
        if not found["everyone"] and any(found[value] == "primary" for value in groups):
            assert len(hidden) + (without > 0) > 1


@pytest.mark.parametrize("effective", [float("nan"), 49.9])
def test_a_figure_without_an_effective_base_is_not_shown(effective):
    assert suppress([divide()], {EVERYONE: Bases(100, effective)}, **RULES) == {
        EVERYONE: "unreliable"
    }


def test_bands_that_overlap_cannot_be_subtracted_from_each_other():
    # 18 to 34 less 18 to 24 are the 6 people from 25 to 34, who are nowhere shown themselves.
    parts = {
        EVERYONE: frozenset({"18", "25", "35"}),
        Slice("", "age", "18_34"): frozenset({"18", "25"}),
        Slice("", "age", "35"): frozenset({"35"}),
        Slice("", "band", "18_24"): frozenset({"18"}),
    }
    people = dict(zip(parts, (500, 206, 294, 200), strict=True))
    bases = {one: Bases(n, n) for one, n in people.items()}
    found = suppress([Division.of(parts)], bases, **RULES)
    assert found[Slice("", "band", "18_24")] == "secondary"
    assert found[Slice("", "age", "18_34")] == ""


def test_an_organisation_that_one_below_it_leads_is_not_shown():
    parents = {"": None, "system": "", "a": "system", "b": "system", "c": "system"}
    inside = {"a": {"a"}, "b": {"b"}, "c": {"c"}}
    inside["system"] = {"system", "a", "b", "c"}
    parts = {
        Slice(code): frozenset(codes)
        for code, codes in {"": {"", *inside["system"]}, **inside}.items()
    }

    def of(**people: int) -> dict[str, str]:
        counts = people | {"system": sum(people.values()), "": 1_000}
        bases = {Slice(code): Bases(n, n) for code, n in counts.items()}
        found = suppress([Division.of(parts)], bases, **RULES, parents=parents)
        return {one.organisation: why for one, why in found.items()}

    assert of(a=100, b=90, c=80)["system"] == ""
    assert of(a=300, b=90, c=80)["system"] == "primary"  # more than half are those of a
    assert of(a=100, b=90)["system"] == "primary"  # two know each other's by subtraction


# The answers of a few -------------------------------------------------------------------------

SINGLE = np.eye(3, dtype=bool)


def answers(hidden: set[Slice] = frozenset(), **counts: list[int]) -> dict[str, list[int]]:
    table = {Slice("", "job", value): np.array(row, float) for value, row in counts.items()}
    table[EVERYONE] = np.sum(list(table.values()), axis=0)
    parts = {one for one in table if one != EVERYONE}
    found = suppress_answers([divide(*counts)], table, SINGLE, hidden, parts)
    return {one.value: np.flatnonzero(mask).tolist() for one, mask in found.items()}


def test_an_answer_that_four_people_gave_is_hidden_with_what_would_give_it_back():
    found = answers(nurse=[4, 60, 80], porter=[20, 30, 50], doctor=[40, 40, 40])
    # One more answer of the nurses, and both of a neighbour: any fewer, and a sum tells the 4.
    assert found["nurse"] == [0, 1]
    assert sorted([found["porter"], found["doctor"]]) == [[], [0, 1]]


def test_an_answer_that_all_but_four_gave_is_hidden_as_well():
    assert 0 in answers(nurse=[140, 2, 2], porter=[70, 40, 50], doctor=[40, 40, 40])["nurse"]


def test_an_answer_that_nobody_at_all_gave_is_no_secret():
    # The national figure of 0% is shown, and tells of each group that nobody in it chose it.
    assert answers(nurse=[0, 60, 80], porter=[0, 50, 50]) == {"nurse": [], "porter": []}


def test_plenty_everywhere_hides_nothing():
    assert answers(nurse=[20, 60, 80], porter=[20, 50, 50]) == {"nurse": [], "porter": []}


# What was told before -------------------------------------------------------------------------


def again(before: dict[str, int | None], now: dict[str, int]) -> set[str]:
    def slices(counts):
        return {
            EVERYONE if value == "everyone" else Slice("", "job", value): n
            for value, n in counts.items()
        }

    found = hidden_by_history(
        [divide(*(set(now) - {"everyone"}))], slices(now), slices(before), set(), 11
    )
    return {one.value or "everyone" for one in found}


def test_the_same_people_may_be_shown_again():
    same = {"everyone": 300, "nurse": 200, "porter": 100}
    assert again(same, same) == set()


def test_a_group_that_three_people_left_is_hidden_with_one_that_covers_it():
    before = {"everyone": 340, "nurse": 200, "porter": 120, "doctor": 20}
    # 3 nurses and 12 porters went: the 15 in all tell neither, if both are hidden.
    assert again(before, {"everyone": 325, "nurse": 197, "porter": 108, "doctor": 20}) == {
        "nurse",
        "porter",
    }


def test_a_question_that_few_left_altogether_is_not_shown_again():
    before = {"everyone": 300, "nurse": 200, "porter": 100}
    now = {"everyone": 296, "nurse": 196, "porter": 100}
    assert again(before, now) == {"everyone", "nurse", "porter"}


def test_what_was_hidden_once_stays_hidden():
    before = {"everyone": 300, "nurse": 200, "porter": None}
    assert "porter" in again(before, {"everyone": 280, "nurse": 180, "porter": 100})


def test_where_some_came_and_others_went_no_group_that_changed_by_few_is_shown():
    before = {"everyone": 300, "nurse": 200, "porter": 100}
    assert again(before, {"everyone": 340, "nurse": 195, "porter": 145}) == {"nurse", "porter"}
