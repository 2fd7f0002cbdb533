"""Population margins from a file: normalised within rounding, and refused beyond it."""

from decimal import Decimal
from pathlib import Path

import pytest

from surveys.fieldwork.models import Margin, Population
from surveys.fieldwork.populations import import_margins
from surveys.fieldwork.tables import FileRefused

pytestmark = pytest.mark.django_db

HEADER = (
    "population,variable,category,category_label,percent,reference_date,"
    "source_title,source_url,collapsed_into"
)


def write(folder: Path, *rows: str) -> Path:
    path = folder / "margins.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def row(category: str, percent: str, *, variable: str = "sex", into: str = "") -> str:
    return f"adults,{variable},{category},{category.capitalize()},{percent},2022,ONS,,{into}"


def faults(folder: Path, *rows: str) -> list[str]:
    with pytest.raises(FileRefused) as refusal:
        import_margins(write(folder, *rows))
    assert not Population.objects.exists()
    return str(refusal.value).splitlines()[1:]


def test_printed_percentages_are_kept_and_their_shares_sum_to_one(tmp_path: Path) -> None:
    # Three thirds as printed with one digit: 99.9, which rounding explains.
    done = import_margins(write(tmp_path, *(row(one, "33.3") for one in ("a", "b", "c"))))
    assert (done.populations, done.margins, done.changed) == (1, 3, 3)
    stored = list(Margin.objects.order_by("position"))
    assert [one.category for one in stored] == ["a", "b", "c"]
    assert {one.printed_percent for one in stored} == {"33.3"}
    assert {one.share for one in stored} == {Decimal("0.3333333333")}


def test_what_rounding_does_not_explain_is_refused_with_the_sum(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, row("female", "51.0"), row("male", "48.8"))
    assert "line 2" in fault
    assert "sums to 99.8%" in fault
    assert "at most 0.10" in fault


def test_coarser_printing_allows_more(tmp_path: Path) -> None:
    import_margins(write(tmp_path, row("female", "51"), row("male", "48.8")))  # 51 may be 51.2
    assert Margin.objects.count() == 2


@pytest.mark.parametrize("percent", ["", "half", "0", "-3", "101", "NaN"])
def test_what_is_no_percentage_is_refused(percent: str, tmp_path: Path) -> None:
    found = faults(tmp_path, row("female", percent), row("male", "49"))
    assert any("line 2" in one and "percent" in one for one in found)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        row("female", "half"),
        row("male", "49", into="nobody"),
        row("young", "40", variable="age"),
        row("young", "60", variable="age"),
    )
    assert len(found) == 4
    assert any("there is no category nobody" in one for one in found)
    assert sum("stands here twice for age" in one for one in found) == 2


def test_a_category_may_collapse_into_another_or_into_all_the_rest_but_not_itself(
    tmp_path: Path,
) -> None:
    import_margins(write(tmp_path, row("a", "60", into="b"), row("b", "40", into="*")))
    assert [one.collapsed_into for one in Margin.objects.order_by("position")] == ["b", "*"]
    Population.objects.all().delete()
    (fault,) = faults(tmp_path, row("a", "60", into="a"), row("b", "40"))
    assert "there is no category a" in fault


def test_importing_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, row("female", "51"), row("male", "49"))
    import_margins(path)
    before = list(Margin.objects.values_list())
    assert import_margins(path).changed == 0
    assert list(Margin.objects.values_list()) == before


def test_a_newer_file_replaces_one_variable_and_leaves_the_others(tmp_path: Path) -> None:
    young = [row("young", "40", variable="age"), row("old", "60", variable="age")]
    import_margins(write(tmp_path, row("female", "51"), row("male", "49"), *young))
    ages = list(Margin.objects.filter(variable="age").values_list())
    import_margins(write(tmp_path, row("female", "50"), row("male", "50")))
    assert list(Margin.objects.filter(variable="age").values_list()) == ages
    assert {one.printed_percent for one in Margin.objects.filter(variable="sex")} == {"50"}
