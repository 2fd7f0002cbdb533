"""Signed verdicts of the comparability ledger, and the analysts who may sign."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from surveys.guards import Install

VERDICTS = [
    ("same", "Same"),
    ("annotate", "Same, with a note"),
    ("beside", "Beside"),
    ("break", "Not compared"),
]


def add_analysts(apps, schema_editor):
    apps.get_model("auth", "Group").objects.get_or_create(name="Analysts")


class Migration(migrations.Migration):
    dependencies = [("surveys", "0003_published_question")]

    operations = [
        migrations.RunPython(add_analysts, migrations.RunPython.noop),
        migrations.CreateModel(
            name="ComparabilityOverride",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=64)),
                (
                    "source",
                    models.CharField(help_text="wave: or survey: and its slug.", max_length=120),
                ),
                (
                    "found",
                    models.CharField(
                        choices=VERDICTS, help_text="By the ledger, that day.", max_length=8
                    ),
                ),
                ("verdict", models.CharField(choices=VERDICTS, max_length=8)),
                ("reason", models.TextField()),
                ("signed_at", models.DateTimeField(auto_now_add=True)),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "wave",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="surveys.wave",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(reason__regex="\\S"),
                        name="override_has_a_reason",
                        violation_error_message="Say why another verdict is right.",
                    )
                ],
            },
        ),
        Install(),
    ]
