"""The doors through which the beat and the worker reach reports."""

import logging

from celery import shared_task
from django.db import OperationalError

from surveys.reports import announcing, estimating
from surveys.reports.stale import stale_waves

logger = logging.getLogger(__name__)


@shared_task(
    name="surveys.estimate_wave",
    autoretry_for=(OperationalError,),
    retry_backoff=5,
    max_retries=5,
)
def estimate_wave(wave_id: int) -> None:
    """Renew the figures of one wave, unless it is too early."""
    try:
        release = estimating.estimate_wave(wave_id)
    except estimating.TooEarly as early:
        logger.info("%s", early)
    else:
        logger.info("%s is up to date", release)


@shared_task(name="surveys.estimate_stale_waves")
def estimate_stale_waves() -> None:
    """Start estimating in every wave whose answers are newer than its figures."""
    for wave_id in stale_waves():
        estimate_wave.delay(wave_id)


@shared_task(name="surveys.announce_releases")
def announce_releases() -> None:
    """Tell subscribers of what was published, each once at most."""
    announcing.announce()
    if sent := announcing.send_notices():
        logger.info("told %d of results", sent)
