"""What docs/importing.md shows works with the questionnaire that we ship."""

import re
from pathlib import Path

import yaml

from surveys.fieldwork.import_map import RESERVED, load_map, resolve, targets
from surveys.questionnaires.document import Document
from surveys.questionnaires.loading import load

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "docs/importing.md").read_text(encoding="utf-8")
LIBRARY = PROJECT / "surveys/questionnaires/library"


def public() -> Document:
    return load(LIBRARY / "public-confidence.yaml").document


def test_the_map_that_the_document_shows_leads_to_questions_and_options_of_ours(
    tmp_path: Path,
) -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    (tmp_path / "map.yaml").write_text(shown, encoding="utf-8")
    using = load_map(tmp_path / "map.yaml")
    columns = [*using.columns, *using.ignore]
    assert set(resolve(using, columns, public()).values()) == set(using.columns.values())
    for question, recode in using.values.items():
        options = {option.code for option in public().questions[question].options}
        assert set(recode.values()) <= options | {"missing"}


def test_the_document_explains_every_key_of_a_map() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert set(yaml.safe_load(shown)) == {"columns", "values", "missing", "ignore"}
    assert all(f"- **{key}**" in TEXT for key in yaml.safe_load(shown))


def test_the_document_explains_every_column_that_is_about_the_whole_row() -> None:
    assert set(RESERVED) <= targets(public())
    assert all(f"- `{name}`:" in TEXT for name in RESERVED)
