"""What must be true of a document before anybody is asked it: every problem, at once."""

from collections.abc import Iterable, Iterator
from itertools import product

from surveys.questionnaires.conditions import ArmIs, Condition, leaves
from surveys.questionnaires.derivation import LONGEST_CELL
from surveys.questionnaires.document import (
    EXCLUSIVE,
    Document,
    MultipleChoice,
    Page,
    Question,
    Scale,
    SingleChoice,
    Variable,
    WholeNumber,
)
from surveys.questionnaires.experiments import experiment_findings
from surveys.questionnaires.loading import Finding
from surveys.questionnaires.overlaps import combinations, together
from surveys.questionnaires.packing import points
from surveys.questionnaires.routing import holds

Key = tuple[str, str, str, str]  # survey, audience, question, option
MOST_COMBINATIONS = 20_000


def check(document: Document, published: frozenset[Key]) -> list[Finding]:
    """Everything that keeps `document` from being published.

    Parameters
    ----------
    published : the figures that a benchmark may point to.
    """
    return [
        *_duplicates(document),
        *_conditions(document),
        *_questions(document),
        *_benchmarks(document, published),
        *_order(document),
        *_variables(document),
        *_uses(document),
        *experiment_findings(document),
        *_quality(document),
        *_overlaps(document),
        *_languages(document),
    ]


def _places(document: Document) -> Iterator[tuple[int, Page, int, Question]]:
    for page_place, page in enumerate(document.pages):
        for question_place, question in enumerate(page.questions):
            yield page_place, page, question_place, question


def _repeated(codes: Iterable[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for place, code in enumerate(codes):
        if code in seen:
            yield place, code
        seen.add(code)


def _duplicates(document: Document) -> Iterator[Finding]:
    reason = "the code {} stands here for the second time"
    for name in ("pages", "variables", "splits"):
        for place, code in _repeated(part.code for part in getattr(document, name)):
            yield Finding((name, place, "code"), reason.format(code))
    seen = {split.code for split in document.splits}
    for page_place, _, place, question in _places(document):
        path = ("pages", page_place, "questions", place)
        if question.code in seen:
            yield Finding((*path, "code"), reason.format(question.code))
        seen.add(question.code)
        options = [option.code for option in getattr(question, "options", ())]
        for option_place, code in _repeated(options):
            yield Finding((*path, "options", option_place, "code"), reason.format(code))
        for net_place, code in _repeated([*options, *(net.code for net in question.nets)]):
            if net_place >= len(options):
                yield Finding(
                    (*path, "nets", net_place - len(options), "code"), reason.format(code)
                )
    for variable_place, variable in enumerate(document.variables):
        for place, code in _repeated(category.code for category in variable.categories):
            where = ("variables", variable_place, "categories", place, "code")
            yield Finding(where, reason.format(code))


# Conditions -----------------------------------------------------------------------------------


def _answers_to(question: Question) -> tuple[str, ...] | None:
    """What a condition may compare an answer with; None where it cannot."""
    match question:
        case SingleChoice() | Scale():
            return points(question)
        case MultipleChoice():
            return tuple(option.code for option in question.options)
        case WholeNumber():
            return tuple(str(one) for one in range(question.minimum, question.maximum + 1))
    return None


def _conditions(document: Document) -> Iterator[Finding]:
    arms = {split.code: tuple(arm.code for arm in split.arms) for split in document.splits}
    earlier: dict[str, Question] = {}
    for place, page in enumerate(document.pages):
        path = ("pages", place, "show_if")
        if page.show_if is not None:
            broken = list(_broken_parts(document, page.show_if, arms, earlier))
            yield from (Finding(path, reason) for reason in broken)
            if not broken and not _can_hold(page.show_if, arms, earlier):
                yield Finding(path, f"no answers ever lead to page {page.code}")
        earlier |= {question.code: question for question in page.questions}


def _broken_parts(
    document: Document,
    condition: Condition,
    arms: dict[str, tuple[str, ...]],
    earlier: dict[str, Question],
) -> Iterator[str]:
    for part in leaves(condition):
        if isinstance(part, ArmIs):
            if part.split not in arms:
                yield f"there is no split {part.split}"
            for arm in part.is_:
                if arm not in arms.get(part.split, part.is_):
                    yield f"split {part.split} has no arm {arm}"
        elif part.question not in document.questions:
            yield f"there is no question {part.question}"
        elif part.question not in earlier:
            yield f"question {part.question} is asked later, or on the same page"
        else:
            possible = _answers_to(earlier[part.question])
            if possible is None:
                yield f"question {part.question} is answered in free text"
            for answer in part.is_:
                if possible is not None and answer not in possible:
                    yield f"question {part.question} has no answer {answer}"


def _can_hold(
    condition: Condition, arms: dict[str, tuple[str, ...]], earlier: dict[str, Question]
) -> bool:
    """Whether any combination of the answers that a condition mentions makes it true.

    Answers beside those mentioned are all alike to it, so one of them stands for all.
    """
    mentioned: dict[str, set[str | None]] = {}
    for part in leaves(condition):
        code = part.split if isinstance(part, ArmIs) else part.question
        mentioned.setdefault(code, set()).update(part.is_)
    for code, values in mentioned.items():
        possible = arms[code] if code in arms else _answers_to(earlier[code]) or ()
        beside = [value for value in possible if value not in values]
        values.update(beside[:1] if code in arms else [*beside[:1], None])
    combinations = 1
    for values in mentioned.values():
        combinations *= len(values)
    if combinations > MOST_COMBINATIONS:
        return True  # too many to try; a page shown too rarely is found in the preview
    return any(
        holds(condition, dict(zip(mentioned, given, strict=True)))
        for given in product(*mentioned.values())
    )


# Questions ------------------------------------------------------------------------------------


def _questions(document: Document) -> Iterator[Finding]:
    weighed = {
        variable.question
        for variable in document.variables
        if variable.question and variable.code in document.weight_by
    }
    for page_place, _, place, question in _places(document):
        path = ("pages", page_place, "questions", place)
        options = getattr(question, "options", ())
        kinds = {option.kind for option in options}
        if isinstance(question, MultipleChoice):
            if not kinds & EXCLUSIVE:
                yield Finding(path, "offers no way to choose nothing, such as “None of these”")
            substantive = sum(option.kind not in EXCLUSIVE for option in options)
            if question.max_choices is not None and question.max_choices >= substantive:
                yield Finding((*path, "max_choices"), "is no limit: there are no more options")
        if isinstance(question, SingleChoice) and question.ordinal and question.shuffle:
            yield Finding((*path, "shuffle"), "the steps of an ordinal scale are never shuffled")
        if (question.profile or question.code in weighed) and "prefer_not_to_say" not in kinds:
            yield Finding(path, "asks about the person without “Prefer not to say”")
        for net_place, net in enumerate(question.nets):
            known = points(question) if isinstance(question, SingleChoice | Scale) else ()
            known = known or tuple(option.code for option in options)
            refused = {one.code for one in options if one.kind == "prefer_not_to_say"}
            for code in net.options:
                if code not in known:
                    yield Finding((*path, "nets", net_place), f"there is no option {code}")
                if code in refused:
                    problem = f"counts {code}, and who would not say is outside the base"
                    yield Finding((*path, "nets", net_place), problem)


def _benchmarks(document: Document, published: frozenset[Key]) -> Iterator[Finding]:
    for page_place, _, place, question in _places(document):
        ours = {option.code for option in getattr(question, "options", ())}
        ours |= {net.code for net in question.nets}
        for link_place, link in enumerate(question.benchmarks):
            path = ("pages", page_place, "questions", place, "benchmarks", link_place)
            for theirs, code in link.options.items():
                if code not in ours:
                    yield Finding((*path, "options", theirs), f"there is no option or net {code}")
                if (link.survey, document.audience, link.question, theirs) not in published:
                    figure = f"{link.survey} {link.question} {theirs} ({document.audience})"
                    yield Finding((*path, "options", theirs), f"{figure} was not published")


def _order(document: Document) -> Iterator[Finding]:
    explained = False
    for place, page in enumerate(document.pages):
        explained = explained or page.explainer is not None
        for question_place, question in enumerate(page.questions):
            if explained and question.benchmarks:
                yield Finding(
                    ("pages", place, "questions", question_place),
                    "is compared with published figures, so it must stand before any explainer",
                )


# Variables and their uses ---------------------------------------------------------------------


def _variables(document: Document) -> Iterator[Finding]:
    earlier: dict[str, set[str]] = {}
    for place, variable in enumerate(document.variables):
        path = ("variables", place)
        if variable.question is not None:
            yield from (Finding(path, reason) for reason in _origin(document, variable))
        for category_place, category in enumerate(variable.categories):
            for code, wanted in category.when.items():
                where = (*path, "categories", category_place, "when")
                if code not in earlier:
                    yield Finding(where, f"there is no variable {code} before this one")
                for one in wanted:
                    if one not in earlier.get(code, set(wanted)):
                        yield Finding(where, f"variable {code} has no category {one}")
        earlier[variable.code] = {category.code for category in variable.categories}


def _origin(document: Document, variable: Variable) -> Iterator[str]:
    for split in document.splits:
        if split.code == variable.question:
            possible: set[str] = {arm.code for arm in split.arms}
            break
    else:
        question = document.questions.get(variable.question or "")
        if question is None:
            yield f"there is no question {variable.question}"
            return
        if not isinstance(question, SingleChoice | Scale):
            yield f"question {variable.question} has more than one answer, or none to sort by"
            return
        possible = set(points(question))
    used = [code for one in variable.categories for code in one.options or (one.code,)]
    for code in [*used, *variable.outside]:
        if code not in possible:
            yield f"question {variable.question} has no option {code}"
    for _, code in _repeated([*used, *variable.outside]):
        yield f"option {code} makes two categories"


def _uses(document: Document) -> Iterator[Finding]:
    variables = document.variables_by_code
    for name in ("weight_by", "segments"):
        for place, code in enumerate(getattr(document, name)):
            if code not in variables:
                yield Finding((name, place), f"there is no variable {code}")
            elif name == "weight_by" and variables[code].question is None:
                yield Finding((name, place), "a cell is made of variables that a question makes")
    written = [
        max(len(category.code) for category in variables[code].categories)
        for code in document.weight_by
        if code in variables
    ]
    if sum(written) + len(written) > LONGEST_CELL:
        reason = f"the codes of a cell's categories are too long together: {LONGEST_CELL} fit"
        yield Finding(("weight_by",), reason)
    for place, pair in enumerate(document.pairs):
        first, second = document.questions.get(pair.before), document.questions.get(pair.after)
        if not isinstance(first, SingleChoice | Scale) or not isinstance(
            second, SingleChoice | Scale
        ):
            yield Finding(("pairs", place), "both must be questions with one answer out of several")
        elif points(first) != points(second):
            yield Finding(("pairs", place), "the two questions have different options")
    for place, headline in enumerate(document.headlines):
        question = document.questions.get(headline.question)
        kinds = {option.code: option.kind for option in getattr(question, "options", ())}
        codes = kinds.keys() | {net.code for net in question.nets} if question else set()
        where = f"{headline.option} in question {headline.question}"
        if headline.option not in codes:
            yield Finding(("headlines", place), f"there is no {where}")
        elif kinds.get(headline.option) == "prefer_not_to_say":
            yield Finding(("headlines", place), f"nothing is estimated of {where}")


def _quality(document: Document) -> Iterator[Finding]:
    if document.quality is not None and document.audience == "staff":
        reason = "how somebody answered could tell who it was: of staff nothing of it is kept"
        yield Finding(("quality",), reason)


def _overlaps(document: Document) -> Iterator[Finding]:
    """Segments of too many combinations could not be searched for what they give away together."""
    if any(_variables(document)) or any(
        code not in document.variables_by_code for code in document.segments
    ):
        return  # told already, and nothing can be said before it is mended
    for segments, made_of in together(document):
        if combinations(document, made_of) > MOST_COMBINATIONS:
            reason = (
                f"{', '.join(segments)} are made of answers that combine in more than"
                f" {MOST_COMBINATIONS:,} ways: leave one of them out, or make them of fewer answers"
            )
            yield Finding(("segments",), reason)


def _languages(document: Document) -> Iterator[Finding]:
    if "cy" not in document.languages:
        return
    welsh = document.translations.get("cy", {})
    for path, text in document.texts():
        if path not in welsh:
            yield Finding(
                ("languages",), f"{document.slug}.cy.po has no Welsh for {path}: “{text}”"
            )
