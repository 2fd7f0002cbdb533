"""docs/statistics.md tells the whole truth of every estimator, and its numbers are run here."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from surveys import statistics

ROOT = Path(__file__).parents[2]
STATISTICS = ROOT / "docs/statistics.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
LABELS = ("Formula", "Assumes", "Source", "Held by")

# Public in surveys/statistics and nothing that an answer is estimated, weighted or hidden by.
NO_ESTIMATOR = {
    "effects.ratio": "divides, and gives NaN where the divisor is not positive",
    "margins.Margin.totals": "sums weights by category",
    "margins.design_matrix": "writes the rows x that the formulas take as given",
    "samples.Sample.projected": "x'B, a term of the formula of shares",
    "samples.Sample.covariance": "the sums that estimation.covariance is made of",
    "samples.moments": "checks what a caller hands over",
    "samples.columns": "gives an array its shape",
    "samples.grouped": "sums by group",
    "suppression.table_equations": "writes out the totals of a table",
    "suppression.small": "compares counts with a threshold",
}


@dataclass(frozen=True)
class Part:
    """A section of the document, with the estimators that it is about."""

    title: str
    text: str  # without its examples
    rows: dict[str, list[str]]  # by estimator the cells beside its name, where a table lists some
    examples: list[doctest.Example]

    @property
    def estimators(self) -> list[str]:
        return list(self.rows) or re.findall(r"`(\w+\.[\w.]+)`", self.title)

    def labelled(self, label: str) -> str:
        """What stands after a label such as *Source*, up to the next one or the paragraph's end."""
        labels = "|".join(LABELS)
        found = re.search(rf"\*{label}\*:?(.*?)(?=\*(?:{labels})\*|\n\n|\Z)", self.text, re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    def told(self, label: str, estimator: str) -> str:
        """What is said of one estimator: in its own row, or else of the whole section."""
        columns = {"Formula": 0, "Source": 1}
        row = self.rows.get(estimator)
        return row[columns[label]] if row and label in columns else self.labelled(label)


def document() -> str:
    return STATISTICS.read_text(encoding="utf-8")


def parts() -> list[Part]:
    """The sections of the document, each up to the next heading of any depth."""
    found = []
    for section in re.split(r"^#{2,3} ", document(), flags=re.MULTILINE)[1:]:
        title, _, body = section.partition("\n")
        examples = doctest.DocTestParser().get_examples(body)
        text = "\n".join(line for line in body.splitlines() if not line.startswith("    "))
        cells = re.findall(r"^\| `(\w+\.[\w.]+)` \|(.+)\|$", text, re.MULTILINE)
        rows = {name: [cell.strip() for cell in rest.split(" | ")] for name, rest in cells}
        found.append(Part(title, text, rows, examples))
    return found


def public() -> Iterator[str]:
    """Every public function and method that is written in surveys/statistics."""
    for found in pkgutil.iter_modules(statistics.__path__):
        module = importlib.import_module(f"{statistics.__name__}.{found.name}")
        for name, value in vars(module).items():
            if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
                continue
            if inspect.isfunction(value):
                yield f"{found.name}.{name}"
            elif inspect.isclass(value):
                for method, what in vars(value).items():
                    if inspect.isfunction(what) and not method.startswith("_"):
                        yield f"{found.name}.{name}.{method}"


ESTIMATORS = sorted(set(public()) - set(NO_ESTIMATOR))


def part_of(estimator: str) -> Part:
    about = [part for part in parts() if estimator in part.estimators]
    assert len(about) == 1, f"{estimator} has {len(about)} entries in {STATISTICS.name}, not one"
    return about[0]


def references() -> dict[str, str]:
    """By authors and year, as they are cited, what the list at the end says of a publication."""
    (listed,) = [part for part in parts() if part.title == "References"]
    lines = re.findall(r"^\* (.+? \d{4})\. (.+?)(?=^\* |\Z)", listed.text, re.MULTILINE | re.DOTALL)
    return {cited: " ".join(rest.split()) for cited, rest in lines}


def test_what_is_no_estimator_is_there_and_has_no_entry() -> None:
    assert set(NO_ESTIMATOR) < set(public())
    told = {name for part in parts() for name in part.estimators}
    assert not told & set(NO_ESTIMATOR)
    assert len(ESTIMATORS) > 30


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_estimator_has_its_formula_and_what_it_assumes(estimator: str) -> None:
    part = part_of(estimator)
    assert re.search(r"[=≤≥±]", part.told("Formula", estimator)), f"{estimator} has no formula"
    assert len(part.labelled("Assumes").split()) > 1, f"{estimator}: what does it assume?"


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_estimator_has_a_source_that_is_listed_with_its_pages(estimator: str) -> None:
    told, listed = part_of(estimator).told("Source", estimator), references()
    cited = [one for one in listed if one in told]
    ours = "a rule of ours ([decisions](decisions.md#figures))" in told
    assert cited or ours, f"{estimator} has no source"
    for one in cited:
        told = told.replace(one, "")
    assert not re.search(r"\b(?:18|19|20)\d\d\b", told), f"{estimator}: not listed in “{told}”"


def test_every_publication_has_its_pages_or_chapter_and_is_cited() -> None:
    text = document().partition("\n## References\n")[0]
    for cited, rest in references().items():
        where = re.search(r"\d+–\d+\.|(?:page|chapters?) \d|section “", rest)
        assert where, f"{cited}: on which pages, in which chapter?"
        assert cited in text, f"{cited} is listed and nowhere cited"


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_estimator_has_a_number_that_is_worked_out_with_it(estimator: str) -> None:
    """An example of its entry calls it, and prints a number, there or from what it gave a name."""
    results: set[str] = set()
    for example in part_of(estimator).examples:
        tree = ast.parse(example.source)
        names = {node.id: node.ctx for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if calls(tree, estimator) or results & set(names):
            if re.search(r"\d", example.want):
                return
            results |= {name for name, use in names.items() if isinstance(use, ast.Store)}
    pytest.fail(f"{estimator} has no worked number in its entry")


def calls(tree: ast.AST, estimator: str) -> bool:
    name = estimator.rpartition(".")[2]
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
        for node in ast.walk(tree)
    )


def test_the_worked_numbers_of_the_documentation_come_out_as_printed() -> None:
    failed, tried = doctest.testfile(str(STATISTICS), module_relative=False, encoding="utf-8")
    assert tried > 60
    assert failed == 0


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_every_estimator_is_held_by_a_test_of_a_file_that_names_it(estimator: str) -> None:
    held = NAMED.findall(part_of(estimator).labelled("Held by"))
    assert any(test for _, test in held), f"{estimator} names no test"
    name = estimator.split(".")[1]  # of a method its class
    texts = [(ROOT / path).read_text(encoding="utf-8") for path, _ in held]
    assert any(re.search(rf"\b{name}\b", text) for text in texts)


def test_every_test_that_the_documentation_names_is_there() -> None:
    named = NAMED.findall(document())
    assert len(named) > 25
    for path, test in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert not test or test in tests, f"{path} has no {test}"
