"""A curious employer and a careless administrator look for a nurse's answers.

What they have: the staff list with organisation, job, sex and nation; the order in which people
opened the survey, from the log of the works' proxy; a copy of the whole database after each visit
and at the end, with PostgreSQL's hidden columns and the physical order of rows. What they lack: the
wave's keys. They pair people with responses by every order there is, by equal values, and by what
changed from one copy to the next. Each way of it is tried on the service as it is, and on one that
archives each answer as it comes, where it must succeed: so that the attack is known to bite.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from surveys.fieldwork.collecting import NewResponse, archive
from surveys.fieldwork.crypto import response_hash, withdrawal_code
from surveys.fieldwork.drafts import begin_draft, discard_draft, read_draft, save_page
from surveys.fieldwork.mixing import mix_wave
from surveys.fieldwork.models import Organisation, Response, Ticket, Wave
from surveys.fieldwork.submission import submit
from surveys.fieldwork.tickets import issue, new_ticket, ticket_key
from surveys.fieldwork.waves import close_wave
from tests.fieldwork.small import make_wave

pytestmark = pytest.mark.django_db(transaction=True)
told = logging.getLogger(__name__)  # pytest --log-cli-level=INFO shows the numbers
PEOPLE = 200
# By chance alone one pair in each shuffled group is right, whatever its size (the expected number
# of fixed points of a permutation is 1): of one group 10 or more happen once in ten million times.
BY_CHANCE_IN_ONE_GROUP = 10
KEPT = ("surveys_response", "surveys_comment", "surveys_tally", "surveys_organisationtally")
ANSWERS = ("sex", "nation", "job")


@dataclass(frozen=True)
class Person:
    """A line of the staff list; `code` is theirs alone, and tells us who was right."""

    organisation: Organisation
    profile: tuple[str, ...]
    code: str


@dataclass
class Loot:
    """What was copied: after each visit what had changed, and the rows that had come."""

    changed: list[bool] = field(default_factory=list)
    came: list[set[bytes]] = field(default_factory=list)


def staff_list(chance: random.Random) -> list[tuple[Organisation, dict[str, Any]]]:
    root, _ = Organisation.objects.get_or_create(
        code=Organisation.ROOT, defaults={"name": "National"}
    )
    trusts = [
        Organisation.objects.create(code=f"RX{number}", name=f"Trust {number}", parent=root)
        for number in range(4)
    ]
    return [
        (
            chance.choice(trusts),
            {
                "sex": chance.choice(["female", "female", "male"]),
                "nation": chance.choice(["england", "wales"]),
                "job": chance.choice(["nurse", "porter"]),
                "before": chance.randint(0, 10),
                "aware": "yes",
                "worries": [chance.choice(["jobs", "errors", "privacy"])],
                "years": chance.randint(0, 40),
                "comment": f"Comment {chance.randint(0, 10**9)}",
            },
        )
        for _ in range(PEOPLE)
    ]


def contents() -> dict[str, list[str]]:
    """The rows of every table that a finished answer ends in."""
    found = {}
    with connection.cursor() as cursor:
        for table in KEPT:
            cursor.execute(f"SELECT * FROM {table}")
            found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def waiting() -> set[bytes]:
    """Every value of the rows that wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM surveys_sealedinbox")
        return {in_bytes(one) for row in cursor.fetchall() for one in row}


def in_bytes(value: Any) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def as_it_is(wave: Wave, secret: str, ticket: str) -> str:
    del wave, ticket
    return submit(secret).withdrawal_code[:20]


def as_it_comes(wave: Wave, secret: str, ticket: str) -> str:
    """The mixer turned off: spent, archived and counted in one transaction, unsealed."""
    draft = read_draft(secret)
    code = withdrawal_code(secret, draft.stored)
    with transaction.atomic():
        Ticket.objects.filter(key=ticket_key(ticket)).delete()
        discard_draft(secret)
        archive(wave, [NewResponse(draft.content.answers, "", None, response_hash(code))])
    return code


def fieldwork(send: Callable[[Wave, str, str], str]) -> tuple[list[Person], Loot]:
    """Everybody answers, one after another; people in the order of their visits."""
    wave = make_wave(audience="staff", sampling="invited")
    chance = random.Random(20)
    people, loot = [], Loot()
    invited = [(trust, answers, new_ticket(wave.slug)) for trust, answers in staff_list(chance)]
    issue(wave, [(ticket, trust) for trust, _, ticket in invited])
    chance.shuffle(invited)
    before, seen = contents(), waiting()
    for trust, answers, ticket in invited:
        secret = begin_draft(wave=wave, language="en", ticket=ticket)
        save_page(secret, answers)
        code = send(wave, secret, ticket)
        people.append(Person(trust, tuple(answers[one] for one in ANSWERS), code))
        after, now = contents(), waiting()
        loot.changed.append(after != before)
        loot.came.append(now - seen)
        before, seen = after, now
    close_wave(wave)
    mix_wave(wave.pk)
    return people, loot


def orders() -> dict[str, list[str]]:
    """The ids of all responses, in every order that the database has kept."""
    hidden = (
        {"by ctid": "ctid", "by xmin": "xmin::text::bigint, ctid"}
        if connection.vendor == "postgresql"
        else {"by rowid": "rowid"}
    )
    found = {}
    with connection.cursor() as cursor:
        for name, order in {**hidden, "by id": "id", "by hash": "withdrawal_hash"}.items():
            cursor.execute(f"SELECT id FROM surveys_response ORDER BY {order}")
            found[name] = [str(row[0]).replace("-", "") for row in cursor.fetchall()]
    return found


def right(people: Sequence[Person], ids: Sequence[str], truth: dict[str, str]) -> int:
    """How many are paired with their own response if both stand in the same order."""
    return sum(truth[one.code] == guess for one, guess in zip(people, ids, strict=False))


def truths(people: list[Person]) -> dict[str, str]:
    """Which response is whose: known to this test alone, from the codes people keep."""
    hashes = {bytes(one.withdrawal_hash or b""): one.pk.hex for one in Response.objects.all()}
    return {one.code: hashes[response_hash(one.code)] for one in people}


def by_profile(people: list[Person], ids: list[str]) -> list[tuple[list[Person], list[str]]]:
    """The same, of those who share a profile, which the staff list and the responses both have."""
    answers = {one.pk.hex: one.answers for one in Response.objects.all()}
    listed, archived = defaultdict(list), defaultdict(list)
    for one in people:
        listed[one.profile].append(one)
    for one_id in ids:
        archived[tuple(answers[one_id].get(name) for name in ANSWERS)].append(one_id)
    return [(listed[profile], archived[profile]) for profile in listed]


def test_with_the_whole_database_nobody_is_found_better_than_by_chance() -> None:
    people, loot = fieldwork(as_it_is)
    truth = truths(people)
    assert len(set(truth.values())) == PEOPLE
    # Nothing changes from one copy to the next but what waits, sealed.
    assert not any(loot.changed)
    archived = {
        in_bytes(value)
        for row in Response.objects.values_list("pk", "answers", "codes", "withdrawal_hash")
        for value in row
    }
    assert not any(came & archived for came in loot.came)
    for name, ids in orders().items():
        found = right(people, ids, truth)
        told.info("%s", f"{name}: {found} of {PEOPLE} found")
        assert found < BY_CHANCE_IN_ONE_GROUP, name
        groups = by_profile(people, ids)
        within = sum(right(mine, theirs, truth) for mine, theirs in groups)
        told.info("%s", f"{name}, within {len(groups)} profiles: {within} of {PEOPLE} found")
        # One in each group is right by chance; three times as many never.
        assert within < 3 * len(groups) + BY_CHANCE_IN_ONE_GROUP, name


def test_with_the_mixer_turned_off_the_same_attack_finds_everybody() -> None:
    people, loot = fieldwork(as_it_comes)
    truth = truths(people)
    assert all(loot.changed)
    physical = "by ctid" if connection.vendor == "postgresql" else "by rowid"
    assert right(people, orders()[physical], truth) == PEOPLE
    if connection.vendor == "postgresql":
        assert right(people, orders()["by xmin"], truth) == PEOPLE


def test_no_row_that_is_left_says_where_somebody_works_and_what_they_said() -> None:
    fieldwork(as_it_is)
    both = [
        model
        for model in apps.get_models()
        if {"organisation", "wave"} <= (names := {one.name for one in model._meta.get_fields()})
        and names & {"answers", "codes", "text", "sealed"}
    ]
    assert {one.__name__ for one in both} == {"Inbox", "SealedInbox"}
    assert not any(one._default_manager.exists() for one in both)
    assert not Ticket.objects.exists()
