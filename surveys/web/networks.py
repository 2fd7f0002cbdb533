"""How often something came from one network lately, without knowing from where.

What is counted is an address cut to its network and scrambled under a secret that is drawn anew and
kept in memory alone (the process, or Redis, which writes nothing to disk): nobody can turn a count
back into a network, and no address is written down anywhere. django-ratelimit and django-axes were
looked at: both keep whole addresses, in the cache or in the database.
"""

import hashlib
import hmac
import ipaddress
import logging
import secrets
import time
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis import Redis
from redis.commands.core import Script
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

HOUR = 60 * 60
IPV4_BITS, IPV6_BITS = 24, 48
REMEMBERED = 60  # seconds
SECRET = "networks-secret"  # noqa: S105 -- the name of a place in the cache


def times(request: HttpRequest, what: str, seconds: int) -> int:
    """Count that `what` was done from the request's network; how often within about `seconds`.

    0 where the network is not known, or nothing can be counted: no answer is lost for that.
    """
    network = _network(request)
    if network is None:
        return 0
    try:
        return _counted(what, network, seconds)
    except RedisError as error:
        logger.warning("networks are not counted: %s", type(error).__name__)
        return 0


def _counted(what: str, network: str, seconds: int) -> int:
    secret = _secret(SECRET, int(time.time()) // REMEMBERED)
    told = hmac.new(secret, f"{what}|{network}".encode(), hashlib.sha256).hexdigest()
    return _one_more(told, seconds)


def _one_more(name: str, seconds: int) -> int:
    """Add one to a count that ends by itself; how many there are.

    Redis is asked once. Django's cache would ask three times, and every submission does this.
    """
    if settings.FULL_PROFILE:
        return int(_counting()(keys=[name], args=[seconds]))
    cache.add(name, 0, seconds)
    try:
        return cache.incr(name)
    except ValueError:  # it ran out between the two
        return 1


@lru_cache(maxsize=1)
def _counting() -> Script:
    """A count without an end would never end: Redis makes both in one step, or neither."""
    return Redis.from_url(settings.REDIS_URL).register_script(
        "local times = redis.call('INCR', KEYS[1])"
        " if times == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end"
        " return times"
    )


@lru_cache(maxsize=1)
def _secret(name: str, _while: int) -> bytes:
    """What networks are scrambled under, the same in all processes; asked for anew each minute,
    so that they agree again soon after the cache has lost it."""
    drawn = secrets.token_bytes(32)
    return bytes(cache.get_or_set(name, drawn, None) or drawn)


def _network(request: HttpRequest) -> str | None:
    """The network that a request comes from; None where only a proxy is known."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER is not None:
        # The last entry is our own proxy's; what a visitor wrote stands before it.
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    bits = IPV4_BITS if parsed.version == 4 else IPV6_BITS
    return str(ipaddress.ip_network((parsed, bits), strict=False))
