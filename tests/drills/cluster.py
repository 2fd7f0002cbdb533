"""A PostgreSQL server of a drill's own, which may be crashed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.drills.visitor import free_port

USER = "postgres"


class NoServerPrograms(RuntimeError):
    """PostgreSQL's server programs are not on this machine."""


@dataclass(frozen=True)
class Cluster:
    """A running server; trust for everybody, on one port of this machine alone."""

    programs: Path
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://{USER}@127.0.0.1:{self.port}/postgres"

    def control(self, *arguments: str) -> None:
        """Run pg_ctl. Raises CalledProcessError."""
        log, data = str(self.folder / "log"), str(self.folder / "data")
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1"
        options += f" -c unix_socket_directories={self.folder} -c max_connections=60"
        run(self.programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, *arguments)

    def crash(self) -> None:
        """Stop at once, as in a power cut, and start again: the server recovers from its log."""
        self.control("restart", "-m", "immediate")


def run(*command: str | Path) -> None:
    """Run a server program; as root it must be somebody else's."""
    user = {"user": USER, "group": USER} if os.geteuid() == 0 else {}
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", **user
    )


def server_programs() -> Path:
    """Where initdb and pg_ctl lie. Raises NoServerPrograms."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    for initdb in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True):
        return initdb.parent
    raise NoServerPrograms("needs PostgreSQL's server programs (initdb, pg_ctl)")


@contextmanager
def cluster_of_its_own() -> Iterator[Cluster]:
    """A new server in a folder of its own, stopped and deleted afterwards.

    Raises NoServerPrograms.
    """
    programs = server_programs()
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    if os.geteuid() == 0:
        shutil.chown(folder, USER, USER)
    cluster = Cluster(programs, folder, free_port())
    try:
        run(programs / "initdb", "-D", folder / "data", "-A", "trust", "-U", USER, "-E", "UTF8")
        cluster.control("start")
        try:
            yield cluster
        finally:
            cluster.control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
