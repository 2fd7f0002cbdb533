"""Publishing over a gate that blocks: a reason is needed, kept, printed and never changed."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from surveys.fieldwork.models import Wave
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import report
from surveys.reports.findings import stored
from surveys.reports.judging import facts_of
from surveys.reports.models import Release
from surveys.reports.releases import (
    ReleaseBlocked,
    ReleaseRefused,
    fingerprint,
    is_intact,
    publish_release,
)
from surveys.reports.report_tables import estimates_table
from tests.fieldwork.small import make_wave
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db


def blocked() -> Release:
    """A release that its base blocks: 60 people."""
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 60)
    return estimate_wave(wave.pk)


def test_what_blocks_is_named_and_nothing_is_published() -> None:
    release = blocked()
    for reason in ("", "  \n"):
        with pytest.raises(ReleaseBlocked, match="Base: 60 people are counted, fewer than 100"):
            publish_release(release, by="Ada", reason=reason)
    release.refresh_from_db()
    assert release.state == "provisional"
    assert release.gate == []


def test_a_reason_is_kept_with_who_gave_it_and_with_what_was_found() -> None:
    release = publish_release(blocked(), by="Ada Lovelace", reason="All of the ward answered. ")
    release.refresh_from_db()
    assert release.override_reason == "All of the ward answered."
    assert (release.published_by, release.blocks) == ("Ada Lovelace", 1)
    assert [one.code for one in stored(release) if one.blocks] == ["base"]
    assert is_intact(release)
    content = report(release)["release"]
    assert content["override"] == {"reason": "All of the ward answered.", "by": "Ada Lovelace"}
    assert content["gate"] == release.gate
    notice = "Published although something blocked it: All of the ward answered."
    assert all(notice in line for line in estimates_table(release).splitlines()[1:])


def test_where_nothing_blocks_no_reason_is_kept() -> None:
    wave = make_wave(status="closed")
    respond(wave, [{"aware": "no"}] * 100)
    release = publish_release(estimate_wave(wave.pk), by="Ada", reason="Just in case")
    assert (release.blocks, release.override_reason) == (0, "")
    assert report(release)["release"]["override"] is None


def test_no_reason_helps_where_there_are_no_figures() -> None:
    wave = make_wave(status="closed")
    with pytest.raises(ReleaseRefused, match="has no figures"):
        publish_release(estimate_wave(wave.pk), by="Ada", reason="It must be today")


def test_the_fingerprint_is_of_the_gate_and_the_reason_too() -> None:
    release = publish_release(blocked(), by="Ada", reason="All of the ward answered.")
    for name, other in (("override_reason", "Other"), ("published_by", "Eve"), ("gate", [1])):
        kept = getattr(release, name)
        setattr(release, name, other)
        assert fingerprint(release) != release.sha256
        setattr(release, name, kept)
    assert fingerprint(release) == release.sha256


def test_the_database_refuses_a_blocked_release_without_a_reason() -> None:
    release = blocked()
    published = {"state": "published", "published_at": timezone.now(), "sha256": "0" * 64}
    rows = Release.objects.filter(pk=release.pk)
    with (
        pytest.raises(IntegrityError, match="release_published_over_blocks_has_a_reason"),
        transaction.atomic(),
    ):
        rows.update(blocks=1, **published)
    rows.update(blocks=1, override_reason="All of the ward answered.", **published)
    assert rows.get().state == "published"


@pytest.mark.parametrize(
    "change",
    [{"gate": []}, {"blocks": 0}, {"override_reason": "Another"}, {"published_by": "Eve"}],
)
def test_the_database_keeps_gate_and_reason_as_they_were(change: dict[str, Any]) -> None:
    publish_release(blocked(), by="Ada", reason="All of the ward answered.")
    with pytest.raises(IntegrityError, match="release_frozen_once_published"):
        Release.objects.update(**change)


def test_the_facts_of_fieldwork_are_kept_as_they_were_on_publication() -> None:
    release = publish_release(blocked(), by="Ada", reason="All of the ward answered.")
    closes_on = release.wave.closes_on.isoformat()
    Wave.objects.update(mode="by telephone", closes_on=timezone.localdate())
    release.refresh_from_db()
    assert release.method["fieldwork"]["mode"] == "online"
    assert release.method["fieldwork"]["closes_on"] == closes_on
    # The ledger compares waves as they were asked, not as somebody describes them later.
    facts = facts_of(release)
    assert (facts.mode, facts.sampling, facts.simulated) == ("online", "open", False)


@pytest.mark.parametrize(
    "later",
    [
        {"mode": "by telephone"},
        {"fieldwork_house": "Somebody else"},
        {"opens_on": datetime.date(2020, 1, 1), "closes_on": datetime.date(2020, 1, 31)},
    ],
)
def test_what_a_published_wave_is_compared_by_does_not_change_with_the_wave(
    later: dict[str, Any],
) -> None:
    release = publish_release(blocked(), by="Ada", reason="All of the ward answered.")
    before = facts_of(Release.objects.get(pk=release.pk))
    Wave.objects.update(**later)
    assert facts_of(Release.objects.get(pk=release.pk)) == before
