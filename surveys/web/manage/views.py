"""The pages on which managers invite the staff of their organisations, and see how it goes."""

import io
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.fieldwork.auditing import record
from surveys.fieldwork.cards import print_cards
from surveys.fieldwork.invitation_mail import unknown
from surveys.fieldwork.inviting import InvitingRefused, asked_organisations, invite
from surveys.fieldwork.mail import absolute
from surveys.fieldwork.models import AuditEntry, Organisation, Reminder, ResponseTarget, User, Wave
from surveys.fieldwork.policies import (
    can_invite,
    can_publish,
    can_remind,
    check_invite,
    check_remind,
)
from surveys.fieldwork.tables import FileRefused
from surveys.questionnaires.models import Questionnaire
from surveys.reports.models import Release
from surveys.web.insights.access import managers_only
from surveys.web.manage.fieldwork import lines
from surveys.web.manage.forms import CardsForm, InviteForm, ReminderForm, TargetForm


def _waves() -> QuerySet[Wave]:
    """The waves of staff to which people are invited."""
    return (
        Wave.objects.filter(questionnaire__audience=Questionnaire.Audience.STAFF)
        .exclude(kind=Wave.Kind.SIMULATED)
        .select_related("questionnaire")
        .order_by("-opens_on", "slug")
    )


def _mine(request: HttpRequest, slug: str) -> tuple[Wave, list[Organisation]]:
    """A wave, and the organisations that it asks and this manager invites for.

    Raises Http404 where there is none.
    """
    wave = get_object_or_404(_waves(), slug=slug)
    asked = sorted(asked_organisations(wave).values(), key=lambda one: one.path)
    mine = [one for one in asked if can_invite(request.user, one)]
    if not mine:
        raise Http404
    return wave, mine


def _who(request: HttpRequest) -> User:
    by: Any = request.user  # somebody: the door lets nobody else in
    return cast(User, by)


@require_safe
@managers_only
def waves(request: HttpRequest) -> HttpResponse:
    """The waves of staff that ask somebody whom this manager invites."""
    found = [
        wave
        for wave in _waves()
        if any(can_invite(request.user, one) for one in asked_organisations(wave).values())
    ]
    return render(request, "manage/waves.html", {"waves": found})


@require_safe
@managers_only
def wave(request: HttpRequest, slug: str) -> HttpResponse:
    """How inviting to one wave goes."""
    found, mine = _mine(request, slug)
    told = lines(found, mine)
    if found.sampling == Wave.Sampling.OPEN_LINK:
        for line in told:
            path = reverse("follow_organisation", args=[slug, line.organisation.code])
            line.link = absolute(path)
    all_of_it = can_remind(request.user, found)
    context = {
        "wave": found,
        "lines": told,
        "all_of_it": all_of_it,
        "unknown": unknown(found) if all_of_it else 0,
        "running": found.status in (Wave.Status.DRAFT, Wave.Status.OPEN),
        "reminders": found.reminders.all(),
        "to_publish": _to_publish(request, found),
    }
    return render(request, "manage/wave.html", context)


def _to_publish(request: HttpRequest, found: Wave) -> Release | None:
    """The release that waits for this manager to publish it, if there is one."""
    if found.status not in (Wave.Status.CLOSED, Wave.Status.PUBLISHED):
        return None
    waits = found.releases.filter(state=Release.State.PROVISIONAL).first()
    return waits if waits is not None and can_publish(request.user, found) else None


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def invite_people(request: HttpRequest, slug: str) -> HttpResponse:
    """Read a file of addresses: all of them are invited, or none and every reason is shown."""
    found, mine = _mine(request, slug)
    sent = request.method == "POST"
    form = InviteForm(mine, request.POST if sent else None, request.FILES if sent else None)
    faults: list[str] = []
    if form.is_valid():
        check_invite(request.user, form.chosen())
        file = form.cleaned_data["file"]
        text = io.TextIOWrapper(file.file, encoding="utf-8-sig", newline="")
        try:
            done = invite(found, text, form.chosen(), name=file.name, by=_who(request))
        except FileRefused as refusal:
            faults = [str(one) for one in refusal.faults]
            form.add_error("file", f"Mend the file: {len(faults)} to mend, nobody was invited")
        except UnicodeDecodeError:
            form.add_error("file", "Save the file as CSV in UTF-8: it is in another encoding")
        except InvitingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            text_ = f"{done.invited} invited."
            if done.known:
                text_ += f" {done.known} were there before, or twice in the file."
            if done.not_written_to:
                text_ += f" {done.not_written_to} asked not to be written to, or cannot be reached."
            messages.success(request, text_)
            return redirect("manage-wave", slug=slug)
    context = {
        "wave": found,
        "form": form,
        "faults": faults,
        "has_errors": bool(form.errors),
    }
    return render(request, "manage/invite.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def cards(request: HttpRequest, slug: str) -> HttpResponse:
    """Make cards and show them once, to be printed."""
    found, mine = _mine(request, slug)
    form = CardsForm(mine, request.POST if request.method == "POST" else None)
    if form.is_valid():
        check_invite(request.user, form.chosen())
        try:
            made = print_cards(found, form.chosen(), form.cleaned_data["number"], by=_who(request))
        except InvitingRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            context = {"wave": found, "organisation": form.chosen(), "cards": made}
            return render(request, "manage/printed_cards.html", context)
    context = {"wave": found, "form": form, "has_errors": bool(form.errors)}
    return render(request, "manage/cards.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def target(request: HttpRequest, slug: str) -> HttpResponse:
    """Set how many of those who are invited shall answer."""
    found, mine = _mine(request, slug)
    form = TargetForm(mine, request.POST if request.method == "POST" else None)
    if form.is_valid():
        check_invite(request.user, form.chosen())
        percent = form.cleaned_data["percent"]
        with transaction.atomic():
            ResponseTarget.objects.update_or_create(
                wave=found,
                organisation=form.chosen(),
                defaults={"percent": percent, "told_on": None},
            )
            what = f"{found.slug}: {percent}% of {form.chosen().code}"
            record(_who(request), AuditEntry.What.TARGET_SET, what)
        messages.success(request, f"The target of {form.chosen()} is {percent}%.")
        return redirect("manage-wave", slug=slug)
    context = {"wave": found, "form": form, "has_errors": bool(form.errors)}
    return render(request, "manage/target.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@managers_only
def reminders(request: HttpRequest, slug: str) -> HttpResponse:
    """Set one more day on which everybody is reminded."""
    found = get_object_or_404(_waves(), slug=slug)
    check_remind(request.user, found)
    form = ReminderForm(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        reminder = found.reminders.create(send_on=form.cleaned_data["send_on"])
        record(_who(request), AuditEntry.What.REMINDER_SET, str(reminder))
        messages.success(request, f"Everybody is reminded on {reminder.send_on:%-d %B %Y}.")
        return redirect("manage-wave", slug=slug)
    context = {"wave": found, "form": form, "has_errors": bool(form.errors)}
    return render(request, "manage/reminder.html", context, status=422 if form.is_bound else 200)


@require_POST
@managers_only
def remove_reminder(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Remind nobody on a day that was set."""
    reminder = get_object_or_404(Reminder.objects.select_related("wave"), pk=pk, wave__slug=slug)
    check_remind(request.user, reminder.wave)
    record(_who(request), AuditEntry.What.REMINDER_SET, f"{reminder} taken away")
    reminder.delete()
    messages.success(request, f"Nobody is reminded on {reminder.send_on:%-d %B %Y}.")
    return redirect("manage-wave", slug=slug)
