"""The numbers of docs/statistics.md are true, and the tests that it names are there."""

import ast
import doctest
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
STATISTICS = ROOT / "docs/statistics.md"
MODULES = (
    *("raking", "trimming", "estimation", "composition", "differences"),
    *("crosstabs", "lines", "families"),
)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_the_worked_numbers_of_the_documentation_come_out_as_printed() -> None:
    failed, tried = doctest.testfile(str(STATISTICS), module_relative=False, encoding="utf-8")
    assert tried > 40
    assert failed == 0


def test_every_test_that_the_documentation_names_is_there() -> None:
    named = NAMED.findall(STATISTICS.read_text(encoding="utf-8"))
    assert len(named) > 25
    for path, test in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert not test or test in tests, f"{path} has no {test}"


def test_every_estimator_has_its_formula_source_number_and_test() -> None:
    # What is public in surveys/statistics is told of, or is part of something that is.
    text = STATISTICS.read_text(encoding="utf-8")
    for section in re.split(r"^#{2,3} ", text, flags=re.MULTILINE):
        if ">>>" in section and not section.startswith("Cells"):
            title = section.splitlines()[0]
            assert "*Held by* `tests/" in section, f"“{title}” names no test"
    for module in MODULES:
        tree = ast.parse((ROOT / f"surveys/statistics/{module}.py").read_text(encoding="utf-8"))
        public = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        for name in public:
            assert name.startswith("_") or name in text, f"{module}.{name} is not told of"
