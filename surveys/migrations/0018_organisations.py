"""The tree of organisations with its history, and the organisations that a staff wave asks."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

from surveys.guards import Install, Lift


def write_paths(apps, schema_editor):
    Organisation = apps.get_model("surveys", "Organisation")
    level = list(Organisation.objects.filter(parent__isnull=True))
    above = {None: "/"}
    while level:
        for one in level:
            one.path = above[one.parent_id] + one.code + "/"
            above[one.pk] = one.path
            one.save(update_fields=["path"])
        level = list(Organisation.objects.filter(parent__in=level))


def begin_history(apps, schema_editor):
    """Where each stood before today nobody wrote down; staff waves so far asked everybody."""
    Organisation = apps.get_model("surveys", "Organisation")
    Placement = apps.get_model("surveys", "Placement")
    WaveOrganisation = apps.get_model("surveys", "WaveOrganisation")
    below = Organisation.objects.filter(parent__isnull=False).values_list("pk", "parent_id")
    Placement.objects.bulk_create(
        Placement(organisation_id=pk, parent_id=parent, since_on=timezone.localdate())
        for pk, parent in below
    )
    root = Organisation.objects.get(code="NATIONAL")
    staff = apps.get_model("surveys", "Wave").objects.filter(questionnaire__audience="staff")
    WaveOrganisation.objects.bulk_create(
        WaveOrganisation(wave=wave, organisation=root) for wave in staff
    )
    schema_editor.connection.check_constraints()  # PostgreSQL alters no table that waits for it


class Migration(migrations.Migration):
    dependencies = [("surveys", "0017_wave_from_file")]

    operations = [
        Lift(),
        migrations.AddField(
            "organisation",
            "path",
            models.CharField(default="", editable=False, max_length=400),
        ),
        migrations.AddField(
            "organisation",
            "closed_on",
            models.DateField(
                blank=True, help_text="First day on which it was no more.", null=True
            ),
        ),
        migrations.RunPython(write_paths, migrations.RunPython.noop),
        migrations.RemoveConstraint("organisation", "organisation_only_root_has_no_parent"),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(
                condition=Q(code="NATIONAL", parent__isnull=True, closed_on__isnull=True)
                | (~Q(code="NATIONAL") & Q(parent__isnull=False)),
                name="organisation_only_root_has_no_parent",
                violation_error_message="Every organisation but NATIONAL needs a parent.",
            ),
        ),
        migrations.AddConstraint(
            "organisation",
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z0-9][A-Z0-9-]*$"),
                name="organisation_code_is_plain",
                violation_error_message="A code is made of capital letters, digits and hyphens.",
            ),
        ),
        migrations.CreateModel(
            name="Placement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since_on", models.DateField()),
                (
                    "until_on",
                    models.DateField(
                        blank=True, help_text="First day that is not meant.", null=True
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="surveys.organisation",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["organisation", "since_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(until_on__isnull=True) | Q(until_on__gt=F("since_on")),
                        name="placement_ends_after_it_begins",
                    ),
                    models.CheckConstraint(
                        condition=~Q(organisation=F("parent")),
                        name="placement_not_below_itself",
                    ),
                    models.UniqueConstraint(
                        fields=["organisation"],
                        condition=Q(until_on__isnull=True),
                        name="placement_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaveOrganisation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.organisation",
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="asks",
                        to="surveys.wave",
                    ),
                ),
            ],
            options={
                "ordering": ["wave", "organisation__code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["wave", "organisation"],
                        name="wave_organisation_unique",
                        violation_error_message="The wave asks this organisation already.",
                    )
                ],
            },
        ),
        migrations.AddField(
            "wave",
            "organisations",
            models.ManyToManyField(
                related_name="waves",
                through="surveys.WaveOrganisation",
                to="surveys.organisation",
            ),
        ),
        migrations.RunPython(begin_history, migrations.RunPython.noop),
        Install(),
    ]
