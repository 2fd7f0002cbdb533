"""Seconds and memory of one way to make the figures, told as a line of JSON."""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Figures = NDArray[np.float64]  # shape (2, groups, options of all questions): shares and errors


def measure(
    work: Callable[[], Figures], folder: Path, name: str, *, runs: int, enough: float
) -> None:
    """Keep the figures in the folder; print the median of `runs`, fewer once `enough` seconds.

    The clock also counts waiting for others at work on this machine, and the processor also counts
    threads that ran side by side: the smaller of the two is what it takes to do the work alone.
    """
    clock: list[float] = []
    processor: list[float] = []
    while len(clock) < runs and sum(clock) < enough:
        start, busy = time.perf_counter(), time.process_time()
        figures = work()
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - busy)
    np.save(folder / f"{name}.npy", figures)
    seconds = min(statistics.median(clock), statistics.median(processor))
    tell(seconds=seconds, least=min(*clock, *processor), runs=len(clock))


def tell(**found: float) -> None:
    """Print what was found, with the most memory that this process ever held."""
    print(json.dumps({**found, "megabytes": peak()}), flush=True)


def peak() -> float:
    """The most megabytes this process had in memory: packages, data and all."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would count what the parent held when it started this process.
        (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
