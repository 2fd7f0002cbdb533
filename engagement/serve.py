"""`python -m engagement.serve`: start web, worker and beat, watch them, stop them together.

PORT and HOST say where the site listens (8000 on 127.0.0.1). What the three have to say goes to
files beside the database; the terminal tells where to look and how to sign in.
"""

import fcntl
import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from engagement.address import Address, CannotListen
from engagement.processes import ENDINGS, Process, commands

SECONDS_TO_START = 60
SECONDS_TO_STOP = 20


class CannotServe(RuntimeError):
    """The site cannot run, or stopped running; the message says why."""


@contextmanager
def only_here(address: Address) -> Iterator[None]:
    """Hold the folder for one server. Raises CannotServe if another has it."""
    settings.VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.VAR_DIR / "serving").open("a+") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotServe(f"The site already runs from this folder{_where(mark)}.") from error
        mark.truncate(0)
        mark.write(" ".join(address.urls()))
        mark.flush()
        yield


def _where(mark: IO[str]) -> str:
    mark.seek(0)
    return f", at {text}" if (text := mark.read()) else ""


def wait_until_it_answers(address: Address, processes: list[Process]) -> None:
    """Return when /healthz says ok. Raises CannotServe when a process ends, or time runs out."""
    host = "127.0.0.1" if address.wildcard else address.host
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        check_alive(processes)
        if signal.sigtimedwait(ENDINGS - {signal.SIGCHLD}, 0.2):
            raise KeyboardInterrupt
        web = http.client.HTTPConnection(host, address.port, timeout=5)
        try:
            web.request("GET", "/healthz", headers={"Host": "localhost"})
            if web.getresponse().status == http.client.OK:
                return
        except OSError:
            continue  # it does not listen yet
        finally:
            web.close()
    raise CannotServe(f"The site did not answer within {SECONDS_TO_START} seconds.")


def check_alive(processes: list[Process]) -> None:
    """Raise CannotServe with its last words if one of the processes has ended."""
    for process in processes:
        if (status := process.running.poll()) is not None:
            raise CannotServe(
                f"The {process.name} process ended by itself (status {status}), so the others are "
                f"stopped too. Its last words, from {_shown(process.log)}:\n{process.last_words()}"
            )


def watch(processes: list[Process]) -> None:
    """Return when asked to stop. Raises CannotServe when a process ends by itself."""
    while signal.sigwait(ENDINGS) == signal.SIGCHLD:
        check_alive(processes)


def stop(processes: list[Process]) -> None:
    """Ask all to stop, and wait; nothing of them runs afterwards."""
    for process in processes:
        if process.running.poll() is None:
            process.running.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for process in processes:
        if not process.stop(deadline):
            say(
                f"The {process.name} process did not stop within {SECONDS_TO_STOP} seconds and was "
                "killed; its unfinished work was rolled back and will be found again."
            )


def _shown(path: Path) -> str:
    return os.path.relpath(path)


def say(text: str = "") -> None:
    """One line for the person at the terminal, at once."""
    print(text, flush=True)


def warnings(address: Address) -> list[str]:
    """What whoever serves other machines should know first."""
    if address.loopback:
        return []
    if settings.SECURE_COOKIES:
        return [
            "Warning: SECURE_COOKIES=true, but this is plain http to other machines: browsers drop "
            "such cookies there, and nobody can answer. Put a TLS proxy in front (BEHIND_TLS_PROXY)"
        ]
    return [
        "Warning: other machines can reach this site over plain http, and SECURE_COOKIES=false: "
        "answers and passwords cross the network unprotected. Use it to try the site out only."
    ]


def greeting(address: Address) -> str:
    """Where to look, and how to sign in."""
    lines = ["", "The site is ready.", ""]
    for url in address.urls():
        lines += [
            f"  Answer a survey    {url}",
            f"  Read the results   {url}insights/",
            f"  Configuration      {url}admin/",
        ]
    password = settings.SECRETS_DIR / "demonstration_password"
    if password.exists():
        lines += [
            "",
            "  Sign in as leader@, analyst@ or manager@example.org",
            f"  Password           {password.read_text().strip()}",
        ]
    logs = _shown(settings.VAR_DIR / "log")
    return "\n".join([*lines, "", f"Logs are in {logs}. Press Ctrl-C to stop.", ""])


def serve(address: Address) -> None:
    """Run the site until asked to stop."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # taken one by one, by sigwait
    allowed = (os.environ.get("ALLOWED_HOSTS") or ",".join(address.names())) + ",localhost"
    environment = {
        **os.environ,
        "ALLOWED_HOSTS": allowed,  # localhost: we ask for its health by that name
        "HOST": f"[{address.host}]" if ":" in address.host else address.host,
        "PORT": str(address.port),
    }
    processes: list[Process] = []
    try:
        say("Starting web, worker and beat")
        for name, command in commands().items():
            processes.append(Process(name, command, environment))
        wait_until_it_answers(address, processes)
        say(greeting(address))
        watch(processes)
    except KeyboardInterrupt:
        pass  # asked to stop while starting: what follows is the same
    finally:
        say("Stopping")
        stop(processes)

    say("Stopped.")


def main(arguments: list[str]) -> int:
    """Serve, or with --check only say whether that could work. Returns the exit status."""
    try:
        address = Address.from_environment()
        with only_here(address):
            address.check_free()
            for warning in warnings(address):
                say(warning)
            if arguments != ["--check"]:
                serve(address)
    except (CannotListen, CannotServe, ImproperlyConfigured) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
