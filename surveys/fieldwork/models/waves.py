"""Rounds of fieldwork."""

import datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q

from surveys.fieldwork.models.organisations import Organisation
from surveys.fieldwork.models.populations import Population
from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion

UK = ZoneInfo("Europe/London")


def end_of_grace(closes_on: datetime.date, grace_minutes: int) -> datetime.datetime:
    """The midnight that ends the closing day in the United Kingdom, and the minutes after it."""
    next_day = closes_on + datetime.timedelta(days=1)
    midnight = datetime.datetime.combine(next_day, datetime.time(), UK)
    return midnight + datetime.timedelta(minutes=grace_minutes)


class WaveQuerySet(models.QuerySet["Wave"]):
    """Reads of `Wave`. None writes."""

    def accepting(self) -> Self:
        """Waves that a respondent can answer now."""
        return self.filter(status=Wave.Status.OPEN)


class Wave(models.Model):
    """One round of fieldwork: one version, asked between two dates, weighed to one population."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Not open yet"
        IMPORTING = "importing", "Being imported"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        PUBLISHED = "published", "Published"

    class Kind(models.TextChoices):
        LIVE = "live", "Live"
        PILOT = "pilot", "Pilot"
        SIMULATED = "simulated", "Simulated"

    class Sampling(models.TextChoices):
        OPEN_LINK = "open", "Open link"
        INVITED = "invited", "Invited"
        PANEL = "panel", "Panel with quotas"
        PROBABILITY = "probability", "Probability sample"

    class Weighting(models.TextChoices):
        RAKED = "raked", "Raked to the population's margins"
        SUPPLIED = "supplied", "Weights supplied with the answers"
        NONE = "none", "Not weighted"

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="waves", editable=False
    )
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, related_name="waves"
    )
    population = models.ForeignKey(
        Population, on_delete=models.PROTECT, related_name="waves", null=True, blank=True
    )
    weighting = models.CharField(max_length=8, choices=Weighting, default=Weighting.RAKED)
    kind = models.CharField(max_length=9, choices=Kind, default=Kind.LIVE)
    sampling = models.CharField(max_length=11, choices=Sampling, default=Sampling.OPEN_LINK)
    mode = models.CharField(max_length=100, default="online")
    fieldwork_house = models.CharField(
        max_length=200, blank=True, help_text="Who did the fieldwork, if not the operator."
    )
    status = models.CharField(max_length=9, choices=Status, default=Status.DRAFT)
    opens_on = models.DateField()
    closes_on = models.DateField(help_text="Last day on which answers are accepted.")
    grace_minutes = models.PositiveSmallIntegerField(default=60)
    mixing_minimum = models.PositiveSmallIntegerField(default=25)
    from_file = models.BooleanField(
        default=False, editable=False, help_text="Its answers came in a file, not by our pages."
    )
    organisations = models.ManyToManyField(
        Organisation, through="WaveOrganisation", related_name="waves"
    )
    mixing_public = models.BinaryField(
        max_length=32,
        null=True,
        editable=False,
        help_text="What closes answers of staff; what opens them is with the worker alone.",
    )
    tally_revision = models.PositiveBigIntegerField(default=0, editable=False)

    objects = WaveQuerySet.as_manager()

    class Meta:
        ordering = ["opens_on", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="wave_closes_after_it_opens",
                violation_error_message="The closing date must be on or after the opening date.",
            ),
            models.UniqueConstraint(
                fields=["questionnaire", "sampling"],
                condition=Q(status="open", kind="live"),
                name="wave_one_open_per_questionnaire",
                violation_error_message="Another wave of this questionnaire is open.",
            ),
            models.CheckConstraint(
                condition=~Q(status="open", weighting="supplied"),
                name="wave_supplied_never_open",
                violation_error_message="A wave whose weights are supplied is filled from a file.",
            ),
            models.CheckConstraint(
                condition=Q(weighting="raked", population__isnull=False)
                | (~Q(weighting="raked") & Q(population__isnull=True)),
                name="wave_population_iff_raked",
                violation_error_message="A wave has a population exactly if it is raked to it.",
            ),
            models.CheckConstraint(
                condition=Q(mixing_minimum__gte=11), name="wave_mixes_at_least_11"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def simulated(self) -> bool:
        """Whether nobody real answered: every page, chart and file has to say so."""
        return self.kind == self.Kind.SIMULATED

    @property
    def accepts_until(self) -> datetime.datetime:
        """The instant after which a submission is refused: the closing day and the grace."""
        return end_of_grace(self.closes_on, self.grace_minutes)


class WaveOrganisation(models.Model):
    """That a staff wave asks the people of an organisation and of all below it.

    Guards hold that only staff waves have organisations, that none of a wave stands below another
    when it is added, and that none is added once somebody has answered.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="asks")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["wave", "organisation__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "organisation"],
                name="wave_organisation_unique",
                violation_error_message="The wave asks this organisation already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.wave} asks {self.organisation}"
