"""What the same people answered before and after: their change, its error, and who is protected."""

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError

from surveys.fieldwork.models import Wave
from surveys.questionnaires.document import Document
from surveys.reports.comparisons import compare
from surveys.reports.estimating import estimate_wave
from surveys.reports.exporting import report
from surveys.reports.gate import gate
from surveys.reports.ledger import FIRST_ANSWER, ledger
from surveys.reports.models import Contrast, Release
from surveys.reports.releases import FIGURE, fingerprint, is_intact, publish_release
from surveys.reports.words import change
from tests.fieldwork.small import document, make_wave, publish
from tests.reports.test_estimating import respond

pytestmark = pytest.mark.django_db

Answers = list[dict[str, Any]]
NET = {"code": "sure", "text": "7 to 10", "options": ["7", "8", "9", "10"]}


def both(was: int, now: int, people: int) -> Answers:
    return [{"aware": "yes", "before": was, "after": now}] * people


def with_nets(audience: str = "public") -> Document:
    data = document(f"small-{audience}", audience).model_dump(by_alias=True)
    for page in data["pages"]:
        for question in page["questions"]:
            if question["code"] in ("before", "after"):
                question["nets"] = [NET]
    return Document.model_validate(data)


def closed_wave(answers: Answers, audience: str = "public") -> Wave:
    version = publish(with_nets(audience))
    wave = make_wave(status="closed", version=version, sampling="probability")
    respond(wave, answers)
    return wave


def rows(release: Release) -> dict[str, Contrast]:
    return {row.option: row for row in release.contrasts.all()}


def test_the_change_of_the_same_people_has_the_error_of_their_differences() -> None:
    given = both(3, 5, 60) + both(7, 8, 40) + both(9, 6, 30) + both(5, 5, 70)
    # They are in the base of one question only, so they enter neither figure of the pair.
    alone = [{"aware": "yes", "before": 10, "after": "dont_know"}] * 20
    found = rows(estimate_wave(closed_wave(given + alone).pk))

    was, now = (np.array([one[code] for one in given], float) for code in ("before", "after"))
    steps = {"": (was, now), "sure": ((was >= 7) * 1.0, (now >= 7) * 1.0)}
    assert found.keys() == steps.keys()
    for option, (first, second) in steps.items():
        row, step = found[option], second - first
        assert row.against == "pair:before"
        assert row.base == len(given)
        assert row.their_estimate == pytest.approx(first.mean(), rel=1e-12)
        assert row.estimate == pytest.approx(second.mean(), rel=1e-12)
        assert row.difference == pytest.approx(step.mean(), rel=1e-10)
        # The error of a mean of differences; those who are outside the pair are in the sample, so
        # n/(n-1) is of all 220 (Statistics, "Standard error").
        n = len(given) + len(alone)
        error = np.sqrt(n / (n - 1) * ((step - step.mean()) ** 2).sum()) / len(given)
        assert row.standard_error == pytest.approx(error, rel=1e-10)


def test_a_sentence_describes_the_change_and_claims_nothing() -> None:
    release = estimate_wave(closed_wave(both(3, 5, 150) + both(7, 8, 150)).pk)
    found = {one.option: one for one in compare(release) if one.relation == "pair"}
    assert found["sure"].outcome is None
    # All 300 went up, and none of them past 7: the change of the net is 0 for everybody, and its
    # error too. Had z² / (300 + z²) = 1.3% gone one way, it could have been missed (Wilson 1927).
    assert change(found["sure"]) == (
        "“About after?”, “7 to 10”: 50% after, beside 50% before among those who gave both answers,"
        " about the same (95% interval of the change: 1 point lower to 1 higher). It joins no trend"
        " and does not show what moved people, because it was asked for the second time, which"
        " makes it another question (and 1 more reason)."
    )
    # Half rose by 2 and half by 1: 1.5 on average, with an error of 0.5 / root(300) = 0.029.
    assert change(found[""]).startswith(
        "“About after?”, mean from 0 to 10: 6.5 after, beside 5.0 before among those who gave both"
        " answers, 1.5 higher (95% interval of the change: 1.4 to 1.6). It joins no trend"
    )
    told = [one for one in report(release)["comparisons"] if one["with"] == "pair:before"]
    assert [one["sentence"] for one in told] == [change(one) for one in found.values()]
    assert [one["wording"] for one in told] == [None, None]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (both(3, 5, 10), "primary"),
        (both(3, 5, 40), "unreliable"),
        (both(3, 5, 100), ""),
        # Taken away from the base of a question, a pair must leave nobody or no small group.
        (both(3, 5, 100) + [{"aware": "yes", "before": 4, "after": "dont_know"}] * 10, "secondary"),
        (both(3, 5, 100) + [{"aware": "yes", "before": "dont_know", "after": 4}] * 10, "secondary"),
        (both(3, 5, 100) + [{"aware": "yes", "after": 4}] * 10, "secondary"),
        (both(3, 5, 100) + [{"aware": "yes", "after": 4}] * 11, ""),
        (both(3, 5, 100) + [{"aware": "yes", "before": "prefer_not_to_say"}] * 3, ""),
    ],
)
def test_a_pair_is_told_whole_or_not_at_all(answers: Answers, why: str) -> None:
    found = rows(estimate_wave(closed_wave(answers).pk))
    assert {row.suppressed for row in found.values()} == {why}
    assert {row.difference is None for row in found.values()} == {bool(why)}


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (both(3, 5, 90) + both(7, 8, 10), ""),
        (both(3, 5, 96) + both(7, 8, 4), "few"),
        # Those who are left gave an answer that fewer than five of them share.
        (both(3, 5, 90) + both(7, 8, 10) + [{"aware": "yes", "after": 4}] * 12, "few"),
    ],
)
def test_of_staff_no_few_are_told_who_chose_a_net_or_did_not(answers: Answers, why: str) -> None:
    found = rows(estimate_wave(closed_wave(answers, "staff").pk))
    assert {row.suppressed for row in found.values()} == {why}


@pytest.mark.parametrize(("more", "why"), [(10, "secondary"), (11, "")])
def test_two_releases_do_not_tell_the_change_of_a_few(more: int, why: str) -> None:
    wave = closed_wave(both(3, 5, 100))
    publish_release(estimate_wave(wave.pk), by="Ada")
    # Enough people for new figures; of them `more` gave both answers, and others neither.
    respond(wave, both(4, 9, more) + [{"aware": "no"}] * 30)
    wave.refresh_from_db()
    found = rows(estimate_wave(wave.pk))
    assert {row.suppressed for row in found.values()} == {why}


def test_what_was_hidden_once_stays_hidden() -> None:
    wave = closed_wave(both(3, 5, 100) + [{"aware": "yes", "after": 4}] * 5)
    first = publish_release(estimate_wave(wave.pk), by="Ada")
    assert {row.suppressed for row in first.contrasts.all()} == {"secondary"}
    respond(wave, [{"aware": "yes", "after": 4}] * 40)
    second = estimate_wave(wave.pk)
    assert {row.suppressed for row in second.contrasts.all()} == {"secondary"}


def test_a_pair_that_nobody_answered_has_no_row() -> None:
    release = estimate_wave(closed_wave([{"aware": "yes"}] * 100).pk)
    assert not release.contrasts.exists()


def test_published_contrasts_never_change_and_are_part_of_the_hash() -> None:
    release = publish_release(estimate_wave(closed_wave(both(3, 5, 100)).pk), by="Ada")
    assert is_intact(release)
    with pytest.raises(IntegrityError, match="contrast_frozen"):
        release.contrasts.update(estimate=1.0)


OLD = (
    *("question", "option", "against", "base", "effective_base", "estimate"),
    *("their_estimate", "difference", "standard_error", "suppressed"),
)
SINCE = ("unweighted", "their_unweighted", "lower", "upper")


def test_a_release_from_before_more_was_kept_of_a_contrast_is_intact_still() -> None:
    release = estimate_wave(closed_wave(both(3, 5, 100)).pk)
    release.contrasts.update(**dict.fromkeys(SINCE))
    release.refresh_from_db()
    figures = release.estimates.order_by("id").values_list(*FIGURE)
    # As it was hashed then: without what was not kept, and without the other figure's base.
    content = {
        "method": release.method,
        "figures": [list(row) for row in figures],
        "contrasts": [list(row) for row in release.contrasts.order_by("id").values_list(*OLD)],
    }
    written = json.dumps(content, sort_keys=True).encode()
    assert fingerprint(release) == hashlib.sha256(written).hexdigest()


@pytest.mark.parametrize("name", ["their_base", *SINCE])
def test_the_hash_is_of_the_other_base_too_and_of_all_that_is_kept(name: str) -> None:
    release = estimate_wave(closed_wave(both(3, 5, 100)).pk)
    before = fingerprint(release)
    row = release.contrasts.get(option="")
    setattr(row, name, getattr(row, name) + 1)
    row.save()
    assert fingerprint(release) != before


def test_nothing_is_added_to_published_contrasts() -> None:
    release = publish_release(estimate_wave(closed_wave(both(3, 5, 100)).pk), by="Ada")
    with pytest.raises(IntegrityError, match="contrast_not_added"):
        Contrast.objects.create(
            release=release, question="x", against="pair:y", suppressed="primary"
        )


def test_a_contrast_has_numbers_or_a_reason_why_not() -> None:
    release = estimate_wave(closed_wave(both(3, 5, 100)).pk)
    with pytest.raises(IntegrityError, match="contrast_number_iff_not_suppressed"):
        release.contrasts.update(suppressed="primary")


def test_a_first_answer_does_not_count_as_asked_before() -> None:
    release = estimate_wave(closed_wave(both(3, 5, 100)).pk)
    assert [one.label for one in ledger([release])] == [FIRST_ANSWER]
    (found,) = [one for one in gate(release) if one.code == "comparability"]
    assert found.details == ()
