"""What is counted of networks, and that nobody can read an address out of it."""

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import RequestFactory
from redis.exceptions import ConnectionError as RedisConnectionError

from surveys.web import networks
from surveys.web.networks import times


def request(address: str, **headers: str):
    return RequestFactory().get("/", REMOTE_ADDR=address, **headers)


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("192.0.2.1", "192.0.2.200", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1::1", "2001:db8:1:ffff::1", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
    ],
)
def test_addresses_of_one_network_are_counted_together(
    first: str, second: str, together: bool
) -> None:
    assert times(request(first), "x", 60) == 1
    assert times(request(second), "x", 60) == (2 if together else 1)


def test_each_thing_is_counted_apart() -> None:
    assert times(request("192.0.2.1"), "x", 60) == 1
    assert times(request("192.0.2.1"), "y", 60) == 1


def test_behind_a_proxy_its_own_entry_counts_and_not_what_a_visitor_wrote(
    settings: LazySettings,
) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    forged = request("10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.1")
    assert times(forged, "x", 60) == 1
    assert times(request("10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.7"), "x", 60) == 2
    assert times(request("10.0.0.1"), "x", 60) == 0  # only the proxy is known


def test_nothing_that_is_kept_names_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[object] = []
    monkeypatch.setattr(networks, "_one_more", lambda name, seconds: kept.append(name) or 1)
    times(request("192.0.2.1"), "x", 60)
    first = list(kept)
    assert not [key for key in first if "192.0.2" in str(key)]
    # With another secret the same network gets another name.
    monkeypatch.setattr(networks, "SECRET", "another")
    times(request("192.0.2.1"), "x", 60)
    assert kept[-1] != first[-1]


def test_without_redis_nothing_is_counted_and_nobody_is_refused(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> None:
        raise RedisConnectionError("redis at 10.0.0.7 does not answer")

    for place, name in ((cache, "get_or_set"), (networks, "_one_more")):
        with monkeypatch.context() as without:
            without.setattr(place, name, away)
            assert times(request("192.0.2.1"), "x", 60) == 0
    assert "are not counted" in caplog.text
    assert "192.0.2" not in caplog.text
