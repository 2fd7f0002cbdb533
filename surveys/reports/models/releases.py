"""What we say about a wave, and since when it no longer changes."""

from django.db import models
from django.db.models import Q

from surveys.fieldwork.models import Wave


class Release(models.Model):
    """One run of the estimates of a wave; the database freezes it when it is published."""

    class State(models.TextChoices):
        PROVISIONAL = "provisional", "Provisional"
        PUBLISHED = "published", "Published"
        SUPERSEDED = "superseded", "Superseded"

    wave = models.ForeignKey(Wave, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=11, choices=State, default=State.PROVISIONAL)
    tally_revision = models.PositiveBigIntegerField(help_text="What it was made from.")
    respondents = models.PositiveIntegerField(help_text="Inside the population.")
    method = models.JSONField(help_text="How the figures were made: docs/report-format.md.")
    problem = models.TextField(blank=True, help_text="Why there are no figures, in a sentence.")
    software = models.CharField(max_length=40)
    estimated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=254, blank=True, help_text="As people sign.")
    gate = models.JSONField(
        default=list, blank=True, help_text="What was found when it was published."
    )
    blocks = models.PositiveSmallIntegerField(default=0, help_text="Findings that block.")
    override_reason = models.TextField(blank=True, help_text="Why it was published all the same.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Of the figures, as published.")

    class Meta:
        ordering = ["wave", "number"]
        constraints = [
            models.UniqueConstraint(fields=["wave", "number"], name="release_number_unique"),
            models.UniqueConstraint(
                fields=["wave"],
                condition=Q(state="provisional"),
                name="release_one_provisional_per_wave",
            ),
            models.UniqueConstraint(
                fields=["wave"],
                condition=Q(state="published"),
                name="release_one_published_per_wave",
            ),
            models.CheckConstraint(
                condition=Q(state="provisional", published_at__isnull=True, sha256="")
                | (~Q(state="provisional") & Q(published_at__isnull=False) & ~Q(sha256="")),
                name="release_published_has_date_and_hash",
            ),
            models.CheckConstraint(
                condition=Q(state="provisional") | Q(problem=""),
                name="release_with_a_problem_is_never_published",
                violation_error_message="Figures that could not be made cannot be published.",
            ),
            models.CheckConstraint(
                condition=Q(state="provisional") | Q(blocks=0) | ~Q(override_reason=""),
                name="release_published_over_blocks_has_a_reason",
                violation_error_message="Where something blocks a release, a reason is needed.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wave}, release {self.number}"


class Estimate(models.Model):
    """One figure of a release; where it is suppressed there is no number at all."""

    class Statistic(models.TextChoices):
        SHARE = "share", "Share"
        MEAN = "mean", "Mean"
        NET = "net", "Net"

    class Suppressed(models.TextChoices):
        NO = "", "Shown"
        PRIMARY = "primary", "Fewer people answered than may be shown"
        SECONDARY = "secondary", "Hidden so that another hidden figure cannot be worked out"
        FEW = "few", "Fewer people chose it, or did not, than may be shown"
        UNRELIABLE = "unreliable", "Too few people answered for a reliable figure"

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="estimates")
    statistic = models.CharField(max_length=5, choices=Statistic)
    question = models.CharField(max_length=64)
    option = models.CharField(max_length=64, blank=True, help_text="Empty for a mean.")
    segment = models.CharField(max_length=64, blank=True, help_text="Empty for everyone.")
    value = models.CharField(max_length=64, blank=True)
    base = models.PositiveIntegerField(null=True)
    effective_base = models.FloatField(null=True)
    estimate = models.FloatField(null=True)
    unweighted = models.FloatField(null=True, help_text="The estimate with everybody counted once.")
    standard_error = models.FloatField(null=True)
    lower = models.FloatField(null=True)
    upper = models.FloatField(null=True)
    suppressed = models.CharField(
        max_length=10, choices=Suppressed, default=Suppressed.NO, blank=True
    )

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["release", "statistic", "question", "option", "segment", "value"],
                name="estimate_unique",
            ),
            models.CheckConstraint(
                condition=Q(suppressed="", estimate__isnull=False, base__isnull=False)
                | (
                    ~Q(suppressed="")
                    & Q(
                        estimate__isnull=True,
                        unweighted__isnull=True,
                        base__isnull=True,
                        effective_base__isnull=True,
                        standard_error__isnull=True,
                        lower__isnull=True,
                        upper__isnull=True,
                    )
                ),
                name="estimate_number_iff_not_suppressed",
            ),
            models.CheckConstraint(
                condition=Q(statistic="mean")
                | Q(estimate__isnull=True)
                | Q(estimate__gte=0, estimate__lte=1),
                name="estimate_share_in_0_1",
            ),
            models.CheckConstraint(
                condition=(Q(segment="", value="") | (~Q(segment="") & ~Q(value=""))),
                name="estimate_segment_has_a_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.option} {self.value}".strip()
