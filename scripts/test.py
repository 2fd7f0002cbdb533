"""`make test`: every test on SQLite, and beside it all but the browser's on PostgreSQL with Redis.

The two runs share nothing but the machine, so they go side by side, which takes little more than
half the time; what the second one prints is kept until the first has ended. Ends by saying what no
run has tried, and why; where CI=true, leaving something out is a failure.
TEST_DATABASE_URL (or DATABASE_URL) and TEST_REDIS_URL (or REDIS_URL) name the servers.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
DATABASE = "postgres://postgres@127.0.0.1:5432/survey"
REDIS = "redis://127.0.0.1:6379/15"

Outcomes = dict[str, tuple[str, str]]


def servers() -> dict[str, str]:
    """The addresses of PostgreSQL and Redis to test with."""
    found = os.environ.get
    return {
        "TEST_DATABASE_URL": found("TEST_DATABASE_URL") or found("DATABASE_URL") or DATABASE,
        "TEST_REDIS_URL": found("TEST_REDIS_URL") or found("REDIS_URL") or REDIS,
    }


def silent(urls: dict[str, str]) -> list[str]:
    """Host and port of those that do not answer."""
    usual = {"TEST_DATABASE_URL": 5432, "TEST_REDIS_URL": 6379}
    missing = []
    for name, url in urls.items():
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or usual[name]
        try:
            socket.create_connection((host, port), timeout=5).close()
        except OSError:
            missing.append(f"{host}:{port}")
    return missing


def run(
    chosen: dict[str, str], arguments: list[str], output: IO[bytes] | None = None
) -> tuple[int, Outcomes]:
    """Run pytest once, printing to `output`; its exit status, and what became of each test."""
    ours = {*servers(), "DATABASE_URL", "REDIS_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Path(folder) / "outcomes.json"
        environment |= chosen | {"TEST_OUTCOMES": str(outcomes)}
        # Our matrices are small: threads of linear algebra would only wait for each other's core.
        environment.setdefault("OPENBLAS_NUM_THREADS", "1")
        command = [sys.executable, "-m", "pytest", "--quiet", "-r", "fE", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False
        )
        found = json.loads(outcomes.read_text()) if outcomes.exists() else {}
    return done.returncode, {test: (outcome, reason) for test, (outcome, reason) in found.items()}


def untried(runs: list[Outcomes]) -> dict[str, list[str]]:
    """The tests that were left out and that no run has tried, by reason."""
    tried = {test for run in runs for test, (outcome, _) in run.items() if outcome != "left out"}
    reasons: dict[str, list[str]] = defaultdict(list)
    for test, reason in {t: r for run in runs for t, (_, r) in run.items()}.items():
        if test not in tried:
            reasons[reason].append(test)
    return dict(reasons)


def main(arguments: list[str]) -> int:
    """Run both, sum up, and return the exit status; `arguments` go to pytest."""
    urls = servers()
    missing = silent(urls)
    runs = {}
    with tempfile.TemporaryFile() as kept, ThreadPoolExecutor() as beside:
        if not missing:
            second = beside.submit(run, urls, ["-m", "not browser", *arguments], kept)
        print("\n== SQLite, with the browser ==", flush=True)
        runs["SQLite"] = run({}, arguments)
        if not missing:
            print("\n== PostgreSQL and Redis ==", flush=True)
            runs["PostgreSQL and Redis"] = second.result()
            kept.seek(0)
            print(kept.read().decode(errors="replace"), flush=True)

    print("\n== Summary ==")
    for title, (status, outcomes) in runs.items():
        counts: dict[str, int] = defaultdict(int)
        for outcome, _ in outcomes.values():
            counts[outcome] += 1
        told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))
        print(f"{title}: {told or 'no tests'}; {'all well' if status == 0 else 'FAILED'}")
    left_out = untried([outcomes for _, outcomes in runs.values()])
    for reason, tests in left_out.items():
        print(f"Left out, {len(tests)} tests ({reason}): {', '.join(tests[:5])}", end="")
        print(", ..." if len(tests) > 5 else "")
    if missing:
        print(f"Left out: the run on PostgreSQL and Redis (no answer at {', '.join(missing)})")
    if not (left_out or missing):
        print("Nothing was left out.")
    elif os.environ.get("CI") == "true":
        print("CI=true: what is left out counts as a failure.")
        return 1
    return 1 if any(status for status, _ in runs.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
