"""The service as `make run` serves it, for tests that need all of it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The command, served from a folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "engagement.settings",
            "SURVEY_VAR": str(folder),
            "SURVEY_SECRETS_DIR": str(folder / "secrets"),
            "COLLECT_EVERY_SECONDS": "1",
            "PORT": str(self.port),
            "PYTHONWARNINGS": "ignore",
            **environment,
        }
        self.environment.pop("HOST", None)
        self.told = ""

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=PROJECT, env=self.environment, check=True)

    def start(self) -> "Site":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engagement.serve"],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self

    def wait_for(self, words: str) -> None:
        """Read what the command says until it has said `words`."""
        assert self.process.stdout
        while words not in self.told:
            line = self.process.stdout.readline()
            assert line, f"ended without saying {words!r}: {self.told}"
            self.told += line

    def end(self) -> int:
        """What is left to say, and the exit status."""
        self.told += self.process.communicate(timeout=60)[0]
        return self.process.returncode

    def members(self) -> dict[int, str]:
        """The processes that belong to this folder: each has it in its environment."""
        mark = f"SURVEY_VAR={self.folder}".encode()
        found = {}
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and mark in (entry / "environ").read_bytes().split(b"\0"):
                    words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[int(entry.name)] = words.strip()
            except OSError:
                continue  # it ended while we looked, or is not ours to read
        return {pid: words for pid, words in found.items() if words}

    def get(self, path: str, host: str = "localhost") -> tuple[int, str]:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", headers={"Host": host}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ""


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def roles(members: dict[int, str]) -> set[str]:
    words = {"gunicorn", "worker", "beat"}
    return {word for line in members.values() for word in words if word in line.split()}
