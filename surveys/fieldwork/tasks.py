"""The doors through which the beat and the worker reach fieldwork.

Each can run twice, late or beside itself. On the queue of files `acks_late` has no effect: a killed
worker loses its message there, and the beat finds again what it left undone.
"""

import logging

from celery import shared_task
from django.db import OperationalError

from surveys.fieldwork import (
    collecting,
    lagging,
    mail,
    mixing,
    response_rates,
    retention,
    waves,
)
from surveys.fieldwork import invitation_mail as inviting
from surveys.fieldwork.models import Inbox, Wave
from surveys.fieldwork.traces import truncate_log

logger = logging.getLogger(__name__)


@shared_task(
    name="surveys.collect_wave",
    autoretry_for=(OperationalError,),
    retry_backoff=5,
    max_retries=5,
)
def collect_wave(wave_id: int) -> int:
    """Collect what waits in one wave, batch by batch."""
    moved = 0
    while batch := collecting.collect_wave(wave_id):
        moved += batch
    if moved:
        truncate_log()
        logger.info("collected %d answers", moved)
    return moved


@shared_task(name="surveys.collect_waiting")
def collect_waiting() -> None:
    """Start collecting in every wave that has something waiting."""
    for wave_id in Inbox.objects.order_by().values_list("wave_id", flat=True).distinct():
        collect_wave.delay(wave_id)


@shared_task(
    name="surveys.mix_waves",
    autoretry_for=(OperationalError,),
    retry_backoff=5,
    max_retries=5,
)
def mix_waves() -> None:
    """Open and count the answers of staff whose wave is over, and destroy its keys."""
    for wave_id in mixing.waves_to_mix():
        logger.info("mixed %d answers", mixing.mix_wave(wave_id))


@shared_task(name="surveys.open_and_close_waves")
def open_and_close_waves() -> None:
    """Open and close the waves whose time has come."""
    for slug in waves.give_keys():
        logger.info("gave %s a key", slug)
    opened, closed = waves.open_and_close_due()
    for slug in opened:
        logger.info("opened %s", slug)
    for slug in closed:
        logger.info("closed %s", slug)


@shared_task(name="surveys.ask_to_confirm")
def ask_to_confirm() -> None:
    """Ask those who signed up for news whether it was they."""
    if asked := mail.ask_to_confirm():
        logger.info("asked %d to confirm", asked)


@shared_task(
    name="surveys.send_invitations",
    autoretry_for=(OSError,),
    retry_backoff=30,
    retry_backoff_max=900,
    max_retries=8,
)
def send_invitations(wave_id: int) -> None:
    """Make the tickets of a wave's invitations and send what is due, batch by batch."""
    sent = inviting.send_all(wave_id)
    if sent.sent or sent.refused:
        logger.info("sent %d invitations, %d were refused", sent.sent, sent.refused)


@shared_task(name="surveys.send_due_invitations")
def send_due_invitations() -> None:
    """Start sending in every open wave of staff that has invitations."""
    for wave_id in inviting.waves_to_write_for():
        send_invitations.delay(wave_id)


@shared_task(name="surveys.count_responses")
def count_responses() -> None:
    """Write down how many have answered by today, and tell managers where it lags."""
    for wave in Wave.objects.accepting().filter(mixing_public__isnull=False):
        response_rates.count_responses(wave)
        if told := lagging.tell_managers(wave):
            logger.info("told %d managers that responses lag", told)


@shared_task(name="surveys.purge_expired")
def purge_expired() -> None:
    """Delete what has had its time."""
    for kind, rows in retention.purge_expired().items():
        logger.info("purged %d %s", rows, kind)
    truncate_log()
