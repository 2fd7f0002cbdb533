"""A file from elsewhere enters by the same door: checked like a form, all or nothing."""

import random
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest

from surveys.fieldwork import importing
from surveys.fieldwork.collecting import collect_wave
from surveys.fieldwork.import_map import ImportMap, MapRefused, load_map
from surveys.fieldwork.importing import ImportRefused, import_responses
from surveys.fieldwork.models import Comment, Response, Tally, Wave
from surveys.fieldwork.tables import FileRefused
from surveys.fieldwork.tallying import scanned_counts, stored_counts
from surveys.questionnaires.versions import frozen
from tests.fieldwork.small import make_wave, random_answers
from tests.fieldwork.test_collecting import by_content, deliver, same

pytestmark = pytest.mark.django_db


def empty_wave(**fields: Any) -> Wave:
    return make_wave("imported", **{"status": "draft", "sampling": "panel", **fields})


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    def cell(value: Any) -> Any:
        return ";".join(value) or "(none)" if isinstance(value, list) else value

    table = pd.DataFrame([{key: cell(value) for key, value in row.items()} for row in rows])
    table.to_csv(path, index=False)
    return path


def test_a_file_gives_the_tallies_that_a_browser_would_have_given(tmp_path):
    answered = make_wave("answered")
    answers = deliver(answered, 300)
    collect_wave(answered.pk)
    wave = empty_wave(version=answered.version)
    done = import_responses(wave, write(tmp_path / "a.csv", answers), ImportMap())
    assert done.responses == 300
    assert same(stored_counts(answered), stored_counts(wave))
    wave.refresh_from_db()
    assert wave.status == "closed"
    assert Comment.objects.filter(wave=wave).count() == sum("comment" in one for one in answers)


def test_every_fault_is_listed_with_row_column_and_reason_and_nothing_is_imported(tmp_path):
    wave = empty_wave()
    rows = [
        {"aware": "yes", "years": "12", "worries": "jobs"},
        {"aware": "maybe", "years": "12", "worries": ""},
        {"aware": "no", "years": "200", "worries": ""},
        {"aware": "no", "years": "x", "worries": "jobs"},
        {"aware": "yes", "years": "1", "worries": "jobs;none"},
    ]
    with pytest.raises(FileRefused) as refusal:
        import_responses(wave, write(tmp_path / "bad.csv", rows), ImportMap())
    assert [str(fault) for fault in refusal.value.faults] == [
        "line 3, column aware: 'maybe' is not one of its options",
        "line 4, column years: 200 is not between 0 and 60",
        "line 5, column years: 'x' is not a whole number",
        "line 6, column worries: 'none' excludes every other option",
    ]
    assert not Response.objects.exists()
    wave.refresh_from_db()
    assert wave.status == "draft"


def test_an_answer_that_the_route_leads_past_is_a_fault(tmp_path):
    rows = [{"aware": "no", "worries": "jobs"}]
    with pytest.raises(FileRefused, match="lead past it"):
        import_responses(empty_wave(), write(tmp_path / "a.csv", rows), ImportMap())


def test_faulty_rows_may_be_left_out_and_are_counted(tmp_path):
    rows = [{"aware": "no"}, {"aware": "perhaps"}, {"aware": "yes"}]
    path = write(tmp_path / "a.csv", rows)
    done = import_responses(empty_wave(), path, ImportMap(), skip_invalid=True)
    assert (done.responses, done.left_out) == (2, 1)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [([], "it has no rows"), ([{"aware": "maybe"}, {"aware": ""}], "none of its 2 rows fits")],
)
def test_a_file_that_fills_nothing_does_not_close_the_wave(rows, reason, tmp_path):
    wave = empty_wave()
    path = tmp_path / "nothing.csv"
    path.write_text("\n".join(["aware,years", *(f"{row['aware']},900" for row in rows)]) + "\n")
    with pytest.raises(ImportRefused, match=reason):
        import_responses(wave, path, ImportMap(), skip_invalid=True)
    wave.refresh_from_db()
    assert wave.status == "draft"


def test_a_required_question_left_open_is_a_warning(tmp_path):
    done = import_responses(
        empty_wave(), write(tmp_path / "a.csv", [{"aware": "", "sex": "male"}]), ImportMap()
    )
    assert (done.responses, done.open_required) == (1, 1)


def test_an_unknown_column_is_refused_unless_it_is_ignored_by_name(tmp_path):
    path = write(tmp_path / "a.csv", [{"aware": "yes", "panel_id": "p-17"}])
    with pytest.raises(MapRefused, match="panel_id leads to panel_id, which is no question"):
        import_responses(empty_wave(), path, ImportMap())
    wave = Wave.objects.get()
    assert import_responses(wave, path, ImportMap(ignore=("panel_id",))).responses == 1
    assert "p-17" not in str(Response.objects.values_list("answers", flat=True))


def test_a_map_renames_columns_recodes_values_and_ticks_options(tmp_path):
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "columns: {Q1: aware, Q2_1: worries.jobs, Q2_2: worries.errors, Gender: sex}\n"
        "values:\n  aware: {1: yes, 2: no}\n  sex: {M: male, F: female, X: missing}\n"
        "missing: ['99']\n"
    )
    rows = [
        {"Q1": "1", "Q2_1": "1", "Q2_2": "0", "Gender": "M"},
        {"Q1": "2", "Q2_1": "99", "Q2_2": "", "Gender": "X"},
        {"Q1": "1", "Q2_1": "0", "Q2_2": "0", "Gender": "F"},
    ]
    import_responses(empty_wave(), write(tmp_path / "a.csv", rows), load_map(mapping))
    stored = sorted(Response.objects.values_list("answers", flat=True), key=by_content)
    assert stored == sorted(
        [
            {"aware": "yes", "worries": ["jobs"], "sex": "male"},
            {"aware": "no"},
            {"aware": "yes", "worries": [], "sex": "female"},
        ],
        key=by_content,
    )


def test_an_spss_file_is_read_by_label_or_by_number(tmp_path):
    path = tmp_path / "a.sav"
    frame = pd.DataFrame({"aware": [1.0, 2.0, None], "years": [3.0, 4.0, 5.0]})
    pyreadstat.write_sav(
        frame, str(path), variable_value_labels={"aware": {1: "Yes, I had", 2: "no"}}
    )
    using = ImportMap(values={"aware": {"Yes, I had": "yes", "2": "no"}})
    import_responses(empty_wave(), path, using)
    stored = sorted(Response.objects.values_list("answers", flat=True), key=by_content)
    assert stored == [{"aware": "no", "years": 4}, {"aware": "yes", "years": 3}, {"years": 5}]


def test_supplied_weights_are_kept_and_every_row_needs_one(tmp_path):
    wave = empty_wave(weighting="supplied")
    rows = [{"aware": "yes", "w": "0.5"}, {"aware": "no", "w": "2"}]
    using = ImportMap(columns={"w": "weight"})
    import_responses(wave, write(tmp_path / "a.csv", rows), using)
    assert sorted(Response.objects.values_list("weight", flat=True)) == [0.5, 2.0]
    Response.objects.all().delete()
    Wave.objects.update(status="importing")
    for bad in ("", "0", "-1", "inf", "heavy"):
        path = write(tmp_path / "b.csv", [{"aware": "yes", "w": bad}])
        with pytest.raises(FileRefused, match="1 to mend"):
            import_responses(Wave.objects.get(), path, using)


def test_a_weight_column_does_not_come_into_a_raked_wave_unnoticed(tmp_path):
    path = write(tmp_path / "a.csv", [{"aware": "yes", "weight": "1"}])
    with pytest.raises(ImportRefused, match="supplied weights"):
        import_responses(empty_wave(), path, ImportMap())


def test_an_interrupted_import_starts_again_from_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 50)
    wave = empty_wave()
    chance = random.Random(4)
    document = frozen(wave.version_id).document
    path = write(tmp_path / "a.csv", [random_answers(chance, document) for _ in range(120)])
    archive, calls = importing.archive, iter([True, False])

    def break_down(*arguments):
        if not next(calls):
            raise KeyboardInterrupt
        archive(*arguments)

    monkeypatch.setattr(importing, "archive", break_down)
    with pytest.raises(KeyboardInterrupt):
        import_responses(wave, path, ImportMap())
    wave.refresh_from_db()
    assert (wave.status, Response.objects.count()) == ("importing", 50)
    monkeypatch.setattr(importing, "archive", archive)
    assert import_responses(wave, path, ImportMap()).responses == 120
    assert Response.objects.count() == 120
    assert same(stored_counts(wave), scanned_counts(wave))
    assert Tally.objects.filter(wave=wave).exists()


@pytest.mark.parametrize("fields", [{"status": "open", "sampling": "open"}, {"kind": "simulated"}])
def test_only_a_new_empty_wave_takes_a_file(tmp_path, fields):
    path = write(tmp_path / "a.csv", [{"aware": "yes"}])
    with pytest.raises(ImportRefused):
        import_responses(empty_wave(**fields), path, ImportMap())


def test_an_imported_staff_response_has_no_day_and_no_language(tmp_path):
    wave = empty_wave(audience="staff")
    rows = [{"aware": "yes", "language": "cy", "submitted_on": "2026-04-01"}]
    import_responses(wave, write(tmp_path / "a.csv", rows), ImportMap())
    response = Response.objects.get()
    assert (response.language, response.submitted_on) == ("", None)


def test_a_wave_that_opened_while_the_file_was_read_keeps_its_answers(tmp_path, monkeypatch):
    wave = empty_wave(sampling="open")
    read = importing.read_responses

    def while_it_is_read(*arguments, **fields):
        Wave.objects.filter(pk=wave.pk).update(status="open")
        deliver(wave, 30)
        collect_wave(wave.pk, everything=True)
        return read(*arguments, **fields)

    monkeypatch.setattr(importing, "read_responses", while_it_is_read)
    with pytest.raises(ImportRefused, match="is open: a file goes only into a new, empty wave"):
        import_responses(wave, write(tmp_path / "a.csv", [{"aware": "no"}]), ImportMap())
    assert Response.objects.filter(wave=wave).count() == 30


def test_of_two_imports_at_once_the_later_one_fills_the_wave(tmp_path, monkeypatch):
    wave = empty_wave()
    path = write(tmp_path / "a.csv", [{"aware": "no"}] * 30)
    monkeypatch.setattr(importing, "BATCH", 10)
    stored = importing.archive
    others = []

    def another_begins(locked, responses):
        stored(locked, responses)
        if not others:
            others.append("begun")
            monkeypatch.setattr(importing, "archive", stored)
            fresh = Wave.objects.get(pk=wave.pk)
            assert import_responses(fresh, path, ImportMap()).responses == 30

    monkeypatch.setattr(importing, "archive", another_begins)
    with pytest.raises(ImportRefused, match=r"Another import into .* this one ends here"):
        import_responses(wave, path, ImportMap())
    assert Response.objects.filter(wave=wave).count() == 30
    assert sum(count.respondents for (name, _), count in stored_counts(wave).items() if not name)
    assert same(stored_counts(wave), scanned_counts(wave))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("aware,years\nyes,3,\n", "line 2: has 3 cells, and the header has 2"),
        ("aware,years\nyes,3\nno\n", "line 3: has 1 cells, and the header has 2"),
        ("aware,years,aware\nyes,3,no\n", "line 1, column aware: stands here twice"),
        ('aware,years\n"yes,3\n', "is not CSV in UTF-8"),
        ("", "line 1: the file is empty"),
    ],
)
def test_cells_are_never_shifted_into_other_columns(text, fault, tmp_path):
    path = tmp_path / "shifted.csv"
    path.write_text(text)
    with pytest.raises(FileRefused, match=fault):
        import_responses(empty_wave(), path, ImportMap())
    assert not Response.objects.exists()


def test_a_question_comes_as_a_whole_or_by_option_and_rows_share_nothing(tmp_path):
    wave = empty_wave()
    path = tmp_path / "both.csv"
    path.write_text("aware,worries,worries.privacy\nyes,jobs,1\nyes,jobs,0\n")
    with pytest.raises(MapRefused, match="another column holds as a whole"):
        import_responses(wave, path, ImportMap())
    path.write_text("aware,worries\nyes,errors;jobs\nyes,errors;jobs\n")
    import_responses(wave, path, ImportMap())
    assert [one.answers["worries"] for one in Response.objects.all()] == [["jobs", "errors"]] * 2
