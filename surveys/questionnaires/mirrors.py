"""Questions that two audiences are asked, each in its own questionnaire and its own words."""

from collections.abc import Iterator, Mapping

from surveys.questionnaires.document import Document, FreeText, Mirror, Question, Scale, WholeNumber
from surveys.questionnaires.loading import Finding


def mirrors(document: Document) -> dict[str, Mirror]:
    """The mirrors that a document declares, by the code of its own question."""
    return {one.code: one.mirror for one in document.questions.values() if one.mirror is not None}


def check_mirrors(document: Document, others: Mapping[str, Document]) -> list[Finding]:
    """Every mirror of `document` that shows nothing, or something else.

    others: questionnaires by slug, each as it was published last or is published together with
    this one.
    """
    found = []
    for page_place, page in enumerate(document.pages):
        for place, question in enumerate(page.questions):
            if question.mirror is not None:
                path = ("pages", page_place, "questions", place, "mirror")
                for key, reason in _faults(document, question, question.mirror, others):
                    found.append(Finding((*path, *key), reason))
    return found


def _faults(
    document: Document, question: Question, mirror: Mirror, others: Mapping[str, Document]
) -> Iterator[tuple[tuple[str, ...], str]]:
    slug = mirror.questionnaire
    other = others.get(slug)
    if other is None:
        together = "publish it first, or both together"
        yield ("questionnaire",), f"there is no questionnaire {slug}: {together}"
        return
    if other.audience == document.audience:
        yield ("questionnaire",), f"{slug} is asked of the {other.audience} too: nobody to mirror"
    theirs = other.questions.get(mirror.question)
    if theirs is None:
        yield ("question",), f"questionnaire {slug} has no question {mirror.question}"
        return
    if question.profile or theirs.profile or isinstance(question, FreeText):
        yield (), "no figures are made of it, so none can stand beside others"
    elif question.type != theirs.type:
        reason = f"is answered in another way there: {theirs.type}, and here {question.type}"
        yield ("question",), f"{mirror.question} {reason}"
    else:
        yield from _of_options(question, theirs, mirror)


def _of_options(
    question: Question, theirs: Question, mirror: Mirror
) -> Iterator[tuple[tuple[str, ...], str]]:
    ours, there = _figures(question), _figures(theirs)
    for mine, their in mirror.options.items():
        if mine not in ours:
            yield ("options", mine), f"there is no option or net {mine}"
        if their not in there:
            reason = f"question {theirs.code} of {mirror.questionnaire} has no option or net"
            yield ("options", mine), f"{reason} {their}"
    mean = isinstance(question, Scale | WholeNumber)
    if not (mean or any(mirror.theirs(code) in there for code in ours)):
        yield (), f"has no code in common with {theirs.code}: write which options go together"


def _figures(question: Question) -> set[str]:
    options = {option.code for option in getattr(question, "options", ())}
    return options | {net.code for net in question.nets}
