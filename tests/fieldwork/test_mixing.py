"""Answers of staff: sealed until the wave is over, then archived and counted once, all together."""

import datetime
import itertools
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from surveys.fieldwork import keys, mixing
from surveys.fieldwork.coarsening import coarsened, profile_questions
from surveys.fieldwork.drafts import begin_draft, save_page
from surveys.fieldwork.inbox import Finished, deliver_many
from surveys.fieldwork.keys import NoKey, make_mixing_key, mixing_key
from surveys.fieldwork.mixing import mix_wave, waves_to_mix
from surveys.fieldwork.models import (
    Comment,
    Draft,
    Organisation,
    OrganisationTally,
    Response,
    SealedInbox,
    Tally,
    Ticket,
    Wave,
)
from surveys.fieldwork.organisation_tallies import put_together
from surveys.fieldwork.receipts import STAFF_LETTERS, read_receipt
from surveys.fieldwork.sealed_inbox import about
from surveys.fieldwork.sealing import CannotUnseal, seal_answer, unseal_answer
from surveys.fieldwork.submission import TicketSpent, receipt_again, submit
from surveys.fieldwork.tallying import scanned_counts, stored_counts
from surveys.fieldwork.tickets import issue, new_ticket
from surveys.fieldwork.waves import close_wave
from surveys.fieldwork.withdrawal import UnknownCode, withdraw
from surveys.questionnaires.document import Document
from surveys.questionnaires.packing import Slot, unpack_counts
from surveys.questionnaires.versions import frozen
from tests.fieldwork.small import document, make_wave

pytestmark = pytest.mark.django_db


def organisation(code: str, parent: str = "NATIONAL") -> Organisation:
    above = Organisation.objects.get(code=parent)
    return Organisation.objects.create(code=code, name=code, parent=above)


def answer(wave: Wave, place: Organisation, given: dict[str, Any]) -> str:
    """Somebody of an organisation answers with a new ticket; their code."""
    ticket = new_ticket(wave.slug)
    with transaction.atomic():
        issue(wave, [(ticket, place)])
    secret = begin_draft(wave=wave, language="cy", ticket=ticket)
    save_page(secret, given)
    return submit(secret).withdrawal_code


def staff_wave(**fields: Any) -> Wave:
    return make_wave(audience="staff", sampling="invited", **fields)


def mixed(wave: Wave) -> int:
    close_wave(wave)
    return mix_wave(wave.pk)


def test_what_waits_says_nothing_of_what_was_answered() -> None:
    wave = staff_wave()
    given = {"aware": "yes", "comment": "An astonishing canary"}
    answer(wave, organisation("RX1"), given)
    row = SealedInbox.objects.get()
    sealed = bytes(row.sealed)
    assert b"canary" not in sealed
    longer = {"aware": "no", "comment": "x" * 400}
    answer(wave, row.organisation, longer)
    assert len({len(one.sealed) for one in SealedInbox.objects.all()}) == 1
    assert (
        Response.objects.count() == Tally.objects.count() == OrganisationTally.objects.count() == 0
    )


def test_only_the_waves_own_key_opens_it() -> None:
    public = make_mixing_key("one")
    sealed = seal_answer(public, about(1), {"answers": {"aware": "yes"}})
    assert unseal_answer(mixing_key("one", public), about(1), sealed)["answers"] == {"aware": "yes"}
    with pytest.raises(CannotUnseal):
        unseal_answer(mixing_key("one", public), about(2), sealed)
    other = make_mixing_key("two")
    with pytest.raises(CannotUnseal):
        unseal_answer(mixing_key("two", other), about(1), sealed)
    with pytest.raises(NoKey, match="key of another wave"):
        mixing_key("two", public)


def test_nothing_is_opened_before_the_wave_is_over() -> None:
    wave = staff_wave()
    place = organisation("RX1")
    for _ in range(30):
        answer(wave, place, {"aware": "yes"})
    assert mix_wave(wave.pk) == 0
    assert SealedInbox.objects.count() == 30
    assert mixed(wave) == 30
    assert (Response.objects.count(), SealedInbox.objects.count()) == (30, 0)
    assert mix_wave(wave.pk) == 0


def test_a_response_of_staff_has_no_organisation_day_or_language() -> None:
    wave = staff_wave()
    answer(wave, organisation("RX1"), {"aware": "yes", "comment": "Hello"})
    mixed(wave)
    response, comment = Response.objects.get(), Comment.objects.get()
    assert (response.language, response.submitted_on) == ("", None)
    assert not any("organisation" in field.name for field in Response._meta.get_fields())
    assert bytes(response.withdrawal_hash) != bytes(comment.withdrawal_hash)
    assert comment.text == "Hello"


def test_each_organisation_is_counted_once_and_never_by_profile() -> None:
    wave = staff_wave()
    one, two = organisation("RX1"), organisation("RX2")
    for number in range(24):
        job = ("nurse", "porter")[number % 2]
        answer(wave, one, {"aware": ("yes", "no")[number % 3 == 0], "job": job, "sex": "female"})
    for _ in range(11):
        answer(wave, two, {"aware": "no", "job": "nurse", "sex": "male"})
    mixed(wave)
    slots = frozen(wave.version_id).layout.place_of_slot
    told = {
        (row.organisation.code, row.slice): (
            row.respondents,
            int(unpack_counts(bytes(row.counts))[slots[Slot("option", "aware", "yes")]]),
        )
        for row in OrganisationTally.objects.select_related("organisation")
    }
    # The small questionnaire marks no question as one about the respondent, so there is no slice.
    assert told == {("RX1", ""): (24, 16), ("RX2", ""): (11, 0)}
    assert stored_counts(wave).keys() == scanned_counts(wave).keys()


def test_few_answers_are_counted_for_the_organisation_above() -> None:
    top = organisation("QE1")
    small, large, alone = (organisation(code, "QE1") for code in ("RX1", "RX2", "RX3"))
    far = organisation("QE2")
    lonely = organisation("RY1", "QE2")
    root = Organisation.objects.get(code="NATIONAL")
    found = put_together({small.pk: 6, large.pk: 40, alone.pk: 5, lonely.pk: 3}, minimum=11)
    assert found == {
        small.pk: top.pk,  # 6 and 5 together are 11
        large.pk: large.pk,
        alone.pk: top.pk,
        lonely.pk: root.pk,  # nobody else answered below QE2
    }
    assert far.pk not in found.values()


def test_a_ticket_answers_once() -> None:
    wave = staff_wave()
    place = organisation("RX1")
    ticket = new_ticket(wave.slug)
    issue(wave, [(ticket, place)])
    secrets = [begin_draft(wave=wave, language="en", ticket=ticket) for _ in range(2)]
    for secret in secrets:
        save_page(secret, {"aware": "yes"})
    receipt = submit(secrets[0])
    with pytest.raises(TicketSpent):
        submit(secrets[1])
    assert (SealedInbox.objects.count(), Ticket.objects.count(), Draft.objects.count()) == (1, 0, 0)
    assert receipt_again(secrets[0]).withdrawal_code == receipt.withdrawal_code


def test_a_ticket_of_another_wave_answers_nothing() -> None:
    wave, other = staff_wave(), staff_wave(slug="other", kind="pilot")
    ticket = new_ticket(other.slug)
    issue(other, [(ticket, organisation("RX1"))])
    secret = begin_draft(wave=wave, language="en", ticket=ticket)
    save_page(secret, {"aware": "yes"})
    with pytest.raises(TicketSpent):
        submit(secret)
    assert Ticket.objects.count() == 1


def test_answers_can_be_taken_back_before_and_after_they_are_mixed() -> None:
    wave = staff_wave()
    place = organisation("RX1")
    codes = [answer(wave, place, {"aware": "yes", "comment": f"No {n}"}) for n in range(13)]
    assert {len(code) for code in codes} == {STAFF_LETTERS}
    withdraw(codes[0])
    assert SealedInbox.objects.count() == 12
    mixed(wave)
    withdraw(codes[1])
    assert (Response.objects.count(), Comment.objects.count()) == (11, 11)
    tally = OrganisationTally.objects.get()
    assert (tally.organisation, tally.respondents) == (place, 11)
    assert stored_counts(wave)["", "~|~"].respondents == 11
    with pytest.raises(UnknownCode):
        withdraw(codes[1])


def test_what_was_put_together_is_taken_from_where_it_was_counted() -> None:
    wave = staff_wave()
    organisation("QE1")
    small = organisation("RX1", "QE1")
    codes = [answer(wave, small, {"aware": "yes"}) for _ in range(3)]
    mixed(wave)
    assert OrganisationTally.objects.get().organisation.code == "NATIONAL"
    for code in codes:
        withdraw(code)
    assert not OrganisationTally.objects.exists()


def test_a_code_with_another_organisation_or_none_takes_nothing_back() -> None:
    wave = staff_wave()
    place = organisation("RX1")
    code = answer(wave, place, {"aware": "yes"})
    assert read_receipt(code).organisation_id == place.pk
    mixed(wave)
    last = "0" if code[-1] != "0" else "1"
    for wrong in (code[:20], code[:-1] + last):
        with pytest.raises(UnknownCode):
            withdraw(wrong)
    assert Response.objects.count() == 1


def test_profiles_that_few_share_become_coarser() -> None:
    profiles = {
        ("nurse", "female", "60"): 9,
        ("nurse", "female", "30"): 3,
        ("nurse", "female", "40"): 3,
        ("nurse", "male", "60"): 1,
        ("porter", "male", "60"): 2,
    }
    assert coarsened(profiles, 5) == {
        ("nurse", "female", "60"): ("nurse", "female", "60"),
        ("nurse", "female", "30"): ("nurse", "female", None),  # with the 40s they are 6
        ("nurse", "female", "40"): ("nurse", "female", None),
        ("nurse", "male", "60"): (None, None, None),  # one and two are still 3 when nothing is left
        ("porter", "male", "60"): (None, None, None),
    }


def test_after_coarsening_every_profile_that_says_something_is_shared() -> None:
    profiles = {
        told: 1 + (7 * number) % 13
        for number, told in enumerate(itertools.product("abc", "xyz", "12345"))
    }
    found = coarsened(profiles, 5)
    shared: dict[Any, int] = {}
    for profile, people in profiles.items():
        shared[found[profile]] = shared.get(found[profile], 0) + people
    assert all(people >= 5 or set(kept) == {None} for kept, people in shared.items())
    assert any(None in kept for kept in found.values())


def test_a_question_that_decides_which_pages_are_shown_is_not_coarsened() -> None:
    made = document("s", "staff").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    for page in made["pages"]:
        if page["code"] in ("sex", "aware"):
            page["questions"][0]["profile"] = True
    assert profile_questions(Document.model_validate(made)) == ("sex",)  # "aware" decides


def test_killed_while_mixing_nothing_has_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    wave = staff_wave()
    place = organisation("RX1")
    for _ in range(12):
        answer(wave, place, {"aware": "yes"})
    close_wave(wave)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    monkeypatch.setattr(mixing, "store", killed)
    with pytest.raises(Killed):
        mix_wave(wave.pk)
    assert SealedInbox.objects.count() == 12
    assert not Response.objects.exists()
    assert not Tally.objects.exists()
    assert keys.keys_left(wave.slug)
    monkeypatch.undo()


def test_without_the_key_everything_waits() -> None:
    wave = staff_wave(slug="lost")
    answer(wave, organisation("RX1"), {"aware": "yes"})
    close_wave(wave)
    keys.destroy_mixing_key("lost")
    with pytest.raises(NoKey, match="wait until it is back"):
        mix_wave(wave.pk)
    assert SealedInbox.objects.count() == 1


def test_a_wave_is_verified_closed_only_when_nothing_is_left(capsys: Any) -> None:
    wave = staff_wave(slug="verified")
    place = organisation("RX1")
    answer(wave, place, {"aware": "yes"})
    issue(wave, [(new_ticket(wave.slug), place)])
    begin_draft(wave=wave, language="en")
    keys.inviting_key(wave.slug)
    with pytest.raises(CommandError, match="it is open") as refused:
        call_command("verify_wave_closed", "verified")
    for kind in ("wave-verified.key", "mixing-verified.key", "tickets: 1", "drafts: 1"):
        assert kind in str(refused.value)
    close_wave(wave)
    with pytest.raises(CommandError, match="sealed answers that wait to be mixed: 1"):
        call_command("verify_wave_closed", "verified")
    assert waves_to_mix() == [wave.pk]
    mix_wave(wave.pk)
    call_command("verify_wave_closed", "verified")
    assert "no key, ticket, draft or waiting answer is left" in capsys.readouterr().out
    assert waves_to_mix() == []


@pytest.mark.parametrize(
    "change",
    [{"sampling": "open"}, {"mixing_minimum": 11}, {"mixing_public": b"x" * 32}, {"kind": "pilot"}],
)
def test_once_somebody_has_answered_how_they_are_protected_cannot_change(
    change: dict[str, Any],
) -> None:
    wave = staff_wave()
    rows = Wave.objects.filter(pk=wave.pk)
    if "mixing_public" not in change:
        rows.update(**change)
        rows.update(sampling="invited", mixing_minimum=25, kind="live")
    answer(wave, organisation("RX1"), {"aware": "yes"})
    with pytest.raises(IntegrityError, match="fixed_by_its_first_answer"), transaction.atomic():
        rows.update(**change)


def test_no_answer_of_staff_waits_unsealed_and_no_wave_opens_without_a_key() -> None:
    wave = staff_wave(status="draft")
    finished = Finished({}, "en", datetime.date(2026, 1, 1), b"x" * 32)
    with (
        pytest.raises(IntegrityError, match="answer_of_staff_never_waits_unsealed"),
        transaction.atomic(),
    ):
        deliver_many(wave.pk, [finished])
    rows = Wave.objects.filter(pk=wave.pk)
    with (
        pytest.raises(IntegrityError, match="wave_of_staff_opens_sealed"),
        transaction.atomic(),
    ):
        rows.update(status="open", mixing_public=None)
