"""Question pages, rendered once and filled in for each respondent.

Rendering a page through crispy-forms and the template engine costs several times what the rest of
a request does, and all respondents see nearly the same page. So the ordinary page is rendered once
with *marks* in the places where respondents differ (which option is chosen, in which order options
stand, what was typed, the CSRF token, the way back), the HTML is cut at the marks, and each request
only joins the pieces. The templates know nothing of it: `fill` gives, byte for byte, what
`render_page` gives, and a test holds one against the other. Pages with errors are always rendered.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape

from surveys.questionnaires.document import (
    Document,
    FreeText,
    MultipleChoice,
    Page,
    Question,
    SingleChoice,
    WholeNumber,
)
from surveys.questionnaires.ordering import in_order, in_turn, shuffled, statements_move
from surveys.questionnaires.versions import frozen
from surveys.web.context import service_facts
from surveys.web.languages import choices
from surveys.web.public.fields import shown_value
from surveys.web.public.forms import (
    STATEMENT,
    STATEMENTS_END,
    PageForm,
    heading_is_question,
)

# Characters for private use: no text of a questionnaire has them, and nothing escapes them.
OPENING, CLOSING = "\ue000", "\ue001"
STATEMENTS = re.compile(f"{OPENING}(?:{STATEMENT}|{STATEMENTS_END})\\|(\\w*)\\|{CLOSING}")
MARK = re.compile(f'( value=")?{OPENING}(\\w+)\\|(\\w*)\\|(\\w*){CLOSING}(")?')


def mark(kind: str, field: str = "", value: str = "") -> str:
    """Where something of one respondent's will stand."""
    return f"{OPENING}{kind}|{field}|{value}{CLOSING}"


@dataclass(frozen=True)
class Filling:
    """What differs between two respondents who see the same page."""

    csrf_token: str
    path: str  # of the survey, ends with a slash
    back: str
    progress: str
    notice: str  # HTML
    answers: Mapping[str, Any]
    seed: int


@lru_cache(maxsize=64)
def document_in(version_id: int, language: str) -> Document:
    """The document of a frozen version in one language."""
    return frozen(version_id).document.in_language(language)


def render_page(
    page: Page,
    form: PageForm,
    *,
    pilot: bool,
    languages: Sequence[str] = ("en",),
    may_be_kept: bool = False,
    **told: str,
) -> str:
    """The whole page through crispy-forms and the template engine.

    may_be_kept: whether the respondent may leave and come back with a code.
    """
    question = page.questions[0] if heading_is_question(page) else None
    heading = page.title or (page.explainer.title if page.explainer else "")
    lead_in = page.stack.text if page.stack else ""
    return render_to_string(
        "public/question.html",
        {
            **service_facts(),
            "page": page,
            "form": form,
            "pilot": pilot,
            "languages": choices(languages),
            "may_be_kept": may_be_kept,
            "title": question.text if question else heading or lead_in,
            "heading": heading,
            "credits": dict.fromkeys(q.credit for q in page.questions if q.credit),
            "has_errors": bool(form.errors),
            **told,
        },
    )


# A compiled page ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Slot:
    """Something that is put in as it is: a token, an address, a progress line."""

    name: str


@dataclass(frozen=True)
class State:
    """Whether an option is chosen."""

    field: str
    value: str


@dataclass(frozen=True)
class Typed:
    """What was typed; a text input without anything has no `value` at all."""

    field: str
    attribute: bool


@dataclass(frozen=True)
class Options:
    """Options that stand in an order of their own for each respondent."""

    question: SingleChoice | MultipleChoice
    blocks: Mapping[str, tuple[str, str]]  # before and after the place of "checked"
    gap: str  # the white space between two of them


@dataclass(frozen=True)
class Statements:
    """Questions that stand in an order of their own for each respondent."""

    page: Page
    blocks: Mapping[str, tuple["Part", ...]]


class Compiled:
    """A page, cut where respondents differ."""

    def __init__(self, page: Page, html: str) -> None:
        self.questions: tuple[Question, ...] = page.questions
        self.parts = tuple(_cut_page(page, html))
        self.first_state = _first_state(self.parts)

    def fill(self, filling: Filling) -> str:
        """The page for one respondent."""
        told = {
            "csrf_token": filling.csrf_token,
            "path": filling.path,
            "back": escape(filling.back),
            "progress": escape(filling.progress),
            "notice": filling.notice,
        }
        answered = any(question.code in filling.answers for question in self.questions)
        if self.first_state and not answered:
            state = self.first_state
            return "".join(told[part.name] if isinstance(part, Slot) else part for part in state)
        values = {
            question.code: shown_value(question, filling.answers.get(question.code))
            for question in self.questions
        }
        pieces: list[str] = []
        for part in _turned(self.parts, filling.seed):
            if isinstance(part, str):
                pieces.append(part)
            elif isinstance(part, Slot):
                pieces.append(told[part.name])
            elif isinstance(part, State):
                pieces.append(_checked(part.value, values[part.field]))
            elif isinstance(part, Typed):
                pieces.append(_typed(part, values[part.field]))
            elif isinstance(part, Options):
                pieces.append(_shown(part, values[part.question.code], filling.seed))
        return "".join(pieces)


@lru_cache(maxsize=1024)
def compiled(version_id: int, page_code: str, language: str, pilot: bool) -> Compiled:
    """The page of a frozen version, rendered once per process."""
    document = document_in(version_id, language)
    page = document.pages_by_code[page_code]
    with translation.override(language):
        form = PageForm(page, answers={}, seed=0, mark=mark)
        form.initial = {
            question.code: mark("typed", question.code)
            for question in page.questions
            if isinstance(question, FreeText | WholeNumber)
        }
        slots = ["csrf_token", "path", "back", "progress", "notice"]
        marks = {slot: mark(slot) for slot in slots}
        shown = render_page(
            page,
            form,
            pilot=pilot,
            languages=document.languages,
            may_be_kept=document.audience != "staff",
            **marks,
        )
        return Compiled(page, shown)


Part = str | Slot | State | Typed | Options | Statements


def _cut_page(page: Page, html: str) -> Iterator[Part]:
    """The parts of a page, with those of each question apart where these change places."""
    if not statements_move(page):
        yield from _cut(page, html)
        return
    above, *between = STATEMENTS.split(html)  # code, block, code, block, "", what is below
    yield from _cut(page, above)
    blocks = dict(zip(between[:-2:2], between[1:-2:2], strict=True))
    yield Statements(page, {code: tuple(_cut(page, block)) for code, block in blocks.items()})
    yield from _cut(page, between[-1])


def _first_state(parts: tuple[Part, ...]) -> tuple[str | Slot, ...]:
    """The page before anything on it is answered, in as few pieces as can be.

    Empty where respondents see its options or statements in orders of their own.
    """
    pieces: list[str | Slot] = []
    for part in parts:
        if isinstance(part, Options | Statements):
            return ()
        if isinstance(part, Slot):
            pieces.append(part)
        elif isinstance(part, str):  # an option that is not chosen and a text not typed say nothing
            before = pieces.pop() if pieces and isinstance(pieces[-1], str) else ""
            pieces.append(f"{before}{part}")
    return tuple(pieces)


def _turned(parts: tuple[Part, ...], seed: int) -> Iterator[Part]:
    """The parts in the order of one respondent."""
    for part in parts:
        if isinstance(part, Statements):
            for question in in_turn(part.page, seed):
                yield from part.blocks[question.code]
        else:
            yield part


def _cut(page: Page, html: str) -> Iterator[Part]:
    """The parts of a page that was rendered with marks."""
    moving = {question.code: question for question in page.questions if shuffled(question)}
    place = 0
    gathered: list[str] = []  # the HTML of the options of a shuffled question, as shown
    for found in MARK.finditer(html):
        before, kind, field, value, after = found.groups(default="")
        text = html[place : found.start()]
        place = found.end()
        if field in moving and kind in ("start", "state", "end"):
            if gathered:
                gathered[-1] += text
            else:
                yield text
            if kind == "start":
                gathered.append("")
            elif kind == "state":
                gathered[-1] += CLOSING
            else:
                yield _options(moving[field], gathered)
                gathered = []
        else:
            yield text
            if kind == "state":
                yield State(field, value)
            elif kind == "typed":
                yield Typed(field, attribute=bool(before))
            elif kind not in ("start", "end"):
                yield before
                yield Slot(kind)
                yield after
    yield html[place:]


def _options(question: Any, gathered: list[str]) -> Options:
    """Options that can change places: what parts them from each other is put between them later."""
    gap = _blank_end(gathered[0]).removesuffix(_blank_end(gathered[-1]))
    bodies = [html.removesuffix(gap) for html in gathered[:-1]] + gathered[-1:]
    blocks = {}
    for option, body in zip(in_order(question, 0), bodies, strict=True):
        before, after = body.split(CLOSING)
        blocks[option.code] = (before, after)
    return Options(question, blocks, gap)


def _blank_end(text: str) -> str:
    return text[len(text.rstrip()) :]


def _shown(options: Options, chosen: Any, seed: int) -> str:
    """The options in the order of one respondent."""
    shown = []
    for option in in_order(options.question, seed):
        before, after = options.blocks[option.code]
        shown.append(before + _checked(option.code, chosen) + after)
    return options.gap.join(shown)


def _checked(value: str, chosen: Any) -> str:
    is_chosen = value in chosen if isinstance(chosen, list) else value == chosen
    return " checked" if is_chosen else ""


def _typed(part: Typed, value: str | None) -> str:
    if not part.attribute:
        return escape(value or "")
    return f' value="{escape(value)}"' if value else ""
