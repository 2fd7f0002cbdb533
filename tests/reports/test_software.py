"""A release says which code made it."""

import re
from pathlib import Path

import pytest

from surveys.reports import software as module
from surveys.reports.software import software


def test_it_names_the_version_and_a_fingerprint_that_fits_the_column() -> None:
    assert re.fullmatch(r"confidence-survey 0\.1\.0\+[0-9a-f]{12}", software())
    assert len(software()) <= 40


def test_another_formula_is_another_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_with(formula: str, line_end: str = "\n") -> str:
        for package in module.PACKAGES:
            (tmp_path / package).mkdir(exist_ok=True)
            text = f"def figure() -> float:{line_end}    return {formula}{line_end}"
            (tmp_path / package / "figures.py").write_bytes(text.encode())
        monkeypatch.setattr(module, "__file__", str(tmp_path / "reports" / "software.py"))
        software.cache_clear()
        return software()

    try:
        first = made_with("1.0")
        assert made_with("1.0", "\r\n") == first  # however it was checked out
        assert made_with("2.0") != first
    finally:
        software.cache_clear()
