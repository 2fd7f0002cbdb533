"""What every database has before anybody does anything: guards, the root, the two groups."""

from django.db import migrations

from surveys.guards import Install


def lay_ground(apps, schema_editor):
    apps.get_model("surveys", "Organisation").objects.get_or_create(
        code="NATIONAL", defaults={"name": "National"}
    )
    for name in ("Managers", "Leaders"):
        apps.get_model("auth", "Group").objects.get_or_create(name=name)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0001_initial")]
    operations = [migrations.RunPython(lay_ground, migrations.RunPython.noop), Install()]
