"""A file gives R's figures, without a database, or is refused in one sentence."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.statistics.golden import REFERENCE

CASES: dict[str, list[str]] = {
    "beps": [
        *("--single", "econ_nat", "--single", "econ_hh", "--scale", "europe"),
        *("--multiple", "likes", "--segment", "vote", "--segment", "agegrp"),
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


def run(name: str, *options: str, file: str = "input.csv") -> dict[str, Any]:
    out = StringIO()
    folder = REFERENCE / name
    targets = ["--targets", str(folder / "targets.csv")]
    call_command("analyse", str(folder / file), *targets, *options, "--format", "json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_figures_of_a_file_equal_r(name: str) -> None:
    # expected.json of the case: R survey, calibrate(calfun="raking").
    expected = json.loads((REFERENCE / name / "expected.json").read_text(encoding="utf-8"))
    found = run(name, *CASES[name])
    by_key = {
        (row["question"], row["option"], row["segment"], row["value"]): row
        for row in found["estimates"]
    }
    compared = 0
    for entry in expected["estimates"] + expected.get("by", []):
        option = None if entry["type"] == "scale" else str(entry["option"])
        level = None if entry["segment"] is None else str(entry["level"])
        row = by_key.get((entry["item"], option, entry["segment"], level))
        if row is None or not entry["n_valid"]:
            continue
        compared += 1
        for ours, theirs in (
            ("estimate", "est"),
            ("standard_error", "se_calib"),
            ("standard_error_fixed", "se_fixed"),
            ("design_effect", "deff_calib"),
            ("base", "n_valid"),
            ("degrees_of_freedom", "df"),
        ):
            if entry.get(theirs) is not None and row[ours] is not None:
                assert row[ours] == pytest.approx(entry[theirs], rel=1e-8, abs=1e-12), (ours, row)
    assert compared >= len([e for e in expected["estimates"] if e["n_valid"]]) - 2
    assert found["method"]["converged"] is True
    kish = expected["weighting"]["kish_deff"]
    assert found["method"]["design_effect"] == pytest.approx(kish, rel=1e-8)


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("edge/empty_target_category", [], ["18-34", "age"]),
        ("edge/sample_category_without_target", [], ["no target"]),
        ("edge/missing_margin_value", [], ["open", "~"]),
        ("edge/structurally_infeasible", [], ["cannot be met together"]),
        ("edge/margin_totals_disagree", [], ["sex", "1.02"]),
        ("edge/boundary_solution", [], ["no weight"]),
        ("beps", ["--single", "nothing"], ["no column “nothing”"]),
        ("beps", ["--scale", "vote"], ["Row 2", "is no number"]),
        ("beps", ["--cap", "1"], ["is no cap"]),
    ],
)
def test_a_refusal_is_one_sentence_and_status_2(
    name: str, options: list[str], said: list[str]
) -> None:
    with pytest.raises(CommandError) as refused:
        run(name, *(options or ["--single", "q1"]))
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


def test_clusters_of_a_single_unit_are_refused_by_the_name_of_their_stratum(tmp_path: Path) -> None:
    file, targets = tmp_path / "file.csv", tmp_path / "targets.csv"
    file.write_text("sex,s,q\nf,north,yes\nm,north,no\nf,south,yes\n")
    targets.write_text("margin,vars,category,share\nsex,sex,f,0.5\nsex,sex,m,0.5\n")
    options = ["--targets", str(targets), "--single", "q", "--strata", "s"]
    with pytest.raises(CommandError, match="“south”"):
        call_command("analyse", str(file), *options, stdout=StringIO())
