"""`make bench`: requests, collecting, estimating, on PostgreSQL and Redis where they answer."""

import os
import platform
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from benchmarks.collecting import measure_collecting
from benchmarks.estimating import measure_estimating
from benchmarks.importing import measure_importing
from benchmarks.requests import measure_requests
from scripts.test import servers, silent
from tests.drills.installation import Installation, database_of_its_own

MEASUREMENTS = (measure_requests, measure_collecting, measure_importing, measure_estimating)


def main() -> int:
    """Measure everything and print it; the exit status says whether every promise is kept."""
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
            kept = [measure(installation) for measure in MEASUREMENTS]
        finally:
            installation.stop()
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
