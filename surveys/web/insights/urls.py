"""The addresses behind login."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from surveys.web.insights import actions, organisations, views
from surveys.web.insights.forms import SignInForm
from surveys.web.insights.signing import sign_verdict

urlpatterns = [
    path(
        "sign-in",
        LoginView.as_view(authentication_form=SignInForm, redirect_authenticated_user=True),
        name="login",
    ),
    path("sign-out", LogoutView.as_view(next_page="home"), name="logout"),
    path("insights/", views.overview, name="insights"),
    path("insights/actions/", actions.actions, name="insights-actions"),
    path("insights/actions/add", actions.add_action, name="insights-add-action"),
    path("insights/actions/<int:pk>/", actions.edit_action, name="insights-action"),
    path("insights/actions/<int:pk>/publish", actions.show_action, name="insights-show-action"),
    path("insights/actions/<int:pk>/withdraw", actions.hide_action, name="insights-hide-action"),
    path("insights/organisations/", organisations.organisations, name="insights-organisations"),
    path(
        "insights/organisations/<str:code>/",
        organisations.organisation,
        name="insights-organisation",
    ),
    path("insights/<slug:slug>/", views.questionnaire, name="insights-questionnaire"),
    path("insights/<slug:slug>/comparability", views.comparability, name="insights-ledger"),
    path(
        "insights/<slug:slug>/comparability/<slug:question>/<str:source>",
        sign_verdict,
        name="insights-sign",
    ),
    path("insights/waves/<slug:slug>/figures.csv", views.figures, name="insights-figures"),
    path(
        "insights/waves/<slug:slug>/comparisons.csv", views.comparisons, name="insights-comparisons"
    ),
    path(
        "insights/waves/<slug:slug>/over-waves.csv",
        views.over_waves_csv,
        name="insights-over-waves",
    ),
    path(
        "insights/waves/<slug:slug>/comparability.csv", views.ledger_csv, name="insights-ledger-csv"
    ),
    path("insights/releases/<int:pk>/publish", views.publish, name="insights-publish"),
]
