"""What was heard, what was done about it, when, and which questions it is about."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from surveys.questionnaires.document import FreeText
from surveys.questionnaires.versions import Frozen
from surveys.reports.actions import Subject
from surveys.reports.models import Action
from surveys.web.actions import Versions
from surveys.web.widgets import Checkboxes, CountedText, Detail

LONGEST = 600
WHOLE = "all-questions"  # no code of a question: those have no hyphen
DAYS = ["%d/%m/%Y", "%d %m %Y", "%d.%m.%Y", "%d %B %Y", "%Y-%m-%d"]


def _text(label: Any, hint: Any, required: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(required),
        max_length=LONGEST,
        widget=CountedText(LONGEST, 4),
        error_messages={
            "required": required,
            "max_length": _("Enter %(limit_value)d characters or fewer"),
        },
    )


class ActionForm(forms.Form):
    """An action, in English and where possible in Welsh. Saves nothing."""

    use_required_attribute = False

    heard = _text(
        _("What did you hear?"),
        _("In everyday words, as people said it. Name nobody, and no small group."),
        _("Enter what you heard"),
    )
    did = _text(
        _("What did you do about it?"),
        _("What was done, not what is planned."),
        _("Enter what you did about it"),
    )
    happened_on = forms.DateField(
        label=_("When was it done?"),
        help_text=_("For example, 27/3/2026"),
        input_formats=DAYS,
        widget=forms.DateInput({"class": "nhsuk-input--width-10"}, format="%d/%m/%Y"),
        error_messages={
            "required": _("Enter the date when it was done"),
            "invalid": _("Enter a real date, like 27/3/2026"),
        },
    )
    link = forms.CharField(
        label=_("Where can people read more? (optional)"),
        help_text=_("An address that begins with https://"),
        required=False,
        max_length=500,
        validators=[
            URLValidator(
                schemes=["https"],
                message=_("Enter an address that begins with https://, or leave it empty"),
            )
        ],
        error_messages={"max_length": _("Enter an address of %(limit_value)d characters or fewer")},
    )
    heard_cy = _text(
        _("What did you hear? In Welsh (optional)"), _("Without it, Welsh pages show the English.")
    )
    did_cy = _text(_("What did you do about it? In Welsh (optional)"), "")

    def __init__(
        self, versions: Versions, action: Action | None, *args: Any, **kwargs: Any
    ) -> None:
        """`versions`: whose questions it may be about; `action`: what is there already."""
        super().__init__(*args, **kwargs)
        known = action.subjects.all() if action is not None else ()
        subjects = [(one.questionnaire_id, one.question) for one in known]
        if action is not None:
            told = ("heard", "heard_cy", "did", "did_cy", "happened_on", "link")
            self.initial = {name: getattr(action, name) for name in told}
        self.questionnaires: dict[str, int] = {}
        for questionnaire, version in sorted(versions.items()):
            mine = [question for pk, question in subjects if pk == questionnaire]
            name = f"about_{version.document.slug}"
            self.questionnaires[name] = questionnaire
            self.fields[name] = _about(version, mine)
            self.initial[name] = [question or WHOLE for question in mine]
        for name in ("heard_cy", "did_cy"):
            self.fields[name].widget.attrs["lang"] = "cy"
        self.order_fields(
            ["heard", "did", "happened_on", "link", *self.questionnaires, "heard_cy", "did_cy"]
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "nhsuk/uni_form.html"

    def clean_happened_on(self) -> Any:
        """Refuse a day to come: an intention has changed nothing yet."""
        day = self.cleaned_data["happened_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Enter a date that is today or in the past"))
        return day

    def subjects(self) -> Iterable[Subject]:
        """The questionnaires and questions that were chosen; nothing where it is about all."""
        for name, questionnaire in self.questionnaires.items():
            for chosen in self.cleaned_data[name]:
                yield questionnaire, "" if chosen == WHOLE else chosen


def _about(version: Frozen, chosen: list[str]) -> forms.MultipleChoiceField:
    document = version.document
    asked = {
        question.code: question.topic or question.text
        for question in document.questions.values()
        if not (question.profile or isinstance(question, FreeText))
    }
    gone = {code: code for code in chosen if code and code not in asked}
    choices = {WHOLE: str(_("The survey as a whole")), **asked, **gone}
    details = {code: Detail() for code in choices}
    details |= {code: Detail(hint=str(_("No longer asked"))) for code in gone}
    return forms.MultipleChoiceField(
        label=_("Is it about “%(title)s”?") % {"title": document.title},
        help_text=_(
            "It is shown beside the results of each question that you choose. If it is about every"
            " survey, choose nothing."
        ),
        required=False,
        choices=list(choices.items()),
        widget=Checkboxes(details),
        error_messages={"invalid_choice": _("Choose from the questions that are listed")},
    )
