"""What the tests stand on: a closed network, a folder of their own, an honest summary."""

import importlib.util
import socket
import tempfile
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.db import connection

from tests.support.network import BeyondThisMachine

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def command() -> ModuleType:
    """scripts/test.py, which is no package."""
    spec = importlib.util.spec_from_file_location("test_command", PROJECT / "scripts" / "test.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("host", ["192.0.2.1", "survey.example.org", "2001:db8::1"])
def test_no_test_reaches_another_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as outward, pytest.raises(BeyondThisMachine):
        outward.connect((host, 80))


def test_the_developers_own_folder_is_not_touched() -> None:
    temporary = Path(tempfile.gettempdir())
    assert temporary in Path(settings.VAR_DIR).parents
    assert temporary in Path(settings.SECRETS_DIR).parents
    if connection.vendor == "sqlite":
        assert temporary in Path(settings.DATABASES["default"]["TEST"]["NAME"]).parents
    else:
        assert str(settings.DATABASES["default"]["TEST"]["NAME"]).startswith("test_")


def test_what_one_run_skips_and_another_tries_is_not_left_out(command: ModuleType) -> None:
    first = {"a": ("passed", ""), "b": ("left out", "needs PostgreSQL"), "c": ("left out", "why")}
    second = {"a": ("left out", "once is enough"), "b": ("passed", "")}
    assert command.untried([first, second]) == {"why": ["c"]}


def test_a_test_that_failed_was_tried(command: ModuleType) -> None:
    runs = [{"a": ("failed", "")}, {"a": ("left out", "no reason")}]
    assert command.untried(runs) == {}


def test_a_server_that_does_not_answer_is_named(command: ModuleType) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound, not listening: nobody answers there
        port = unused.getsockname()[1]
        url = f"postgres://postgres@127.0.0.1:{port}/survey"
        assert command.silent({"TEST_DATABASE_URL": url}) == [f"127.0.0.1:{port}"]


def test_a_server_that_answers_is_not_missing(command: ModuleType) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        url = f"redis://127.0.0.1:{server.getsockname()[1]}/15"
        assert command.silent({"TEST_REDIS_URL": url}) == []


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_leaving_a_run_out_fails_where_ci_is_true(
    command: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ci: str,
    status: int,
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(command, "run", lambda *_: (0, {"a": ("passed", "")}))
    monkeypatch.setattr(command, "silent", lambda _: ["127.0.0.1:5432"])
    assert command.main([]) == status
    told = capsys.readouterr().out
    assert "Left out: the run on PostgreSQL and Redis (no answer at 127.0.0.1:5432)" in told


def test_a_failure_in_either_run_fails_the_whole(
    command: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    statuses = iter([0, 1])
    monkeypatch.setattr(command, "run", lambda *_: (next(statuses), {}))
    monkeypatch.setattr(command, "silent", lambda _: [])
    assert command.main([]) == 1
