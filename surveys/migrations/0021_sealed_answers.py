"""Sealed answers of staff, tickets and invitations, and what each organisation's staff answered."""

import django.db.models.deletion
import django.db.models.functions.text
import uuid
from django.db import migrations, models

from surveys.guards import Install, Lift


class Migration(migrations.Migration):
    dependencies = [
        ("surveys", "0020_audit_log"),
    ]

    operations = [
        Lift(),
        migrations.AddField(
            model_name="wave",
            name="mixing_public",
            field=models.BinaryField(
                help_text="What closes answers of staff; what opens them is with the worker alone.",
                max_length=32,
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="SealedInbox",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("withdrawal_hash", models.BinaryField(max_length=32, unique=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.wave",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("key", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="surveys.wave",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(blank=True, max_length=150)),
                ("group", models.CharField(blank=True, max_length=100)),
                (
                    "has_ticket",
                    models.BooleanField(default=False, help_text="One was made; used or not."),
                ),
                (
                    "messages",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="Known to have been sent."
                    ),
                ),
                ("sending", models.BooleanField(default=False)),
                ("last_sent_on", models.DateField(null=True)),
                ("bounced", models.BooleanField(default=False)),
                ("opted_out", models.BooleanField(default=False)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="surveys.wave",
                    ),
                ),
            ],
            options={
                "ordering": ["wave", "organisation", "email"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("wave"),
                        django.db.models.functions.text.Lower("email"),
                        name="invitation_once_per_wave",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("last_sent_on__isnull", True), ("messages", 0)),
                            models.Q(("last_sent_on__isnull", False), ("messages__gt", 0)),
                            _connector="OR",
                        ),
                        name="invitation_sent_on_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationTally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slice", models.CharField(blank=True, default="", max_length=160)),
                ("respondents", models.PositiveIntegerField()),
                (
                    "counts",
                    models.BinaryField(help_text="Slots in document order: packing.unpack_counts."),
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
                        related_name="organisation_tallies",
                        to="surveys.wave",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("wave", "organisation", "slice"), name="organisation_tally_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("respondents__gt", 0)),
                        name="organisation_tally_counts_at_least_one",
                    ),
                ],
            },
        ),
        Install(),
    ]
