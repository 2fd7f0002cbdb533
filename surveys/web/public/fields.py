"""A question as a form field, and a field's value as an answer."""

from collections.abc import Sequence
from typing import Any, assert_never

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.questionnaires.document import (
    APART,
    EXCLUSIVE,
    SCALE_POINTS,
    FreeText,
    MultipleChoice,
    Option,
    Question,
    Scale,
    SingleChoice,
    StackedChoice,
    WholeNumber,
)
from surveys.questionnaires.ordering import in_order
from surveys.web import widgets

TALL = 6  # lines of a box for a longer text
QUOTED = 80  # a question up to this length is named in its own error message


class SeveralChoices(forms.MultipleChoiceField):
    """Some of several options: not too many, and nothing beside an option that stands alone."""

    def __init__(self, question: MultipleChoice, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.question = question

    def validate(self, value: list[str]) -> None:
        """Raises ValidationError, telling the respondent what to do."""
        super().validate(value)
        alone = [o.text for o in self.question.options if o.exclusive and o.code in value]
        if alone and len(set(value)) > 1:
            raise forms.ValidationError(
                _("Select “%(option)s” on its own, or take it away and keep your other answers")
                % {"option": alone[0]}
            )
        most = self.question.max_choices
        if most is not None and len(set(value)) > most:
            raise forms.ValidationError(
                _("Select no more than %(most)d answers. You selected %(number)d")
                % {"most": most, "number": len(set(value))}
            )


class OwnWords(forms.CharField):
    """A text that fits; a line break counts as one character, however the browser sends it."""

    def __init__(self, question: FreeText, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = question.max_length

    def to_python(self, value: Any) -> str:
        """The text without what surrounds it."""
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\0", "")

    def validate(self, value: str) -> None:
        """Raises ValidationError, telling the respondent what to do."""
        super().validate(value)
        if len(value) > self.most:
            raise forms.ValidationError(
                _("Shorten your answer to %(most)d characters or fewer. It has %(number)d")
                % {"most": self.most, "number": len(value)}
            )


def field_for(question: Question, *, seed: int, mark: widgets.Mark | None) -> forms.Field:
    """The form field of a question, as the respondent with this seed sees it.

    `mark` is set where a page is compiled and not shown.
    """
    told = {"required": _required(question)}
    common: dict[str, Any] = {
        # What statements share stands above them once.
        "label": question.statement if isinstance(question, StackedChoice) else question.text,
        "help_text": "" if isinstance(question, StackedChoice) else question.hint,
        "required": question.required,
    }
    match question:
        case SingleChoice():
            options = in_order(question, seed)
            return forms.ChoiceField(
                choices=_choices(options),
                widget=widgets.Radios(_details(options, APART), mark),
                error_messages=told | {"invalid_choice": _("Select one of the answers shown")},
                **common,
            )
        case MultipleChoice():
            options = in_order(question, seed)
            return SeveralChoices(
                question,
                choices=_choices(options),
                widget=widgets.Checkboxes(_details(options, EXCLUSIVE), mark),
                error_messages=told | {"invalid_choice": _("Select only answers that are shown")},
                **common,
            )
        case Scale():
            steps = [(str(step), str(step)) for step in range(SCALE_POINTS)]
            details = {value: widgets.Detail(step=True) for value, _text in steps}
            details |= _details(question.options, APART)
            return forms.ChoiceField(
                choices=[*steps, *_choices(question.options)],
                widget=widgets.Scale(details, question.low, question.high, mark),
                error_messages=told | {"invalid_choice": _("Select a number from 0 to 10")},
                **common,
            )
        case WholeNumber():
            number = forms.IntegerField(
                min_value=question.minimum,
                max_value=question.maximum,
                widget=forms.TextInput(
                    {
                        "class": "nhsuk-input nhsuk-input--width-5",
                        "inputmode": "numeric",
                        "autocomplete": "off",
                    }
                ),
                error_messages=told
                | dict.fromkeys(["invalid", "min_value", "max_value"], told["required"]),
                **common,
            )
            number.suffix = question.unit  # type: ignore[attr-defined]
            return number
        case FreeText():
            widget: forms.Widget
            if question.type == "long_text":
                widget = widgets.CountedText(question.max_length, TALL)
            else:
                widget = forms.TextInput({"class": "nhsuk-input", "autocomplete": "off"})
            return OwnWords(question, widget=widget, error_messages=told, **common)
    assert_never(question)


def shown_value(question: Question, answer: Any) -> Any:
    """What a field shows for an answer kept before; None where there is none."""
    if answer is None or isinstance(question, MultipleChoice):
        return answer
    return str(answer)


def answer_from(question: Question, cleaned: Any) -> Any | None:
    """The answer that a field's cleaned value stands for; None where the question was left open."""
    if cleaned is None or cleaned in ("", []):
        return None
    match question:
        case MultipleChoice():
            # In document order: the order in which they were shown is not kept.
            return [option.code for option in question.options if option.code in cleaned]
        case Scale():
            return int(cleaned) if cleaned.isdecimal() else cleaned
        case _:
            return cleaned


def _choices(options: Sequence[Option]) -> list[tuple[str, str]]:
    return [(option.code, option.text) for option in options]


def _details(options: Sequence[Option], apart: frozenset[str]) -> dict[str, widgets.Detail]:
    """How options look; a divider stands before the first that is apart from the others."""
    first = next((option.code for option in options if option.kind in apart), None)
    return {
        option.code: widgets.Detail(
            hint=option.hint,
            divider=_("or") if option.code == first else "",
            exclusive=apart is EXCLUSIVE and option.exclusive,
        )
        for option in options
    }


def _required(question: Question) -> str:
    """What to do about a question that was left open and must not be, and who does not know."""
    instruction = _instruction(question)
    for option in getattr(question, "options", ()):
        if option.kind == "dont_know":
            return _("%(instruction)s. If you are not sure, select “%(option)s”") % {
                "instruction": instruction,
                "option": option.text,
            }
    return instruction


def _instruction(question: Question) -> str:
    short = len(question.text) <= QUOTED
    match question:
        case MultipleChoice():
            if question.max_choices is not None:
                return ngettext(
                    "Select %(most)d answer",
                    "Select at least 1 answer, and no more than %(most)d",
                    question.max_choices,
                ) % {"most": question.max_choices}
            return _("Select at least 1 answer")
        case StackedChoice():
            # However long it is: with several on the page, nothing else says which is meant.
            return _("Select an answer to “%(question)s”") % {"question": question.statement}
        case SingleChoice() if short:
            return _("Select an answer to “%(question)s”") % {"question": question.text}
        case SingleChoice():
            return _("Select the answer that comes closest to your view")
        case Scale():
            return _("Select a number from 0 to 10")
        case WholeNumber():
            return _("Enter a whole number from %(minimum)d to %(maximum)d") % {
                "minimum": question.minimum,
                "maximum": question.maximum,
            }
        case FreeText():
            return _("Enter your answer in your own words")
    assert_never(question)
