"""CPU of the web worker for a question page and a submission, beside a view that does nothing.

The same worker serves all of them in turn, with the same middleware, cookies and headers; what is
compared is processor time of its process as the kernel counts it, not time on a clock, so that
neither the network nor the database's own processes nor this client are in it.
"""

import os
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.telling import tell
from tests.drills.installation import Installation, wait_until
from tests.drills.visitor import Visitor, free_port

ROUNDS, WARM_UP = 24, 4
TOKEN = "5" * 32  # against forgery; the same for all, as for one phone
# How many times a bare view's processor time each may take.
FIRST_AT_MOST, AGAIN_AT_MOST, PAGE_AT_MOST, SUBMISSION_AT_MOST = 2.5, 8.0, 5.0, 8.0

# Finished drafts of the public questionnaire, with the fields of every page on their way.
PREPARE = """
import datetime, random
from django.utils import timezone
from surveys.fieldwork.drafts import begin_draft, read_draft, save_page
from surveys.fieldwork.simulation import invented
from surveys.fieldwork.waves import create_wave, open_wave
from surveys.questionnaires.routing import route
today = timezone.localdate()
version = QuestionnaireVersion.objects.filter(questionnaire__slug="public-confidence").latest("pk")
wave = open_wave(create_wave(
    slug="requests", title="Requests", version=version, opens_on=today,
    closes_on=today + datetime.timedelta(7), weighting="none"))
drafts = []
for answers in invented(version_document := read_draft(
        begin_draft(wave=wave, language="en")).wave.questionnaire.document, 10_000,
        random.Random(1)):
    pages = route(version_document, answers)
    asked_questions = [question for page in pages for question in page.questions]
    if any(one.required and one.code not in answers for one in asked_questions):
        continue
    secret = begin_draft(wave=wave, language="en")
    save_page(secret, answers)
    fields = [
        (page.code, [
            (one.code, value)
            for one in page.questions if one.code in answers
            for value in (answers[one.code] if isinstance(answers[one.code], list)
                          else [answers[one.code]])
        ])
        for page in pages if page.questions
    ]
    drafts.append((secret, fields))
    if len(drafts) == {drafts}:
        break
say([begin_draft(wave=wave, language="en"), drafts])
"""


@dataclass(frozen=True)
class Request:
    """One request, and the answer that it must get."""

    method: str
    path: str
    secret: str
    fields: tuple[tuple[str, Any], ...] = ()
    status: int = 200


class Site:
    """A web server with one worker, and what its requests cost."""

    def __init__(self, installation: Installation) -> None:
        self.port = free_port()
        self.process = installation.web(self.port, workers=1)
        wait_until(Visitor(self.port).is_served)

    def cpu(self, requests: Iterable[Request]) -> float:
        """Milliseconds of the worker's processor time for each of these requests."""
        before, number = self._spent(), 0
        for request in requests:
            visitor = Visitor(self.port, request.secret, TOKEN)
            status = visitor.ask(request.method, request.path, request.fields).status
            if status != request.status:
                raise RuntimeError(f"{request.method} {request.path} was answered {status}")
            number += 1
        time.sleep(0.02)  # what a worker does after its answer belongs to it as well
        return (self._spent() - before) / number / 1e6

    def _spent(self) -> int:
        """Nanoseconds on a processor, over the worker's threads."""
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return sum(
            int(thread.read_text().split()[0])
            for child in children
            for thread in Path(f"/proc/{child}/task").glob("*/schedstat")
        )


def measure_requests(installation: Installation) -> bool:
    """Print what question pages and submissions cost; returns whether all promises are kept."""
    print("CPU of the web worker for one request (median over rounds)")
    if not Path("/proc/self/schedstat").exists() or os.name != "posix":
        return tell("left out", "needs Linux's /proc")
    fresh, drafts = installation.run(PREPARE.replace("{drafts}", str(ROUNDS * 8 + 1)))
    (walker, pages), finished = drafts[0], [secret for secret, _ in drafts[1:]]
    site = Site(installation)
    kinds: dict[str, list[float]] = {}

    def add(kind: str, requests: list[Request]) -> None:
        kinds.setdefault(kind, []).append(site.cpu(requests))

    path = "/s/requests/"
    first = Request("GET", f"{path}q/{pages[0][0]}", fresh)
    reads = [Request("GET", f"{path}q/{code}", walker) for code, _ in pages]
    writes = [
        Request("POST", f"{path}q/{code}", walker, tuple(map(tuple, fields)), 302)
        for code, fields in pages
    ]
    for number in range(ROUNDS):
        sent = finished[number * 8 : number * 8 + 8]
        add("bare GET", [Request("GET", "/bare", walker)] * len(reads))
        add("first GET", [first] * len(reads))
        add("page GET", reads)
        add("bare POST", [Request("POST", "/bare", walker, (("answer", "yes"),))] * len(writes))
        add("page POST", writes)
        add("submission", [Request("POST", f"{path}submit", one, (), 302) for one in sent])
    site.process.terminate()
    site.process.wait(timeout=30)
    cost = {kind: statistics.median(found[WARM_UP:]) for kind, found in kinds.items()}
    tell("bare view, GET", f"{cost['bare GET']:.2f} ms")
    tell("bare view, POST", f"{cost['bare POST']:.2f} ms")
    promises = [
        ("first GET", "question page, nothing answered, GET", "bare GET", FIRST_AT_MOST),
        ("page GET", f"with saved answers, GET ({len(reads)} pages)", "bare GET", AGAIN_AT_MOST),
        ("page POST", f"question page, POST ({len(writes)} pages)", "bare POST", PAGE_AT_MOST),
        ("submission", "submission", "bare POST", SUBMISSION_AT_MOST),
    ]
    kept = []
    for kind, what, measure, most in promises:
        times = cost[kind] / cost[measure]
        found = f"{cost[kind]:.2f} ms, {times:.1f} times"
        kept.append(tell(what, found, f"at most {most:g} times", kept=times <= most))
    return all(kept)
