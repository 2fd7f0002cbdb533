"""The service's own settings, in a folder of their own and on the engine under test.

Without TEST_DATABASE_URL the tests run on the embedded profile; with it, on the full one.
pytest-django reads this module before any conftest.py, hence the environment is laid out here.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="survey-tests-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

# Set, not defaulted: a developer's own folder and secrets must never be touched by a test.
os.environ["SURVEY_VAR"] = str(FOLDER / "var")
os.environ["SURVEY_SECRETS_DIR"] = str(FOLDER / "secrets")
os.environ["SECRET_KEY"] = secrets.token_urlsafe(48)
os.environ["DRAFT_PEPPERS"] = secrets.token_urlsafe(48)
os.environ["SIMULATE"] = "true"
if "TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
    os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
else:
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)

from engagement.settings import *  # noqa: E402, F403
from engagement.settings import CACHES, DATABASES, STORAGES  # noqa: E402
from scripts.compile_translations import compile_translations  # noqa: E402

if "TEST_DATABASE_URL" in os.environ:
    # Two test runs on one machine must not drop each other's database or cache.
    DATABASES["default"]["NAME"] = DATABASES["default"]["NAME"] or "survey"
    DATABASES["default"]["TEST"] = {"NAME": f"test_{DATABASES['default']['NAME']}_{os.getpid()}"}
    CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"
else:
    # A file, not memory: then threads and other processes meet the locks that the service meets.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}

# Pages are rendered whether or not the assets have been built.
STATIC_ROOT = FOLDER / "collected"
STATIC_ROOT.mkdir()
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}
# Pages speak the Welsh of today, whether or not it has been compiled.
LOCALE_PATHS = [FOLDER / "locale"]
compile_translations(LOCALE_PATHS[0])
# Strong hashing is slow on purpose, and no test is about it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# The test runner keeps mail in memory; the full profile would send none without a server.
SENDS_MAIL = True
SERVICE_URL = "https://survey.example.org/"
DEFAULT_FROM_EMAIL = "survey@example.org"
