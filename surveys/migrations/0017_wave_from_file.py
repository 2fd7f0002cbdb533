"""Whether a wave's answers came in a file; weights come in no other way, so those waves did."""

from django.db import migrations, models

from surveys.guards import Install, Lift


class Migration(migrations.Migration):
    dependencies = [("surveys", "0016_contrast_limits")]

    operations = [
        Lift(),
        migrations.AddField(
            "wave",
            "from_file",
            models.BooleanField(
                default=False,
                editable=False,
                help_text="Its answers came in a file, not by our pages.",
            ),
        ),
        migrations.RunSQL(
            "UPDATE surveys_wave SET from_file = TRUE WHERE weighting = 'supplied'",
            migrations.RunSQL.noop,
        ),
        Install(),
    ]
