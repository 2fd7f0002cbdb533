"""The addresses of the managers' pages."""

from django.urls import path

from surveys.web.manage import views

urlpatterns = [
    path("waves/", views.waves, name="manage-waves"),
    path("waves/<slug:slug>/", views.wave, name="manage-wave"),
    path("waves/<slug:slug>/invite", views.invite_people, name="manage-invite"),
    path("waves/<slug:slug>/cards", views.cards, name="manage-cards"),
    path("waves/<slug:slug>/target", views.target, name="manage-target"),
    path("waves/<slug:slug>/reminders", views.reminders, name="manage-reminders"),
    path(
        "waves/<slug:slug>/reminders/<int:pk>/remove",
        views.remove_reminder,
        name="manage-remove-reminder",
    ),
]
