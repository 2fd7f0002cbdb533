"""Somebody answers for another verdict than the ledger found; what was signed is never changed."""

import csv
import datetime
import io

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys.fieldwork.models import User
from surveys.questionnaires.models import Questionnaire
from surveys.reports.comparisons import compare
from surveys.reports.exporting import report
from surveys.reports.ledger import ledger
from surveys.reports.models import ComparabilityOverride
from surveys.reports.report_tables import estimates_table
from surveys.reports.series import releases_of
from surveys.reports.signing import OverrideRefused, sign_override
from surveys.reports.trends import trends

pytestmark = pytest.mark.django_db
REASON = "The panel company counted twice in spring."


@pytest.fixture
def releases(releases):
    return releases_of(Questionnaire.objects.get(slug="public-confidence"), provisional=False)


@pytest.fixture
def ada():
    return User.objects.create_user("ada@example.org", name="Ada")


def entry(releases, source="wave"):
    return next(
        one
        for one in ledger(releases)
        if one.question.code == "more_or_less" and one.with_.startswith(source)
    )


def sign(releases, by, verdict="beside", reason=REASON, source="wave", **changes):
    found = entry(releases, source)
    return sign_override(
        **{
            "wave": releases[-1].wave,
            "question": "more_or_less",
            "source": found.with_,
            "judgement": found.judgement,
            "verdict": verdict,
            "reason": reason,
            "by": by,
            **changes,
        }
    )


def test_a_signed_verdict_counts_wherever_the_comparison_is_shown(releases, ada):
    assert entry(releases).judgement.verdict == "same"
    sign(releases, ada)
    assert entry(releases).judgement.verdict == "beside"
    told = f"Decided by Ada, {timezone.localdate():%-d %B %Y}: {REASON}"
    assert entry(releases).judgement.reasons == (told,)
    tested = [
        one
        for one in compare(releases[1], releases[0])
        if one.question == "more_or_less" and one.with_.startswith("wave:")
    ]
    assert tested
    assert {one.judgement.verdict for one in tested} == {"beside"}
    rows = csv.DictReader(io.StringIO(estimates_table(releases[1], releases[0])))
    everyone = [row for row in rows if row["question"] == "more_or_less" and not row["segment"]]
    assert {row["verdict_wave"] for row in everyone} == {"beside"}
    trend = next(one for one in trends(releases) if one.question.code == "more_or_less")
    assert [one.verdict for one in trend.joins] == ["beside"]
    line = next(
        one
        for one in report(releases[1], releases[:1])["ledger"]
        if one["question"] == "more_or_less" and one["with"].startswith("wave:")
    )
    assert line["override"] == {
        "found": "same",
        "reason": REASON,
        "signed_by": "Ada",
        "signed_on": timezone.localdate().isoformat(),
    }


def test_the_newest_of_several_counts_and_the_others_stay(releases, ada):
    sign(releases, ada)
    sign(releases, ada, "annotate", "They counted once, after all.")
    assert entry(releases).judgement.verdict == "annotate"
    assert entry(releases).judgement.signature.found == "same"
    assert ComparabilityOverride.objects.count() == 2


def test_a_form_sent_twice_signs_once(releases, ada):
    assert sign(releases, ada) == sign(releases, ada)
    assert ComparabilityOverride.objects.count() == 1


def test_nobody_can_sign_that_an_open_link_equals_a_panel_of_unknown_make(releases, ada):
    assert entry(releases, "survey:").judgement.limit == "beside"
    with pytest.raises(OverrideRefused, match="no reason makes their gap a change"):
        sign(releases, ada, "same", source="survey:")
    assert not ComparabilityOverride.objects.exists()


@pytest.mark.parametrize("reason", ["", "   \n"])
def test_nobody_signs_without_a_reason(releases, ada, reason):
    with pytest.raises(OverrideRefused, match="Say why"):
        sign(releases, ada, reason=reason)
    row = sign(releases, ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        ComparabilityOverride.objects.create(
            wave=row.wave,
            question=row.question,
            source=row.source,
            found="same",
            verdict="beside",
            reason=reason,
            signed_by=ada,
        )


def test_there_is_no_verdict_but_the_four(releases, ada):
    with pytest.raises(OverrideRefused, match="'better' is none of"):
        sign(releases, ada, "better")


def test_what_was_signed_never_changes(releases, ada):
    row = sign(releases, ada)
    with pytest.raises(IntegrityError, match="override_never_changes"), transaction.atomic():
        ComparabilityOverride.objects.filter(pk=row.pk).update(reason="Another.")
    row.signed_at = timezone.now() - datetime.timedelta(days=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
