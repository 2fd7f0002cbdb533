"""The one command that starts, watches and stops web, worker and beat."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.support.site import Site, roles, until

pytestmark = pytest.mark.skipif(
    settings.FULL_PROFILE, reason="runs once, with the embedded profile"
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(**environment: str) -> Site:
        new = Site(tmp_path / f"var{len(made)}", **environment)
        new.manage("migrate", "--verbosity", "0")
        made.append(new)
        return new

    yield make
    for each in made:
        if hasattr(each, "process"):
            each.process.kill()
            each.end()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_three_start_answer_and_stop_without_leaving_a_process(
    site: Callable[..., Site], ending: signal.Signals
) -> None:
    running = site().start()
    running.wait_for("Press Ctrl-C to stop")
    assert roles(running.members()) == {"gunicorn", "worker", "beat"}
    assert running.get("/healthz") == (200, "ok\n")
    running.process.send_signal(ending)
    assert running.end() == 0
    assert running.told.endswith("Stopped.\n")
    assert running.members() == {}


def test_the_others_stop_when_one_ends_and_its_last_words_are_told(
    site: Callable[..., Site],
) -> None:
    running = site().start()
    running.wait_for("Press Ctrl-C to stop")
    beat = next(pid for pid, words in running.members().items() if "beat" in words.split())
    os.kill(beat, signal.SIGKILL)
    assert running.end() == 1
    assert "The beat process ended by itself (status -9)" in running.told
    assert running.members() == {}


def test_no_process_is_orphaned_when_the_command_itself_is_killed(
    site: Callable[..., Site],
) -> None:
    running = site().start()
    running.wait_for("Press Ctrl-C to stop")
    running.process.kill()
    running.end()
    until(lambda: running.members() == {})


def test_a_taken_port_is_a_sentence_that_names_another(site: Callable[..., Site]) -> None:
    waiting = site()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", waiting.port))
        taken.listen()
        assert waiting.start().end() == 1
    assert waiting.told == (
        f"Port {waiting.port} is taken by another program. Stop it, or choose another port:"
        f" make run PORT={waiting.port + 1}\n"
    )


def test_one_folder_is_served_once(site: Callable[..., Site]) -> None:
    first = site().start()
    first.wait_for("Press Ctrl-C to stop")
    second = Site(first.folder)
    assert second.start().end() == 1
    assert second.told == (
        f"The site already runs from this folder, at http://localhost:{first.port}/.\n"
    )


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "80.5"])
def test_a_port_that_cannot_be_is_refused(tmp_path: Path, port: str) -> None:
    asked = Site(tmp_path, PORT=port).start()
    assert asked.end() == 1
    assert asked.told == f"PORT must be a number from 1 to 65535, not '{port}'.\n"


def test_serving_other_machines_without_tls_is_warned_about(site: Callable[..., Site]) -> None:
    running = site()
    running.environment["HOST"] = "0.0.0.0"
    running.start().wait_for("Press Ctrl-C to stop")
    assert "plain http, and SECURE_COOKIES=false" in running.told
    assert running.get("/healthz", host=socket.gethostname())[0] == 200
    assert running.get("/healthz", host="elsewhere.example")[0] == 400


def test_a_site_with_a_name_of_its_own_still_finds_itself(site: Callable[..., Site]) -> None:
    running = site(ALLOWED_HOSTS="survey.example.org").start()
    running.wait_for("Press Ctrl-C to stop")
    assert running.get("/healthz", host="survey.example.org")[0] == 200


def test_the_access_log_tells_nothing_about_who_asked(site: Callable[..., Site]) -> None:
    running = site().start()
    running.wait_for("Press Ctrl-C to stop")
    running.get("/healthz?name=ada")
    log = running.folder / "log" / "web.log"
    until(lambda: log.read_text().count("GET /healthz 200") >= 2)
    text = log.read_text()
    assert "ada" not in text
    assert "Python-urllib" not in text
    assert "127.0.0.1 " not in text.replace(f"127.0.0.1:{running.port} ", "")
