"""What docs/accessibility.md decides of contrast follows from its colours."""

import pytest

from tests.support.barriers import decided

ENOUGH = 4.5  # WCAG 2.2, success criterion 1.4.3, for text of any size


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, as WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)  # by definition
    # The lightest grey that is enough on white, as commonly told: 4.54 to 1.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_every_contrast_that_axe_leaves_open_is_computed_and_is_enough() -> None:
    assert len(decided()) >= 10
    for (_, element, text, background), stated in decided().items():
        assert contrast(text, background) == pytest.approx(stated, abs=0.005), element
        assert stated >= ENOUGH, element
