"""A file gives R's figures, without a database, or is refused in one sentence."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.statistics.golden import REFERENCE
from tests.statistics.test_intervals import EXACT_RAKE

CASES: dict[str, list[str]] = {
    "beps": [
        *("--single", "econ_nat", "--single", "econ_hh", "--scale", "europe"),
        *("--single", "Blair", "--multiple", "likes"),
        *("--segment", "vote", "--segment", "agegrp"),
    ],
    "apistrat": [
        *("--scale", "api00", "--single", "awards", "--single", "both", "--segment", "stype"),
        *("--base-weight", "base_weight", "--strata", "stype", "--fpc", "fpc"),
    ],
    "apistrat_nofpc": [
        *("--scale", "api00", "--single", "awards", "--segment", "stype"),
        *("--base-weight", "base_weight", "--strata", "stype"),
    ],
    "nhanes": [
        *("--single", "HI_CHOL", "--segment", "race", "--base-weight", "base_weight"),
        *("--strata", "stratum", "--psu", "psu"),
    ],
    "edge/unequal_base_weights": ["--single", "q1", "--base-weight", "base_weight"],
    "edge/missing_answers": ["--single", "q1", "--single", "q2"],
    "edge/multi_select": ["--multiple", "channels"],
    "edge/near_separable": ["--single", "q1"],
    "edge/all_same_answer": ["--single", "q1"],
    "edge/one_respondent_in_a_category": ["--single", "q1"],
    "edge/empty_target_category_collapsed": ["--single", "q1"],
}


def run(
    name: str, *options: str, file: str = "input.csv", out: StringIO | None = None
) -> dict[str, Any]:
    out = out or StringIO()
    folder = REFERENCE / name
    targets = ["--targets", str(folder / "targets.csv")]
    call_command("analyse", str(folder / file), *targets, *options, "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


# What no file can tell: an option that nobody chose, a question that nobody answered.
UNSEEN = {
    "edge/multi_select": {("channels", "pharmacy")},
    "edge/all_same_answer": {("q1", "no"), ("q1", "dk")},
    "edge/missing_answers": {("q2", "a"), ("q2", "b")},
}
FIGURES = {
    "estimate": "est",
    "standard_error": "se_calib",
    "standard_error_fixed": "se_fixed",
    "design_effect": "deff_calib",
    "kish_effective_base": "kish_neff_valid",
    "unweighted": "unweighted",
    "base": "n_valid",
    "degrees_of_freedom": "df",
}


@pytest.mark.parametrize("name", CASES)
def test_the_figures_of_a_file_equal_r(name: str) -> None:
    # expected.json of the case: R survey, calibrate(calfun="raking").
    expected = json.loads((REFERENCE / name / "expected.json").read_text(encoding="utf-8"))
    found = run(name, *CASES[name])
    by_key = {
        (row["question"], row["option"], row["segment"], row["value"]): row
        for row in found["estimates"]
    }
    for entry in expected["estimates"] + expected.get("by", []):
        option = None if entry["type"] == "scale" else str(entry["option"])
        level = None if entry["segment"] is None else str(entry["level"])
        if (entry["item"], option) in UNSEEN.get(name, set()):
            assert not entry["est"]
            continue
        row = by_key.pop((entry["item"], option, entry["segment"], level))
        for ours, theirs in FIGURES.items():
            if theirs in entry:
                wanted = entry[theirs]
                # R gives the share of what was raked to an error of rounding; ours is 0.
                near = wanted if wanted is None else pytest.approx(wanted, rel=1e-8, abs=1e-12)
                assert row[ours] == near, (ours, row)
        shown = [row["lower"], row["upper"]]
        intervals = [(row["intervals"].get("clopper_pearson"), "ci_clopper_kish")]
        if name in EXACT_RAKE:
            intervals.append((row["intervals"].get("logit"), "ci_xlogit_rake"))
            # R's is not capped at the base, as ours is.
            capped = row["effective_base"] == row["base"]
            intervals.append((None if capped else shown, "ci_wilson_neff_rake"))
            intervals.append((shown, "ci_mean_rake") if option is None else (None, ""))
        if row["standard_error"] == 0:
            intervals.append((shown, "ci_wilson_kish"))
        for interval, key in intervals:
            if interval is not None and entry.get(key, [None])[0] is not None:
                assert interval == pytest.approx(entry[key], rel=1e-8), (key, row)
    assert not by_key
    assert found["method"]["converged"] is True
    method, weighting = found["method"], expected["weighting"]
    mean = weighting["sum_w"] / expected["n"]
    assert method["design_effect"] == pytest.approx(weighting["kish_deff"], rel=1e-8)
    assert method["effective_base"] == pytest.approx(weighting["kish_neff"], rel=1e-8)
    assert method["min_weight"] == pytest.approx(weighting["min_w"] / mean, rel=1e-8)
    assert method["max_weight"] == pytest.approx(weighting["max_w"] / mean, rel=1e-8)


def test_every_edge_case_is_weighted_or_refused() -> None:
    # index.json names them; zero_base_weights and single_respondent have tests of their own below.
    index = json.loads((REFERENCE / "edge" / "index.json").read_text(encoding="utf-8"))
    held = {*CASES, *(name for name, _, _ in REFUSED)}
    held |= {"edge/zero_base_weights", "edge/single_respondent"}
    assert {f"edge/{entry['id']}" for entry in index} == {n for n in held if n.startswith("edge/")}


def test_a_single_respondent_has_a_share_and_no_error(tmp_path: Path) -> None:
    targets = tmp_path / "targets.csv"
    targets.write_text("margin,vars,category,share\neveryone,base_weight,1,1\n", encoding="utf-8")
    out, file = StringIO(), REFERENCE / "edge/single_respondent/input.csv"
    call_command("analyse", str(file), "--targets", str(targets), "--single", "q1", stdout=out)
    (row,) = json.loads(out.getvalue())["estimates"]
    assert (row["estimate"], row["base"]) == (1.0, 1)
    for none in ("standard_error", "lower", "upper", "effective_base", "design_effect"):
        assert row[none] is None


REFUSED: list[tuple[str, list[str], list[str]]] = [
    ("edge/empty_target_category", [], ["“18-34” of margin “age”"]),
    ("edge/sample_category_without_target", [], ["“age”", "no target", "“75+”"]),
    ("edge/missing_margin_value", [], ["is open (“~”) for 2 of 120", "--open-margins keep"]),
    ("edge/structurally_infeasible", [], ["cannot be met together", "of margin"]),
    ("edge/margin_totals_disagree", [], ["“sex”", "sum to 1.02"]),
    ("edge/boundary_solution", [], ["no weight", "“F” of margin “sex”"]),
    ("beps", ["--single", "nothing"], ["no column “nothing”"]),
    ("beps", ["--scale", "vote"], ["Row 2", "is no number"]),
    ("beps", ["--cap", "1"], ["is no cap"]),
]


@pytest.mark.parametrize(("name", "options", "said"), REFUSED)
def test_a_refusal_is_one_sentence_and_status_2(
    name: str, options: list[str], said: list[str]
) -> None:
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        run(name, *(options or ["--single", "q1"]), out=out)
    assert out.getvalue() == ""
    assert refused.value.returncode == 2
    for text in said:
        assert text in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["edge/missing_margin_value", "edge/sample_category_without_target"]
)
def test_open_margins_are_kept_when_told_to(name: str) -> None:
    found = run(name, "--single", "q1", "--open-margins", "keep")
    assert sum(margin["open"] for margin in found["method"]["margins"]) > 0
    total = sum(row["estimate"] for row in found["estimates"])
    assert total == pytest.approx(1)


def test_a_cap_that_cannot_be_kept_trims_nothing_and_says_so() -> None:
    trimming = run("beps", "--single", "econ_nat", "--cap", "2")["method"]["trimming"]
    assert trimming["feasible"] is False
    assert trimming["smallest_cap"] == pytest.approx(2.36776315789, rel=1e-7)
    found = run("beps", "--single", "econ_nat", "--cap", "2.5")["method"]
    assert found["trimming"]["feasible"] is True
    assert found["max_weight"] <= 2.5 * (1 + 1e-6)
    assert found["design_effect"] < found["trimming"]["design_effect_before"]


def test_a_respondent_without_base_weight_does_not_count() -> None:
    options = ["--single", "q1", "--base-weight", "base_weight"]
    full = run("edge/zero_base_weights", *options, file="input_full.csv")
    without = run("edge/zero_base_weights", *options)
    assert full["estimates"] == without["estimates"]
