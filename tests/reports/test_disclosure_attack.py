"""An attacker who knows everything that is shown, and every sum it makes, learns no hidden count.

Waves and trees are drawn in `drawing`, which also has the attacker's equations. Each attack is
tried a second time with a part of the protection switched off, and then it has to win.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np
import pytest

from surveys.questionnaires.packing import Layout
from surveys.reports.dominance import CHOSEN_MINIMUM
from surveys.reports.hiding import Answered, Known, hidden_of_question
from surveys.reports.items import items_of
from surveys.reports.slices import EVERYONE, Slice, divisions
from tests.reports.drawing import (
    QUESTION,
    REFUSED,
    UNSURE,
    Counts,
    Drawn,
    Floats,
    Hidden,
    Mask,
    draw,
    recovered,
    told,
    unnamed,
    width,
)

MINIMUM = 11  # of settings.DISCLOSURE_MINIMUM
# What is hidden because of itself, and not so that another cannot be worked out.
BY_ITSELF = {"primary", "few"}
Secret = tuple[str, Floats]


def answered(wave: Drawn) -> dict[Slice, Answered]:
    """What the code under attack is told: the slots of each slice, as the wave's tallies have them.

    Nothing hides behind being unreliable: effective bases are without end.
    """
    layout = Layout(wave.document)
    items = items_of(layout)
    packed = [layout.pack({} if one is None else {QUESTION: one}) for one in wave.asked.answers]
    codes = layout.matrix(packed)
    each = layout.tabulate(codes, np.arange(len(codes)), len(codes)).astype(np.float64)
    found = {}
    for one in wave.slices:
        slots = wave.inside(one) @ wave.people @ each
        bases = [round(float(item.answered @ slots)) for item in items]
        if max(bases):
            found[one] = Answered(min(bases), max(bases), np.inf, slots)
    return found


def decide(wave: Drawn, *, staff: bool = True, earlier: tuple[Known, ...] = ()) -> Hidden:
    """What a release hides of the wave."""
    layout = Layout(wave.document)
    found = hidden_of_question(
        divisions(wave.document, wave.parents),
        layout,
        QUESTION,
        [item.option for item in items_of(layout)],
        answered(wave),
        earlier=earlier,
        staff=staff,
        parents=wave.parents,
    )
    return {(option, one): why for (_, option, one), why in found.items()}


def by_itself(hidden: Hidden) -> Hidden:
    """What would be hidden if nothing were hidden for another's sake."""
    return {key: why for key, why in hidden.items() if why in BY_ITSELF}


def secrets(wave: Drawn, hidden: Hidden, *, staff: bool) -> Iterator[Secret]:
    """(kinds x J,) the counts that nobody may learn, each with what it is of."""
    yield from small_groups(wave, hidden)
    if staff:
        yield from few_answers(wave, hidden)


def small_groups(wave: Drawn, hidden: Hidden) -> Iterator[Secret]:
    """Groups of a few people: hidden ones with what each answered, and those that nobody names."""
    bases = [wave.asked.base, wave.asked.mean_base]
    bases = bases[: 1 + bool((bases[0] != bases[1]).any())]
    for base in bases:
        for group in unnamed(wave):
            if 0 < count(wave, group, base) < MINIMUM:
                yield "unnamed", cells(group, base)
    for one in {one for (_, one), why in hidden.items() if why == "primary"}:
        inside = wave.inside(one)
        for base in bases:
            if 0 < count(wave, inside, base) < MINIMUM:
                yield "group", cells(inside, base)
                for answer in np.eye(len(base), dtype=bool)[base]:
                    if count(wave, inside, answer):
                        yield "answer of a group", cells(inside, answer)


def few_answers(wave: Drawn, hidden: Hidden) -> Iterator[Secret]:
    """What fewer than five of a shown part chose or did not choose, or did not know."""
    asked, shares = wave.asked, {*wave.asked.figures}
    for (option, one), why in hidden.items():
        inside = wave.inside(one)
        if why != "few":
            continue
        if option in shares:
            chosen = asked.figures[option]
            for side in (chosen, asked.base & ~chosen):
                if count(wave, inside, side) < CHOSEN_MINIMUM:
                    yield "few", cells(inside, side)
        elif 0 < count(wave, inside, unsure := asked.base & ~asked.mean_base) < CHOSEN_MINIMUM:
            yield "unsure", cells(inside, unsure)


def cells(group: Floats, answers: Mask) -> Floats:
    return np.outer(group, answers).ravel()


def count(wave: Drawn, group: Floats, answers: Mask) -> int:
    return round(float(group @ wave.people @ answers))


def without_parts(wave: Drawn, hidden: Hidden) -> Hidden:
    """Only bases, and everyone's figures: what these tell of a part is no secret."""
    options = [*wave.asked.figures, ""]
    parts = {(option, one): "no" for one in wave.slices for option in options if one != EVERYONE}
    return {**parts, **hidden}


def learned(wave: Drawn, hidden: Hidden, wanted: list[Secret]) -> Mask:
    """Which secrets come out by adding and subtracting all that is shown."""
    targets = np.array([one for _, one in wanted])
    found = recovered(*told(wave, hidden), targets)
    few = np.array([what == "few" for what, _ in wanted])
    if (found & few).any():
        rows, nobody = told(wave, without_parts(wave, hidden), bases=hidden)
        found &= ~(few & recovered(rows, nobody, targets))
    return found


# What is drawn, how many of it, and how many secrets of each sort are then tried at least.
DRAWS: dict[str, tuple[int, Callable[[np.random.Generator], Drawn], Mapping[str, int]]] = {
    "waves": (
        1_500,
        lambda rng: draw(rng, trees=False),
        {"unnamed": 700, "group": 400, "answer of a group": 900, "few": 150},
    ),
    "trees": (400, lambda rng: draw(rng, ask="mean"), {"unnamed": 1_200, "group": 700}),
    "answers": (
        250,
        lambda rng: draw(rng, ask=str(rng.choice(["single", "multiple", "scale"]))),
        {"unnamed": 250, "group": 200, "few": 200, "unsure": 5},
    ),
}


def attacked(name: str, share: float = 1.0) -> Iterator[tuple[Drawn, bool, Hidden]]:
    """Waves of some sort, whether they are of staff, and what is hidden of them."""
    many, draw_one, _ = DRAWS[name]
    rng = np.random.default_rng(2026)
    for number in range(round(many * share)):
        wave = draw_one(rng)
        staff = name != "waves" or number % 6 == 0  # organisations are those of staff
        if wave.people[:, wave.asked.base].any():
            yield wave, staff, decide(wave, staff=staff)


@pytest.mark.parametrize("name", DRAWS)
def test_nobody_recovers_a_hidden_count_by_subtraction_in_thousands_of_waves_and_trees(
    name: str,
) -> None:
    tried: Counter[str] = Counter()
    for wave, staff, hidden in attacked(name):
        if wanted := list(secrets(wave, hidden, staff=staff)):
            found = learned(wave, hidden, wanted)
            assert not found.any(), [wanted[place][0] for place in np.flatnonzero(found)]
            tried.update(what for what, _ in wanted)
        tried["secondary"] += any(why == "secondary" for why in hidden.values())
    # The draw is one in which there was something to find.
    assert tried["secondary"] > 40
    for what, least in DRAWS[name][2].items():
        assert tried[what] > least, tried


@pytest.mark.parametrize("name", DRAWS)
def test_subtraction_would_succeed_if_only_what_is_small_itself_were_hidden(name: str) -> None:
    won: Counter[str] = Counter()
    for wave, staff, hidden in attacked(name, 0.3):
        if wanted := list(secrets(wave, hidden, staff=staff)):
            found = learned(wave, by_itself(hidden), wanted)
            won.update(wanted[place][0] for place in np.flatnonzero(found))
    assert won["unnamed"] > 10
    assert won["group"] > 5
    if name == "answers":
        assert won["few"] > 10


def test_what_is_drawn_has_many_shapes() -> None:
    rng = np.random.default_rng(1)
    waves = [draw(rng) for _ in range(400)]
    depths = {max(_depth(wave, code) for code in wave.parents) for wave in waves}
    assert depths == {0, 1, 2, 3}
    assert {len(wave.parents) for wave in waves} == {1, 3, 4, 5, 7}
    assert {len(wave.segments) for wave in waves} == {0, 1, 2, 3}
    assert {len(one.values) for wave in waves for one in wave.segments} == {2, 3, 4}
    assert any(len(wave.questions) < len(wave.segments) for wave in waves)  # made of the same
    assert {wave.asked.question["type"] for wave in waves} == {"single", "multiple", "scale"}
    assert {len(wave.asked.figures) for wave in waves} >= {0, 1, 2, 3, 4, 5, 6}
    for answer in (UNSURE, REFUSED):
        offered = [answer in wave.asked.answers or [answer] in wave.asked.answers for wave in waves]
        assert 0.4 < np.mean(offered) < 0.8
    left_open = [wave.people[:, wave.asked.answers.index(None)].any() for wave in waves]
    assert 0.5 < np.mean(left_open) < 1
    people = [wave.people.sum() for wave in waves]
    assert min(people) == 0
    assert max(people) > 2_000


def _depth(wave: Drawn, code: str) -> int:
    above = wave.parents[code]
    return 0 if above is None else 1 + _depth(wave, above)


# Reasoning beyond subtraction ---------------------------------------------------------------------


def widths(wave: Drawn, hidden: Hidden, wanted: list[Secret]) -> Iterator[tuple[str, float]]:
    """How closely each secret can be told by whoever knows that no count is below 0."""
    rows, people = told(wave, hidden)[0], wave.people.ravel()
    least: Floats | None = None
    for what, target in wanted:
        open_for = width(rows, people, target)
        enough = MINIMUM if what in ("unnamed", "group") else CHOSEN_MINIMUM
        if what in ("few", "unsure") and open_for < enough:
            if least is None:
                least, _ = told(wave, without_parts(wave, hidden), bases=hidden)
            enough = min(enough, width(least, people, target))
        yield what, open_for - enough


def reasoned(many: int) -> Iterator[tuple[Drawn, Hidden, list[Secret]]]:
    """Waves and trees of staff with the secrets that have a width: groups, and what few chose."""
    rng = np.random.default_rng(7)
    for number in range(many):
        wave = draw(rng, ask=["mean", "single", "scale"][number % 3])
        if not wave.people[:, wave.asked.base].any():
            continue
        hidden = decide(wave)
        if any(hidden.get((option, EVERYONE)) for option in ("", *wave.asked.figures)):
            continue  # nothing is shown of it; how many took part at all is a limit for everybody
        every = [one for one in secrets(wave, hidden, staff=True) if "answer" not in one[0]]
        # Of many secrets of one wave some are enough.
        wanted = [every[place] for place in rng.permutation(len(every))[:6]]
        yield wave, hidden, wanted


def test_nobody_tells_a_hidden_count_to_within_the_threshold_by_any_reasoning() -> None:
    tried: Counter[str] = Counter()
    for wave, hidden, wanted in reasoned(110):
        for what, spare in widths(wave, hidden, wanted):
            assert spare > -1e-6, (what, spare)
            tried[what] += 1
    assert tried["unnamed"] > 40
    assert tried["group"] > 30
    assert tried["few"] > 15


def test_reasoning_would_succeed_if_only_what_is_small_itself_were_hidden() -> None:
    won: Counter[str] = Counter()
    for wave, hidden, wanted in reasoned(60):
        for what, spare in widths(wave, by_itself(hidden), wanted):
            won[what] += spare < -1e-6
    assert won["unnamed"] + won["group"] > 10
    assert won["few"] > 3


# Two releases -------------------------------------------------------------------------------------


def released_twice(many: int) -> Iterator[tuple[Drawn, Hidden, Drawn, Hidden, Hidden, Counts]]:
    """A wave, what is hidden of it, the same when a few have left or joined, what is then hidden in
    the knowledge of the first and without it, and who came and went."""
    rng = np.random.default_rng(11)
    for number in range(many):
        wave = draw(rng, ask="mean", most=60)
        if not wave.people[:, wave.asked.base].any():
            continue
        before = decide(wave)
        if before.get(("", EVERYONE)):
            continue
        share = rng.choice([0.01, 0.05])
        left = rng.binomial(wave.people, share)
        joined = rng.binomial(wave.people, share)
        left, joined = left * (number % 3 != 1), joined * (number % 3 != 0)
        now = wave.after(left, joined)
        here, then = answered(now), answered(wave)
        bases = {one: None if before.get(("", one)) else has.base for one, has in then.items()}
        sums = {one: wave.inside(one) @ wave.people @ wave.asked.values for one in wave.slices}
        exchanged = {
            one
            for one, has in here.items()
            if bases.get(one) == has.base
            and now.inside(one) @ now.people @ wave.asked.values != sums[one]
        }
        known = Known(bases, bases, exchanged)
        yield (
            wave,
            before,
            now,
            decide(now, earlier=(known,)),
            decide(now),
            np.hstack([left, joined]),
        )


def subtracted(wave: Drawn, before: Hidden, now: Drawn, after: Hidden, moved: Counts) -> list[bool]:
    """Whether each few who left or joined a slice come out of both releases at once.

    Of those who stayed, left and joined the first release tells of the first two together, the
    second of the first and the last.
    """
    first, second = told(wave, before)[0], told(now, after)[0]
    rows = np.vstack(
        [
            np.hstack([first, first, np.zeros_like(first)]),
            np.hstack([second, np.zeros_like(second), second]),
        ]
    )
    # Where only some left, or only some joined, that is known too.
    size = wave.people.size
    nobody = np.zeros(3 * size, bool)
    left, joined = np.hsplit(moved, 2)
    nobody[size : 2 * size], nobody[2 * size :] = not left.any(), not joined.any()
    targets = []
    for one in wave.slices:
        group = cells(wave.inside(one), wave.asked.base)
        for place, who in ((1, left), (2, joined)):
            if 0 < count(replace(wave, people=who), wave.inside(one), wave.asked.base) < MINIMUM:
                target = np.zeros(3 * size)
                target[place * size : (place + 1) * size] = group
                targets.append(target)
    return recovered(rows, nobody, np.array(targets)).tolist() if targets else []


def test_nobody_recovers_those_who_came_or_went_between_two_releases() -> None:
    tried = 0
    for wave, before, now, after, _, moved in released_twice(40):
        found = subtracted(wave, before, now, after, moved)
        assert not any(found)
        tried += len(found)
    assert tried > 150


def test_two_releases_would_tell_if_the_second_did_not_know_the_first() -> None:
    won = 0
    for wave, before, now, _, unaware, moved in released_twice(40):
        won += sum(subtracted(wave, before, now, unaware, moved))
    assert won > 15
