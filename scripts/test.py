"""`make test`: every test on SQLite, then all but the browser's on PostgreSQL with Redis.

Ends by saying what no run has tried, and why; where CI=true, leaving something out is a failure.
TEST_DATABASE_URL (or DATABASE_URL) and TEST_REDIS_URL (or REDIS_URL) name the servers.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
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


def run(title: str, chosen: dict[str, str], arguments: list[str]) -> tuple[int, Outcomes]:
    """Run pytest once; its exit status, and what became of each test."""
    print(f"\n== {title} ==", flush=True)
    ours = {*servers(), "DATABASE_URL", "REDIS_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    with tempfile.TemporaryDirectory() as folder:
        outcomes = Path(folder) / "outcomes.json"
        environment |= chosen | {"TEST_OUTCOMES": str(outcomes)}
        command = [sys.executable, "-m", "pytest", "--quiet", "-r", "fE", *arguments]
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        found = json.loads(outcomes.read_text()) if outcomes.exists() else {}
    return status, {test: (outcome, reason) for test, (outcome, reason) in found.items()}


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
    runs = {"SQLite": run("SQLite, with the browser", {}, arguments)}
    missing = silent(urls)
    if not missing:
        only = ["-m", "not browser", *arguments]
        runs["PostgreSQL and Redis"] = run("PostgreSQL and Redis", urls, only)

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
