"""Answers become codes and back; codes become counts, the same as counting by hand."""

import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.questionnaires.document import FreeText, MultipleChoice
from surveys.questionnaires.packing import Layout, Slot, pack_counts, unpack_counts
from surveys.questionnaires.routing import asked
from tests.fieldwork.small import document as small
from tests.fieldwork.small import random_answers

DOCUMENT = small()
LAYOUT = Layout(DOCUMENT)


def some(respondents: int, seed: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [random_answers(chance, DOCUMENT) for _ in range(respondents)]


def by_hand(people: Iterable[dict[str, Any]]) -> Counter[Slot]:
    """Every slot counted from the answers themselves, one respondent and question at a time."""
    found: Counter[Slot] = Counter()
    for answers in people:
        found[Slot("arm", "arm", answers["arm"])] += 1
        on_route = asked(DOCUMENT, answers)
        for code, question in DOCUMENT.questions.items():
            if code not in on_route or isinstance(question, FreeText):
                continue
            answer = answers.get(code)
            if answer is None:
                found[Slot("open", code)] += 1
                continue
            chosen = answer if isinstance(answer, list) else [str(answer)]
            if isinstance(question, MultipleChoice) or code == "years":
                found[Slot("answered", code)] += 1
            if code == "years":
                found[Slot("sum", code)] += answer
                found[Slot("squares", code)] += answer * answer
            else:
                found.update(Slot("option", code, one) for one in chosen)
            for net in question.nets:
                found[Slot("net", code, net.code)] += bool(set(chosen) & set(net.options))
        before, after = answers.get("before"), answers.get("after")
        if isinstance(before, int) and isinstance(after, int):
            found[Slot("pair", "before>after", f"{before}>{after}")] += 1
    return found


@given(st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_answers_come_back_from_their_codes_but_for_the_words(chance: random.Random) -> None:
    answers = random_answers(chance, DOCUMENT)
    codes = LAYOUT.pack(answers)
    assert len(codes) == 2 * LAYOUT.width
    assert LAYOUT.unpack(codes) == {
        code: answer for code, answer in answers.items() if code != "comment"
    }


@pytest.mark.parametrize("seed", range(5))
def test_counting_codes_is_counting_answers(seed: int) -> None:
    people = some(400, seed)
    codes = LAYOUT.matrix([LAYOUT.pack(answers) for answers in people])
    (table,) = LAYOUT.tabulate(codes, np.zeros(len(people), np.intp), 1)
    expected = by_hand(people)
    assert dict(zip(LAYOUT.slots, table.tolist(), strict=True)) == {
        slot: expected[slot] for slot in LAYOUT.slots
    }
    assert set(expected) <= set(LAYOUT.slots)


def test_groups_are_counted_apart_and_add_up() -> None:
    people = some(300, 6)
    codes = LAYOUT.matrix([LAYOUT.pack(answers) for answers in people])
    group = np.array([number % 3 for number in range(len(people))], np.intp)
    table = LAYOUT.tabulate(codes, group, 3)
    for number in range(3):
        expected = by_hand(people[number::3])
        assert table[number].tolist() == [expected[slot] for slot in LAYOUT.slots]


def test_weights_add_themselves_instead_of_ones() -> None:
    people = some(50, 7)
    codes = LAYOUT.matrix([LAYOUT.pack(answers) for answers in people])
    everybody = np.zeros(len(people), np.intp)
    weight = np.random.default_rng(8).integers(1, 9, len(people)).astype(float)  # sums are exact
    repeated = np.repeat(codes, weight.astype(int), axis=0)
    weighed = LAYOUT.tabulate(codes, everybody, 1, weight)
    counted = LAYOUT.tabulate(repeated, np.zeros(len(repeated), np.intp), 1)
    assert weighed.tolist() == counted.tolist()


def test_each_slot_stands_in_one_place() -> None:
    assert len(set(LAYOUT.slots)) == len(LAYOUT.slots)
    assert len(set(LAYOUT.columns)) == LAYOUT.width


@given(st.lists(st.integers(0, 2**40), min_size=1, max_size=300))
def test_counts_come_back_from_storage(counts: list[int]) -> None:
    assert unpack_counts(pack_counts(np.array(counts, np.int64))).tolist() == counts
