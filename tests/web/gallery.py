"""Every form template and component on pages of their own, for tests that need a browser."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils.datastructures import MultiValueDict

from surveys.web.widgets import Checkboxes, CountedText, Detail, Radios, Scale

LONG = "Answers come out in everyday words, and a very long one still fits on a small phone " * 2
NUMBERS = [(str(number), str(number)) for number in range(11)]


class Gallery(forms.Form):
    """One field of each sort."""

    use_required_attribute = False

    mood = forms.ChoiceField(
        label="How do you feel about automation in health care?",
        help_text="Think of the NHS, not of private health care.",
        choices=[("good", "Very positive"), ("bad", LONG), ("unsure", "Don't know")],
        widget=Radios(
            {
                "good": Detail(hint="It makes things better"),
                "bad": Detail(),
                "unsure": Detail(divider="or"),
            }
        ),
        error_messages={"required": "Select how you feel about automation in health care"},
    )
    seen = forms.MultipleChoiceField(
        label="Where have you met it?",
        help_text="Select all that apply.",
        choices=[("home", "At home"), ("work", "At work"), ("none", "Nowhere")],
        widget=Checkboxes(
            {
                "home": Detail(),
                "work": Detail(hint="Also as a volunteer"),
                "none": Detail(divider="or", exclusive=True),
            }
        ),
        error_messages={"required": "Select where you have met it, or select Nowhere"},
    )
    trust = forms.ChoiceField(
        label="How far would you trust it?",
        choices=[*NUMBERS, ("unsure", "Don't know")],
        widget=Scale(
            {value: Detail(step=True) for value, _ in NUMBERS} | {"unsure": Detail(divider="or")},
            low="not at all",
            high="completely",
        ),
        error_messages={"required": "Select a number from 0 to 10, or select Don't know"},
    )
    region = forms.ChoiceField(
        label="Where do you live?",
        choices=[("", "Select a region"), ("wales", "Wales"), ("london", "London")],
        error_messages={"required": "Select where you live"},
    )
    age = forms.IntegerField(
        label="How old are you?",
        help_text="In whole years.",
        widget=forms.TextInput({"class": "nhsuk-input--width-3", "inputmode": "numeric"}),
        error_messages={"required": "Enter your age in whole years"},
    )
    mood.heading = True  # type: ignore[attr-defined]
    words = forms.CharField(
        label="What would help you to trust it?",
        help_text="Do not write anything that says who you are.",
        widget=CountedText(most=500, rows=4),
        error_messages={"required": "Enter what would help you to trust it"},
    )


FORM = """
{% extends "base.html" %}
{% block page_title %}Gallery{% endblock %}
{% block before_content %}{% include "components/back.html" with href="/" %}{% endblock %}
{% block content %}
  {% include "nhsuk/errors.html" %}
  {% include "components/simulated.html" %}
  <form method="post" novalidate>
    {% csrf_token %}
    {% include "nhsuk/uni_form.html" %}
    {% include "components/button.html" with text="Continue" %}
  </form>
{% endblock %}
"""

COMPONENTS = """
{% extends "base.html" %}
{% block page_title %}Components{% endblock %}
{% block before_content %}{% include "components/back.html" with href="/" %}{% endblock %}
{% block content %}
  <h1>Check your answers</h1>
  {% include "components/notification.html" with heading="Your draft is kept" text="For a month" %}
  {% include "components/summary_list.html" %}
  {% include "components/warning.html" with heading="This survey closes today" text=long %}
  {% include "components/inset.html" with text=long %}
  {% include "components/details.html" with summary="How we keep answers safe" text=long %}
  {% include "components/button.html" with text="Send my answers" %}
  {% include "components/button.html" with text="Not now" variant="secondary" %}
  {% include "components/pagination.html" with previous=link next=link %}
{% endblock %}
"""


def written(request: HttpRequest, source: str, context: dict[str, Any], status: int) -> Any:
    page = engines["django"].from_string(source).render(context, request)
    return HttpResponse(page, status=status)


def form(request: HttpRequest) -> HttpResponse:
    """The form: empty, filled as it was sent, or with every error there is."""
    data = request.POST if request.method == "POST" else None
    if "errors" in request.GET:
        data = MultiValueDict()
    shown = Gallery(data)
    context = {"form": shown, "has_errors": bool(shown.errors)}
    return written(request, FORM, context, 422 if shown.errors else 200)


def components(request: HttpRequest) -> HttpResponse:
    rows = [
        {"key": "How do you feel?", "values": ["Very positive"], "href": "#"},
        {"key": "Where have you met it?", "values": ["At home", "At work"], "href": "#"},
        {"key": "What would help?", "values": [LONG]},
    ]
    link = {"href": "#", "label": "Spring 2026"}
    return written(request, COMPONENTS, {"rows": rows, "link": link, "long": LONG}, 200)


def failing(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("meant to fail")


# The addresses that every page names, and those that show the gallery.
urlpatterns = [
    path("gallery/form", form),
    path("gallery/components", components),
    path("gallery/failing", failing),
    *(
        path(f"{name}/", components, name=name)
        for name in ("withdraw", "privacy", "cookies", "accessibility", "insights", "language")
    ),
    path("", components, name="home"),
]
