"""Welsh stands beside the English it was made from; what is missing or older stops publication."""

import json
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command

from surveys.questionnaires.document import Document
from surveys.questionnaires.loading import Source, Unreadable, load
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.questionnaires.publishing import (
    NotPublishable,
    canonical,
    fingerprint,
    publish,
)
from surveys.questionnaires.translating import catalogue_beside, update_catalogue
from tests.questionnaires.ward_round import LIBRARY, document, text

SHIPPED = sorted(LIBRARY.glob("*.yaml"))


@pytest.fixture
def questionnaire(tmp_path: Path) -> Path:
    """A questionnaire in two languages whose every text has Welsh that was reviewed."""
    path = tmp_path / "ward-round.yaml"
    path.write_text(text().replace("minutes: 1", "minutes: 1\nlanguages: [en, cy]"), "utf-8")
    call_command("translations", path, stdout=StringIO())
    translate(path, lambda english: f"Cymraeg: {english}")
    return path


def entries(path: Path) -> polib.POFile:
    return polib.pofile(str(catalogue_beside(path)))


def translate(path: Path, welsh_of) -> None:
    catalogue = entries(path)
    for entry in catalogue:
        entry.msgstr = welsh_of(entry.msgid)
    catalogue.save()


def rewrite(path: Path, before: str, after: str) -> None:
    assert before in path.read_text("utf-8")
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")


def told(path: Path) -> str:
    out = StringIO()
    call_command("translations", path, stdout=out)
    return out.getvalue()


def published(path: Path) -> Source:
    source = load(path)
    publish(source, published=frozenset())
    return source


def refusals(path: Path) -> list[str]:
    with pytest.raises(NotPublishable) as refused:
        publish(load(path), published=frozenset())
    return [str(finding) for finding in refused.value.findings]


@pytest.mark.django_db
def test_a_whole_translation_is_published_with_the_document(questionnaire: Path) -> None:
    published(questionnaire)
    frozen = Document.model_validate(QuestionnaireVersion.objects.get().document)
    assert frozen.in_language("cy").title == "Cymraeg: Robots on the ward"
    assert frozen.in_language("en").title == "Robots on the ward"
    assert frozen.needs_review == {}


@pytest.mark.django_db
def test_welsh_that_is_older_than_its_english_is_refused_with_both(questionnaire: Path) -> None:
    rewrite(questionnaire, "title: Robots on the ward", "title: Robots in hospital")
    (refusal,) = refusals(questionnaire)
    assert "ward-round.cy.po line " in refusal
    assert "the Welsh of title is older than its English" in refusal
    assert "was “Robots on the ward” and is “Robots in hospital”" in refusal


@pytest.mark.django_db
def test_it_stays_refused_when_the_catalogue_was_brought_to_todays_english(
    questionnaire: Path,
) -> None:
    """Else a command would pass off an old translation as one of the new words."""
    rewrite(questionnaire, "title: Robots on the ward", "title: Robots in hospital")
    assert "1 changed" in told(questionnaire)
    assert "was “Robots on the ward” and is “Robots in hospital”" in refusals(questionnaire)[0]
    rewrite(questionnaire, "title: Robots in hospital", "title: Robots in hospitals")
    assert "1 changed" in told(questionnaire)
    assert "was “Robots on the ward” and is “Robots in hospitals”" in refusals(questionnaire)[0]


@pytest.mark.django_db
def test_a_text_without_welsh_is_refused_with_its_place_and_its_english(
    questionnaire: Path,
) -> None:
    rewrite(questionnaire, "hint: Select all that apply.", "hint: As many as you like.")
    catalogue = entries(questionnaire)
    catalogue.remove(catalogue.find("Select all that apply."))
    catalogue.save()
    (refusal,) = refusals(questionnaire)
    assert "ward-round.cy.po has no Welsh for" in refusal
    assert "pages.what_worries.questions.what_worries.hint: “As many as you like.”" in refusal


@pytest.mark.django_db
def test_blank_welsh_is_no_welsh(questionnaire: Path) -> None:
    translate(questionnaire, lambda _english: " ")
    assert len(refusals(questionnaire)) == len(entries(questionnaire))


@pytest.mark.django_db
def test_the_document_keeps_which_texts_wait_for_review(questionnaire: Path) -> None:
    catalogue = entries(questionnaire)
    catalogue.find("Robots on the ward").flags.append("fuzzy")
    catalogue.save()
    published(questionnaire)
    assert QuestionnaireVersion.objects.get().document["needs_review"] == {"cy": ["title"]}


@pytest.mark.django_db
def test_a_review_alone_makes_a_minor_version(questionnaire: Path) -> None:
    catalogue = entries(questionnaire)
    catalogue.find("Robots on the ward").flags.append("fuzzy")
    catalogue.save()
    published(questionnaire)
    catalogue.find("Robots on the ward").flags.clear()
    catalogue.save()
    assert publish(load(questionnaire), published=frozenset(), minor=True).label == "1.1"


def test_a_document_without_translations_is_written_and_hashed_as_it_always_was() -> None:
    plain = canonical(document())
    assert "needs_review" not in plain
    assert Document.model_validate(json.loads(json.dumps(plain))) == document()
    # As the version before this key came to be made it.
    assert fingerprint(document()) == OF_BEFORE


OF_BEFORE = "84f9ccf8c65d8945f47d225405302de5a3b9baf1597d81ac8420f19f7d77892e"


def test_welsh_of_a_questionnaire_that_does_not_offer_it_yet_stays_out(
    questionnaire: Path,
) -> None:
    rewrite(questionnaire, "languages: [en, cy]", "languages: [en]")
    assert load(questionnaire).document.translations == {}


def test_welsh_of_what_is_no_longer_said_stays_out(questionnaire: Path) -> None:
    rewrite(questionnaire, "        hint: Select all that apply.\n", "")
    welsh = load(questionnaire).document.translations["cy"]
    assert not [path for path in welsh if path.endswith("hint")]
    assert "1 gone" in told(questionnaire)
    assert entries(questionnaire).find("Select all that apply.") is None


def test_the_command_writes_every_text_once_and_then_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ward-round.yaml"
    path.write_text(text(), "utf-8")
    assert "27 new, 0 changed, 0 gone. 27 have no Welsh" in told(path)
    assert [entry.msgctxt for entry in entries(path)] == [where for where, _ in document().texts()]
    before = catalogue_beside(path).read_bytes()
    assert "0 new, 0 changed, 0 gone" in told(path)
    assert catalogue_beside(path).read_bytes() == before


def test_what_a_translator_wrote_and_noted_is_kept(questionnaire: Path) -> None:
    catalogue = entries(questionnaire)
    catalogue.header = "Reviewed by one who knows."
    catalogue.find("Robots on the ward").tcomment = "Robotiaid?"
    catalogue.save()
    rewrite(questionnaire, "title: Robots on the ward", "title: Robots in hospital")
    told(questionnaire)
    after = entries(questionnaire)
    entry = after.find("Robots in hospital")
    assert after.header == "Reviewed by one who knows."
    assert (entry.tcomment, entry.fuzzy) == ("Robotiaid?", True)
    assert entry.previous_msgid == "Robots on the ward"


@pytest.mark.parametrize("broken", [b"nonsense\n", b'msgid ""\nmsgstr "\xff"\n'])
def test_a_catalogue_that_is_none_is_refused_by_name(questionnaire: Path, broken: bytes) -> None:
    catalogue_beside(questionnaire).write_bytes(broken)
    with pytest.raises(Unreadable, match=r"ward-round\.cy\.po"):
        load(questionnaire)
    with pytest.raises(CommandError, match=r"ward-round\.cy\.po"):
        told(questionnaire)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_we_ship_is_in_welsh_and_says_that_a_machine_made_it(path: Path) -> None:
    source = load(path)
    texts = dict(source.document.texts())
    assert source.document.languages == ("en", "cy")
    assert source.stale == ()
    assert set(source.document.translations["cy"]) == set(texts)
    assert "machine made this translation" in entries(path).header.replace("\n", " ")
    before = catalogue_beside(path).read_bytes()
    assert update_catalogue(catalogue_beside(path), source.document).changed == 0
    assert catalogue_beside(path).read_bytes() == before


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_two_answers_to_one_question_are_two_answers_in_welsh_too(path: Path) -> None:
    welsh = load(path).document.in_language("cy")
    for question in welsh.questions.values():
        texts = [option.text for option in getattr(question, "options", ())]
        assert len(texts) == len(set(texts)), question.code
