"""One sentence for each comparison: checked against a table, and never at odds with itself."""

import random
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from surveys.questionnaires.comparability import Judgement
from surveys.reports.claims import Name, outcomes
from surveys.reports.figures import figures
from surveys.reports.gaps import Circumstances, Comparison, Print
from surveys.reports.words import THE_REST, change, level, who_answered
from surveys.statistics.composition import Composition

CASES = yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8"))
SUBJECTS = {"": "Confidence, mean from 0 to 10", "support": "AI for patient care, “Support”"}

LABELS = {
    "wave": "spring 2026",
    "survey": "YouGov",
    "mirror": "Staff 2 (NHS staff)",
    "pair": "-",
    "arm": "“None”",
}


def comparison(**given: Any) -> Comparison:
    """The comparison that a row of the table describes, tested as reports test it."""
    now, then, error = given.get("now", 0.42), given.get("then", 0.36), given.get("error", 0.015)
    option = given.get("option", "support")
    relation = given.get("relation", "survey" if given.get("survey") else "wave")
    outcome = None
    if "of" in given:
        name: Name
        name, size = given["of"]
        outcome = outcomes([(now - then, error, name), *[(0.0, 1.0, name)] * (size - 1)])[0]
    return Comparison(
        question="q",
        option=option,
        subject=given.get("subject", SUBJECTS[option]),
        unit=given.get("unit", ""),
        with_=f"{relation}:w",
        label=LABELS[relation],
        year="2020" if relation == "survey" else "2026",
        estimate=now,
        their_estimate=then,
        difference=None if now is None or then is None else now - then,
        standard_error=error,
        wording={"survey": "paraphrase", "wave": "same"}.get(relation),
        judgement=judgement(given),
        low_base=given.get("low_base", False),
        circumstances=Circumstances(**given.get("circumstances", {})),
        print=Print(**given["print"]) if "print" in given else None,
        composition=given.get("composition"),
        bounds=tuple(given["bounds"]) if "bounds" in given else None,
        here="“Story”" if relation == "arm" else "",
        outcome=outcome,
    )


def judgement(given: dict[str, Any]) -> Judgement:
    found = Judgement(given.get("verdict", "same"), tuple(given.get("reasons", ())))
    return found.signed(**given["signed"]) if "signed" in given else found


@pytest.mark.parametrize("case", CASES, ids=[case["situation"] for case in CASES])
def test_the_sentence_is_that_of_the_table(case: dict[str, Any]) -> None:
    assert change(comparison(**case)) == case["sentence"]


def test_the_table_has_forty_situations_and_each_is_another() -> None:
    assert len(CASES) >= 40
    assert len({case["situation"] for case in CASES}) == len(CASES)
    givens = [
        {k: v for k, v in case.items() if k not in ("situation", "sentence")} for case in CASES
    ]
    assert all(givens.count(given) == 1 for given in givens)


def test_it_is_one_sentence_and_two_only_where_the_verdict_is_beside() -> None:
    for case in CASES:
        ends = len(re.findall(r"\.(?= [A-Z]|$)", case["sentence"]))
        beside = judgement(case).verdict == "beside" and comparison(**case).difference is not None
        assert ends == (2 if beside else 1), case["sentence"]


def test_every_gap_that_is_tested_has_its_interval_and_what_it_could_have_seen() -> None:
    for case in CASES:
        one = comparison(**case)
        text = change(one)
        told = one.relation == "pair" or one.bounds is not None
        told = told and one.interval is not None and not one.low_base
        assert ("interval of the" in text) == (one.outcome is not None or told)
        nothing = one.outcome is not None and not one.outcome.found
        assert ("could have seen" in text) == ("no detectable" in text) == nothing
        claimed = one.outcome is not None and one.outcome.claim
        # Of arms the claim is what showing it did: higher or lower than without.
        moved = (
            r": \S+( points?)? (higher|lower) with" if one.relation == "arm" else r": (up|down) "
        )
        assert (re.search(moved, text) is not None) == claimed


def drawn(chance: random.Random) -> Comparison:
    """Two waves of up to half a million people, with any share or mean at all."""
    mean = chance.random() < 0.3
    then = chance.uniform(0, 10) if mean else chance.choice([chance.random(), 0.001, 0.5, 0.9996])
    error = chance.choice([0.001, 0.004, 0.015, 0.05]) * (10 if mean else 1)
    now = then + chance.gauss(0, 3) * error
    now = min(max(now, 0.0), 10.0 if mean else 1.0)
    family = chance.choice(["headline", "screening"])
    return comparison(
        option="" if mean else "support",
        now=now,
        then=then,
        error=error,
        of=(family, chance.choice([1, 3, 8, 60])),
    )


def printed(text: str) -> float:
    """The number in a piece of a sentence; next to nothing is 0, and down is below it."""
    found = re.search(r"\d+(\.\d+)?", text)
    return (-1 if text.endswith("down") else 1) * float(found.group()) if found else 0.0


def test_no_figure_of_a_sentence_ever_contradicts_another() -> None:
    chance = random.Random(7)
    kinds = set()
    for _ in range(5_000):
        one = drawn(chance)
        told, text = figures(one), change(one)
        assert one.outcome is not None
        assert "-" not in text
        for piece in (told.size, told.interval, told.detectable):
            assert not re.search(r"(?<![\d.])0(\.0+)?(?![\d.])|(?<![\d.])1 points", piece), text
        ends = re.split(r"(?<!next) to ", told.interval)
        lower, upper = (printed(end) for end in ends)
        gap = printed(told.now) - printed(told.then)
        kinds.add(one.outcome.found)
        if "less than" in told.size:
            assert gap == 0
        elif one.outcome.found:
            assert abs(gap) == pytest.approx(printed(told.size))
            assert (gap > 0) == (one.difference > 0) == (told.direction == "up")
            assert lower <= printed(told.size) <= upper
        else:
            assert lower - 1e-9 <= gap <= upper + 1e-9, text
            assert abs(gap) < printed(told.detectable), text
    assert kinds == {True, False}


def test_no_sentence_promises_more_than_sampling() -> None:
    for case in CASES:
        assert "margin of error" not in case["sentence"]
        assert "significant" not in case["sentence"]
        if case.get("circumstances", {}).get("open_link") and "interval" in case["sentence"]:
            assert "among those who answered" in case["sentence"]
            # Chance makes arms alike, whoever answered.
            alike = re.search("if (weighting makes them alike|they are the same)", case["sentence"])
            assert (alike is None) == (case.get("relation") == "arm")


def test_a_level_is_never_rounded_up_to_certainty() -> None:
    assert [level(one) for one in (0.95, 0.99375, 0.99, 0.99998)] == [
        *("95%", "99.4%", "99%", "over 99.9%"),
    ]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            (0.051, 0.03),
            "in these two samples, 5 points up since spring 2026"
            " with everybody counted once, 3 points up weighted;"
            " so who answered, as far as our margins measure it, accounts for 2 points up.",
        ),
        (
            (0.01, 0.03),
            "in these two samples, 1 point up since spring 2026"
            " with everybody counted once, 3 points up weighted;"
            " so who answered, as far as our margins measure it, accounts for 2 points down.",
        ),
        (
            (-0.0201, -0.0199),
            "in these two samples, 2 points down since spring 2026"
            " with everybody counted once, 2 points down"
            " weighted; so who answered, as far as our margins measure it, accounts for nothing.",
        ),
        (
            (0.02, 0.0001),
            "in these two samples, 2 points up since spring 2026"
            " with everybody counted once, no gap weighted;"
            " so who answered, as far as our margins measure it, accounts for 2 points up.",
        ),
    ],
)
def test_who_answered_is_told_of_a_gap(parts: tuple[float, float], said: str) -> None:
    everybody, weighted = parts
    one = comparison(composition=Composition(everybody, weighted, everybody - weighted))
    assert who_answered(one) == f"AI for patient care, “Support”: {said}"


@pytest.mark.parametrize(
    ("weighted", "alike"),
    [(True, "weighting makes them alike"), (False, "they are the same kinds of people")],
)
def test_before_and_after_of_an_open_link_says_whom_it_is_of(weighted: bool, alike: str) -> None:
    met = {"open_link": True, "weighted": weighted}
    one = comparison(relation="pair", circumstances=met)
    assert f", among those who answered, and of others only if {alike}." in change(one)
    assert "among those who answered" not in change(comparison(relation="pair"))


def test_what_remains_is_never_called_change_alone() -> None:
    assert THE_REST == (
        "The rest is change, or a difference in who answered that our margins do not see."
    )
