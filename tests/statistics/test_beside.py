"""What is compared with other packages is the same wave and the same figures."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.beside.counting import arrays, counted, document
from benchmarks.beside.inventing import invent
from benchmarks.beside.ours import figures
from benchmarks.beside.rows import GROUP, GROUPS, OPTIONS, Rows, question_names, read_rows
from benchmarks.comparing import OTHERS, SECONDS_AT_MOST, compare, left_out
from benchmarks.population import shipped
from surveys.fieldwork.tallying import cube
from surveys.questionnaires.packing import Layout

RESPONDENTS = 3_000


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    folder = tmp_path_factory.mktemp("wave")
    invent(folder, shipped("gb-adults-18"), RESPONDENTS)
    return read_rows(folder)


def test_a_cube_gives_the_figures_that_its_rows_give(rows: Rows) -> None:
    # The oracle is the same estimator over respondents, each a cell of its own.
    layout = Layout(document(rows.shares))
    counts, _ = counted(layout, rows)
    made = cube(layout, counts)
    assert len(made.cells) < RESPONDENTS / 2

    said = np.array([rows.column(name) for name in question_names()])
    chose = (said.T[:, :, None] == np.arange(OPTIONS)).reshape(RESPONDENTS, -1)
    inside = rows.column(GROUP) == np.arange(GROUPS)[:, None]
    one_by_one = {
        "categories": rows.columns[: len(rows.shares)].astype(np.int64),
        "respondents": np.ones(RESPONDENTS, np.int64),
        "answered": np.broadcast_to(inside[:, :, None], (*inside.shape, chose.shape[1])),
        "chose": inside[:, :, None] & chose,
    }

    found = figures(rows.shares, arrays(made))
    assert found.shape == (3, GROUPS, chose.shape[1])
    np.testing.assert_allclose(found, figures(rows.shares, one_by_one), rtol=1e-9)


def test_a_larger_wave_is_of_the_same_people(rows: Rows, tmp_path: Path) -> None:
    invent(tmp_path, shipped("gb-adults-18"), 3 * RESPONDENTS)
    larger = read_rows(tmp_path)
    for name in rows.names:
        size = int(rows.column(name).max()) + 1
        one, other = (
            np.bincount(each.column(name), minlength=size) / each.columns.shape[1]
            for each in (rows, larger)
        )
        assert np.abs(one - other).max() < 0.04, name  # over three standard errors


def test_figures_that_differ_from_ours_are_no_comparison(tmp_path: Path) -> None:
    ours = np.array([[[0.5]], [[0.02]], [[0.03]]])
    np.save(tmp_path / "ours.npy", ours)
    for other in OTHERS:
        error = ours[1] if other.credits_raking else ours[2]
        np.save(tmp_path / other.figures, np.array([ours[0], error]))
        compare(tmp_path, other)
        np.save(tmp_path / other.figures, np.array([ours[0], error * (1 + 1e-5)]))
        with pytest.raises(RuntimeError, match=r"errors differ from ours by 1\.0e-05"):
            compare(tmp_path, other)
        np.save(tmp_path / other.figures, np.array([ours[0] * np.nan, error]))
        with pytest.raises(RuntimeError, match="shares differ"):
            compare(tmp_path, other)


def test_what_would_take_too_long_or_too_much_is_left_out_and_said_to_be() -> None:
    before = {"size": 1_000, "seconds": SECONDS_AT_MOST / 10, "megabytes": 100.0}
    assert left_out(None, 10_000, 4_000) == ""
    assert left_out(before, 10_000, 4_000) == ""
    assert left_out(before, 20_000, 4_000) == "about 20 minutes, over 10"
    assert left_out(before, 10_000, 1_200) == "about 1,000 MB, over 75% of the memory"
