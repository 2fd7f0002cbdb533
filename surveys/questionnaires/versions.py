"""The documents of frozen versions, held in the memory of each process."""

from dataclasses import dataclass
from functools import lru_cache

from surveys.questionnaires.document import Document
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.questionnaires.packing import Layout


@dataclass(frozen=True)
class Frozen:
    """A version that can no longer change, ready for use."""

    version_id: int
    document: Document
    layout: Layout
    label: str


class NotFrozen(LookupError):
    """The version is still a draft: nobody may be asked it."""


@lru_cache(maxsize=32)
def frozen(version_id: int) -> Frozen:
    """Read a published version once per process; it never changes, so it never goes stale.

    Raises NotFrozen for a draft.
    """
    version = QuestionnaireVersion.objects.get(pk=version_id)
    if version.status == QuestionnaireVersion.Status.DRAFT:
        raise NotFrozen(f"{version} is a draft; publish it first")
    document = Document.model_validate(version.document)
    return Frozen(version_id, document, Layout(document), version.label)


def newest_versions() -> dict[int, Frozen]:
    """The newest published version of each questionnaire, by questionnaire; one query."""
    published = QuestionnaireVersion.objects.filter(status=QuestionnaireVersion.Status.PUBLISHED)
    newest = dict(published.order_by("number", "minor").values_list("questionnaire_id", "pk"))
    return {questionnaire: frozen(version) for questionnaire, version in newest.items()}
