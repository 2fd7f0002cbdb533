"""A document becomes a version, and a version is frozen."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from surveys.questionnaires.checks import Key, check
from surveys.questionnaires.document import Document
from surveys.questionnaires.loading import Finding, Source
from surveys.questionnaires.mending import slip
from surveys.questionnaires.mirrors import check_mirrors, mirrors
from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion
from surveys.questionnaires.pictures import hashed, picture_findings, pictures
from surveys.questionnaires.texts import TEXT_KEYS, texts_of


class NotPublishable(ValueError):
    """The document breaks the rules; `findings` holds every reason."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class NotMinor(ValueError):
    """A minor version may mend slips only; the message says what else differs."""


def canonical(document: Document) -> dict[str, Any]:
    """The document as plain JSON data."""
    return document.model_dump(mode="json", by_alias=True)


def fingerprint(document: Document) -> str:
    """SHA-256 of the document's canonical JSON: the same for the same document, anywhere."""
    text = json.dumps(canonical(document), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def publish(
    source: Source,
    *,
    published: frozenset[Key],
    minor: bool = False,
    together: Sequence[Document] = (),
) -> QuestionnaireVersion:
    """Check a document and freeze it as the next version of its questionnaire.

    Publishing the same document twice gives the same version.

    Parameters
    ----------
    published : the figures that its benchmarks may point to.
    minor : mend slips in the texts of the latest version (`mending.slip`); nothing else may differ
        but translations, and where a text is from.
    together : documents that are published in the same go, to which its mirrors may point too.

    Raises NotPublishable, with every finding and its line; NotMinor.
    """
    document = hashed(source.document)
    stale = [Finding(("languages",), str(one)) for one in source.stale]
    mirrored = check_mirrors(document, _others(document, together))
    pictured = picture_findings(document, _published_documents() if _pictured(document) else ())
    if findings := source.located([*check(document, published), *mirrored, *stale, *pictured]):
        raise NotPublishable(findings)
    questionnaire = _questionnaire(document)
    sha256 = fingerprint(document)
    versions = questionnaire.versions.exclude(status=QuestionnaireVersion.Status.DRAFT)
    if same := versions.filter(sha256=sha256).first():
        return same
    latest = versions.order_by("number", "minor").last()
    if minor:
        if latest is None:
            raise NotMinor(f"{questionnaire} has no version yet that could be mended")
        _refuse_all_but_slips(Document.model_validate(latest.document), document)
    number = (latest.number if latest else 0) + (0 if minor else 1)
    return QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=number,
        minor=latest.minor + 1 if minor and latest else 0,
        status=QuestionnaireVersion.Status.PUBLISHED,
        document=canonical(document),
        sha256=sha256,
        published_at=timezone.now(),
    )


def _pictured(document: Document) -> bool:
    return any(True for _ in pictures(document))


def _published_documents() -> Iterator[Document]:
    versions = QuestionnaireVersion.objects.exclude(status=QuestionnaireVersion.Status.DRAFT)
    for plain in versions.order_by("pk").values_list("document", flat=True):
        yield Document.model_validate(plain)


def _others(document: Document, together: Sequence[Document]) -> dict[str, Document]:
    """The questionnaires that a document's mirrors name, each as it was published last."""
    versions = QuestionnaireVersion.objects.exclude(status=QuestionnaireVersion.Status.DRAFT)
    found = {one.slug: one for one in together}
    for slug in {one.questionnaire for one in mirrors(document).values()} - found.keys():
        last = versions.filter(questionnaire__slug=slug).order_by("number", "minor").last()
        if last is not None:
            found[slug] = Document.model_validate(last.document)
    return found


def _questionnaire(document: Document) -> Questionnaire:
    questionnaire, _ = Questionnaire.objects.get_or_create(
        slug=document.slug,
        defaults={"audience": document.audience, "title": document.title},
    )
    if questionnaire.audience != document.audience:
        reason = f"{document.slug} is asked of {questionnaire.get_audience_display()} already"
        raise NotPublishable([Finding(("audience",), reason)])
    if questionnaire.title != document.title:
        questionnaire.title = document.title
        questionnaire.save(update_fields=["title"])
    return questionnaire


def _refuse_all_but_slips(before: Document, after: Document) -> None:
    changed = sorted(set(_structure(before)) ^ set(_structure(after)))
    if changed:
        raise NotMinor(
            "a minor version may mend texts only, but this also changes: "
            + ", ".join(sorted({path for path, _ in changed}))
        )
    old, new = (_asking_texts(document) for document in (before, after))
    rewritten = [
        f"{path}: “{old.get(path, '')}” became “{new.get(path, '')}”"
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path) and not slip(old.get(path, ""), new.get(path, ""))
    ]
    if rewritten:
        raise NotMinor(
            "a minor version may mend slips only: a letter within a word, and no other word."
            " Publish the next whole version instead, without --minor; its figures stand beside the"
            " earlier ones and are not joined with them. " + "; ".join(rewritten)
        )


# Where a text is from is no part of what is asked.
ORIGINS = (".source", ".credit")


def _asking_texts(document: Document) -> dict[str, str]:
    """Every text in the language in which a document was written, by its path.

    Translations are no part of it: reviewing what a machine made is what minor versions are for.
    """
    plain = {name: one for name, one in canonical(document).items() if name != "translations"}
    return {path: text for path, text in texts_of(plain) if not path.endswith(ORIGINS)}


def _structure(document: Document) -> list[tuple[str, str]]:
    """Every value of a document that is not a text, with its path."""
    found: list[tuple[str, str]] = []

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key not in TEXT_KEYS and key not in ("translations", "needs_review"):
                    walk(inner, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            for place, inner in enumerate(value):
                walk(inner, f"{path}.{place}")
        else:
            found.append((path, json.dumps(value)))

    walk(canonical(document), "")
    return found
