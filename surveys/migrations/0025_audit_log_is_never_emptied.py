"""PostgreSQL can empty a table without touching its rows; the audit log refuses that as well."""

from django.db import migrations

from surveys.guards import Install


class Migration(migrations.Migration):
    dependencies = [("surveys", "0024_response_targets")]

    operations = [Install()]
