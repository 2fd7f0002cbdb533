"""`make bench`: all that is promised, on PostgreSQL and Redis where they answer.

`python -m benchmarks estimating beside` measures these two only.
"""

import os
import platform
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from benchmarks.collecting import measure_collecting
from benchmarks.comparing import measure_beside
from benchmarks.estimating import measure_estimating
from benchmarks.importing import measure_importing
from benchmarks.requests import measure_requests
from benchmarks.rushing import measure_rushing
from benchmarks.surveying import measure_surveying
from scripts.test import servers, silent
from tests.drills.installation import Installation, database_of_its_own

MEASUREMENTS = {
    "requests": measure_requests,
    "surveying": measure_surveying,
    "rushing": measure_rushing,
    "collecting": measure_collecting,
    "importing": measure_importing,
    "estimating": measure_estimating,
    "beside": measure_beside,
}


def main(names: list[str]) -> int:
    """Measure and print what is named; the exit status says whether every promise is kept."""
    if unknown := set(names) - set(MEASUREMENTS):
        print(f"Not measured here: {', '.join(sorted(unknown))}; known: {', '.join(MEASUREMENTS)}")
        return 2
    urls = servers()
    full = not silent(urls)
    profile = "PostgreSQL and Redis" if full else "SQLite (PostgreSQL or Redis does not answer)"
    print(f"{platform.python_implementation()} {platform.python_version()}, {profile}")
    print(f"{os.cpu_count()} processors, {platform.machine()}\n")
    server = database_of_its_own(urls["TEST_DATABASE_URL"]) if full else nullcontext(None)
    with tempfile.TemporaryDirectory() as folder, server as address:
        installation = Installation(
            Path(folder),
            address,
            urls["TEST_REDIS_URL"],
            {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "COLLECT_BATCH": "10000"},
        )
        try:
            installation.manage("migrate", "--verbosity", "0")
            installation.manage("import_library")
            kept = [MEASUREMENTS[name](installation) for name in names]
        finally:
            installation.stop()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(MEASUREMENTS)))
