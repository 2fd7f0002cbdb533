"""Every component of the design system that a template uses is held against the design system.

The parts that stand in pages of their own are cut out of the page and compared here; the others
are compared in test_components.py and test_template_pack.py.
"""

import re
from pathlib import Path
from typing import Any

import nhsuk_frontend_jinja
import pytest
from bs4 import BeautifulSoup, Tag
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from tests.journeys.walking import Walk, chance_chooser
from tests.web.public.every import document, wave_of
from tests.web.reference import outline, reference

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).parents[2] / "templates"
COMPONENTS = Path(nhsuk_frontend_jinja.__file__).parent / "templates/nhsuk/components"

# Which test compares it.
COMPARED = {
    "back-link": "test_components.py",
    "button": "test_components.py",
    "card": "here, and as a warning callout in test_components.py",
    "character-count": "test_template_pack.py",
    "checkboxes": "test_template_pack.py",
    "details": "test_components.py",
    "error-message": "test_template_pack.py, in every field",
    "error-summary": "test_template_pack.py",
    "fieldset": "test_template_pack.py, in radios and checkboxes",
    "footer": "here",
    "hint": "test_template_pack.py, in every field",
    "inset-text": "test_components.py",
    "input": "test_template_pack.py",
    "label": "test_template_pack.py, in every field",
    "notification-banner": "test_components.py",
    "pagination": "test_components.py",
    "panel": "here",
    "radios": "test_template_pack.py",
    "select": "test_template_pack.py",
    "skip-link": "here",
    "summary-list": "test_components.py",
    "tables": "here",
    "tag": "here",
    "textarea": "test_template_pack.py, in the character count",
}
# What is ours on purpose.
DIFFERENT = {
    "header": "no logo of the NHS, and a name in text: this is not a page of nhs.uk",
}
# Blocks of the style sheet that are no component with a macro, or have another name there.
STYLES = {"action-link", "body", "caption", "heading", "icon", "images", "list", "width", "main"}
STYLES |= {"lede", "form", "grid", "template", "u", "js", "link"}
OTHER_NAMES = {"table": "tables"}


def used() -> set[str]:
    """The components whose classes stand in a template."""
    known = {one.name for one in COMPONENTS.iterdir() if one.is_dir()}
    found = set()
    for path in TEMPLATES.rglob("*.html"):
        for block in re.findall(r"nhsuk-([a-z]+(?:-[a-z]+)*)", path.read_text(encoding="utf-8")):
            name = OTHER_NAMES.get(block, block)
            if name in known:
                found.add(name)
            elif name.split("-")[0] not in {*STYLES, *(one.split("-")[0] for one in known)}:
                raise AssertionError(f"{path}: nhsuk-{block} is no part of the design system")
    return found - STYLES


def test_every_component_in_use_is_compared_or_different_for_a_reason() -> None:
    assert used() == COMPARED.keys() | DIFFERENT.keys()


def cut(page: str, selector: str) -> Tag:
    """The part of a page that a selector names."""
    found = BeautifulSoup(page, "html.parser").select_one(selector)
    assert found, selector
    return found


def home(client: Client) -> str:
    return client.get("/").content.decode()


def test_the_skip_link_is_the_design_systems(client: Client) -> None:
    ours = cut(home(client), ".nhsuk-skip-link")
    assert outline(str(ours)) == outline(reference("skip-link"))


def test_the_footer_is_the_design_systems_but_for_what_it_says_of_us(client: Client) -> None:
    ours = cut(home(client), "footer")
    links = [{"href": one["href"], "text": one.text} for one in ours.select("a")]
    about = cut(str(ours), "p")
    about["class"] = ["nhsuk-body-s"]  # ours has a space of its own above
    line = ours.select_one("p")
    assert line
    line.replace_with(about)
    wanted = reference("footer", meta={"items": links, "text": about.text}, copyright={"text": ""})
    # <footer> has this role anyway, and HTML checkers advise against writing it.
    assert outline(str(ours)) == outline(wanted.replace('role="contentinfo"', ""))


def test_a_card_is_the_design_systems(client: Client) -> None:
    wave_of(document())
    ours = cut(home(client), ".nhsuk-card")
    link, description = cut(str(ours), "a"), cut(str(ours), ".nhsuk-card__description")
    audience = ours.select_one(".app-card__for")
    assert audience
    audience.decompose()  # ours: for whom the survey is, above its name
    if link.get("lang"):
        link_in_card = ours.select_one("a")
        assert link_in_card
        del link_in_card["lang"]
    wanted = reference(
        "card",
        clickable=True,
        heading=link.text,
        headingSize="m",
        headingLevel=3,
        href=link["href"],
        description=description.text,
    )
    assert outline(str(ours)) == outline(wanted)


def test_the_panel_of_the_confirmation_is_the_design_systems(client: Client) -> None:
    walk = Walk(client, wave_of(document()), chance_chooser(1))
    walk.to_check()
    ours = cut(walk.send().content.decode(), ".nhsuk-panel")
    wanted = reference("panel", heading="Thank you", text="We have your answers.")
    assert outline(str(ours)) == outline(wanted)


def test_a_tag_is_the_design_systems() -> None:
    ours = cut(render_to_string("components/simulated.html"), "strong")
    assert outline(str(ours)) == outline(reference("tag", text=ours.text, colour="orange"))


def cells(row: Tag) -> list[dict[str, Any]]:
    """The cells of a row as the macro takes them: without the heading and the span that it adds to
    each cell of a table that becomes a list on a phone."""
    found = []
    for cell in row.select("th, td"):
        inside = cell
        if repeated := cell.select_one(".nhsuk-table__heading"):
            repeated.decompose()
            inside = cut(str(cell), "td > span")
        found.append({"html": inside.decode_contents().strip()})
    return found


@pytest.mark.parametrize("address", ["/cookies", "/privacy"])
def test_a_table_is_the_design_systems(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    for ours in BeautifulSoup(page, "html.parser").select("table"):
        before = outline(str(ours))
        caption = ours.select_one("caption")
        assert caption
        head, *rows = [cells(row) for row in ours.select("tr")]
        wanted = reference(
            "tables",
            caption={"text": caption.text, "classes": "nhsuk-u-visually-hidden"},
            responsive="nhsuk-table--responsive" in str(ours["class"]),
            head=[{"text": one["html"]} for one in head],
            rows=rows,
        )
        assert before == outline(wanted)


def test_the_tables_of_figures_have_the_design_systems_parts() -> None:
    """Their cells come from many places; each part has the class and scope that its place asks."""
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        if "<table" not in text:
            continue
        for tag, block in (("thead", "head"), ("tbody", "body"), ("tr", "row"), ("td", "cell")):
            assert len(re.findall(rf"<{tag}\b", text)) == len(
                re.findall(rf'<{tag} class="nhsuk-table__{block}[ "{{]', text)
            ), (path, tag)
        heads = re.findall(r"<th [^>]*>", text)
        assert len(heads) == len(re.findall(r"<th\b", text)), path
        assert all("nhsuk-table__header" in one and "scope=" in one for one in heads), path
        assert "<caption" in text, path


def test_the_header_names_the_service_in_text_and_shows_no_logo_of_the_nhs(
    rf: RequestFactory,
) -> None:
    header = cut(render_to_string("404.html", request=rf.get("/")), "header")
    assert header["class"] == ["nhsuk-header"]
    assert header.select_one(".nhsuk-header__logo") is None
    assert cut(str(header), ".nhsuk-header__service a").text.strip()
