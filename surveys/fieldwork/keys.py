"""The two keys of a staff wave, which lie in files outside the database and end with the wave.

One makes the tickets of its invitations: with it and the database somebody could say whose ticket
is left. The other opens the answers that wait. Only the worker reads either; the database and the
web process hold the public half of the second, which closes answers and opens none. Backups leave
the folder out, or destroying a key would destroy nothing.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from django.conf import settings

BYTES = 32
INVITING, MIXING = "wave", "mixing"  # what the files are called before the wave's slug


class NoKey(RuntimeError):
    """A key of a wave is not here; the message says what follows."""


def inviting_key(slug: str) -> bytes:
    """What the tickets of a wave are made under; made at the first invitation. 32 bytes.

    Raises NoKey.
    """
    return _made(INVITING, slug, lambda: secrets.token_bytes(BYTES))


def make_mixing_key(slug: str) -> bytes:
    """Make the key that opens a wave's answers; its public half, 32 bytes. Twice gives the same.

    Raises NoKey.
    """
    made = _made(MIXING, slug, lambda: X25519PrivateKey.generate().private_bytes_raw())
    return X25519PrivateKey.from_private_bytes(made).public_key().public_bytes_raw()


def mixing_key(slug: str, public: bytes) -> X25519PrivateKey:
    """The key that opens what was closed with this public half.

    Raises NoKey.
    """
    path = _path(MIXING, slug)
    if not path.exists():
        raise NoKey(
            f"{path} is not on this machine: answers of {slug} wait until it is back. Only the"
            " worker that opened the wave has it; no copy is anywhere else."
        )
    found = X25519PrivateKey.from_private_bytes(path.read_bytes())
    if found.public_key() != X25519PublicKey.from_public_bytes(public):
        raise NoKey(f"{path} is the key of another wave: put the one back that was made for {slug}")
    return found


def destroy_inviting_key(slug: str) -> None:
    """No ticket of the wave can be made or told apart any more."""
    _destroy(_path(INVITING, slug))


def destroy_mixing_key(slug: str) -> None:
    """Nothing that was closed for the wave can be opened any more."""
    _destroy(_path(MIXING, slug))


def keys_left(slug: str) -> list[Path]:
    """The key files of a wave that are still on this machine."""
    return [path for kind in (INVITING, MIXING) if (path := _path(kind, slug)).exists()]


def _path(kind: str, slug: str) -> Path:
    folder: str = settings.WAVE_KEYS_DIR
    if not folder:
        raise NoKey("Set WAVE_KEYS_DIR for the worker: a folder that no backup takes.")
    return Path(folder) / f"{kind}-{slug}.key"


def _made(kind: str, slug: str, make: Callable[[], bytes]) -> bytes:
    path = _path(kind, slug)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_suffix(f".{secrets.token_hex(8)}")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
        new.write(make())
        new.flush()
        os.fsync(new.fileno())
    try:
        os.link(beside, path)  # whole or not at all, and never over one that is there
    except FileExistsError:
        pass
    finally:
        _destroy(beside)
    return path.read_bytes()


def _destroy(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        return
