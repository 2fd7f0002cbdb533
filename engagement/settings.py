"""Every setting, read once from the environment; docs/settings.md says what each is for.

There are two profiles and nothing between them. Without DATABASE_URL and REDIS_URL everything lives
in one folder (SQLite, a queue of files); with both, PostgreSQL and Redis carry the service.
"""

import os
import secrets
from pathlib import Path

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

FULL_PROFILE = "DATABASE_URL" in os.environ
if ("REDIS_URL" in os.environ) != FULL_PROFILE:
    raise ImproperlyConfigured(
        "Set both DATABASE_URL and REDIS_URL for the full profile, or neither for the embedded one."
    )

# Where things lie -----------------------------------------------------------------------------

VAR_DIR = Path(env.str("SURVEY_VAR", default=str(BASE_DIR / "var")))
SECRETS_DIR = Path(env.str("SURVEY_SECRETS_DIR", default=str(VAR_DIR / "secrets")))
BUILD_DIR = BASE_DIR / "build"


def secret(name: str, variable: str) -> str:
    """A secret from the environment; the embedded profile makes and keeps its own, mode 0600."""
    if variable in os.environ:
        return env.str(variable)
    if FULL_PROFILE:
        raise ImproperlyConfigured(f"The full profile needs {variable} in the environment.")
    SECRETS_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = SECRETS_DIR / name
    try:
        # O_EXCL: two processes that start together must not overwrite each other's secret.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()


SECRET_KEY = secret("secret_key", "SECRET_KEY")
DRAFT_PEPPERS = secret("draft_pepper", "DRAFT_PEPPERS").split(",")  # newest first

# Where the keys of staff waves lie: with the worker alone, and in no backup.
WAVE_KEYS_DIR = env.str("WAVE_KEYS_DIR", default="" if FULL_PROFILE else str(SECRETS_DIR))

# Django ---------------------------------------------------------------------------------------

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "surveys",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "surveys.web.content_security.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "surveys.web.encodings.only_utf_8",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "engagement.urls"
WSGI_APPLICATION = "engagement.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "surveys.web.context.service",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ("nhsuk",)
CRISPY_TEMPLATE_PACK = "nhsuk"
AUTH_USER_MODEL = "surveys.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "insights"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Database, broker, cache ----------------------------------------------------------------------

if FULL_PROFILE:
    DATABASES = {"default": env.db("DATABASE_URL", engine="engagement.postgresql")}
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    REDIS_URL = env.str("REDIS_URL")
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
    CELERY_BROKER_URL = REDIS_URL
    # Longer than any task may run, or Redis hands a running task to a second worker.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"visibility_timeout": 3600}
else:
    VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "survey.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # secure_delete: what a respondent takes back must not stay readable in the file.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                " PRAGMA secure_delete=ON;",
            },
        }
    }
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    QUEUE_DIR = VAR_DIR / "queue"
    for folder in ("messages", "control"):
        (QUEUE_DIR / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.5,
    }

# Background work ------------------------------------------------------------------------------

COLLECT_EVERY_SECONDS = env.int("COLLECT_EVERY_SECONDS", default=10)
COLLECT_BATCH = env.int("COLLECT_BATCH", default=10_000 if FULL_PROFILE else 1_000)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "Europe/London"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "open-and-close-waves": {
        "task": "surveys.open_and_close_waves",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "mix-waves": {
        "task": "surveys.mix_waves",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "collect-waiting": {
        "task": "surveys.collect_waiting",
        "schedule": float(COLLECT_EVERY_SECONDS),
        "options": {"expires": COLLECT_EVERY_SECONDS},
    },
    "estimate-stale-waves": {
        "task": "surveys.estimate_stale_waves",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "send-due-invitations": {
        "task": "surveys.send_due_invitations",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "count-responses": {
        "task": "surveys.count_responses",
        "schedule": crontab(hour=4, minute=0),
    },
    "ask-to-confirm": {
        "task": "surveys.ask_to_confirm",
        "schedule": 30.0,
        "options": {"expires": 30},
    },
    "announce-releases": {
        "task": "surveys.announce_releases",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "purge-expired": {"task": "surveys.purge_expired", "schedule": crontab(hour=3, minute=30)},
}

# Mail -----------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", default="")
SENDS_MAIL = bool(EMAIL_URL) or not FULL_PROFILE
SERVICE_URL = env.str("SERVICE_URL", default="")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="") or env.str("CONTACT_EMAIL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
    if not (SERVICE_URL and DEFAULT_FROM_EMAIL):
        raise ImproperlyConfigured(
            "With EMAIL_URL set SERVICE_URL as well, and MAIL_FROM or CONTACT_EMAIL."
        )
else:  # where messages can be read on this machine
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
    SERVICE_URL = SERVICE_URL or f"http://localhost:{os.environ.get('PORT') or 8000}/"
    DEFAULT_FROM_EMAIL = DEFAULT_FROM_EMAIL or "survey@localhost"

# Language and time ----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [BUILD_DIR / "locale"]  # compiled from locale/ by scripts/compile_translations.py
LANGUAGE_COOKIE_NAME = "language"  # ends with the browser
TIME_ZONE = "Europe/London"
USE_TZ = True

# Assets ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [
    BUILD_DIR / "static",
    ("pictures", BASE_DIR / "surveys" / "questionnaires" / "library" / "pictures"),
]
STATIC_ROOT = BUILD_DIR / "collected"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Safety ---------------------------------------------------------------------------------------

SECURE_COOKIES = env.bool("SECURE_COOKIES", default=FULL_PROFILE)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_AGE = None  # ends with the browser; also spares formatting a date on each request
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if SECURE_COOKIES else 0)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_TLS_PROXY", default=False) else None
)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = "; ".join(
    [
        *("default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'"),
        *("font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "form-action 'self'"),
        *("base-uri 'none'", "frame-ancestors 'none'"),
    ]
)

# The service ----------------------------------------------------------------------------------

SERVICE_NAME = env.str("SERVICE_NAME", default="Confidence in health technology")
OPERATOR_NAME = env.str("OPERATOR_NAME", default="The team that runs this website")
COMMISSIONED_BY = env.str("COMMISSIONED_BY", default="") or OPERATOR_NAME
CONTACT_EMAIL = env.str("CONTACT_EMAIL", default="")
NHS_IDENTITY = env.bool("NHS_IDENTITY", default=False)
SIMULATE = env.bool("SIMULATE", default=not FULL_PROFILE)  # may `simulate` invent respondents?
DRAFT_DAYS = env.int("DRAFT_DAYS", default=30)
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
MIX_MINIMUM_PUBLIC = env.int("MIX_MINIMUM_PUBLIC", default=25)
MIX_MINIMUM_STAFF = env.int("MIX_MINIMUM_STAFF", default=25)
MIX_LONGEST_WAIT_PUBLIC_MINUTES = env.int("MIX_LONGEST_WAIT_PUBLIC_MINUTES", default=15)
DISCLOSURE_MINIMUM = env.int("DISCLOSURE_MINIMUM", default=11)
EFFECTIVE_BASE_MINIMUM = env.int("EFFECTIVE_BASE_MINIMUM", default=50)
EFFECTIVE_BASE_LOW = env.int("EFFECTIVE_BASE_LOW", default=100)
if DISCLOSURE_MINIMUM < 10:
    raise ImproperlyConfigured("DISCLOSURE_MINIMUM must be at least 10: no smaller group is shown.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
}
