"""The code by which a member of staff takes answers back: it says where they were counted.

A response of staff has no organisation, so whoever takes theirs back has to bring it. It travels in
the code, closed with a key of the server's and the code's own secret: 20 letters that are the code
of `crypto.withdrawal_code`, and 10 that only we can read. The database keeps a hash of the first.
"""

from dataclasses import dataclass

from django.conf import settings

from surveys.fieldwork.crypto import ALPHABET, CODE_LETTERS, derive

ORGANISATION_LETTERS = 10  # 50 bits: 32 of the organisation, 18 that show a mistyped letter
STAFF_LETTERS = CODE_LETTERS + ORGANISATION_LETTERS
_CHECK_BITS = 18


@dataclass(frozen=True)
class TakenBack:
    """What a typed code says."""

    code: str
    organisation_id: int | None  # none of the public


class WrongReceipt(ValueError):
    """The letters that say the organisation were not written by us for this code."""


def with_organisation(code: str, organisation_id: int) -> str:
    """The code that a member of staff is given; 30 letters."""
    pepper = settings.DRAFT_PEPPERS[0]
    number = organisation_id << _CHECK_BITS | _check(pepper, code, organisation_id)
    return code + _letters(number ^ _pad(pepper, code))


def read_receipt(typed: str) -> TakenBack:
    """What is in a code of either length; as `crypto.read_code` gives it.

    Raises WrongReceipt.
    """
    code, closed = typed[:CODE_LETTERS], typed[CODE_LETTERS:]
    if not closed:
        return TakenBack(code, None)
    number = 0
    for letter in closed:
        number = number << 5 | ALPHABET.index(letter)
    for pepper in settings.DRAFT_PEPPERS:
        opened = number ^ _pad(pepper, code)
        organisation_id, check = opened >> _CHECK_BITS, opened & (1 << _CHECK_BITS) - 1
        if check == _check(pepper, code, organisation_id):
            return TakenBack(code, organisation_id)
    raise WrongReceipt("this code was not made by us")


def _pad(pepper: str, code: str) -> int:
    """50 bits that are used once: no two codes are alike."""
    return int.from_bytes(derive(pepper, code, b"organisation", 7)) >> 6


def _check(pepper: str, code: str, organisation_id: int) -> int:
    purpose = b"organisation check" + organisation_id.to_bytes(5)
    return int.from_bytes(derive(pepper, code, purpose, 3)) >> 6


def _letters(number: int) -> str:
    places = range(ORGANISATION_LETTERS - 1, -1, -1)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in places)
