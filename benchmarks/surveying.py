"""Our pages and submissions beside those of django-survey-and-report, on the same PostgreSQL.

Both are asked the same twenty questions on one page, in a process each and without a web server:
what gunicorn costs is the same for both, and would only hide how far they are apart.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg

from benchmarks.telling import tell
from tests.drills.installation import ROOT, Installation, database_of_its_own

# Ours are many, or it would have ended before the processor has come up to its speed.
OURS, THEIRS_ROUNDS, TURNS = 480, 48, 5
THEIRS = ROOT / ".venv-bench/bin/python"
SHOW, SUBMIT, WHOLE = 40.0, 20.0, 10.0  # how many times less ours shall cost

ASKED = {
    "title": "Twenty questions",
    "introduction": "How comfortable are you with these?",
    "options": [
        "Very comfortable",
        "Fairly comfortable",
        "Neither",
        "Fairly uncomfortable",
        "Very uncomfortable",
    ],
    "questions": [
        f"How comfortable are you with use {number} of this technology?" for number in range(1, 21)
    ],
}

# Our questionnaire of the same questions, a fresh draft for each round, and its requests.
PREPARE = """
from pathlib import Path
from surveys.fieldwork.drafts import begin_draft
from surveys.questionnaires.document import Document
folder = Path({folder!r})
asked = json.loads((folder / "questions.json").read_text())
options = [{{"code": f"o{{place}}", "text": text}} for place, text in enumerate(asked["options"])]
questions = [
    {{"code": f"q{{place}}", "text": text, "type": "single", "required": True, "options": options}}
    for place, text in enumerate(asked["questions"])
]
made = Wave.objects.filter(slug="twenty").first()
wave = made or make_wave("twenty", version=publish(Document.model_validate({{
    "slug": "twenty", "audience": "public", "title": asked["title"],
    "introduction": asked["introduction"], "minutes": 5,
    "pages": [{{"code": "all", "section": "All", "title": "All", "questions": questions}}],
}})))
rounds = []
for _ in range(asked["rounds"]):
    cookies = {{"draft": begin_draft(wave=wave, language="en")}}
    page = {{"path": "/s/twenty/q/all", "cookies": cookies}}
    fields = [(question["code"], "o0") for question in questions]
    rounds.append([
        {{"kind": "bare", "path": "/bare", "cookies": cookies, "status": 200}},
        {{"kind": "show", **page, "status": 200, "says": asked["questions"][-1]}},
        {{"kind": "answer", **page, "status": 302, "fields": fields}},
        {{"kind": "submit", "path": "/s/twenty/submit", "cookies": cookies, "status": 302,
          "fields": []}},
    ])
(folder / "requests.json").write_text(json.dumps(rounds))
say(True)
"""
DELIVERED = "say(Inbox.objects.filter(wave__slug='twenty').delete()[0])"


def measure_surveying(installation: Installation) -> bool:
    """Print what both cost; returns whether ours costs as much less as is promised."""
    print("\nBeside django-survey-and-report: twenty questions, CPU of one process")
    if installation.database_url is None:
        return tell("left out", "needs PostgreSQL, for both the same")
    if not THEIRS.exists():
        raise RuntimeError("The other one is not installed: `make bench` does it.")
    # In turn, and the least of each: others at work on this machine slow whoever runs just then.
    turns = [(_ours(installation), _theirs(installation.database_url)) for _ in range(TURNS)]
    ours, theirs = (_least(found) for found in zip(*turns, strict=True))
    together = ours["answer"] + ours["submit"]
    tell("ours: a view that says nothing", f"{ours['bare']:.2f} ms")
    return all(
        [
            _less("GET of twenty questions", ours["show"], theirs["show"], SHOW),
            _less("submission", ours["submit"], theirs["submit"], SUBMIT),
            _less("answering and submitting", together, theirs["submit"], WHOLE),
        ]
    )


def _less(what: str, ours: float, theirs: float, least: float) -> bool:
    times = theirs / ours
    found = f"{ours:.2f} ms, theirs {theirs:.1f} ms, {times:.0f} times"
    return tell(what, found, f"at least {least:g} times", kept=times >= least)


def _least(found: Sequence[dict[str, float]]) -> dict[str, float]:
    return {kind: min(one[kind] for one in found) for kind in found[0]}


def _ours(installation: Installation) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "questions.json").write_text(json.dumps({**ASKED, "rounds": OURS}))
        installation.run(PREPARE.format(folder=place))
        environment = installation.environment
        found = _call(Path(sys.executable), "engagement.wsgi:application", folder, environment)
    _all_kept(installation.run(DELIVERED), OURS)
    return found


def _theirs(server: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as place, database_of_its_own(server) as address:
        folder = Path(place)
        (folder / "questions.json").write_text(json.dumps({**ASKED, "rounds": THEIRS_ROUNDS}))
        environment = os.environ | {
            "RIVAL_DATABASE_URL": address,
            "DJANGO_SETTINGS_MODULE": "benchmarks.rival.settings",
        }
        _run([str(THEIRS), "-m", "benchmarks.rival.preparing", place], environment)
        found = _call(THEIRS, "benchmarks.rival.wsgi:application", folder, environment)
        with psycopg.connect(address) as connection:
            row = connection.execute("SELECT count(*) FROM survey_response").fetchone()
    _all_kept(row[0] if row else 0, THEIRS_ROUNDS)
    return found


def _all_kept(number: int, submitted: int) -> None:
    """Raise RuntimeError unless each submission is in the database once: speed counts with it."""
    if number != submitted:
        raise RuntimeError(f"{submitted} were submitted, and {number} are kept")


def _call(
    python: Path, application: str, folder: Path, environment: dict[str, str]
) -> dict[str, float]:
    command = [str(python), "-m", "benchmarks.beside.calling", application, str(folder)]
    found: dict[str, float] = json.loads(_run(command, environment).splitlines()[-1])
    return found


def _run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout
