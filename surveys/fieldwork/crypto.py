"""Secrets that only a respondent holds, and what follows from them.

A secret is 130 random bits, written as 26 letters of Crockford's base 32: the cookie's value, and
short enough to be copied by hand. Everything else is derived from it, so that the database never
holds what would open a draft, and a submission sent twice gives the same withdrawal code twice.
A server-side pepper goes into each key: a stolen cookie does not open a stolen database.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from django.conf import settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
SECRET_LETTERS, CODE_LETTERS = 26, 20
NONCE_BYTES = 12
DEVICE_BLOCK = 128  # bytes


class MalformedCode(ValueError):
    """What was typed cannot be a code of ours."""


class CannotOpen(ValueError):
    """No pepper that we have opens this: it was sealed with another secret, or changed."""


def new_secret() -> str:
    """A secret that nobody will guess: 130 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LETTERS))


def read_code(typed: str, *letters: int) -> str:
    """A code as it was made, from what a person typed: spaces, hyphens, o for 0 and the like.

    letters: how many it may have.

    Raises MalformedCode.
    """
    plain = "".join(typed.split()).replace("-", "").upper()
    plain = plain.translate(str.maketrans("OIL", "011"))
    if len(plain) not in letters or any(letter not in ALPHABET for letter in plain):
        told = " or ".join(map(str, letters))
        raise MalformedCode(f"a code has {told} letters and digits")
    return plain


def grouped(code: str) -> str:
    """A code as people read it: groups of four (20 letters) or of four and a rest (26)."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def row_key(secret: str) -> bytes:
    """Where the draft of this secret lies; 32 bytes."""
    return hashlib.sha256(b"row" + secret.encode()).digest()


def seal(secret: str, content: dict[str, Any]) -> bytes:
    """Encrypt a draft's content: pepper mark, nonce, ciphertext. Bound to its row."""
    pepper = settings.DRAFT_PEPPERS[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    sealed = AESGCM(derive(pepper, secret, b"draft v1", 32)).encrypt(nonce, plain, row_key(secret))
    return _mark(pepper) + nonce + sealed


def unseal(secret: str, stored: bytes) -> dict[str, Any]:
    """What `seal` was given.

    Raises CannotOpen.
    """
    nonce, sealed = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
    key = derive(_pepper_of(stored), secret, b"draft v1", 32)
    try:
        content: dict[str, Any] = json.loads(AESGCM(key).decrypt(nonce, sealed, row_key(secret)))
    except InvalidTag as error:
        raise CannotOpen("the draft was sealed with another secret") from error
    return content


def seal_for_device(about: str, content: Any) -> str:
    """Encrypt what a device keeps and only we can read, for one use, `about`.

    It is padded to whole blocks: its length tells nothing of what is in it.
    """
    pepper = settings.DRAFT_PEPPERS[0]
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = json.dumps(content, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % DEVICE_BLOCK)
    sealed = AESGCM(derive(pepper, about, b"device v1", 32)).encrypt(nonce, plain, None)
    return base64.urlsafe_b64encode(_mark(pepper) + nonce + sealed).decode().rstrip("=")


def unseal_from_device(about: str, text: str) -> Any:
    """What `seal_for_device` was given for the same use.

    Raises CannotOpen.
    """
    try:
        stored = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        nonce, sealed = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
        key = derive(_pepper_of(stored), about, b"device v1", 32)
        return json.loads(AESGCM(key).decrypt(nonce, sealed, None))
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise CannotOpen("this was not sealed by us for this use") from error


def withdrawal_code(secret: str, stored: bytes) -> str:
    """The code by which the answers sealed in `stored` can be taken back; 100 bits."""
    return _code(_pepper_of(stored), secret)


def possible_withdrawal_codes(secret: str) -> list[str]:
    """The codes that a draft of this secret can have had, one for each pepper still in use."""
    return [_code(pepper, secret) for pepper in settings.DRAFT_PEPPERS]


def response_hash(code: str) -> bytes:
    """What a response keeps of its withdrawal code; 32 bytes."""
    return hashlib.sha256(b"response" + code.encode()).digest()


def inbox_hash(code: str) -> bytes:
    """What a sealed answer keeps while it waits; it cannot be joined to the response's."""
    return hashlib.sha256(b"inbox" + code.encode()).digest()


def comment_hash(question: str, code: str) -> bytes:
    """What a comment keeps; it cannot be joined to the response's without the code."""
    return hashlib.sha256(b"comment" + question.encode() + b"\0" + code.encode()).digest()


def _code(pepper: str, secret: str) -> str:
    bits = int.from_bytes(derive(pepper, secret, b"withdrawal", 13))
    return "".join(ALPHABET[(bits >> (5 * place)) & 31] for place in range(CODE_LETTERS))


def derive(pepper: str, secret: str, purpose: bytes, length: int) -> bytes:
    """HKDF (RFC 5869) with the pepper as salt."""
    extracted = hmac.digest(pepper.encode(), secret.encode(), "sha256")
    return HKDFExpand(SHA256(), length, purpose).derive(extracted)


def _mark(pepper: str) -> bytes:
    """One byte that tells which of several peppers was used, and nothing else about it."""
    return hashlib.sha256(b"mark" + pepper.encode()).digest()[:1]


def _pepper_of(stored: bytes) -> str:
    for pepper in settings.DRAFT_PEPPERS:
        if _mark(pepper) == stored[:1]:
            return str(pepper)
    raise CannotOpen("the draft was sealed with a pepper that is no longer in DRAFT_PEPPERS")
