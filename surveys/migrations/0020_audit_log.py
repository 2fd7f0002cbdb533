"""The log of what people did; guards refuse its change and its end."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from surveys.guards import Install


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0019_roles'),
    ]

    operations = [
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('command', models.CharField(blank=True, max_length=100)),
                ('what', models.CharField(choices=[('release_published', 'Published a release'), ('verdict_signed', 'Signed for what may be compared'), ('action_saved', 'Wrote what was done'), ('action_published', 'Published what was done'), ('action_withdrawn', 'Took from view what was done'), ('file_imported', 'Imported a file'), ('wave_made', 'Made a wave'), ('configured', 'Changed the configuration'), ('unpublished_read', 'Downloaded figures that are not published')], max_length=20)),
                ('subject', models.CharField(max_length=300)),
                ('reason', models.TextField(blank=True)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'audit entries',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('user__isnull', False), ('command', '')), models.Q(('user__isnull', True), models.Q(('command', ''), _negated=True)), _connector='OR'), name='audit_entry_has_one_author'), models.CheckConstraint(condition=models.Q(('subject', ''), _negated=True), name='audit_entry_is_about_something')],
            },
        ),
        Install(),
    ]
