"""The unweighted figure beside each estimate; releases published before have none."""

from django.db import migrations, models
from django.db.models import Q

from surveys.guards import Install


class Migration(migrations.Migration):
    dependencies = [("surveys", "0007_suppressed_few")]

    operations = [
        migrations.RemoveConstraint("estimate", "estimate_number_iff_not_suppressed"),
        migrations.AddField(
            "estimate",
            "unweighted",
            models.FloatField(help_text="The estimate with everybody counted once.", null=True),
        ),
        migrations.AddConstraint(
            "estimate",
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
        ),
        Install(),
    ]
