"""Files as people have them are read as they are meant, or refused in one sentence."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from django.core.management import CommandError, call_command

SAMPLE = "sex,q,n,w\nf,yes,1,1\nm,no,2,1\nf,no,3,1\nm,yes,4,2\nf,yes,5,1\n"
TARGETS = "margin,vars,category,share\nsex,sex,f,0.5\nsex,sex,m,0.5\n"
JOINT = (
    "margin,vars,category,share\n"
    "sex by age,sex|age,f|young,0.3\nsex by age,sex|age,f|old,0.2\n"
    "sex by age,sex|age,m|young,0.2\nsex by age,sex|age,m|old,0.3\n"
)
AGES = "sex,age,q\nf,young,yes\nf,old,no\nm,young,no\nm,old,yes\nm,old,no\n"

Analyse = Callable[..., dict[str, Any]]


@pytest.fixture
def analyse(tmp_path: Path) -> Analyse:
    """Run the command on the text of a file and of its targets."""

    def run(
        sample: str | bytes, *options: str, targets: str | bytes = TARGETS, name: str = "file.csv"
    ) -> dict[str, Any]:
        file, targets_file = tmp_path / name, tmp_path / "targets.csv"
        for path, text in ((file, sample), (targets_file, targets)):
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return run_on(file, targets_file, *(options or ("--single", "q")))

    return run


def run_on(file: Path, targets: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    try:
        call_command("analyse", str(file), "--targets", str(targets), *options, stdout=out)
    except CommandError as refused:
        told = (refused.returncode, out.getvalue(), str(refused).count("\n"))
        if told != (2, "", 0):  # never more than one sentence, never a figure beside it
            pytest.fail(f"a refusal with {told}")
        raise
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def shares(found: dict[str, Any]) -> dict[str, float]:
    return {row["option"]: row["estimate"] for row in found["estimates"] if not row["segment"]}


# By hand: of the 3 "f" two said yes, of the 2 "m" one; each sex is a half.
YES = 0.5 * 2 / 3 + 0.5 / 2


@pytest.mark.parametrize(
    ("sample", "targets"),
    [
        pytest.param("\ufeff" + SAMPLE, "\ufeff" + TARGETS, id="byte-order marks"),
        pytest.param(SAMPLE.replace(",", " , "), TARGETS.replace(",", " , "), id="spaces"),
        pytest.param(SAMPLE.replace("\n", "\r\n"), TARGETS.replace("\n", "\r\n"), id="windows"),
        pytest.param(SAMPLE + "\n\n", TARGETS + "\n", id="blank lines"),
        pytest.param(
            SAMPLE.replace("f,", "1.0,").replace("m,", "2,"),
            TARGETS.replace(",f,", ",1,").replace(",m,", ",2.0,"),
            id="1 and 1.0",
        ),
        pytest.param(
            SAMPLE.replace("f,", "a|b,"), TARGETS.replace(",f,", ",a|b,"), id="a bar in a name"
        ),
        pytest.param(SAMPLE, TARGETS.replace("0.5", "5E-1"), id="exponents"),
        pytest.param(
            SAMPLE, "note,share,category,vars,margin\n,.5,f,sex,s\n,.5,m,sex,s\n", id="other order"
        ),
    ],
)
def test_the_same_answers_written_otherwise_give_the_same_figures(
    sample: str, targets: str, analyse: Analyse
) -> None:
    if targets.startswith("note"):
        targets = targets.replace("\n,", "\nx,")
    found = shares(analyse(sample, targets=targets))
    assert found == pytest.approx({"yes": YES, "no": 1 - YES}, rel=1e-12)


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        ("", "file.csv, line 1: the file is empty"),
        ("sex,q\n", "a header and no respondents"),
        (SAMPLE.replace(",", ";"), "parts its columns by semicolons: save it with commas"),
        (SAMPLE.replace(",", "\t"), "parts its columns by tabs"),
        (SAMPLE + "f,yes\n", "line 7: has 2 cells, and the header has 4"),
        (SAMPLE + "f,yes\nm,no\n", r"line 7: .* \(and 1 more faults\)"),
        (SAMPLE.replace("q", "sex", 1), "column sex: stands here twice"),
        (SAMPLE.replace("q", " sex", 1), "two columns “sex”"),
        (SAMPLE.replace("sex", "gender"), "Margin “sex” needs the column “sex”.*it has gender"),
        (SAMPLE + 'f,"yes,1,1\n', "is not CSV"),
        (SAMPLE.encode("utf-16"), "is not CSV in UTF-8"),
        ((SAMPLE + "café,yes,1,1\n").encode("latin-1"), "is not CSV in UTF-8"),
        (SAMPLE + "f\0,yes,1,1\n", "column “sex”: .* is not text"),
        (SAMPLE + ",yes,1,1\n", "“sex” is open .* for 1 of 6 respondents, in row 7"),
        (SAMPLE + "F,yes,1,1\n", "“sex” has no target for the category “F”"),
    ],
)
def test_a_file_that_cannot_be_read_as_meant_is_refused(
    sample: str | bytes, said: str, analyse: Analyse
) -> None:
    with pytest.raises(CommandError, match=said):
        analyse(sample)


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ("", "targets.csv, line 1: the header lacks margin, vars, category, share"),
        ("margin,vars,category,share\n", "targets.csv has no margin"),
        (TARGETS.replace("vars", "variables"), "the header lacks vars"),
        (TARGETS.replace(",", ";"), "the header lacks margin"),
        (TARGETS.replace("vars", "share"), "line 1, column share: stands here twice"),
        (TARGETS + "sex,sex\n", "line 4: has not the 4 cells"),
        (TARGETS + "sex,sex,f,0.5\n", "“sex” in line 4 .* the category “f” twice"),
        (TARGETS + "sex,sex,f ,0.5\n", "the category “f” twice"),
        (TARGETS + "sex,q,x,0.5\n", "“sex” in line 4 .* other columns than before: q"),
        (TARGETS + "sex,sex,,0.5\n", "line 4: the category is empty"),
        (TARGETS.replace("sex,sex,f", ",sex,f"), "line 2: the margin is empty"),
        (TARGETS.replace("sex,sex,f", "sex,,f"), "line 2: the vars is empty"),
        (TARGETS.replace("0.5", "50%"), "“sex” in line 2 .*“f” the share '50%', which is no num"),
        (TARGETS.replace("0.5", "nan"), "'nan', which is no number: write 0.5 for 50%"),
        (TARGETS.replace("0.5", "-inf"), "'-inf', which is no number"),
        (TARGETS.replace("0.5", '"0,5"'), "'0,5', which is no number"),
        (TARGETS.replace("0.5", "50"), "“sex” .* sum to 100"),
        (TARGETS.replace("0.5", "-0.5", 1), "“sex” gives “f” the target -0.5"),
        # Shares of .5 and .4 are not two halves that somebody rounded.
        (TARGETS.replace("m,0.5", "m,0.4"), "“sex” .* sum to 0.9"),
        (TARGETS.replace(",f,", ",café,").encode("latin-1"), "targets.csv is not CSV in UTF-8"),
        (TARGETS.replace("0.5", "0.25") + "sex,sex,x,0.5\n", "category “x” of margin “sex”"),
    ],
)
def test_targets_that_say_nothing_certain_are_refused(
    targets: str | bytes, said: str, analyse: Analyse
) -> None:
    with pytest.raises(CommandError, match=said):
        analyse(SAMPLE, targets=targets)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--single", "no such"], "no column “no such”; it has sex, q, n, w"),
        (["--segment", "nowhere"], "no column “nowhere”"),
        (["--scale", "q"], "Row 2, column “q”: 'yes' is no number"),
        (["--base-weight", "q"], "Row 2, column “q”: 'yes' is no number"),
        (["--single", "q", "--multiple", "q"], "“q” is named as single and as multiple"),
        (["--cap", "-1"], "A cap of -1 times the mean is no cap"),
        (["--cap", "0"], "A cap of 0 "),
        (["--cap", "0.9"], "A cap of 0.9 "),
        (["--cap", "nan"], "A cap of nan "),
        (["--cap", "inf"], "A cap of inf "),
        (["--psu", "w", "--strata", "sex"], "In stratum “f” there is a single sampling unit"),
        (["--fpc", "n"], "In the file the column “n” has 1, 2, 3"),
        (["--fpc", "w", "--strata", "n"], "In stratum “1” there is a single sampling unit"),
    ],
)
def test_what_cannot_be_done_with_a_file_is_refused(
    options: list[str], said: str, analyse: Analyse
) -> None:
    with pytest.raises(CommandError, match=said):
        analyse(SAMPLE, *options)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for name in ("none.csv", "none.sav"):
        with pytest.raises(CommandError, match="There is no file"):
            run_on(tmp_path / name, tmp_path / name)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ("", "Row 2, column “w”: '' is no number"),
        ("x", "Row 2, column “w”: 'x' is no number"),
        ("nan", "is no number"),
        ("1e400", "is no number"),
        ("-1", "Row 2, column “w”: '-1' is below 0"),
        ("1e30", "Row 2, column “w”: '1e30' is more than 1,000,000,000 times the smallest"),
    ],
)
def test_a_base_weight_that_is_none_is_refused_by_its_row(
    weight: str, said: str, analyse: Analyse
) -> None:
    with pytest.raises(CommandError, match=said):
        analyse(f"sex,q,w\nf,yes,{weight}\nm,no,1\n", "--single", "q", "--base-weight", "w")


def test_a_file_without_any_weight_is_refused(analyse: Analyse) -> None:
    with pytest.raises(CommandError, match="Nobody has a base weight above 0 in “w”"):
        analyse("sex,q,w\nf,yes,0\nm,no,0\n", "--single", "q", "--base-weight", "w")


@pytest.mark.parametrize("unit", [1e-6, 1, 1e6])
def test_figures_do_not_depend_on_the_unit_of_the_weights(unit: float, analyse: Analyse) -> None:
    rows = [("f", "yes", 1.3), ("f", "no", 0.4), ("m", "yes", 2.2), ("m", "no", 0.7)] * 5
    text = "sex,q,w\n" + "".join(f"{sex},{q},{w * unit!r}\n" for sex, q, w in rows)
    row = analyse(text, "--single", "q", "--base-weight", "w", "--cap", "1.9")["estimates"][1]
    # By hand: each sex is a half; of its weight 1.3 of 1.7 and 2.2 of 2.9 said yes.
    assert row["estimate"] == pytest.approx(0.5 * 1.3 / 1.7 + 0.5 * 2.2 / 2.9, rel=1e-12)
    # Within a sex those of weight a who said yes and of b who did not add 5 (ab/(a+b)/5/2)^2 each.
    squares = 10 * ((1.3 * 0.4 / 1.7**2 / 10) ** 2 + (2.2 * 0.7 / 2.9**2 / 10) ** 2)
    assert row["standard_error"] == pytest.approx((20 / 19 * squares) ** 0.5, rel=1e-10)


def test_a_joint_margin_needs_a_value_of_each_of_its_columns(analyse: Analyse) -> None:
    assert shares(analyse(AGES, targets=JOINT)) == pytest.approx({"yes": 0.45, "no": 0.55})
    with pytest.raises(CommandError, match=r"“sex by age” .* joins 2 columns.*“f” has 1 values"):
        analyse(AGES, targets=JOINT.replace("f|young", "f"))
    with pytest.raises(CommandError, match=r"Row 2, column “age”: 'y\|1' has a |.*“sex by age”"):
        analyse(AGES.replace("young", "y|1"), targets=JOINT)
    with pytest.raises(CommandError, match=r"“sex by age” has no target .* “f\|ancient”"):
        analyse(AGES + "f,ancient,no\n", targets=JOINT)


def test_who_left_a_margin_open_keeps_their_own_share_when_told_to(analyse: Analyse) -> None:
    # One of six is open and keeps a sixth; the two halves share the rest. By hand.
    found = analyse(SAMPLE + ",no,1,1\n", "--single", "q", "--open-margins", "keep")
    assert shares(found)["yes"] == pytest.approx(YES * 5 / 6, rel=1e-12)
    assert found["method"]["margins"][0]["open"] == 1
    with pytest.raises(CommandError, match="Everybody left margin “sex” open"):
        analyse("sex,q\n,yes\n,no\n", "--single", "q", "--open-margins", "keep")


def test_a_segment_may_be_what_was_raked_to(analyse: Analyse) -> None:
    found = analyse(SAMPLE, "--single", "q", "--single", "sex", "--segment", "sex")
    rows = {(r["question"], r["option"], r["value"]): r for r in found["estimates"]}
    assert rows["q", "yes", "f"]["estimate"] == pytest.approx(2 / 3)
    # The share of the raked itself is known: no error, and an interval that is no point.
    raked = rows["sex", "f", None]
    assert (raked["estimate"], raked["standard_error"]) == (pytest.approx(0.5), 0)
    assert raked["lower"] < 0.5 < raked["upper"]


def test_choices_that_contradict_each_other_are_refused(analyse: Analyse) -> None:
    found = analyse("sex,q\nf,a; b\nm,(none)\nf,b;\nm,\n", "--multiple", "q")
    assert shares(found) == pytest.approx({"a": 1 / 3, "b": 2 / 3, "(none)": 1 / 3})
    assert {row["base"] for row in found["estimates"]} == {3}
    with pytest.raises(CommandError, match=r"Row 3, column “q”: '\(none\);a' has \(none\) beside"):
        analyse("sex,q\nf,a\nm,(none);a\n", "--multiple", "q")
    with pytest.raises(CommandError, match="Row 3, column “q”: ';' has no choice"):
        analyse("sex,q\nf,a\nm,;\n", "--multiple", "q")


def test_a_column_of_names_is_no_question(analyse: Analyse) -> None:
    text = "sex,id\n" + "".join(f"{'fm'[n % 2]},{n}\n" for n in range(600))
    for option in ("--single", "--segment"):
        with pytest.raises(CommandError, match="“id” has 600 different answers"):
            analyse(text, option, "id")


def test_a_group_whose_answers_are_all_alike_has_no_point_for_an_interval(analyse: Analyse) -> None:
    # Both men say 4 of 1 to 5; by hand Wilson's upper limit for nobody of 2 is z^2 / (2 + z^2).
    sample = SAMPLE.replace("m,no,2,1", "m,no,4,1")
    rows = analyse(sample, "--scale", "n", "--segment", "sex")["estimates"]
    (men,) = [row for row in rows if row["value"] == "m"]
    others = 1.959963984540054**2 / (2 + 1.959963984540054**2)
    assert men["standard_error"] == 0
    assert men["lower"] == pytest.approx(4 - others * 3, abs=1e-12)
    assert men["upper"] == pytest.approx(4 + others * 1, abs=1e-12)


def test_where_everybody_answered_alike_a_file_tells_no_end_of_the_scale(analyse: Analyse) -> None:
    sample = "sex,n\n" + "f,7\nm,7\n" * 5
    row = analyse(sample, "--scale", "n")["estimates"][0]
    assert (row["estimate"], row["lower"], row["upper"]) == (7, None, None)


def test_answers_far_from_nought_keep_their_digits(analyse: Analyse) -> None:
    plain = analyse(SAMPLE, "--scale", "n")["estimates"][0]
    far = SAMPLE
    for one in range(1, 6):
        far = far.replace(f",{one},", f",{10**12 + one},")
    row = analyse(far, "--scale", "n")["estimates"][0]
    assert row["estimate"] - 10**12 == pytest.approx(plain["estimate"], abs=1e-3)
    assert row["standard_error"] == pytest.approx(plain["standard_error"], rel=1e-9)
    assert row["design_effect"] == pytest.approx(plain["design_effect"], rel=1e-9)


def test_spss_codes_labels_and_missing_values_are_understood(tmp_path: Path) -> None:
    # 9 is "refused", which the file declares missing; 2.0 is written as SPSS stores every number.
    file, targets = tmp_path / "file.sav", tmp_path / "targets.csv"
    frame = pd.DataFrame(
        {"sex": [1.0, 2, 1, 2, 1, 2], "q": [1.0, 2, 2, 1, 1, 9], "n": [4, 2.5, None] * 2}
    )
    pyreadstat.write_sav(
        frame,
        str(file),
        variable_value_labels={
            "sex": {1: "Female ", 2: "Male", 3: "Other"},
            "q": {1: "Yes", 2: "No", 9: "Refused"},
        },
        missing_ranges={"q": [9]},
    )
    options = ("--single", "q", "--scale", "n")
    for categories in (("1", "2"), ("Female", "Male"), ("1.0", "2.0")):
        lines = [f"sex,sex,{one},0.5" for one in categories]
        targets.write_text("\n".join(["margin,vars,category,share", *lines]), encoding="utf-8")
        rows = {row["option"]: row for row in run_on(file, targets, *options)["estimates"]}
        # Five answered: of weight 3 x 1 (female) and 2 x 1 (male), as each sex is half of six.
        assert rows.keys() == {"1", "2", None}
        assert rows["1"]["estimate"] == pytest.approx(3 / 5)
        assert (rows["1"]["base"], rows[None]["base"]) == (5, 4)
        assert rows[None]["estimate"] == pytest.approx(3.25)
    targets.write_text(targets.read_text().replace("1.0", "Woman").replace("2.0", "Male"))
    with pytest.raises(CommandError, match="“sex” has no target for the category “Female”"):
        run_on(file, targets, *options)
    file.write_text("not SPSS")
    with pytest.raises(CommandError, match="is not SPSS"):
        run_on(file, targets, *options)
