"""What managers fill in to invite people: an organisation, a file, a number, a day."""

import datetime
from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from surveys.fieldwork.cards import MOST_AT_ONCE
from surveys.fieldwork.models import Organisation, Wave

LARGEST = 20_000_000  # bytes; more goes by the command
DAYS = ["%d/%m/%Y", "%d %m %Y", "%d.%m.%Y", "%d %B %Y", "%Y-%m-%d"]


class _Form(forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "nhsuk/uni_form.html"


class _OfOrganisation(_Form):
    organisation = forms.ChoiceField(
        label="Which organisation?",
        error_messages={"required": "Select an organisation"},
    )

    def __init__(self, organisations: Iterable[Organisation], *args: Any) -> None:
        super().__init__(*args)
        self.organisations = {one.code: one for one in organisations}
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        choices = [(code, f"{one.name} ({code})") for code, one in self.organisations.items()]
        field.choices = [("", "Select"), *choices] if len(choices) > 1 else choices

    def chosen(self) -> Organisation:
        """The organisation, of a valid form."""
        return self.organisations[self.cleaned_data["organisation"]]


class InviteForm(_OfOrganisation):
    """Whose staff, and the file with their work addresses."""

    file = forms.FileField(
        label="The file with their work e-mail addresses",
        help_text=(
            "A CSV file (UTF-8). Its first line names the columns: address, and if you like name"
            " and group. Nothing else: we want to know no more."
        ),
        error_messages={
            "required": "Choose a file",
            "empty": "Choose a file that is not empty",
        },
    )

    def clean_file(self) -> Any:
        """Refuse what would take too long for a page.

        Raises ValidationError.
        """
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(
                "Choose a file smaller than 20 MB, or ask whoever runs the service: they can read"
                " in larger ones"
            )
        return file


class CardsForm(_OfOrganisation):
    """Whose staff, and how many cards."""

    number = forms.IntegerField(
        label="How many cards?",
        help_text=f"Up to {MOST_AT_ONCE} at once. Each lets one person answer once.",
        min_value=1,
        max_value=MOST_AT_ONCE,
        widget=forms.TextInput({"class": "nhsuk-input--width-3", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"Enter how many cards, from 1 to {MOST_AT_ONCE}",
        ),
    )


class TargetForm(_OfOrganisation):
    """How many of those invited shall answer."""

    percent = forms.IntegerField(
        label="How many of those who are invited shall answer, in per cent?",
        help_text="Managers are told once a week where much less than that has answered.",
        min_value=1,
        max_value=100,
        widget=forms.TextInput({"class": "nhsuk-input--width-3", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            "Enter a percentage, from 1 to 100",
        ),
    )


class ReminderForm(_Form):
    """The day of one more reminder."""

    send_on = forms.DateField(
        label="When shall everybody be reminded?",
        help_text="For example, 27/3/2026. It goes to all who have not opted out: nobody knows who"
        " has answered.",
        input_formats=DAYS,
        widget=forms.DateInput({"class": "nhsuk-input--width-10"}, format="%d/%m/%Y"),
        error_messages={
            "required": "Enter the day of the reminder",
            "invalid": "Enter a real date, like 27/3/2026",
        },
    )

    def __init__(self, wave: Wave, *args: Any) -> None:
        super().__init__(*args)
        self.wave = wave

    def clean_send_on(self) -> datetime.date:
        """Refuse a day on which it would reach nobody.

        Raises ValidationError.
        """
        day: datetime.date = self.cleaned_data["send_on"]
        first = max(self.wave.opens_on, timezone.localdate())
        if not first < day <= self.wave.closes_on:
            raise forms.ValidationError(
                f"Enter a day after {first:%-d %B %Y}, up to {self.wave.closes_on:%-d %B %Y}"
            )
        if self.wave.reminders.filter(send_on=day).exists():
            raise forms.ValidationError("Enter another day: everybody is reminded on this one")
        return day
