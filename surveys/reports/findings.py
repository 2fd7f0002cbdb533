"""What was looked at before a release was published, and what was found."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from surveys.reports.models import Release

Level = Literal["fine", "warns", "blocks"]

TITLES = {
    "figures": "Figures",
    "kind": "Kind of wave",
    "base": "Base",
    "effective_base": "Effective base",
    "design_effect": "Design effect",
    "largest_weight": "Largest weight",
    "margins": "Margins",
    "open_margins": "Margins left open",
    "margin_dates": "Age of the margins",
    "quotas": "Quota gaps",
    "suppressed": "Figures hidden",
    "arms": "Arms that chance drew",
    "comparability": "Comparability",
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found against which limit, and what to do about it."""

    code: str  # a key of TITLES
    level: Level
    found: str
    advice: str = ""
    details: tuple[str, ...] = ()  # one line each: whom to recruit, what stands beside what

    @property
    def title(self) -> str:
        """What a person calls it."""
        return TITLES[self.code]

    @property
    def blocks(self) -> bool:
        """Whether nothing may be published without a reason."""
        return self.level == "blocks"


def to_store(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The findings as plain data, as a release keeps them."""
    return [asdict(one) | {"details": list(one.details)} for one in findings]


def stored(release: Release) -> list[Finding]:
    """The findings with which a release was published; none while it is provisional."""
    return [Finding(**one | {"details": tuple(one["details"])}) for one in release.gate]
