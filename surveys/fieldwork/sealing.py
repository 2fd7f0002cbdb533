"""Finished answers of staff, closed so that neither the database nor the web process can open them.

They are padded to whole blocks and encrypted to the wave's public key (HPKE, RFC 9180: X25519,
HKDF-SHA256, ChaCha20-Poly1305, from the library that seals drafts). Ticket and answer leave in one
transaction, so that a row tells whose it is to whoever reads the database closely: it must not tell
what was said, and neither does its length.
"""

import json
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

BLOCK = 8192  # bytes: answers with no free text take one, and so do all but very long comments
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


class CannotUnseal(ValueError):
    """This was not closed for this wave and organisation, or is damaged."""


def seal_answer(public: bytes, about: str, content: dict[str, Any]) -> bytes:
    """Close an answer to the wave's public half, bound to what it is `about`."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    plain += b" " * (-len(plain) % BLOCK)
    return SUITE.encrypt(plain, X25519PublicKey.from_public_bytes(public), about.encode())


def unseal_answer(private: X25519PrivateKey, about: str, sealed: bytes) -> dict[str, Any]:
    """What `seal_answer` was given.

    Raises CannotUnseal.
    """
    try:
        content: dict[str, Any] = json.loads(SUITE.decrypt(sealed, private, about.encode()))
    except (InvalidTag, ValueError) as error:
        raise CannotUnseal(f"an answer of {about} cannot be opened") from error
    return content
