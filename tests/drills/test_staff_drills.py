"""Answers of staff, killed at every step and sent from 64 phones: none is lost, none is doubled."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.drills.installation import Installation, kill, wait_until
from tests.drills.visitor import Visitor, free_port

PREPARE = """
from surveys.fieldwork.drafts import begin_draft, save_page
from surveys.fieldwork.tickets import issue, new_ticket
wave = make_wave("staff", audience="staff", sampling="invited")
root = Organisation.objects.get(code="NATIONAL")
place = Organisation.objects.create(code="RX1", name="Trust", parent=root)
tickets = [new_ticket("staff") for _ in range({tickets})]
issue(wave, [(one, place) for one in tickets])
found = []
for number in range({drafts}):
    ticket = tickets[number % len(tickets)]
    found.append(begin_draft(wave=wave, language="en", ticket=ticket))
    save_page(found[-1], {{"aware": "no", "sex": ("female", "male")[number % 2]}})
say(found)
"""
STATE = """
wave = Wave.objects.get(slug="staff")
say({
    "tickets": Ticket.objects.count(),
    "drafts": Draft.objects.count(),
    "waiting": SealedInbox.objects.count(),
    "responses": Response.objects.filter(wave=wave).count(),
    "counted": sum(
        wave.tallies.filter(slice__in=["", "outside"]).values_list("respondents", flat=True)
    ),
    "by organisation": sum(
        wave.organisation_tallies.filter(slice="").values_list("respondents", flat=True)
    ),
})
"""
SUBMIT = """
from surveys.fieldwork.submission import submit
say(submit({secret!r}).withdrawal_code)
"""
CLOSE_AND_MIX = """
from surveys.fieldwork.mixing import mix_wave
from surveys.fieldwork.waves import close_wave
wave = Wave.objects.get(slug="staff")
if wave.status == "open":
    close_wave(wave)
say(mix_wave(wave.pk))
"""
KEYS = """
from surveys.fieldwork.keys import keys_left
from surveys.fieldwork.mixing import waves_to_mix
say([len(keys_left("staff")), len(waves_to_mix())])
"""


@pytest.fixture
def staffed(installation: Installation) -> Installation:
    """An installation whose worker keeps keys in a folder of its own."""
    installation.settings["WAVE_KEYS_DIR"] = str(installation.folder / "keys")
    return installation


def test_one_ticket_used_by_64_phones_at_once_is_one_answer(staffed: Installation) -> None:
    secrets = staffed.run(PREPARE.format(tickets=1, drafts=64))
    port = free_port()
    staffed.web(port)
    wait_until(Visitor(port).is_served)
    together = threading.Barrier(64)

    def send(secret: str) -> tuple[int, str]:
        visitor = Visitor(port, secret)
        together.wait(timeout=60)
        reply = visitor.ask("POST", "/s/staff/submit")
        return reply.status, reply.location

    with ThreadPoolExecutor(64) as phones:
        replies = Counter(phones.map(send, secrets))
    # The others are told that this invitation was answered, and what to do.
    assert replies == {(302, "/s/staff/done"): 1, (200, ""): 63}
    state = staffed.run(STATE)
    assert (state["tickets"], state["waiting"], state["drafts"]) == (0, 1, 0)


@pytest.mark.parametrize("step", ["seal_answer", "_told"])
def test_killed_while_an_answer_is_handed_in_it_counts_once(
    staffed: Installation, step: str
) -> None:
    """Before anything is written, and after the last statement."""
    (secret,) = staffed.run(PREPARE.format(tickets=1, drafts=1))
    process = staffed.python(
        f"""
from surveys.fieldwork import sealed_inbox
from surveys.fieldwork.submission import submit
def hang(*_):
    say("here")
    time.sleep(600)
sealed_inbox.{step} = hang
submit({secret!r})
"""
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == '"here"'
    kill(process)
    codes = {staffed.run(SUBMIT.format(secret=secret)) for _ in range(2)}
    assert len(codes) == 1
    state = staffed.run(STATE)
    assert (state["tickets"], state["waiting"], state["drafts"]) == (0, 1, 0)
    assert staffed.run(CLOSE_AND_MIX) == 1
    state = staffed.run(STATE)
    assert (state["responses"], state["counted"], state["by organisation"]) == (1, 1, 1)


def submitted(staffed: Installation, number: int) -> None:
    secrets = staffed.run(PREPARE.format(tickets=number, drafts=number))
    sending = "from surveys.fieldwork.submission import submit\n"
    sending += f"say([submit(one).withdrawal_code for one in {secrets!r}])"
    assert len(set(staffed.run(sending))) == number


@pytest.mark.parametrize("step", ["count_for", "archive", "store", "truncate_log"])
def test_killed_while_mixing_nothing_is_lost_or_doubled(staffed: Installation, step: str) -> None:
    submitted(staffed, 30)
    hanging = f"""
from surveys.fieldwork import mixing
real = mixing.{step}
def hang(*given):
    real(*given)
    say("here")
    time.sleep(600)
mixing.{step} = hang
"""
    process = staffed.python(hanging + CLOSE_AND_MIX)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == '"here"'
    kill(process)
    committed = step == "truncate_log"
    state = staffed.run(STATE)
    assert (state["waiting"], state["responses"]) == ((0, 30) if committed else (30, 0))
    assert staffed.run(KEYS) == [1, 1]  # found again by the beat, in either case
    assert staffed.run(CLOSE_AND_MIX) == (0 if committed else 30)
    state = staffed.run(STATE)
    assert (state["waiting"], state["responses"], state["counted"]) == (0, 30, 30)
    assert state["by organisation"] == 30
    assert staffed.run(KEYS) == [0, 0]


def test_two_workers_that_mix_one_wave_count_each_answer_once(staffed: Installation) -> None:
    submitted(staffed, 200)
    staffed.run(
        "from surveys.fieldwork.waves import close_wave\n"
        "close_wave(Wave.objects.get(slug='staff')); say(True)"
    )
    workers = [staffed.python(CLOSE_AND_MIX) for _ in range(3)]
    mixed = []
    for worker in workers:
        output, _ = worker.communicate(timeout=120)
        assert worker.returncode == 0, output
        mixed.append(int(output.splitlines()[-1]))
    assert sorted(mixed) == [0, 0, 200]
    state = staffed.run(STATE)
    assert state["responses"] == state["counted"] == state["by organisation"] == 200


def test_what_is_confirmed_while_the_wave_closes_is_counted(staffed: Installation) -> None:
    """The wave is closed and mixed while phones send: each is counted, or told that it is over."""
    number = 120
    secrets = staffed.run(PREPARE.format(tickets=number, drafts=number))
    port = free_port()
    staffed.web(port)
    wait_until(Visitor(port).is_served)
    closing = threading.Event()

    def send(given: tuple[int, str]) -> int:
        place, secret = given
        if place == number // 3:
            closing.set()
        return Visitor(port, secret).ask("POST", "/s/staff/submit").status

    with ThreadPoolExecutor(8) as phones:
        replies = phones.map(send, enumerate(secrets))
        closing.wait(timeout=60)
        mixed = staffed.run(CLOSE_AND_MIX)
        statuses = Counter(replies)
    assert statuses[302] == mixed, statuses
    assert statuses[302] + statuses[200] == number
    state = staffed.run(STATE)
    assert (state["waiting"], state["responses"], state["drafts"]) == (0, mixed, 0)
