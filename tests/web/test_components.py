"""The small parts of a page are the design system's."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from tests.web.reference import outline, reference

HARD = """Tea & <b>"cake"</b>, it's 🍰"""
CHANGE = {"items": [{"href": "/q1", "text": "Change", "visuallyHiddenText": HARD}]}
ROWS = [
    {"key": HARD, "values": [HARD], "href": "/q1"},
    {"key": "Where?", "values": ["At home"]},
]
REFERENCE_ROWS = [
    {"key": {"text": HARD}, "value": {"text": HARD}, "actions": CHANGE},
    {"key": {"text": "Where?"}, "value": {"text": "At home"}},
]

# (our template, what it is given, the design system's component, what that is given)
PARTS: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    ("button", {"text": HARD}, "button", {"text": HARD, "preventDoubleClick": True}),
    (
        "button",
        {"text": "Leave", "variant": "secondary", "name": "go", "value": "out"},
        "button",
        {
            "text": "Leave",
            "variant": "secondary",
            "name": "go",
            "value": "out",
            "preventDoubleClick": True,
        },
    ),
    ("inset", {"text": HARD}, "inset-text", {"text": HARD}),
    (
        "warning",
        {"heading": HARD, "text": HARD},
        "warning-callout",
        {"heading": HARD, "text": HARD, "headingLevel": 2},
    ),
    ("notification", {"heading": HARD}, "notification-banner", {"heading": HARD}),
    (
        "notification",
        {"heading": "Kept", "text": HARD, "success": True},
        "notification-banner",
        {"heading": "Kept", "text": HARD, "variant": "success"},
    ),
    ("summary_list", {"rows": ROWS}, "summary-list", {"rows": REFERENCE_ROWS}),
    (
        "details",
        {"summary": HARD, "text": "Because."},
        "details",
        {"summary": HARD, "html": "<p>Because.</p>"},
    ),
]


@pytest.mark.parametrize(("ours", "context", "theirs", "params"), PARTS)
def test_a_component_is_the_design_systems(
    ours: str, context: dict[str, Any], theirs: str, params: dict[str, Any]
) -> None:
    html = render_to_string(f"components/{ours}.html", context)
    # The framework writes role="text", which ARIA does not define.
    wanted = reference(theirs, **params).replace('role="text"', "")
    assert outline(html) == outline(wanted)


def drawn(html: str) -> list[Any]:
    """The outline of a pagination, without its drawings and the role that <nav> has anyway."""

    def kept(parts: list[Any]) -> list[Any]:
        found: list[Any] = []
        for part in parts:
            if isinstance(part, str):
                found.append(part)
            elif part[0] not in ("path", "style"):
                attributes = {name: said for name, said in part[1].items() if name != "role"}
                found.append((part[0], attributes, kept(part[2])))
        return found

    return kept(outline(html))


@pytest.mark.parametrize("ways", [("previous", "next"), ("previous",), ("next",)])
def test_pagination_is_the_design_systems_in_each_direction(ways: tuple[str, ...]) -> None:
    links = {way: {"href": f"/{way}", "label": HARD} for way in ways}
    html = render_to_string("components/pagination.html", links)
    assert drawn(html) == drawn(reference("pagination", **links))


def test_several_values_of_a_row_stand_below_each_other() -> None:
    html = render_to_string(
        "components/summary_list.html", {"rows": [{"key": "Where?", "values": ["One", "Two"]}]}
    )
    ((_, _, (row,)),) = outline(html)
    assert row[2][1][2] == ["One", ("br", {}, []), "Two"]


def test_simulated_answers_are_called_so_in_words() -> None:
    html = render_to_string("components/simulated.html")
    assert "Simulated answers" in html
    assert "Nobody real gave these answers" in html


def test_a_back_link_is_in_a_landmark_of_its_own() -> None:
    ((name, attributes, (link,)),) = outline(
        render_to_string("components/back.html", {"href": "/a"})
    )
    assert (name, attributes) == ("nav", {"aria-label": "Back"})
    assert [link] == outline(reference("back-link", href="/a"))
