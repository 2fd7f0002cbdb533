"""Answers sent again and again, and while the database falls: each counts once."""

import http.client
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from tests.drills.cluster import NoServerPrograms, cluster_of_its_own
from tests.drills.installation import COUNTS, Installation, database_of_its_own, wait_until
from tests.drills.visitor import Visitor, free_port

DRAFTS = """
import random
from surveys.fieldwork.drafts import begin_draft, save_page
wave = Wave.objects.get(slug="wave")
chance, found = random.Random(1), []
for _ in range({drafts}):
    found.append(begin_draft(wave=wave, language="en"))
    answers = random_answers(chance, document())
    save_page(found[-1], {{code: answers[code] for code in answers if code != "arm"}})
say(found)
"""


CLOSE = """
from surveys.fieldwork.waves import close_wave
close_wave(Wave.objects.get(slug="wave"))
say(True)
"""


def code_of(receipt: str) -> str:
    """The withdrawal code in a receipt's cookie, without the time and the signature."""
    return receipt.partition(":")[0]


def test_the_same_draft_submitted_64_times_at_once_counts_once(installation) -> None:
    (secret,) = installation.run(DRAFTS.format(drafts=1))
    port = free_port()
    installation.web(port)
    wait_until(Visitor(port).is_served)
    together = threading.Barrier(64)

    def send(_number: int) -> tuple[int, str, str]:
        visitor = Visitor(port, secret)
        together.wait(timeout=60)
        reply = visitor.ask("POST", "/s/wave/submit")
        return reply.status, reply.location, code_of(reply.cookies.get("receipt", ""))

    with ThreadPoolExecutor(64) as phones:
        replies = set(phones.map(send, range(64)))
    ((status, location, code),) = replies
    assert (status, location) == (302, "/s/wave/done")
    assert len(code) == 20
    counts = installation.run(COUNTS)
    assert (counts["waiting"], counts["drafts"]) == (1, 0)
    collect = "from surveys.fieldwork.collecting import collect_wave\n"
    collect += "say(collect_wave(Wave.objects.get().pk, everything=True))"
    assert installation.run(collect) == 1
    late = Visitor(port, secret).ask("POST", "/s/wave/submit")
    assert code_of(late.cookies["receipt"]) == code
    counts = installation.run(COUNTS)
    assert (counts["waiting"], counts["responses"], counts["counted"]) == (0, 1, 1)


@pytest.fixture
def falling(tmp_path: Path) -> Iterator[tuple]:
    """An installation on a PostgreSQL server of its own, and that server."""
    if not settings.FULL_PROFILE:
        pytest.skip("runs on PostgreSQL and Redis only")
    try:
        with cluster_of_its_own() as cluster, database_of_its_own(cluster.url) as address:
            installation = Installation(tmp_path, address, settings.REDIS_URL)
            installation.settings["COLLECT_BATCH"] = "20"
            try:
                installation.manage("migrate", "--verbosity", "0")
                installation.run("make_wave('wave'); say(True)")
                yield installation, cluster
            finally:
                installation.stop()
    except NoServerPrograms as missing:
        pytest.skip(str(missing))


@pytest.mark.postgresql
def test_a_postgresql_that_crashes_under_load_loses_nothing_that_was_confirmed(falling) -> None:
    installation, cluster = falling
    respondents, crashes = 240, 3
    secrets = installation.run(DRAFTS.format(drafts=respondents))
    port = free_port()
    installation.web(port)
    wait_until(Visitor(port).is_served)
    installation.worker()
    installation.beat()
    confirmed: dict[str, str] = {}

    def send(secret: str) -> None:
        """Send until it is confirmed, as a person presses the button again."""
        deadline = time.monotonic() + 120
        while secret not in confirmed:
            assert time.monotonic() < deadline
            try:
                reply = Visitor(port, secret).ask("POST", "/s/wave/submit")
            except (OSError, http.client.HTTPException):
                reply = None
            if reply is not None and reply.status == 302:
                assert reply.location == "/s/wave/done"
                confirmed[secret] = code_of(reply.cookies["receipt"])
            else:
                time.sleep(0.2)
        time.sleep(0.05)

    with ThreadPoolExecutor(4) as phones:
        sent = [phones.submit(send, secret) for secret in secrets]
        for crash in range(crashes):
            enough = respondents * (crash + 1) // (crashes + 2)
            wait_until(lambda enough=enough: len(confirmed) >= enough)
            cluster.crash()
        for one in sent:
            one.result()
    assert len(set(confirmed.values())) == respondents
    assert installation.run(COUNTS)["drafts"] == 0
    installation.run(CLOSE)  # the last few need not wait for others to be mixed with
    wait_until(lambda: installation.run(COUNTS)["waiting"] == 0, seconds=120)
    counts = installation.run(COUNTS)
    assert counts["responses"] == counts["counted"] == respondents
    assert counts["rebuild equal"]
