"""`manage.py simulate WAVE --respondents N --seed S`: fill a simulated wave."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from surveys.fieldwork.models import Wave
from surveys.fieldwork.simulation import SimulationRefused, simulate


class Command(BaseCommand):
    """Invent respondents for a wave of kind "simulated"."""

    help = "Fill a wave of kind “simulated” with invented respondents, collect and close it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which wave, how many, and the seed that makes it repeatable."""
        parser.add_argument("wave")
        parser.add_argument("--respondents", type=int, required=True)
        parser.add_argument("--seed", type=int, required=True)

    def handle(self, *, wave: str, respondents: int, seed: int, **options: Any) -> None:
        """Simulate, or say why not."""
        try:
            found = Wave.objects.select_related("questionnaire").get(slug=wave)
            collected = simulate(found, respondents, seed=seed)
        except Wave.DoesNotExist as error:
            raise CommandError(f"There is no wave {wave}.") from error
        except SimulationRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{collected:,} simulated answers in {wave}.")
