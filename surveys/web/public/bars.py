"""Published figures as sentences with a bar each."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import SCALE_POINTS, Question, Scale, WholeNumber
from surveys.reports.feedback import Figure

COLOURS = {"public": "#005eb8", "staff": "#8a1c5c"}
PRINTED = "#4c6272"  # somebody else's figure, drawn hollow as on the leaders' charts

# Whose figure it is, whether anybody with the link could answer, and whether it is of the very
# answer that was given. Who answered an open link are not the public: they chose to.
SHARES = {
    ("public", False, True): gettext_lazy("%(share)s of the public said the same"),
    ("public", False, False): gettext_lazy("%(share)s of the public"),
    ("public", True, True): gettext_lazy("%(share)s of the public who answered said the same"),
    ("public", True, False): gettext_lazy("%(share)s of the public who answered"),
    ("staff", False, True): gettext_lazy("%(share)s NHS staff said the same"),
    ("staff", False, False): gettext_lazy("%(share)s NHS staff"),
    ("staff", True, True): gettext_lazy("%(share)s NHS staff who answered said the same"),
    ("staff", True, False): gettext_lazy("%(share)s NHS staff who answered"),
}
SHARES_THEN = {
    ("public", True): gettext_lazy("%(share)s of the public said the same in %(year)s"),
    ("public", False): gettext_lazy("%(share)s of the public in %(year)s"),
    ("staff", True): gettext_lazy("%(share)s NHS staff said the same in %(year)s"),
    ("staff", False): gettext_lazy("%(share)s NHS staff in %(year)s"),
}
MEANS = {
    ("public", False): gettext_lazy("The average answer of the public was %(mean)s"),
    ("public", True): gettext_lazy("The average answer of the public who answered was %(mean)s"),
    ("staff", False): gettext_lazy("The average answer of NHS staff was %(mean)s"),
    ("staff", True): gettext_lazy("The average answer of NHS staff who answered was %(mean)s"),
}


@dataclass(frozen=True)
class Bar:
    """One figure: the sentence, and how much of the bar it fills."""

    text: str
    few: bool
    simulated: bool
    filled: str  # as SVG takes it: 41.2%
    colour: str
    hollow: bool
    own: str = ""  # where the own answer stands on a scale; empty where there is no such place
    lower: str = ""  # the ends of the interval; empty where others printed none
    upper: str = ""
    about: str = ""  # the interval in words, and how many answered


def share_bar(figure: Figure, *, itself: bool) -> Bar:
    """A share: of those who gave the very answer, or of those who are counted together with it."""
    audience = audience_of(figure)
    if figure.printed:
        told = {"share": in_100(figure.value), "year": figure.printed.survey.fieldwork_start[:4]}
        return _bar(figure, SHARES_THEN[audience, itself] % told, "", 1.0)
    text = SHARES[audience, _open(figure), itself] % {"share": in_100(figure.value)}
    between = ""
    if figure.lower is not None and figure.upper is not None:
        between = _("%(lower)d to %(upper)d in 100, allowing for chance.") % {
            "lower": round(figure.lower * 100),
            "upper": round(figure.upper * 100),
        }
    return _bar(figure, text, between, 1.0)


def mean_bar(question: Question, figure: Figure, own: str) -> Bar:
    """A mean, on a bar as long as the scale."""
    unit = question.unit if isinstance(question, WholeNumber) else ""
    told = {"mean": f"{figure.value:.1f} {unit}".strip()}
    between = ""
    if figure.lower is not None and figure.upper is not None:
        between = _("%(lower)s to %(upper)s, allowing for chance.") % {
            "lower": f"{figure.lower:.1f}",
            "upper": f"{figure.upper:.1f}",
        }
    text = MEANS[audience_of(figure), _open(figure)] % told
    return _bar(figure, text, between, _top(question), own)


def _bar(figure: Figure, text: str, between: str, top: float, own: str = "") -> Bar:
    ends = figure.lower, figure.upper
    return Bar(
        text=text,
        few=figure.few,
        simulated=figure.release is not None and figure.release.wave.simulated,
        filled=_percent(figure.value / top),
        colour=PRINTED if figure.printed else COLOURS[audience_of(figure)],
        hollow=figure.printed is not None,
        own=own,
        lower="" if None in ends else _percent((figure.lower or 0.0) / top),
        upper="" if None in ends else _percent((figure.upper or 0.0) / top),
        about=f"{between} {_base(figure)}".strip(),
    )


def _base(figure: Figure) -> str:
    if figure.base is None:
        return ""
    number = f"{figure.base:,}"
    return ngettext("%(people)s person answered.", "%(people)s people answered.", figure.base) % {
        "people": number
    }


def _open(figure: Figure) -> bool:
    """Whether anybody with the link could answer."""
    return figure.release is not None and figure.release.wave.sampling == Wave.Sampling.OPEN_LINK


def own_place(question: Question, answer: object) -> str:
    """Where a number that was given stands on its bar; empty where none was given."""
    if isinstance(question, Scale | WholeNumber) and isinstance(answer, int):
        return _percent(answer / _top(question))
    return ""


def in_100(share: float) -> str:
    """A share as people say it; never none where somebody may be, nor all."""
    number = round(share * 100)
    if number == 0:
        return _("Fewer than 1 in 100")
    if number == 100:
        return _("More than 99 in 100")
    return _("%(number)d in 100") % {"number": number}


def audience_of(figure: Figure) -> str:
    """Whose answers it is made of: public or staff."""
    if figure.printed:
        return figure.printed.survey.audience
    assert figure.release is not None
    return figure.release.wave.questionnaire.audience


def _percent(share: float) -> str:
    return f"{min(max(share, 0.0), 1.0):.1%}"


def _top(question: Question) -> float:
    return question.maximum if isinstance(question, WholeNumber) else SCALE_POINTS - 1
