"""Organisations from a file: the tree of today, and the tree of any day before."""

import datetime
import itertools
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from surveys.fieldwork.models import Organisation, Placement, tree_on
from surveys.fieldwork.organisations import import_organisations
from surveys.fieldwork.tables import FileRefused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

REGION = "Y60,Midlands,NATIONAL,2020-04-01,"
SYSTEM = "QHM,Staffordshire,Y60,2022-07-01,"
OTHER = "QGH,Herefordshire,Y60,2022-07-01,"
TRUST = "RX1,North Trust,QHM,2022-07-01,"
WARD = "RX1-ED,Emergency department,RX1,2023-01-01,"
FIRST = (WARD, TRUST, OTHER, SYSTEM, REGION)  # any order will do
MOVED = "RX1,North Trust,QGH,2024-04-01,"

Load = Callable[..., tuple[int, int, int, int]]
Refused = Callable[..., list[str]]


@pytest.fixture
def today():
    with time_machine.travel(datetime.date(2025, 6, 1), tick=False):
        yield


def write(folder: Path, *rows: str) -> Path:
    path = folder / "organisations.csv"
    path.write_text("\n".join(["code,name,parent,since,closed", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Import rows; returns how many were added, moved, renamed and closed."""

    def loading(*rows: str) -> tuple[int, int, int, int]:
        done = import_organisations(write(tmp_path, *rows))
        assert done.rows == len(rows)
        return done.added, done.moved, done.renamed, done.closed

    return loading


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """The faults of rows that must be refused, and must change nothing."""

    def refusing(*rows: str) -> list[str]:
        before = everything()
        with pytest.raises(FileRefused) as refusal:
            import_organisations(write(tmp_path, *rows))
        assert everything() == before
        return str(refusal.value).splitlines()[1:]

    return refusing


def everything() -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    organisations = Organisation.objects.order_by("pk").values_list()
    return list(organisations), list(Placement.objects.order_by("pk").values_list())


def paths() -> dict[str, str]:
    return dict(Organisation.objects.values_list("code", "path"))


def test_a_file_makes_a_tree_whatever_the_order_of_its_rows(load: Load) -> None:
    assert load(*FIRST) == (5, 0, 0, 0)
    assert paths() == {
        "NATIONAL": "/NATIONAL/",
        "Y60": "/NATIONAL/Y60/",
        "QHM": "/NATIONAL/Y60/QHM/",
        "QGH": "/NATIONAL/Y60/QGH/",
        "RX1": "/NATIONAL/Y60/QHM/RX1/",
        "RX1-ED": "/NATIONAL/Y60/QHM/RX1/RX1-ED/",
    }
    assert tree_on(datetime.date(2022, 6, 30)) == {"Y60": "NATIONAL"}


def test_importing_the_same_file_again_changes_nothing(load: Load) -> None:
    load(*FIRST)
    load(MOVED)
    before = everything()
    again = (WARD, MOVED, OTHER, SYSTEM, REGION)
    assert load(*again) == (0, 0, 0, 0)
    assert everything() == before


def test_a_move_takes_along_what_is_below_and_keeps_where_it_was(load: Load) -> None:
    load(*FIRST)
    assert load(MOVED) == (0, 1, 0, 0)
    assert paths()["RX1"] == "/NATIONAL/Y60/QGH/RX1/"
    assert paths()["RX1-ED"] == "/NATIONAL/Y60/QGH/RX1/RX1-ED/"
    # until_on is the first day that is not meant
    assert tree_on(datetime.date(2024, 3, 31))["RX1"] == "QHM"
    assert tree_on(datetime.date(2024, 4, 1))["RX1"] == "QGH"


def test_a_closure_ends_an_organisation_and_keeps_it_in_the_trees_of_its_days(load: Load) -> None:
    load(*FIRST)
    assert load(WARD + "2024-01-01") == (0, 0, 0, 1)
    assert "RX1-ED" in tree_on(datetime.date(2023, 12, 31))
    assert "RX1-ED" not in tree_on(datetime.date(2024, 1, 1))
    assert not Organisation.objects.working().filter(code="RX1-ED").exists()


def test_a_merger_moves_what_is_below_and_closes_what_it_leaves_in_one_file(load: Load) -> None:
    load(*FIRST)
    assert load(SYSTEM + "2024-04-01", MOVED) == (0, 1, 0, 1)
    assert tree_on(datetime.date(2024, 4, 1)) == {
        "Y60": "NATIONAL",
        "QGH": "Y60",
        "RX1": "QGH",
        "RX1-ED": "RX1",
    }


def test_two_organisations_may_change_places(load: Load) -> None:
    load(*FIRST)
    done = load("RX1,North Trust,Y60,2024-04-01,", "QHM,Staffordshire,RX1,2024-04-01,")
    assert done == (0, 2, 0, 0)
    assert paths()["QHM"] == "/NATIONAL/Y60/RX1/QHM/"
    assert paths()["RX1-ED"] == "/NATIONAL/Y60/RX1/RX1-ED/"


def test_a_new_name_is_no_move(load: Load) -> None:
    load(*FIRST)
    assert load("RX1,Northern Trust,QHM,2022-07-01,") == (0, 0, 1, 0)
    assert Placement.objects.filter(organisation__code="RX1").count() == 1


def test_within_is_an_organisation_and_all_below_it_but_no_namesake(load: Load) -> None:
    load(*FIRST, "RX11,South Trust,QHM,2022-07-01,")
    trust = Organisation.objects.get(code="RX1")
    assert {one.code for one in Organisation.objects.within(trust)} == {"RX1", "RX1-ED"}
    above = [one.code for one in Organisation.objects.above(trust)]
    assert above == ["NATIONAL", "Y60", "QHM", "RX1"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",North,NATIONAL,2022-07-01,", "line 2, column code: is empty"),
        ("rx1,North,NATIONAL,2022-07-01,", "'rx1' is not made of at most 20 capital letters"),
        ("RX%,North,NATIONAL,2022-07-01,", "'RX%' is not made of at most 20 capital letters"),
        ("NATIONAL,All,NATIONAL,2022-07-01,", "NATIONAL is always there"),
        ("RX1,,NATIONAL,2022-07-01,", "line 2, column name: is empty"),
        (f"RX1,{'n' * 201},NATIONAL,2022-07-01,", "longer than 200"),
        ("RX1,North,,2022-07-01,", "line 2, column parent: is empty"),
        ("RX1,North,QXX,2022-07-01,", "QXX is neither in this file nor known"),
        ("RX1,North,RX1,2022-07-01,", "RX1 would stand above itself"),
        ("RX1,North,NATIONAL,1/7/2022,", "'1/7/2022' is not a day such as 2024-04-01"),
        ("RX1,North,NATIONAL,,", "line 2, column since: '' is not a day"),
        ("RX1,North,NATIONAL,2025-06-02,", "2025-06-02 is yet to come"),
        ("RX1,North,NATIONAL,2022-07-01,2025-06-02", "2025-06-02 is yet to come"),
        ("RX1,North,NATIONAL,2022-07-01,2022-07-01", "2022-07-01 is not after 2022-07-01"),
    ],
)
def test_a_row_that_cannot_be_is_refused(row: str, said: str, refused: Refused) -> None:
    (fault,) = refused(row)
    assert said in fault


def test_every_fault_is_told_at_once_with_its_line(refused: Refused) -> None:
    faults = refused(REGION, REGION, "QHM,,Y60,then,")
    assert [one.split(":")[0] for one in faults] == [
        "line 2, column code",
        "line 3, column code",
        "line 4, column name",
        "line 4, column since",
    ]


def test_a_circle_through_others_is_refused(load: Load, refused: Refused) -> None:
    load(*FIRST)
    (fault,) = refused("Y60,Midlands,RX1,2024-04-01,")
    assert "Y60 would stand above itself" in fault


def test_a_thirteenth_level_is_refused_and_a_twelfth_is_not(load: Load, refused: Refused) -> None:
    codes = ["NATIONAL", *(f"LEVEL-{level:02}-{'X' * 11}" for level in range(2, 14))]
    rows = [f"{code},Level,{above},2022-07-01," for above, code in itertools.pairwise(codes)]
    (fault,) = refused(*rows)
    assert "line 13, column parent: is deeper than 12 levels" in fault
    assert load(*rows[:11]) == (11, 0, 0, 0)
    # twelve codes of 8 + 11 * 20 letters, and 13 slashes
    assert len(paths()[codes[11]]) == 8 + 11 * 20 + 13


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("RX1,North Trust,QGH,2022-07-01,", "a move to QGH must be later; is this an older file?"),
        ("RX1,North Trust,QHM,2021-01-01,", "since 2022-07-01: what was stays as it was"),
        ("QHM,Staffordshire,Y60,2022-07-01,2024-01-01", "RX1 stands below QHM, which closed on"),
        ("RX2,South,QHM,2022-06-30,", "QHM since 2022-06-30: that is there since 2022-07-01"),
        ("OLD,Old Trust,QHM,2022-07-01,", "closed on 2024-01-01: what was stays as it was"),
        ("OLD,Old Trust,QHM,2022-07-01,2024-02-01", "and closed on 2024-01-01: what was"),
        ("RX2,South,OLD,2023-07-01,", "RX2 stands below OLD, which closed on 2024-01-01"),
    ],
)
def test_what_was_is_not_rewritten(row: str, said: str, load: Load, refused: Refused) -> None:
    load(*FIRST, "OLD,Old Trust,QHM,2022-07-01,2024-01-01")
    (fault,) = refused(row)
    assert said in fault


def test_ten_times_as_many_organisations_take_no_more_queries(load: Load) -> None:
    def queries(letter: str, trusts: int) -> int:
        rows = [f"R{letter}{n},Trust,QHM,2022-07-01," for n in range(trusts)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            load(*rows)
        return len(captured)

    load(*FIRST)
    assert queries("A", 4) == queries("B", 40)


MISPLACED = [
    ("organisation_stands_below_its_parent", {"path": "/NATIONAL/RX1/"}),
    ("organisation_stands_below_its_parent", {"parent": "QGH"}),
    ("organisation_stands_below_its_parent", {"parent": "RX1-ED"}),
    ("organisation_keeps_its_code", {"code": "RX9", "path": "/NATIONAL/Y60/QHM/RX9/"}),
]


@pytest.mark.parametrize(("rule", "change"), MISPLACED)
def test_the_database_keeps_the_tree(rule: str, change: dict[str, str], load: Load) -> None:
    load(*FIRST)
    values: dict[str, object] = dict(change)
    if "parent" in change:
        values["parent"] = Organisation.objects.get(code=change["parent"])
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        Organisation.objects.filter(code="RX1").update(**values)


def test_the_database_refuses_a_circle_even_with_a_path_to_match(load: Load) -> None:
    load(*FIRST)
    ward = Organisation.objects.get(code="RX1-ED")
    circle = Organisation.objects.filter(code="RX1")
    with pytest.raises(IntegrityError, match="organisation_stands_below_its_parent"):
        circle.update(parent=ward, path=f"{ward.path}RX1/")


def test_the_database_refuses_a_new_organisation_beside_its_path(load: Load) -> None:
    load(*FIRST)
    region = Organisation.objects.get(code="Y60")
    astray = Organisation(code="RX9", name="Astray", parent=region, path="/NATIONAL/RX9/")
    with pytest.raises(IntegrityError, match="organisation_stands_below_its_parent_from_the_start"):
        Organisation.objects.bulk_create([astray])


def test_a_code_that_like_would_read_as_a_pattern_is_refused_by_the_database() -> None:
    root = Organisation.objects.get(code=Organisation.ROOT)
    with pytest.raises(IntegrityError, match="organisation_code_is_plain"):
        Organisation.objects.create(code="R%", name="Any", parent=root)


@pytest.mark.parametrize(
    "change",
    [
        {"since_on": datetime.date(2021, 1, 1)},
        {"until_on": datetime.date(2025, 1, 1)},
        {"until_on": None},
    ],
)
def test_the_database_keeps_history(change: dict[str, datetime.date], load: Load) -> None:
    load(*FIRST)
    load(MOVED)
    with pytest.raises(IntegrityError, match="placement_only_ends"):
        Placement.objects.filter(organisation__code="RX1", parent__code="QHM").update(**change)


def test_nothing_stands_at_two_places_on_one_day(load: Load) -> None:
    load(*FIRST)
    trust, other = (Organisation.objects.get(code=code) for code in ("RX1", "QGH"))
    for since in (datetime.date(2020, 1, 1), datetime.date(2024, 1, 1)):
        with (
            pytest.raises(IntegrityError, match="placement_follows_the_last"),
            transaction.atomic(),
        ):
            trust.placements.create(parent=other, since_on=since)


def test_an_organisation_added_alone_has_a_history_too() -> None:
    root = Organisation.objects.get(code=Organisation.ROOT)
    Organisation.objects.create(code="RX1", name="North", parent=root)
    assert tree_on(datetime.date(2025, 6, 1)) == {"RX1": "NATIONAL"}
    assert tree_on(datetime.date(2025, 5, 31)) == {}


def test_the_command_says_what_it_did_and_what_it_refuses(tmp_path: Path) -> None:
    said = StringIO()
    call_command("import_organisations", write(tmp_path, *FIRST), stdout=said)
    assert said.getvalue() == "5 organisations: 5 added, 0 moved, 0 renamed, 0 closed.\n"
    with pytest.raises(CommandError, match="line 2, column parent"):
        call_command("import_organisations", write(tmp_path, "RX2,South,QXX,2022-07-01,"))
