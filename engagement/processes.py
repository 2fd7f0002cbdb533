"""The three processes of the service, as children that never outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress

from django.conf import settings

# SIGCHLD tells that a child has ended; the others ask us to stop.
ENDINGS = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD}
PR_SET_PDEATHSIG = 1


class Process:
    """One of the three, in a session of its own: Ctrl-C reaches us alone, and we stop it."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.log = settings.VAR_DIR / "log" / f"{name}.log"
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.log.open("w") as log:
            self.running = subprocess.Popen(  # noqa: S603 - our own commands
                [sys.executable, "-m", *command],
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def stop(self, deadline: float) -> bool:
        """Wait for it to end until `deadline`, then kill it with all its children. Was it asked?"""
        try:
            self.running.wait(max(0.0, deadline - time.monotonic()))
            return True
        except subprocess.TimeoutExpired:
            return False
        finally:
            with suppress(ProcessLookupError):  # the whole group has gone: what we want
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()

    def last_words(self) -> str:
        """The end of what it wrote."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])


def _die_with_parent() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    if sys.platform == "linux":  # even if we are killed outright, no child is left behind
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def commands() -> dict[str, list[str]]:
    """The three processes; the full profile starts the same ones, each on its own."""
    level = os.environ.get("LOG_LEVEL", "WARNING")
    celery = ["celery", "--app", "engagement"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    concurrency = [] if settings.FULL_PROFILE else ["--concurrency", "1"]  # SQLite: one writer
    return {
        "web": ["gunicorn", "engagement.wsgi"],
        "worker": [*celery, "worker", "--loglevel", level, *quiet, *concurrency],
        "beat": [*celery, "beat", "--loglevel", level],
    }
