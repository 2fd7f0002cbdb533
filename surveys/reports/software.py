"""Which software made a figure: its version, and a fingerprint of the code that figures rest on.

The same version with another formula would be another fingerprint, whoever installed it and how.
"""

import hashlib
from functools import cache
from pathlib import Path

VERSION = "confidence-survey 0.1.0"
PACKAGES = ("statistics", "questionnaires", "fieldwork", "reports")
DIGITS = 12


@cache
def software() -> str:
    """The version and the fingerprint, such as "confidence-survey 0.1.0+0123456789ab"."""
    root = Path(__file__).parents[1]
    code = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            code.update(path.relative_to(root).as_posix().encode() + b"\0")
            code.update(path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return f"{VERSION}+{code.hexdigest()[:DIGITS]}"
