"""The form templates write what the NHS design system writes, in every state of a field."""

from typing import Any

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from surveys.web.widgets import Checkboxes, Choices, CountedText, Detail, Radios, Scale
from tests.web.reference import outline, reference

HARD = """Tea & <b>"cake"</b>, it's 🍰"""  # every character that HTML could trip over
CHOICES = [("good", "Good"), ("hard", HARD), ("unsure", "Don't know")]
HINTS = {"good": Detail(hint="As <i>expected</i>"), "hard": Detail()}
APART = {"unsure": Detail(divider="or", exclusive=True)}

# (hint, is there an error, is the question the page's heading)
STATES = [("", False, False), ("Choose & go", False, True), ("", True, True), ("Hint", True, False)]
states = pytest.mark.parametrize(("hint", "error", "heading"), STATES)


class Form(forms.Form):
    """A form as ours are: errors are told by the page, not by the browser."""

    use_required_attribute = False


def rendered(field: forms.Field, data: MultiValueDict[str, Any] | None = None) -> str:
    """The field as the pack shows it, in a form where it is called mood."""
    form = Form(data)
    form.fields["mood"] = field
    return render_to_string("nhsuk/field.html", {"field": form["mood"]})


def told(field: forms.Field, hint: str, error: bool, heading: bool) -> str:
    """The field in one of the states above; where there is an error, nothing was answered."""
    field.label, field.help_text, field.heading = HARD, hint, heading  # type: ignore[attr-defined]
    field.error_messages["required"] = "Select <how> you feel"
    return rendered(field, MultiValueDict() if error else None)


def expected(component: str, hint: str, error: bool, **params: Any) -> str:
    """The design system's markup for the same state, with Django's names for hints and errors."""
    if hint:
        params["hint"] = {"text": hint, "id": "id_mood_helptext"}
    if error:
        params["errorMessage"] = {"text": "Select <how> you feel", "id": "id_mood_error"}
    return reference(component, name="mood", **params)


def fieldset(heading: bool) -> dict[str, Any]:
    size = "l" if heading else "m"
    return {"legend": {"text": HARD, "size": size, "isPageHeading": heading}}


def label(heading: bool) -> dict[str, Any]:
    return {"text": HARD, "size": "l" if heading else "s", "isPageHeading": heading}


def items(chosen: tuple[str, ...] = (), **last: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for value, text in CHOICES:
        item = {"value": value, "text": text, "id": f"id_mood_{value}", "checked": value in chosen}
        made.append(item)
    made[0]["hint"] = {"text": "As <i>expected</i>", "id": "id_mood_good_helptext"}
    made[2] |= last
    return [*made[:2], {"divider": "or"}, made[2]]


@states
def test_radios_are_the_design_systems(hint: str, error: bool, heading: bool) -> None:
    details = HINTS | {"unsure": Detail(divider="or")}
    html = told(forms.ChoiceField(choices=CHOICES, widget=Radios(details)), hint, error, heading)
    wanted = expected("radios", hint, error, fieldset=fieldset(heading), items=items())
    assert outline(html) == outline(wanted)


@states
def test_checkboxes_are_the_design_systems(hint: str, error: bool, heading: bool) -> None:
    field = forms.MultipleChoiceField(choices=CHOICES, widget=Checkboxes(HINTS | APART))
    html = told(field, hint, error, heading)
    parts = items(behaviour="exclusive")
    wanted = expected("checkboxes", hint, error, fieldset=fieldset(heading), items=parts)
    assert outline(html) == outline(wanted)


@states
def test_a_text_input_is_the_design_systems(hint: str, error: bool, heading: bool) -> None:
    widget = forms.TextInput({"class": "nhsuk-input--width-4", "inputmode": "numeric"})
    html = told(forms.CharField(widget=widget), hint, error, heading)
    wanted = expected(
        "input",
        hint,
        error,
        id="id_mood",
        label=label(heading),
        classes="nhsuk-input--width-4",
        inputmode="numeric",
    )
    assert outline(html) == outline(wanted)


@states
def test_a_select_is_the_design_systems(hint: str, error: bool, heading: bool) -> None:
    html = told(forms.ChoiceField(choices=CHOICES), hint, error, heading)
    parts = [{"value": value, "text": text} for value, text in CHOICES]
    wanted = expected("select", hint, error, id="id_mood", label=label(heading), items=parts)
    assert outline(html) == outline(wanted)


@states
def test_a_counted_text_box_is_the_design_systems(hint: str, error: bool, heading: bool) -> None:
    html = told(forms.CharField(widget=CountedText(most=500, rows=5)), hint, error, heading)
    wanted = expected(
        "character-count",
        hint,
        error,
        id="id_mood",
        label=label(heading),
        maxlength="500",
        rows="5",
    )
    assert outline(html) == outline(wanted)


def test_a_unit_stands_behind_its_input() -> None:
    field = forms.CharField(label="Hours")
    field.suffix = "hours"  # type: ignore[attr-defined]
    wanted = reference(
        "input", id="id_mood", name="mood", label={"text": "Hours", "size": "s"}, suffix="hours"
    )
    assert outline(rendered(field)) == outline(wanted)


def test_what_was_chosen_stays_chosen() -> None:
    radios = forms.ChoiceField(label="Q", choices=CHOICES, widget=Radios(HINTS | APART))
    html = rendered(radios, MultiValueDict({"mood": ["hard"]}))
    assert html.count(" checked") == 1
    assert 'value="hard" checked' in html

    boxes = forms.MultipleChoiceField(label="Q", choices=CHOICES, widget=Checkboxes(HINTS | APART))
    html = rendered(boxes, MultiValueDict({"mood": ["good", "hard"]}))
    assert html.count(" checked") == 2


def test_what_was_typed_is_shown_again_letter_by_letter() -> None:
    for widget in (forms.TextInput(), CountedText(most=500, rows=5)):
        field = forms.CharField(label="Q", widget=widget)
        html = rendered(field, MultiValueDict({"mood": [HARD]}))
        ((_, _, parts),) = outline(html)
        box = next(part for part in parts if part[0] in ("input", "textarea"))
        assert box[1].get("value", "".join(box[2])) == HARD


def scale(value: str | None = None) -> list[Any]:
    numbers = [(str(number), str(number)) for number in range(11)]
    details = {value: Detail(step=True) for value, _ in numbers} | {"unsure": Detail(divider="or")}
    field = forms.ChoiceField(
        label="How happy?",
        choices=[*numbers, ("unsure", "Don't know")],
        widget=Scale(details, low="Not at <all>", high="Very"),
    )
    return outline(rendered(field, MultiValueDict({"mood": [value]} if value else {})))


def every(outlined: list[Any], name: str) -> list[tuple[str, dict[str, Any], list[Any]]]:
    found = []
    for part in outlined:
        if isinstance(part, tuple):
            found += [part] if part[0] == name else []
            found += every(part[2], name)
    return found


def test_a_scale_is_one_group_of_radios_with_a_label_each() -> None:
    page = scale(value="7")
    inputs = [attributes for _, attributes, _ in every(page, "input")]
    assert [one["value"] for one in inputs] == [*map(str, range(11)), "unsure"]
    assert {one["type"] for one in inputs} == {"radio"}
    assert {one["name"] for one in inputs} == {"mood"}
    assert [one["value"] for one in inputs if "checked" in one] == ["7"]
    labels = [attributes["for"] for _, attributes, _ in every(page, "label")]
    assert labels == [one["id"] for one in inputs]
    assert len(every(page, "fieldset")) == 1


def test_a_scale_says_in_words_what_its_ends_mean() -> None:
    ends = [words for _, _, words in every(scale(), "span")]
    assert ["0: Not at <all>"] in ends
    assert ["10: Very"] in ends


def test_a_scales_ends_describe_the_whole_group() -> None:
    page = scale(value="7")
    ((_, attributes, _),) = every(page, "fieldset")
    assert attributes["aria-describedby"] == "id_mood_ends"
    assert "id_mood_ends" in [one.get("id") for _, one, _ in every(page, "div")]


def test_letters_are_counted_in_the_readers_language() -> None:
    field = forms.CharField(label="Q", widget=CountedText(most=500, rows=5))
    assert "data-i18n" not in rendered(field)
    with translation.override("cy"):
        html = rendered(field)
    for key in ("under-limit.other", "at-limit", "over-limit.other"):
        assert f"data-i18n.characters-{key}=" in html


class Troubled(Form):
    """One field of each sort, each with its own trouble."""

    mood = forms.ChoiceField(
        choices=CHOICES, widget=Radios(HINTS | APART), error_messages={"required": "Select a mood"}
    )
    where = forms.MultipleChoiceField(
        choices=CHOICES,
        widget=Checkboxes(HINTS | APART),
        error_messages={"required": "Select <where>"},
    )
    region = forms.ChoiceField(choices=CHOICES, error_messages={"required": "Select a region"})
    age = forms.IntegerField(widget=forms.TextInput, error_messages={"required": "Enter your age"})

    def clean(self) -> None:
        raise forms.ValidationError("These answers do not go together")


def test_the_error_summary_is_the_design_systems_and_leads_to_each_first_input() -> None:
    html = render_to_string("nhsuk/errors.html", {"form": Troubled(MultiValueDict())})
    wanted = reference(
        "error-summary",
        heading="There is a problem",
        attributes={"tabindex": "-1"},  # focusable where scripts are off and the page is linked to
        errorList=[
            {"text": "These answers do not go together"},
            {"text": "Select a mood", "href": "#id_mood_good"},
            {"text": "Select <where>", "href": "#id_where_good"},
            {"text": "Select a region", "href": "#id_region"},
            {"text": "Enter your age", "href": "#id_age"},
        ],
    )
    assert outline(html) == outline(wanted)


def test_there_is_no_error_summary_where_there_is_no_error() -> None:
    assert not outline(render_to_string("nhsuk/errors.html", {"form": Troubled()}))


def test_an_option_without_detail_is_an_error_of_the_form_and_not_of_the_respondent() -> None:
    field = forms.ChoiceField(label="Q", choices=CHOICES, widget=Choices({}))
    with pytest.raises(KeyError, match="good"):
        rendered(field)
