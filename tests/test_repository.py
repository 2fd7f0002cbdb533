"""What the repository says of itself is true, and it names no machine and no package host."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from django.db import connection

from surveys.guards import GUARDS, UNSAMPLED, statements

PROJECT = Path(__file__).parents[1]
# Put together here, so that this file does not contain what it looks for.
HOSTS = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com"]
HOSTS += ["docker" + ".io", "ghcr" + ".io", "quay" + ".io"]
MACHINE_PATH = re.compile(r"(?<![\w.}$])/(?:home|root|Users|work|mnt|opt)/[\w.]")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
DOCUMENTS += sorted(f"docs/{path.name}" for path in (PROJECT / "docs").glob("*.md"))


def tracked() -> list[Path]:
    """Every file under version control that is text."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True).stdout
    paths = [PROJECT / name for name in listed.decode().split("\0") if name]
    texts = []
    for path in paths:
        if path.is_file() and b"\0" not in path.read_bytes()[:8000]:
            texts.append(path)
    return texts


def read(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")


def test_no_file_names_the_host_of_a_package_registry() -> None:
    for path in tracked():
        text = path.read_text(encoding="utf-8")
        assert not [host for host in HOSTS if host in text], path


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    for path in tracked():
        found = MACHINE_PATH.search(path.read_text(encoding="utf-8"))
        assert not found, f"{path}: {found.group() if found else ''}"


@pytest.mark.parametrize("name", ["uv.txt", "runtime.txt", "dev.txt", "node.txt", "bench.txt"])
def test_a_python_lock_holds_hashes_and_no_addresses(name: str) -> None:
    text = read(f"requirements/{name}")
    assert "http" not in text
    pinned = re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)
    assert pinned
    entries = re.split(r"^(?=[\w.\[\]-]+==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
    assert len(entries) == len(pinned)


def test_tests_run_with_the_versions_that_are_served() -> None:
    pins = {}
    for name in ("runtime", "dev"):
        text = read(f"requirements/{name}.txt")
        pins[name] = set(re.findall(r"^([\w.\[\]-]+==[\w.]+)", text, re.MULTILINE))
    assert pins["runtime"] <= pins["dev"]


def test_the_lock_of_the_pages_holds_hashes_and_no_addresses() -> None:
    text = read("package-lock.json")
    assert "http" not in re.sub(r'"(?:url|funding)": "[^"]*"', "", text)
    assert '"integrity": "sha512-' in text


@pytest.mark.parametrize("name", ["runtime.in", "dev.in", "node.in", "bench.in"])
def test_every_dependency_has_a_reason(name: str) -> None:
    for line in read(f"requirements/{name}").splitlines():
        if line and not line.startswith(("#", "-r")):
            assert line.partition("#")[2].strip(), line


def settings_read() -> set[str]:
    """The names of the environment variables that settings, gunicorn and the server look up."""
    found = set()
    for name in ("engagement/settings.py", "gunicorn.conf.py", "engagement/address.py"):
        text = read(name)
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called.startswith("env.") or called in ("os.environ.get", "secret"):
                argument = node.args[1] if called == "secret" else node.args[0]
                if isinstance(argument, ast.Constant):
                    found.add(str(argument.value))
    return found


def test_every_setting_is_documented_and_every_documented_setting_is_read() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)`", read("docs/settings.md"), re.MULTILINE))
    assert settings_read() - documented == set()
    elsewhere = {"LOG_LEVEL", "CHROMIUM", "TEST_DATABASE_URL", "TEST_REDIS_URL", "CI", "PYTHON"}
    assert documented - settings_read() - elsewhere == set()


def test_every_management_command_of_ours_is_documented() -> None:
    text = read("docs/operations.md")
    ours = {name for name, app in get_commands().items() if app == "surveys"}
    assert ours
    assert {name for name in ours if f"`{name}" not in text} == set()


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/operations.md", ".ci/run"])
def test_every_make_command_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)\s*make ([a-z]+)", read(name), re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_between_documents_leads_somewhere(name: str) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", read(name)):
        assert (PROJECT / name).parent.joinpath(target).exists(), f"{name}: {target}"


@pytest.mark.django_db
def test_the_database_keeps_every_guard() -> None:
    """A later migration that rebuilds a table would drop its triggers in silence."""
    catalogue = {
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
        " WHERE NOT tgisinternal",
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        installed = set(cursor.fetchall())
    assert installed == {
        (guard.name, guard.table) for guard in GUARDS if statements(guard, connection.vendor)
    }


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_samples_no_answers_for_its_planner() -> None:
    with connection.cursor() as cursor:
        for table, columns in UNSAMPLED.items():
            cursor.execute(
                "SELECT attname, attstattarget FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attname = ANY(%s)",
                [table, list(columns)],
            )
            assert dict(cursor.fetchall()) == dict.fromkeys(columns, 0), table


def test_compose_starts_what_the_full_profile_needs() -> None:
    services = yaml.safe_load(read("docker-compose.yml"))["services"]
    assert set(services) == {"database", "redis", "prepare", "web", "worker", "beat"}
    for name, service in services.items():
        assert "build" in service or "image" in service, name
        for waited_for in service.get("depends_on", {}):
            assert waited_for in services
    ours = [services[name]["environment"] for name in ("prepare", "web", "worker", "beat")]
    assert all({"DATABASE_URL", "REDIS_URL", "SECRET_KEY"} <= set(each) for each in ours)


def test_compose_has_no_secret_of_its_own() -> None:
    """Each comes from the environment, and compose refuses to start without it."""
    text = read("docker-compose.yml")
    for name in ("SECRET_KEY", "DRAFT_PEPPERS", "POSTGRES_PASSWORD"):
        assert set(re.findall(rf"\$\{{{name}(.?.?)", text)) == {":?"}, name


def test_the_dockerfile_copies_what_exists_and_runs_without_root() -> None:
    text = re.sub(r"\\\n", " ", read("Dockerfile"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "CMD", "VOLUME"}
    assert {line.split()[0] for line in lines} <= known
    stages = set(re.findall(r"^FROM \S+ AS (\w+)", text, re.MULTILINE))
    for line in lines:
        if line.startswith("COPY"):
            words = line.split()[1:]
            if words[0].startswith("--from="):
                assert words[0].removeprefix("--from=") in stages
            else:
                sources = [word for word in words[:-1] if not word.startswith("--")]
                assert all((PROJECT / source).exists() for source in sources), line
    user = lines.index(next(line for line in lines if line.startswith("USER")))
    assert lines[user] not in ("USER root", "USER 0")
    assert any(line.startswith("CMD") for line in lines[user:])
