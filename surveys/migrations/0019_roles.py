"""Roles are memberships: whoever was in one of the three groups has its role for everybody."""

from django.db import migrations

ROLES = {"Managers": "manager", "Analysts": "analyst", "Leaders": "leader"}


def groups_to_roles(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Membership = apps.get_model("surveys", "Membership")
    root = apps.get_model("surveys", "Organisation").objects.get(code="NATIONAL")
    for group in Group.objects.filter(name__in=ROLES):
        for user in group.user_set.all():
            Membership.objects.get_or_create(user=user, organisation=root, role=ROLES[group.name])
        group.delete()


def roles_to_groups(apps, schema_editor):
    Membership = apps.get_model("surveys", "Membership")
    for name, role in ROLES.items():
        group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
        for one in Membership.objects.filter(role=role, organisation__code="NATIONAL"):
            group.user_set.add(one.user_id)


class Migration(migrations.Migration):
    dependencies = [("surveys", "0018_organisations")]
    operations = [migrations.RunPython(groups_to_roles, roles_to_groups)]
