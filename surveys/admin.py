"""The configuration pages: what is asked, of whom, when, and who may read the results.

Nothing that a respondent wrote, no tally and no estimate is registered here; a test holds the list.
What is made by a checked command (questionnaires, margins, waves, organisations, published surveys)
is shown, not edited: a form would go round the checks.
"""

import json
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from surveys.fieldwork.auditing import record
from surveys.fieldwork.models import (
    AuditEntry,
    Margin,
    Membership,
    Organisation,
    Placement,
    Population,
    User,
    Wave,
    WaveOrganisation,
)
from surveys.questionnaires.models import Questionnaire, QuestionnaireVersion
from surveys.reports.models import PublishedEstimate, PublishedSurvey


class ShownOnly:
    """Everybody who may open the configuration pages may look; nobody may change."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may open the configuration pages may look."""
        return bool(request.user.is_active and getattr(request.user, "is_staff", False))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """The same, for the front page."""
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Made by a command that checks it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Changed by a command that checks it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never deleted here."""
        return False


admin.site.unregister(Group)  # what somebody may do is said by roles


@admin.register(Questionnaire)
class QuestionnaireAdmin(ShownOnly, admin.ModelAdmin):
    """Series of questions."""

    list_display = ("slug", "audience", "title")


@admin.register(QuestionnaireVersion)
class QuestionnaireVersionAdmin(ShownOnly, admin.ModelAdmin):
    """Frozen documents."""

    list_display = ("questionnaire", "label", "status", "published_at", "welsh_to_review", "sha256")
    list_filter = ("status", "questionnaire")
    list_select_related = ("questionnaire",)

    @admin.display(description="Welsh texts that wait for review")
    def welsh_to_review(self, version: QuestionnaireVersion) -> str:
        """How many were made by a machine and nobody has read; empty where there is no Welsh."""
        texts = version.document.get("translations", {}).get("cy", {})
        waiting = version.document.get("needs_review", {}).get("cy", ())
        return f"{len(waiting)} of {len(texts)}" if texts else ""


class MarginInline(ShownOnly, admin.TabularInline):
    """The shares of a population."""

    model = Margin
    fields = ("variable", "category", "label", "printed_percent", "collapsed_into", "source")


@admin.register(Population)
class PopulationAdmin(ShownOnly, admin.ModelAdmin):
    """What answers are weighed to."""

    list_display = ("slug", "title")
    inlines = (MarginInline,)


class WaveOrganisationInline(ShownOnly, admin.TabularInline):
    """Whose staff a wave asks."""

    model = WaveOrganisation
    fields = ("organisation",)


@admin.register(Wave)
class WaveAdmin(ShownOnly, admin.ModelAdmin):
    """Rounds of fieldwork."""

    list_display = ("slug", "title", "version", "kind", "sampling", "status", "opens_on")
    list_filter = ("status", "kind", "questionnaire")
    list_select_related = ("version__questionnaire",)
    exclude = ("tally_revision",)
    inlines = (WaveOrganisationInline,)


class PublishedEstimateInline(ShownOnly, admin.TabularInline):
    """Printed figures."""

    model = PublishedEstimate
    fields = ("question", "option_label", "share", "subgroup", "base", "wording_status")


@admin.register(PublishedSurvey)
class PublishedSurveyAdmin(ShownOnly, admin.ModelAdmin):
    """What other people published."""

    list_display = ("slug", "audience", "title", "fieldwork_start", "base")
    inlines = (PublishedEstimateInline,)


class MembershipInline(admin.TabularInline):
    """What a person may do, and for whom."""

    model = Membership
    extra = 0


class PlacementInline(ShownOnly, admin.TabularInline):
    """Where an organisation stood, and when."""

    model = Placement
    fk_name = "organisation"
    fields = ("parent", "since_on", "until_on")


@admin.register(Organisation)
class OrganisationAdmin(ShownOnly, admin.ModelAdmin):
    """The tree of NHS organisations."""

    list_display = ("code", "name", "parent", "closed_on")
    search_fields = ("code", "name")
    list_select_related = ("parent",)
    inlines = (PlacementInline,)


@admin.register(AuditEntry)
class AuditEntryAdmin(ShownOnly, admin.ModelAdmin):
    """What people did; for superusers."""

    list_display = ("at", "user", "command", "what", "subject", "reason")
    list_filter = ("what",)
    list_select_related = ("user",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only superusers look: it says who did what."""
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))


class Audited:
    """What is changed by a form here is in the audit log."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Added."""
        record(_who(request), AuditEntry.What.CONFIGURED, f"added {_named(obj)}")
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Changed: with the names of what was."""
        changed = _said(message)
        record(_who(request), AuditEntry.What.CONFIGURED, f"{_named(obj)}: {changed}")
        return super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Deleted, one or many."""
        for obj in queryset:
            record(_who(request), AuditEntry.What.CONFIGURED, f"deleted {_named(obj)}")
        return super().log_deletions(request, queryset)  # type: ignore[misc]


def _who(request: HttpRequest) -> User:
    by: Any = request.user  # somebody: the configuration pages let nobody else in
    return cast(User, by)


def _named(obj: Any) -> str:
    return f"{obj._meta.verbose_name} {obj.pk}"


def _said(message: Any) -> str:
    """What a form changed, as the admin says it."""
    if isinstance(message, str):
        return message
    return str(LogEntry(change_message=json.dumps(message)).get_change_message())


@admin.register(User)
class PersonAdmin(Audited, UserAdmin):
    """People who sign in."""

    ordering = ("email",)
    list_display = ("email", "name", "is_active", "is_staff")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "joined_at")
    fieldsets = (
        (None, {"fields": ("email", "password", "name")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("When", {"fields": ("last_login", "joined_at")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    inlines = (MembershipInline,)
