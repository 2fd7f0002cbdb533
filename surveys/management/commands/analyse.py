"""`manage.py analyse FILE --targets TARGETS …`: the same figures for a file, without a database."""

import json
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.reports.analysis import analyse
from surveys.reports.sample_files import AnalysisRefused, Asked, read_sample, read_targets
from surveys.statistics.margins import RakingRefused
from surveys.statistics.samples import DesignRefused

REFUSED = 2  # exit status
REFUSALS = (AnalysisRefused, RakingRefused, DesignRefused, OSError)


class Command(BaseCommand):
    """Weight and estimate a file as a wave would be, and print what came out."""

    help = "Weight and estimate a file (CSV or SPSS); docs/statistics.md has an example."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """One that refuses in a sentence, without its usage, and guesses no shortened name."""
        parser = super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)

        def refuse(message: str) -> NoReturn:
            sentence = f"{message[:1].upper()}{message[1:].rstrip('.')}."
            if not parser.called_from_command_line:
                raise CommandError(sentence, returncode=REFUSED)
            parser.exit(REFUSED, f"CommandError: {sentence}\n")

        parser.error = refuse  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, its targets, what to estimate, and how people were drawn."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--targets", type=Path, required=True)
        for name, what in (
            ("single", "a question with one answer"),
            ("multiple", "a question with several answers, parted by ;"),
            ("scale", "a question answered with a number"),
            ("segment", "a column whose values are looked at apart"),
        ):
            parser.add_argument(f"--{name}", action="append", default=[], help=what)
        for name, what in (
            ("base-weight", "weights to start from"),
            ("strata", "strata of the draw"),
            ("psu", "primary sampling units"),
            ("fpc", "units in the population of each stratum, or the fraction drawn"),
        ):
            parser.add_argument(f"--{name}", metavar="NAME", help=what)
        parser.add_argument("--cap", type=float, help="trim weights at so many times the mean")
        parser.add_argument("--open-margins", choices=["refuse", "keep"], default="refuse")
        parser.add_argument("--format", choices=["json"], default="json")

    def handle(self, *, file: Path, targets: Path, **options: Any) -> None:
        """Print the figures, or one sentence why there are none."""
        # What is named twice is looked at once.
        single, multiple, scale, segments = (
            tuple(dict.fromkeys(options[name]))
            for name in ("single", "multiple", "scale", "segment")
        )
        asked = Asked(
            single=single,
            multiple=multiple,
            scale=scale,
            segments=segments,
            base_weight=options["base_weight"],
            strata=options["strata"],
            psu=options["psu"],
            fpc=options["fpc"],
            cap=options["cap"],
            open_margins=options["open_margins"],
        )
        try:
            found = analyse(read_sample(file), read_targets(targets), asked)
        except REFUSALS as refusal:
            raise CommandError(str(refusal), returncode=REFUSED) from refusal
        trimming = found["method"].get("trimming")
        if trimming and not trimming["feasible"]:
            self.stderr.write(
                f"A cap of {trimming['cap']:g} times the mean cannot be kept together with the "
                f"margins, so nothing was trimmed; {trimming['smallest_cap']:.2f} is the least."
            )
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False))
