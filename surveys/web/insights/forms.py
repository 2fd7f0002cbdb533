"""Signing in, signing for a verdict, and publishing what something blocks."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from surveys.questionnaires.comparability import Verdict
from surveys.web.insights.ledger import VERDICTS
from surveys.web.widgets import CountedText, Detail, Radios

LONGEST_REASON = 1_000


class SignInForm(AuthenticationForm):
    """E-mail address and password, as NHS inputs."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Email address")
        self.fields["username"].error_messages["required"] = _("Enter your email address")
        self.fields["password"].error_messages["required"] = _("Enter your password")
        self.error_messages["invalid_login"] = _(
            "Enter the email address and password of an account that can sign in"
        )
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "nhsuk/uni_form.html"


class VerdictForm(forms.Form):
    """Another verdict than was found, and why."""

    use_required_attribute = False
    verdict = forms.ChoiceField(
        label=_("What may be said of these figures?"),
        error_messages={"required": _("Select what may be said of these figures")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_(
            "Everybody who sees these figures reads this, with your name and the date. Say what you"
            " know that the documents do not tell."
        ),
        max_length=LONGEST_REASON,
        widget=CountedText(LONGEST_REASON, 5),
        error_messages={
            "required": _("Enter why another verdict is right"),
            "max_length": _("Enter a reason of %(limit_value)d characters or fewer"),
        },
    )

    def __init__(self, allowed: list[Verdict], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["verdict"]
        assert isinstance(field, forms.ChoiceField)
        details: dict[str, Detail] = {code: Detail(VERDICTS[code].meaning) for code in allowed}
        field.widget = Radios(details)
        field.choices = [(code, VERDICTS[code].name) for code in allowed]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "nhsuk/uni_form.html"


class OverrideForm(forms.Form):
    """Why a release is published although something blocks it."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why should it be published all the same?"),
        help_text=_("Your name and this reason are printed with the release, for everybody."),
        max_length=LONGEST_REASON,
        widget=CountedText(LONGEST_REASON, 5),
        error_messages={
            "required": _("Enter why it should be published all the same"),
            "max_length": _("Enter a reason of %(limit_value)d characters or fewer"),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.template = "nhsuk/uni_form.html"
