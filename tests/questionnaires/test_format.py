"""What docs/questionnaire-format.md says is the whole format, and the schema beside it is ours."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pydantic import BaseModel

from surveys.questionnaires import conditions, uses
from surveys.questionnaires import document as parts
from surveys.questionnaires.checks import check
from surveys.questionnaires.loading import load
from tests.questionnaires.ward_round import FORMAT, PROJECT, text

OF_EVERY_QUESTION = set(parts.BaseQuestion.model_fields) | {"type"}
SECTIONS = {
    "The document": [parts.Document],
    "A page": [parts.Page],
    "A condition": [
        getattr(conditions, name) for name in ("AnswerIs", "ArmIs", "AllOf", "AnyOf", "Not")
    ],
    "Choosing one answer": [parts.SingleChoice],
    "Choosing several answers": [parts.MultipleChoice],
    "A scale from 0 to 10": [parts.Scale],
    "A whole number": [parts.WholeNumber],
    "Words": [parts.FreeText],
    "An option": [parts.Option],
    "A net": [parts.Net],
    "A benchmark": [parts.Benchmark],
    "A mirror": [parts.Mirror],
    "An explainer": [parts.Explainer],
    "A picture": [parts.Picture],
    "A split": [uses.Split],
    "An arm": [uses.Arm],
    "A stack": [parts.Stack],
    "A statement": [parts.Statement],
    "A variable": [uses.Variable],
    "A category": [uses.Category],
    "A pair": [uses.Pair],
    "An effect": [uses.Effect],
    "A headline": [uses.Headline],
    "Quality": [uses.Quality],
}


def keys_of(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def explained(heading: str) -> set[str]:
    """The keys in the first column of the table below a heading."""
    section = re.split(rf"^##+ {re.escape(heading)}$", FORMAT, flags=re.MULTILINE)[1]
    section = re.split(r"^##", section, maxsplit=1, flags=re.MULTILINE)[0]
    rows = re.findall(r"^\| (`.+?) \|", section, re.MULTILINE)
    return {key for row in rows for key in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize("heading", SECTIONS)
def test_a_section_explains_every_key_of_its_part_and_no_other(heading: str) -> None:
    models = SECTIONS[heading]
    keys = set().union(*(keys_of(model) for model in models))
    if issubclass(models[0], parts.BaseQuestion):
        keys -= OF_EVERY_QUESTION
    assert explained(heading) == keys


def test_what_every_question_has_is_explained_once() -> None:
    assert explained("A question") == OF_EVERY_QUESTION


def test_no_part_of_a_document_is_forgotten() -> None:
    models = {
        model
        for model in [*vars(parts).values(), *vars(uses).values(), *vars(conditions).values()]
        if isinstance(model, type) and issubclass(model, parts.Part)
    }
    listed = {model for section in SECTIONS.values() for model in section}
    # A statement becomes a question as the document is read; nobody writes one.
    assert models - listed == {parts.Part, parts.BaseQuestion, parts.StackedChoice}


@pytest.mark.parametrize("kind", ["dont_know", "prefer_not_to_say", "none_of_these", "other"])
def test_every_kind_of_option_is_explained(kind: str) -> None:
    assert f"`{kind}`" in FORMAT


def test_the_questionnaire_that_is_shown_may_be_published(tmp_path: Path) -> None:
    path = tmp_path / "ward-round.yaml"
    path.write_text(text(), encoding="utf-8")
    assert check(load(path).document, frozenset()) == []


def test_the_schema_beside_the_documents_is_what_the_command_prints() -> None:
    printed = StringIO()
    call_command("questionnaire_schema", stdout=printed)
    stored = (PROJECT / "docs/questionnaire.schema.json").read_text(encoding="utf-8")
    assert json.loads(stored) == json.loads(printed.getvalue())
