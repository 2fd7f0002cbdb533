"""Our figures beside those of two packages: seconds, memory, and whether they are the same.

What each is given is what it has to start from: ours the tallies that collecting has counted, the
others the respondents, for they know nothing else. What counting costs is told beside it.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.beside.inventing import invent
from benchmarks.population import Shipped, shipped
from benchmarks.telling import tell
from tests.drills.installation import ROOT, Installation

SIZES = (4_000, 100_000, 1_000_000, 10_000_000)
PROMISED_AT, TIMES_FASTER = 1_000_000, 100
NO_SLOWER = 1.25  # beyond the number of cells, with room for the machine's moods
SAME = 1e-6  # relative
SECONDS_AT_MOST, MEMORY_AT_MOST = 600, 0.75  # of one run of the others, and of this machine's
THEIRS = ROOT / ".venv-bench/bin/python"

COUNT = """
from pathlib import Path
from benchmarks.beside.counting import main
main(Path({folder!r}))
"""

Found = dict[str, float]


@dataclass(frozen=True)
class Other:
    """One way to have the figures from rows."""

    title: str
    module: str
    arguments: tuple[str, ...] = ()
    credits_raking: bool = False  # in its standard errors, as ours do

    @property
    def figures(self) -> str:
        """The file that it leaves."""
        return "_".join((self.module, *self.arguments)) + ".npy"


OTHERS = (
    Other("samplics, weights as given", "with_samplics"),
    Other("svy, weights as given", "with_svy", ("fixed",)),
    Other("svy", "with_svy", credits_raking=True),
)


def measure_beside(installation: Installation) -> bool:
    """Print all sizes; returns whether the promises are kept. The others make it long."""
    print("\nBeside others: raking, and 60 options by 10 groups with standard errors")
    if not THEIRS.exists():
        raise RuntimeError("The others are not installed: `make bench` does it.")
    margins = shipped("gb-adults-18")
    kept, ours = [], {}
    before: dict[str, Found] = {}
    for size in SIZES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            ours[size] = found = _ours(installation, folder, margins, size)
            for other in OTHERS:
                if reason := left_out(before.get(other.title), size, _memory()):
                    tell(other.title, f"left out: {reason}")
                    continue
                theirs = _run(THEIRS, other.module, folder, *other.arguments)
                before[other.title] = theirs | {"size": size}
                compare(folder, other)
                kept.append(_faster(other, found, theirs, size))
    more = [*margins, *(one for one in shipped("uk-adults") if one.name == "social_grade")]
    with tempfile.TemporaryDirectory() as place:
        crossed = _ours(installation, Path(place), more, PROMISED_AT)
    kept.append(_no_slower("ten million beside a hundred thousand", ours[SIZES[1]], ours[SIZES[3]]))
    kept.append(_no_slower("a million in more cells", ours[PROMISED_AT], crossed))
    return all(kept)


def _ours(installation: Installation, folder: Path, margins: list[Shipped], size: int) -> Found:
    """Invent a wave, count it and estimate it; what estimating took."""
    invent(folder, margins, size)
    counted = installation.run(COUNT.format(folder=str(folder)))
    # One thread: these matrices are too small for two to share with profit.
    found = _run(Path(sys.executable), "ours", folder, OPENBLAS_NUM_THREADS="1")
    print(f"\n {size:,} respondents, {counted['cells']:,} cells, {counted['tallies']:,} tallies")
    tell("counting packed rows", _told(counted))
    tell("tallies out of their stored bytes", f"{counted['reading']:.2f} s")
    tell("ours, from the tallies", _told(found))
    return found | {"cells": counted["cells"]}


def _run(python: Path, module: str, folder: Path, *arguments: str, **more: str) -> Found:
    """What a module of `beside` found, in a process of its own."""
    command = [str(python), "-W", "ignore", "-m", f"benchmarks.beside.{module}", str(folder)]
    done = subprocess.run(
        [*command, *arguments],
        cwd=ROOT,
        env=os.environ | more,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} ended with {done.returncode}:\n{done.stderr}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def left_out(before: Found | None, size: int, memory: float) -> str:
    """Why a run is left out, judged by the last one; rows make time and memory grow alike.

    memory: of this machine, in megabytes. Empty where the run may be made.
    """
    if before is None:
        return ""
    times = size / before["size"]
    seconds, megabytes = before["seconds"] * times, before["megabytes"] * times
    if seconds > SECONDS_AT_MOST:
        return f"about {seconds / 60:,.0f} minutes, over {SECONDS_AT_MOST / 60:.0f}"
    if megabytes > MEMORY_AT_MOST * memory:
        return f"about {megabytes:,.0f} MB, over {MEMORY_AT_MOST:.0%} of the memory"
    return ""


def _memory() -> float:
    """Megabytes of this machine."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20


def compare(folder: Path, other: Other) -> None:
    """Raise RuntimeError unless its figures are ours, shares and standard errors."""
    ours: Any = np.load(folder / "ours.npy")
    theirs: Any = np.load(folder / other.figures)
    error = ours[1] if other.credits_raking else ours[2]
    for what, one, mine in (("shares", theirs[0], ours[0]), ("errors", theirs[1], error)):
        apart = float(np.abs(one / mine - 1).max())
        if not apart <= SAME:
            raise RuntimeError(f"{other.title}: {what} differ from ours by {apart:.1e}")


def _faster(other: Other, ours: Found, theirs: Found, size: int) -> bool:
    times = theirs["seconds"] / ours["seconds"]
    promised = f"at least {TIMES_FASTER} times ours" if size == PROMISED_AT else ""
    told = f"{_told(theirs)}, {times:,.{0 if times >= 10 else 1}f} times"
    return tell(other.title, told, promised, kept=times >= TIMES_FASTER or not promised)


def _no_slower(what: str, fewer: Found, more: Found) -> bool:
    # The least of many runs: what is asked is how the work grows, not how busy the machine was.
    times, grown = more["least"] / fewer["least"], more["cells"] / fewer["cells"]
    return tell(
        what,
        f"{times:.2f} times",
        f"no slower beyond the cells ({grown:.2f} times)",
        kept=times <= grown * NO_SLOWER,
    )


def _told(found: Found) -> str:
    return f"{found['seconds']:.2f} s, {found['megabytes']:,.0f} MB"
