"""The addresses of the respondents' pages, the same in every language.

None holds a secret but the links of invitations, which lead on at once to one that does not; the
log of requests leaves out what follows `/i/` (gunicorn.conf.py).
"""

from django.urls import path

from surveys.web.public import (
    comparing,
    entrance,
    information,
    invited,
    journey,
    language,
    results,
    resuming,
    updates,
    what_changed,
    withdrawing,
)

urlpatterns = [
    path("", entrance.home, name="home"),
    path("s/<slug:slug>/", entrance.start, name="start"),
    path("language", language.switch, name="language"),
    path("s/<slug:slug>/language", language.switch, name="survey_language"),
    path("s/<slug:slug>/i/", invited.type_ticket, name="ticket"),
    path("s/<slug:slug>/i/<str:ticket>", invited.follow_ticket, name="follow_ticket"),
    path("s/<slug:slug>/o/<str:code>", invited.follow_organisation, name="follow_organisation"),
    path("s/<slug:slug>/consent", entrance.consent, name="consent"),
    path("s/<slug:slug>/q/<slug:code>", journey.question, name="question"),
    path("s/<slug:slug>/check", journey.check, name="check"),
    path("s/<slug:slug>/submit", journey.send, name="submit"),
    path("s/<slug:slug>/done", journey.done, name="done"),
    path("s/<slug:slug>/compare", comparing.compare, name="compare"),
    path("s/<slug:slug>/later", resuming.later, name="later"),
    path("s/<slug:slug>/put-away", resuming.put_away, name="put_away"),
    path("s/<slug:slug>/resume", resuming.resume_here, name="resume_here"),
    path("s/<slug:slug>/leave", journey.leave, name="leave"),
    path("s/<slug:slug>/ended", journey.ended, name="ended"),
    path("resume", resuming.resume, name="resume"),
    path("withdraw", withdrawing.withdraw_page, name="withdraw"),
    path("withdraw/done", withdrawing.withdrawn, name="withdrawn"),
    path(
        "withdraw/done-published",
        withdrawing.withdrawn,
        {"published": True},
        name="withdrawn_published",
    ),
    path("results/<slug:slug>/releases/<int:number>/method", results.method, name="method"),
    path("invitations/leave/<str:code>", invited.stop_invitations, name="invitation_leave"),
    path("updates", updates.ask, name="updates"),
    path("updates/sent", updates.sent, name="updates_sent"),
    path("updates/confirm/<str:code>", updates.confirm_page, name="updates_confirm"),
    path("updates/leave/<str:code>", updates.leave_page, name="updates_leave"),
    path("what-changed", what_changed.what_changed, name="what_changed"),
    path("privacy", information.privacy, name="privacy"),
    path("cookies", information.cookies, name="cookies"),
    path("accessibility", information.accessibility, name="accessibility"),
]
