"""The populations that the service ships, as the benchmarks read them."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SHIPPED = Path(__file__).parents[1] / "surveys/fieldwork/library/population_margins.csv"


@dataclass(frozen=True)
class Shipped:
    """One margin of a population."""

    name: str
    categories: tuple[str, ...]
    shares: NDArray[np.float64]  # (M,), summing to 1
    collapsed_into: dict[str, str]  # where a category goes that nobody is in


def shipped(population: str) -> list[Shipped]:
    """The margins of a population of the library, in the order of its file."""
    percent: dict[str, dict[str, float]] = {}
    rules: dict[str, dict[str, str]] = {}
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["population"] == population:
                percent.setdefault(row["variable"], {})[row["category"]] = float(row["percent"])
                if row["collapsed_into"]:
                    into = rules.setdefault(row["variable"], {})
                    into[row["category"]] = row["collapsed_into"]
    margins = []
    for name, each in percent.items():
        printed = np.array(list(each.values()))
        margins.append(Shipped(name, tuple(each), printed / printed.sum(), rules.get(name, {})))
    return margins
