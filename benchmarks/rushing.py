"""Sixty-four phones that answer at once for half a minute: what each waits, and what is counted.

Everything is the real thing: web processes, worker and beat, each phone from the consent to the
confirmation, page after page; every tenth presses "send" twice at the same moment. Afterwards each
submission that was confirmed is in the database once, and nothing else is.
"""

import http.client
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import numpy as np

from benchmarks.telling import tell
from tests.drills.installation import COUNTS, Installation, kill, wait_until
from tests.drills.visitor import Reply, Visitor, free_port

PHONES, SECONDS, TWICE = 64, 30, 10
WAVE = "/s/wave/"

# People who answer everything, as the fields of each page; and a wave that asks them.
PEOPLE = """
import datetime, random
from django.utils import timezone
from surveys.fieldwork.simulation import invented
from surveys.fieldwork.waves import close_wave, create_wave, open_wave
from surveys.questionnaires.routing import route
from surveys.questionnaires.versions import frozen
today = timezone.localdate()
version = QuestionnaireVersion.objects.filter(questionnaire__slug="public-confidence").latest("pk")
for open_already in Wave.objects.filter(status=Wave.Status.OPEN):
    close_wave(open_already)  # one wave of a questionnaire is open at a time
open_wave(create_wave(
    slug="wave", title="A rush", version=version, opens_on=today,
    closes_on=today + datetime.timedelta(7), weighting="none"))
asked = frozen(version.pk).document
def fields(page, answers):
    return [
        (one.code, value)
        for one in page.questions if one.code in answers
        for value in (answers[one.code] if isinstance(answers[one.code], list)
                      else [answers[one.code]])
    ]
say([
    {page.code: fields(page, answers) for page in route(asked, answers)}
    for answers in invented(asked, 400, random.Random(64))
    if all(one.code in answers or not one.required
           for page in route(asked, answers) for one in page.questions)
])
"""

Person = dict[str, list[tuple[str, Any]]]


@dataclass
class Seen:
    """What all phones have seen: seconds of each kind of request, submissions, and what failed."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sent: int = 0
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Stopped(RuntimeError):
    """A request was not answered as it should be; the phone begins anew."""


class Phone:
    """One of many, that answers as one person after the other until the time is over."""

    def __init__(self, port: int, people: Sequence[Person], seen: Seen) -> None:
        self.port, self.people, self.seen = port, people, seen
        self.others: Person = {code: sent for one in people for code, sent in one.items() if sent}

    def answer_until(self, end: float, number: int) -> None:
        """Fill in survey after survey; one that was begun before the end is also ended."""
        while time.monotonic() < end:
            try:
                self._answer(self.people[number % len(self.people)], twice=number % TWICE == 0)
            except (Stopped, OSError, http.client.HTTPException) as error:
                with self.seen.lock:
                    self.seen.failed.append(f"{type(error).__name__}: {error}")
            number += PHONES

    def _answer(self, person: Person, *, twice: bool) -> None:
        phone = Visitor(self.port)
        begun = self._ask(phone, "consent", "POST", f"{WAVE}consent", HTTPStatus.FOUND)
        phone = Visitor(self.port, begun.cookies["draft"], phone.token)
        where = begun.location
        while "/q/" in where:
            self._ask(phone, "page, GET", "GET", where, HTTPStatus.OK)
            code = where.partition("/q/")[2].partition("?")[0]
            # Which arm is drawn is chance: on a page of another arm somebody else's answers do.
            sent = person.get(code) or self.others.get(code, [])
            where = self._ask(phone, "page, POST", "POST", where, HTTPStatus.FOUND, sent).location
        self._ask(phone, "check", "GET", where, HTTPStatus.OK)
        self._send(phone, twice=twice)

    def _send(self, phone: Visitor, *, twice: bool) -> None:
        times = 2 if twice else 1
        with ThreadPoolExecutor(times) as fingers:
            sending = [
                fingers.submit(
                    self._ask, phone, "submission", "POST", f"{WAVE}submit", HTTPStatus.FOUND
                )
                for _ in range(times)
            ]
            for one in sending:
                if one.result().location != f"{WAVE}done":
                    raise Stopped(f"a submission led to {one.result().location}")
        with self.seen.lock:
            self.seen.sent += 1

    def _ask(
        self,
        phone: Visitor,
        kind: str,
        method: str,
        path: str,
        expected: HTTPStatus,
        fields: Sequence[tuple[str, Any]] = (),
    ) -> Reply:
        before = time.perf_counter()
        reply = phone.ask(method, path, fields)
        took = time.perf_counter() - before
        if reply.status != expected:
            raise Stopped(f"{method} {path} was answered {reply.status}")
        with self.seen.lock:
            self.seen.seconds[kind].append(took)
        return reply


def measure_rushing(installation: Installation) -> bool:
    """Print what the phones waited and whether all was counted; returns whether it was."""
    print(f"\n{PHONES} phones for {SECONDS} seconds, with worker and beat at work")
    people: list[Person] = installation.run(PEOPLE)
    port, seen = free_port(), Seen()
    processes = [installation.web(port), installation.worker(), installation.beat()]
    wait_until(Visitor(port).is_served)
    start = time.monotonic()
    with ThreadPoolExecutor(PHONES) as phones:
        for number in range(PHONES):
            phones.submit(Phone(port, people, seen).answer_until, start + SECONDS, number)
    took = time.monotonic() - start
    for process in processes:
        kill(process)
    for kind, seconds in seen.seconds.items():
        half, most, longest = np.quantile(seconds, (0.5, 0.99, 1)) * 1000
        told = f"{half:.0f} ms, p99 {most:.0f} ms, at most {longest:.0f} ms"
        tell(f"{kind} ({len(seconds):,})", told)
    number = sum(map(len, seen.seconds.values()))
    tell("requests a second, submissions a second", f"{number / took:.0f}, {seen.sent / took:.1f}")
    counts = installation.run(COUNTS)
    kept = counts["waiting"] + counts["responses"]
    for error in sorted(set(seen.failed))[:5]:
        print(f"    {error}")
    return all(
        [
            tell("errors", f"{len(seen.failed)}", "none", kept=not seen.failed),
            tell("submitted, and kept", f"{seen.sent}, {kept}", "as many", kept=seen.sent == kept),
            tell("drafts left over", f"{counts['drafts']}", "none", kept=not counts["drafts"]),
        ]
    )
