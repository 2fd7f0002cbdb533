"""A whole installation of the service, of its own, whose processes may be killed."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

ROOT = Path(__file__).parents[2]
PREAMBLE = """
import json, os, sys, time
sys.path.insert(0, {root!r})
import django
django.setup()
from surveys.models import *
from tests.fieldwork.small import make_wave, document, publish, random_answers
def say(value):
    print(json.dumps(value), flush=True)
"""


@dataclass
class Installation:
    """One profile of the service in one folder and database; every process is a real one."""

    folder: Path
    database_url: str | None = None  # none: the embedded profile
    redis_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG")}
        profile = {}
        if self.database_url is not None:
            profile = {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}
        return {
            **kept,
            **profile,
            "DJANGO_SETTINGS_MODULE": "engagement.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SURVEY_VAR": str(self.folder / "var"),
            "SECRET_KEY": "drill",
            "DRAFT_PEPPERS": "drill",
            "SECURE_COOKIES": "false",
            "COLLECT_EVERY_SECONDS": "1",
            **self.settings,
        }

    def start(self, *command: str, log: Path | None = None) -> subprocess.Popen[str]:
        """Start a process of the service; stopped with the installation at the latest.

        What it says goes to `log`, where it says more than a pipe holds unread.
        """
        with log.open("a") if log else nullcontext(subprocess.PIPE) as output:
            process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=ROOT,
                text=True,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def python(self, code: str) -> subprocess.Popen[str]:
        """Start Python with the service set up and `say` to report JSON lines."""
        return self.start(sys.executable, "-c", PREAMBLE.format(root=str(ROOT)) + code)

    def run(self, code: str) -> Any:
        """What `code` says last."""
        process = self.python(code)
        output, _ = process.communicate(timeout=300)
        if process.returncode:
            raise RuntimeError(output)
        return json.loads(output.splitlines()[-1])

    def manage(self, *arguments: str) -> None:
        """Run a management command and wait for it."""
        process = self.start(sys.executable, "manage.py", *arguments)
        output, _ = process.communicate(timeout=300)
        if process.returncode:
            raise RuntimeError(output)

    def worker(self) -> subprocess.Popen[str]:
        """A real Celery worker."""
        return self._celery("worker", "--concurrency=1", "--without-gossip", "--without-mingle")

    def beat(self) -> subprocess.Popen[str]:
        """A real Celery beat."""
        return self._celery("beat", "--schedule", str(self.folder / "schedule"))

    def _celery(self, *arguments: str) -> subprocess.Popen[str]:
        log = str(self.folder / f"{arguments[0]}-{secrets.token_hex(3)}.log")
        return self.start(
            *(sys.executable, "-m", "celery", "-A", "engagement"), *arguments, "--logfile", log
        )

    def web(self, port: int, workers: int = 3) -> subprocess.Popen[str]:
        """A real web server on this port."""
        return self.start(
            *(sys.executable, "-m", "gunicorn", "engagement.wsgi", "--no-control-socket"),
            *("--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--timeout", "60"),
            log=self.folder / "web.log",
        )

    def stop(self) -> None:
        """Kill whatever still runs."""
        for process in self.processes:
            kill(process)
            if process.stdout is not None:
                process.stdout.close()


@contextmanager
def database_of_its_own(server: str) -> Iterator[str]:
    """The address of a new, empty database on the server of this address; dropped afterwards."""
    name = f"drill_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(server)
    postgres = parts._replace(path="/postgres").geturl()

    def say(statement: LiteralString) -> None:  # each time anew: a drill may crash the server
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(SQL(statement).format(Identifier(name)))

    say("CREATE DATABASE {}")
    try:
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        say("DROP DATABASE {} WITH (FORCE)")


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and all its children, as a power cut would."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait(timeout=30)


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until `true()`; fails the drill if that takes too long."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"nothing came of it in {seconds} s"
        time.sleep(0.2)


COUNTS = """
from surveys.fieldwork.tallying import stored_counts, scanned_counts
import numpy as np
wave = Wave.objects.get(slug="wave")
stored, scanned = stored_counts(wave), scanned_counts(wave)
say({
    "waiting": Inbox.objects.filter(wave=wave).count(),
    "responses": Response.objects.filter(wave=wave).count(),
    "counted": sum(
        count.respondents for (name, _), count in stored.items() if name in ("", "outside")
    ),
    "rebuild equal": stored.keys() == scanned.keys() and all(
        np.array_equal(stored[key].slots, scanned[key].slots) for key in stored
    ),
    "drafts": Draft.objects.count(),
})
"""

DELIVER = """
import random
from django.utils import timezone
from surveys.fieldwork.inbox import Finished, deliver_many
from surveys.questionnaires.versions import frozen
wave = Wave.objects.get(slug="wave")
chance = random.Random({seed})
asked = frozen(wave.version_id).document
deliver_many(wave.pk, [
    Finished(random_answers(chance, asked), "en", timezone.localdate(), chance.randbytes(32))
    for _ in range({respondents})
])
say(True)
"""
