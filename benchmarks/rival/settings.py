"""What django-survey-and-report needs, and nothing that would slow it.

The middleware and the sessions of a new Django project; templates are kept in memory, and the
connection to the database stays open.
"""

import os
from urllib.parse import unquote, urlsplit

_server = urlsplit(os.environ["RIVAL_DATABASE_URL"])

SECRET_KEY = "nothing here is secret"
ALLOWED_HOSTS = ["localhost"]
DEBUG = False
USE_TZ = True
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "survey",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",  # its pages are translated, as ours are
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "benchmarks.rival.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _server.path.lstrip("/"),
        "HOST": _server.hostname or "",
        "PORT": _server.port or "",
        "USER": unquote(_server.username or ""),
        "PASSWORD": unquote(_server.password or ""),
        "CONN_MAX_AGE": None,
    }
}
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
CHOICES_SEPARATOR = ","
LOGGING = {"version": 1, "disable_existing_loggers": True}
