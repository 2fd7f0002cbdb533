"""The service's own settings, and the addresses of a bare view beside its own."""

from engagement.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
