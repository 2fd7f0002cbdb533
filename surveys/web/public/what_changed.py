"""What was done about what people said, for everybody to read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from surveys.questionnaires.versions import newest_versions
from surveys.reports.actions import published_actions
from surveys.web.actions import shown_actions, subjects_of


@require_safe
def what_changed(request: HttpRequest) -> HttpResponse:
    """Every action that is published, newest first, with the questions that it is about."""
    actions = list(published_actions().prefetch_related("subjects"))
    versions = newest_versions()
    told = [
        {"action": shown, "about": subjects_of(action, versions)}
        for action, shown in zip(actions, shown_actions(actions), strict=True)
    ]
    return render(request, "public/what_changed.html", {"told": told})
