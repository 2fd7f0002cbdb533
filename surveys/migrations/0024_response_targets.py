"""How many of the invited staff of an organisation shall answer."""

import django.db.models.deletion
from django.db import migrations, models

from surveys.guards import Install, Lift


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0023_organisation_figures'),
    ]

    operations = [
        Lift(),
        migrations.AlterField(
            model_name='auditentry',
            name='what',
            field=models.CharField(choices=[('release_published', 'Published a release'), ('verdict_signed', 'Signed for what may be compared'), ('action_saved', 'Wrote what was done'), ('action_published', 'Published what was done'), ('action_withdrawn', 'Took from view what was done'), ('file_imported', 'Imported a file'), ('wave_made', 'Made a wave'), ('people_invited', 'Invited people to a wave'), ('cards_printed', 'Printed cards for a wave'), ('target_set', 'Set a target of responses'), ('reminder_set', 'Set or took away a reminder'), ('do_not_write', 'Listed addresses not to write to'), ('configured', 'Changed the configuration'), ('unpublished_read', 'Downloaded figures that are not published')], max_length=20),
        ),
        migrations.CreateModel(
            name='ResponseTarget',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('percent', models.PositiveSmallIntegerField()),
                ('told_on', models.DateField(help_text='When managers were told that it lags.', null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.organisation')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='response_targets', to='surveys.wave')),
            ],
            options={
                'ordering': ['wave', 'organisation'],
                'constraints': [models.UniqueConstraint(fields=('wave', 'organisation'), name='response_target_unique'), models.CheckConstraint(condition=models.Q(('percent__gte', 1), ('percent__lte', 100)), name='response_target_is_a_percentage')],
            },
        ),
        Install(),
    ]
