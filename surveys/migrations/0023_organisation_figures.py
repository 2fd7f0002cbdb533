"""What the staff of each organisation answered, and how many work there."""

import django.db.models.deletion
from django.db import migrations, models

from surveys.guards import Install


class Migration(migrations.Migration):

    dependencies = [
        ('surveys', '0022_inviting'),
    ]

    operations = [
        migrations.CreateModel(
            name='Headcount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variable', models.CharField(max_length=64)),
                ('category', models.CharField(max_length=64)),
                ('people', models.PositiveIntegerField()),
                ('reference_date', models.CharField(max_length=20)),
                ('source', models.TextField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='headcounts', to='surveys.organisation')),
            ],
            options={
                'ordering': ['organisation', 'variable', 'category'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'variable', 'category'), name='headcount_unique'), models.CheckConstraint(condition=models.Q(('people__gt', 0)), name='headcount_at_least_one')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationEstimate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('question', models.CharField(max_length=64)),
                ('option', models.CharField(max_length=64)),
                ('base', models.PositiveIntegerField(null=True)),
                ('estimate', models.FloatField(null=True)),
                ('lower', models.FloatField(null=True)),
                ('upper', models.FloatField(null=True)),
                ('suppressed', models.CharField(blank=True, choices=[('', 'Shown'), ('primary', 'Fewer people answered than may be shown'), ('secondary', 'Hidden so that another hidden figure cannot be worked out'), ('few', 'Fewer people chose it, or did not, than may be shown'), ('unreliable', 'Too few people answered for a reliable figure')], default='', max_length=10)),
                ('parent_difference', models.FloatField(null=True)),
                ('parent_lower', models.FloatField(null=True)),
                ('parent_upper', models.FloatField(null=True)),
                ('country_difference', models.FloatField(null=True)),
                ('country_lower', models.FloatField(null=True)),
                ('country_upper', models.FloatField(null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.organisation')),
                ('release', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='organisation_estimates', to='surveys.release')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('release', 'organisation', 'question', 'option'), name='organisation_estimate_unique'), models.CheckConstraint(condition=models.Q(models.Q(('base__isnull', False), ('estimate__gte', 0), ('estimate__lte', 1), ('suppressed', '')), models.Q(models.Q(('suppressed', ''), _negated=True), ('base__isnull', True), ('estimate__isnull', True), ('lower__isnull', True), ('upper__isnull', True), ('country_difference__isnull', True), ('parent_difference__isnull', True)), _connector='OR'), name='organisation_estimate_number_iff_not_suppressed')],
            },
        ),
        Install(),
    ]
