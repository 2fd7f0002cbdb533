"""The forms that respondents fill in."""

import re
from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from surveys.questionnaires.document import Page
from surveys.questionnaires.ordering import in_turn, statements_move
from surveys.web.public.fields import answer_from, field_for, shown_value
from surveys.web.widgets import Mark

STATEMENT, STATEMENTS_END = "statement", "statements_end"  # marks, where statements change places


class Fields(FormHelper):
    """The fields alone: the page owns the form around them, its button and its error summary."""

    template = "nhsuk/uni_form.html"


class PageForm(forms.Form):
    """The questions of one page, as one respondent sees them. Saves nothing."""

    use_required_attribute = False  # the error summary, not the browser's bubble

    def __init__(
        self,
        page: Page,
        data: Any = None,
        *,
        answers: Mapping[str, Any],
        seed: int,
        mark: Mark | None = None,
    ) -> None:
        super().__init__(
            data, initial={q.code: shown_value(q, answers.get(q.code)) for q in page.questions}
        )
        self.page = page
        self.end = ""
        for question in in_turn(page, seed):
            field = field_for(question, seed=seed, mark=mark)
            if mark and statements_move(page):
                field.start = mark_safe(mark(STATEMENT, question.code, ""))  # type: ignore[attr-defined]  # noqa: S308
                self.end = mark_safe(mark(STATEMENTS_END, "", ""))  # noqa: S308
            # With one question on the page, its words are the page's heading.
            field.heading = heading_is_question(page)  # type: ignore[attr-defined]
            self.fields[question.code] = field
        self.helper = Fields()

    @classmethod
    def unsent(cls, page: Page, typed: Any, *, seed: int) -> "PageForm":
        """The page as somebody has filled it in so far, right or wrong, and has not sent it."""
        form = cls(page, answers={}, seed=seed)
        form.initial = {
            name: field.widget.value_from_datadict(typed, {}, name)
            for name, field in form.fields.items()
        }
        return form

    def lacks_only(self) -> bool:
        """Whether nothing but missing answers is wrong: nothing that was typed would be lost."""
        return all(
            error.code == "required"
            for errors in self.errors.as_data().values()
            for error in errors
        )

    def given(self) -> dict[str, Any | None]:
        """What was answered: None where a question was left open, no key where it must not be."""
        return {
            question.code: answer_from(question, self.cleaned_data[question.code])
            for question in self.page.questions
            if question.code in self.cleaned_data
        }


WORK_MAIL = re.compile(r"@(.+\.)?nhs\.(net|uk|scot|wales)$", re.IGNORECASE)


class SignUpForm(forms.Form):
    """The address that wants to hear of results."""

    use_required_attribute = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        how = _("Enter an e-mail address in the right form, like name@example.com")
        self.fields["email"] = forms.EmailField(
            label=_("What is your e-mail address?"),
            help_text=_("Use a private one. We do not join it to any answers."),
            max_length=254,
            widget=forms.EmailInput(
                {"class": "nhsuk-input", "autocomplete": "email", "spellcheck": "false"}
            ),
            error_messages={
                "required": _("Enter your e-mail address"),
                "invalid": how,
                "max_length": how,
            },
        )
        self.helper = Fields()

    def clean_email(self) -> str:
        """The address.

        Raises ValidationError for one at work: whoever runs it could see that somebody signed up.
        """
        email: str = self.cleaned_data["email"]
        if WORK_MAIL.search(email):
            raise forms.ValidationError(
                _("Enter a private address. Your employer could see mail to your work address")
            )
        return email


def heading_is_question(page: Page) -> bool:
    """Whether the words of the page's only question are its heading."""
    return page.explainer is None and len(page.questions) == 1 and not page.title
