"""NHS organisations: the tree of today, and which organisation stood where before."""

import datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Reads of `Organisation`. None writes."""

    def within(self, organisation: "Organisation") -> Self:
        """An organisation and all that stand below it today, closed ones too."""
        return self.filter(path__startswith=organisation.path)

    def above(self, organisation: "Organisation") -> Self:
        """An organisation and all that stand above it today, the root first."""
        codes = organisation.path.strip("/").split("/")
        return self.filter(code__in=codes).order_by("path")

    def working(self) -> Self:
        """Those that have not closed."""
        return self.filter(closed_on__isnull=True)


class Organisation(models.Model):
    """An NHS organisation in its tree; the root, NATIONAL, stands for all.

    `path` names all above it and itself, as in `/NATIONAL/QE1/RX1/`. The guard
    organisation_stands_below_its_parent keeps it true, and so keeps the tree free of circles.
    """

    ROOT: ClassVar[str] = "NATIONAL"

    code = models.CharField(max_length=20, unique=True, help_text="ODS code where there is one.")
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=400, editable=False, default="")
    closed_on = models.DateField(
        null=True, blank=True, help_text="First day on which it was no more."
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code="NATIONAL", parent__isnull=True, closed_on__isnull=True)
                | (~Q(code="NATIONAL") & Q(parent__isnull=False)),
                name="organisation_only_root_has_no_parent",
                violation_error_message="Every organisation but NATIONAL needs a parent.",
            ),
            # Plain, so that a path can be compared with LIKE and cut at its slashes.
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9][A-Z0-9-]*$"),
                name="organisation_code_is_plain",
                violation_error_message="A code is made of capital letters, digits and hyphens.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; a new one stands below its parent from today on.

        `import_organisations` adds with the day since which it does, and moves.
        """
        new = self._state.adding
        if new:
            self.path = self.path_below(self.parent)
        super().save(*args, **kwargs)
        if new and self.parent is not None:
            self.placements.create(parent=self.parent, since_on=timezone.localdate())

    def path_below(self, parent: "Organisation | None") -> str:
        """Where it stands if that is its parent."""
        return f"{parent.path if parent else '/'}{self.code}/"


class Placement(models.Model):
    """That an organisation stood directly below another, from one day until before another.

    Rows are added in the order of time and only ever end: guards hold both.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="placements"
    )
    parent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="First day that is not meant.")

    class Meta:
        ordering = ["organisation", "since_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gt=F("since_on")),
                name="placement_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(organisation=F("parent")), name="placement_not_below_itself"
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(until_on__isnull=True),
                name="placement_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        until = f" until {self.until_on}" if self.until_on else ""
        return f"{self.organisation} below {self.parent} since {self.since_on}{until}"


def tree_on(day: datetime.date) -> dict[str, str]:
    """The code of the organisation above each that there was on a day; the root is not in it."""
    stood = Placement.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=day), since_on__lte=day
    )
    return dict(stood.values_list("organisation__code", "parent__code"))
