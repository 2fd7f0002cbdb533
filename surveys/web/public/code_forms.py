"""The forms into which a code of ours is typed, and their pages in another language."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.fieldwork.crypto import (
    CODE_LETTERS,
    SECRET_LETTERS,
    MalformedCode,
    grouped,
    read_code,
)
from surveys.fieldwork.receipts import STAFF_LETTERS
from surveys.fieldwork.tickets import TICKET_LETTERS
from surveys.web.public.cookies import keep_language
from surveys.web.public.forms import Fields
from surveys.web.public.language import switched_to


class CodeForm(forms.Form):
    """A code that a respondent has written down; what it opens is the subclass's."""

    use_required_attribute = False
    letters: ClassVar[tuple[int, ...]]
    malformed: ClassVar[Promise]
    hint: ClassVar[Promise]
    unknown: ClassVar[Promise]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["code"] = forms.CharField(
            label=_("What is your code?"),
            help_text=str(self.hint),
            max_length=200,
            widget=forms.TextInput(
                {
                    "class": "nhsuk-input nhsuk-input--code",
                    "autocomplete": "off",
                    "spellcheck": "false",
                }
            ),
            error_messages={
                "required": _("Enter your code"),
                "max_length": str(self.malformed),
                "null_characters_not_allowed": str(self.malformed),
            },
        )
        self.helper = Fields()

    def clean_code(self) -> str:
        """The code as it was made.

        Raises ValidationError where no code can look like this.
        """
        try:
            return read_code(self.cleaned_data["code"], *self.letters)
        except MalformedCode as error:
            raise forms.ValidationError(str(self.malformed)) from error

    def refuse_unknown(self) -> None:
        """Say that nothing has this code."""
        self.add_error("code", str(self.unknown))

    def as_read(self) -> str:
        """The code in groups, for a valid form."""
        return grouped(self.cleaned_data["code"])


class WithdrawalForm(CodeForm):
    """The code by which somebody takes their answers back."""

    letters = (CODE_LETTERS, STAFF_LETTERS)
    malformed = gettext_lazy(
        "Enter the whole code. It has 20 letters and numbers, or 30 if you work for the NHS"
    )
    hint = gettext_lazy(
        "It has 20 letters and numbers, like AB12-CD34-EF56-GH78-JK90, or 30 if you answered as"
        " NHS staff. We showed it when you sent your answers. Capital letters and dashes do not"
        " matter."
    )
    unknown = gettext_lazy(
        "Check the code: no answers that can be deleted have it. They may have been deleted"
        " already, or the results may be published"
    )


class TicketForm(CodeForm):
    """The code on a card that lets a member of staff answer once."""

    letters = (TICKET_LETTERS,)
    malformed = gettext_lazy("Enter the whole code. It has 30 letters and numbers")
    hint = gettext_lazy(
        "It has 30 letters and numbers and stands on your card. Capital letters and dashes do not"
        " matter."
    )
    unknown = gettext_lazy("Check the code: it is not one of this survey. A letter may be wrong")


class ResumeForm(CodeForm):
    """The code by which somebody goes on with answers that they have not sent."""

    letters = (SECRET_LETTERS,)
    malformed = gettext_lazy("Enter the whole code. It has 26 letters and numbers")
    hint = gettext_lazy(
        "It has 26 letters and numbers. We showed it when you chose “Save and come back later”."
        " Capital letters and dashes do not matter."
    )
    unknown = gettext_lazy(
        "Check the code: no answers that were not sent have it. They may have been sent or deleted,"
        " or too much time has passed"
    )


def in_other_language(
    request: HttpRequest,
    form: type[CodeForm],
    template: str,
    told: Mapping[str, Any] = MappingProxyType({}),
) -> HttpResponse | None:
    """The page in the language that its switch asks for, with the code as far as it was typed.

    None where the switch was not pressed.
    """
    language = switched_to(request, tuple(code for code, _name in settings.LANGUAGES))
    if language is None:
        return None
    with translation.override(language):
        empty = form()
        empty.initial = {"code": request.POST.get("code", "")}
        response = render(request, template, {**told, "form": empty})
    keep_language(response, language)
    return response
