"""The shape of the code: imports point one way, and a file is a room."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
ROOT = PROJECT / "surveys"
LAYERS = ["statistics", "questionnaires", "fieldwork", "reports", "web"]
PURE = {"statistics"}  # never Django, Celery or pandas
# What a questionnaire means must be testable, and usable elsewhere, without a database.
WITHOUT_DJANGO = [
    "document",
    "routing",
    "checks",
    "derivation",
    "packing",
    "answers",
    "asking",
    "comparability",
]
LONGEST = 400


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Every module, and every name taken from one, that the file imports."""
    found = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide a file's layer"
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def refuse(path: Path, banned: set[str]) -> None:
    for name in imports(path):
        assert not any(f"{name}.".startswith(f"{ban}.") for ban in banned), f"{path}: {name}"


def code() -> list[Path]:
    """Our own modules, migrations left out: those are written by a tool."""
    return sorted(
        path
        for folder in ("surveys", "engagement", "scripts", "benchmarks")
        for path in (PROJECT / folder).rglob("*.py")
        if "migrations" not in path.parts
    )


@pytest.mark.parametrize("layer", LAYERS)
def test_layer_imports_only_what_lies_below_it(layer: str) -> None:
    above = {f"surveys.{name}" for name in LAYERS[LAYERS.index(layer) + 1 :]}
    banned = above | {"surveys.models", "surveys.admin", "surveys.management", "tests"}
    banned |= {"django", "celery", "pandas"} if layer in PURE else set()
    paths = list((ROOT / layer).rglob("*.py"))
    assert paths
    for path in paths:
        refuse(path, banned)


@pytest.mark.parametrize("module", WITHOUT_DJANGO)
def test_what_a_questionnaire_means_needs_no_django(module: str) -> None:
    """Nor does anything of ours that it imports, however far down."""
    waiting, seen = [ROOT / "questionnaires" / f"{module}.py"], set()
    while waiting:
        path = waiting.pop()
        seen.add(path)
        refuse(path, {"django", "celery"})
        for name in imports(path):
            own = PROJECT / Path(*name.split(".")).with_suffix(".py")
            if own.is_file() and own not in seen:
                waiting.append(own)


def test_statistics_imports_nothing_of_ours_but_itself() -> None:
    for path in (ROOT / "statistics").rglob("*.py"):
        ours = {name for name in imports(path) if name.split(".")[0] in ("surveys", "engagement")}
        assert all(f"{name}.".startswith("surveys.statistics.") for name in ours), path


def test_engagement_is_wiring_that_no_layer_imports() -> None:
    for path in code():
        if path.is_relative_to(ROOT):
            refuse(path, {"engagement"})


def test_no_import_hides_inside_a_function() -> None:
    for path in code():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inner = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
                assert not inner, f"{path}:{inner[0].lineno}: imports stand at the top of a file"


def test_nothing_happens_through_signals() -> None:
    for path in code():
        refuse(path, {"django.dispatch", "django.db.models.signals", "django.core.signals"})


def test_no_model_is_defined_outside_the_layers() -> None:
    """surveys/models.py only names the models, for Django to find."""
    kinds = {type(node) for node in parsed(ROOT / "models.py").body}
    assert kinds <= {ast.Expr, ast.ImportFrom, ast.Assign}, kinds


def test_a_file_is_a_room_not_a_cupboard() -> None:
    long = {
        str(path.relative_to(PROJECT)): lines
        for path in [*code(), *(PROJECT / "tests").rglob("*.py")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long
