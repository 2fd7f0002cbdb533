"""One's own answers beside published figures, question by question."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.questionnaires.document import Document, MultipleChoice, Question
from surveys.reports.counterparts import Counterpart
from surveys.reports.feedback import Feedback, Figure, Standing
from surveys.reports.models import Estimate
from surveys.web.public.bars import Bar, mean_bar, own_place, share_bar
from surveys.web.public.pages import document_in
from surveys.web.public.words import answer_in_words

REWORDED = {
    "public": gettext_lazy("The public were asked in their own words: “%(question)s”"),
    "staff": gettext_lazy("NHS staff were asked in their own words: “%(question)s”"),
}


@dataclass(frozen=True)
class Group:
    """The figures about one thing that was said."""

    heading: str  # empty where it is the answer itself
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Card:
    """One question: what was said, and how others answered."""

    code: str
    text: str
    said: tuple[str, ...]
    groups: tuple[Group, ...]
    marked: bool  # whether a line in the bars shows the own answer
    reworded: tuple[str, ...]
    printed: tuple[Figure, ...]  # one for each source


@dataclass(frozen=True)
class Section:
    """The questions of one section."""

    title: str
    cards: tuple[Card, ...]


def sections(document: Document, found: Sequence[Feedback], language: str) -> list[Section]:
    """Everything on the page, by section; `document` is in `language`."""
    by_section: dict[str, list[Card]] = {}
    for one in found:
        title = document.page_of[one.question.code].section
        by_section.setdefault(title, []).append(_card(document, one, language))
    return [Section(title, tuple(cards)) for title, cards in by_section.items()]


def _card(document: Document, one: Feedback, language: str) -> Card:
    question = document.questions[one.question.code]
    own = own_place(question, one.answer)
    figures = [figure for standing in one.standings for figure in standing.figures]
    printed = {figure.printed.source_title: figure for figure in figures if figure.printed}
    return Card(
        code=question.code,
        text=question.text,
        said=tuple(answer_in_words(question, one.answer)),
        groups=tuple(_group(question, standing, own) for standing in one.standings),
        marked=bool(own) and any(_is_mean(standing) for standing in one.standings),
        reworded=tuple(_reworded(document, other, language) for other in one.reworded),
        printed=tuple(printed.values()),
    )


def _is_mean(standing: Standing) -> bool:
    return standing.measure.statistic == Estimate.Statistic.MEAN


def _group(question: Question, standing: Standing, own: str) -> Group:
    if _is_mean(standing):
        bars = [mean_bar(question, figure, own) for figure in standing.figures]
        return Group("", tuple(bars))
    share = standing.measure.statistic == Estimate.Statistic.SHARE
    itself = share and not isinstance(question, MultipleChoice)
    return Group(
        "" if itself else _heading(question, standing),
        tuple(share_bar(figure, itself=itself) for figure in standing.figures),
    )


def _heading(question: Question, standing: Standing) -> str:
    """The option or net that the figures are of, in the language of `question`."""
    known = [*getattr(question, "options", ()), *question.nets]
    text = next(one.text for one in known if one.code == standing.measure.option)
    if standing.measure.statistic == Estimate.Statistic.NET:
        return _("Taken together: %(answers)s") % {"answers": text}
    return text


def _reworded(document: Document, other: Counterpart, language: str) -> str:
    wave = other.release.wave
    asked = document_in(wave.version_id, language).questions[other.question].text
    if wave.questionnaire.slug == document.slug:
        return _("In the survey that these figures are from, the question was: “%(question)s”") % {
            "question": asked
        }
    return REWORDED[wave.questionnaire.audience] % {"question": asked}
