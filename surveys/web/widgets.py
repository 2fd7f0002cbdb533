"""Choices as the NHS pack shows them: with hints, apart from each other, excluding each other.

A page that is compiled (surveys/web/public/pages.py) sets `marks`, which leaves marks in the HTML
where a respondent's own state goes later; otherwise these widgets render as any other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Detail:
    """What an option shows besides its text."""

    hint: str = ""
    divider: str = ""  # a word that parts it from the options above
    exclusive: bool = False
    step: bool = False  # one of the numbers of a scale


Mark = Callable[[str, str, str], str]  # kind, field, value → what to leave in the HTML


class Choices(forms.RadioSelect):
    """Options of which one can be chosen, each with an id made of its code."""

    scale = False

    def __init__(self, details: Mapping[str, Detail], mark: Mark | None = None) -> None:
        super().__init__()
        self.details = details
        self.mark = mark

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option as Django makes it, with its detail and its marks."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        detail = self.details[str(value)]
        if "id" in option["attrs"]:
            option["attrs"]["id"] = f"id_{name}_{value}"
        option |= {
            "hint": detail.hint,
            "divider": detail.divider,
            "exclusive": detail.exclusive,
            "step": detail.step,
            "start": self._marked("start", name, str(value)),
            "state": self._marked("state", name, str(value)),
        }
        self.name = name
        return option

    @property
    def end(self) -> str:
        """The mark after the last option."""
        return self._marked("end", getattr(self, "name", ""), "")

    def _marked(self, kind: str, name: str, value: str) -> str | SafeString:
        return mark_safe(self.mark(kind, name, value)) if self.mark else ""  # noqa: S308


class Radios(Choices):
    """One answer out of several."""


class Checkboxes(Choices, forms.CheckboxSelectMultiple):
    """Several answers out of several."""

    allow_multiple_selected = True
    input_type = "checkbox"


class Scale(Choices):
    """Numbers from one end to the other, and ways not to answer below them."""

    scale = True

    def __init__(
        self, details: Mapping[str, Detail], low: str, high: str, mark: Mark | None = None
    ) -> None:
        super().__init__(details, mark)
        self.low, self.high = low, high


class CountedText(forms.Textarea):
    """A text box that says how much fits."""

    def __init__(self, most: int, rows: int) -> None:
        super().__init__({"class": "nhsuk-textarea nhsuk-js-character-count", "rows": rows})
        self.counted = most
