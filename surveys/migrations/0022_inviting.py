"""Reminders, cards, counts of responses, and addresses not to write to."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from surveys.guards import Install, Lift


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0021_sealed_answers'),
    ]

    operations = [
        Lift(),
        migrations.AlterField(
            model_name='auditentry',
            name='what',
            field=models.CharField(choices=[('release_published', 'Published a release'), ('verdict_signed', 'Signed for what may be compared'), ('action_saved', 'Wrote what was done'), ('action_published', 'Published what was done'), ('action_withdrawn', 'Took from view what was done'), ('file_imported', 'Imported a file'), ('wave_made', 'Made a wave'), ('people_invited', 'Invited people to a wave'), ('cards_printed', 'Printed cards for a wave'), ('reminder_set', 'Set or took away a reminder'), ('do_not_write', 'Listed addresses not to write to'), ('configured', 'Changed the configuration'), ('unpublished_read', 'Downloaded figures that are not published')], max_length=20),
        ),
        migrations.CreateModel(
            name='DoNotWrite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('why', models.CharField(choices=[('opted_out', 'Asked not to be written to'), ('bounced', 'Its mail server takes nothing for it'), ('listed', 'Put here by a manager')], max_length=9)),
                ('since_on', models.DateField()),
            ],
            options={
                'verbose_name': 'address not to write to',
                'verbose_name_plural': 'addresses not to write to',
                'ordering': ['email'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='do_not_write_once', violation_error_message='This address is here already.')],
            },
        ),
        migrations.CreateModel(
            name='Cards',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('printed_on', models.DateField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.organisation')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='surveys.wave')),
            ],
            options={
                'verbose_name_plural': 'cards',
                'constraints': [models.CheckConstraint(condition=models.Q(('number__gt', 0)), name='cards_at_least_one')],
            },
        ),
        migrations.CreateModel(
            name='Reminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('send_on', models.DateField()),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='surveys.wave')),
            ],
            options={
                'ordering': ['wave', 'send_on'],
                'constraints': [models.UniqueConstraint(fields=('wave', 'send_on'), name='reminder_once_a_day', violation_error_message='There is a reminder on this day already.')],
            },
        ),
        migrations.CreateModel(
            name='ResponseCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counted_on', models.DateField()),
                ('invited', models.PositiveIntegerField()),
                ('answered', models.PositiveIntegerField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.organisation')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='response_counts', to='surveys.wave')),
            ],
            options={
                'ordering': ['wave', 'organisation', 'counted_on'],
                'constraints': [models.UniqueConstraint(fields=('wave', 'organisation', 'counted_on'), name='response_count_once_a_day'), models.CheckConstraint(condition=models.Q(('answered__isnull', True), ('answered__gte', 11), _connector='OR'), name='response_count_from_11_on')],
            },
        ),
        Install(),
    ]
