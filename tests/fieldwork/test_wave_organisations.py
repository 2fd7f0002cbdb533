"""Whose staff a wave asks."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from surveys.fieldwork.models import Organisation, Wave, WaveOrganisation
from surveys.fieldwork.waves import WaveRefused, create_wave
from tests.fieldwork.small import document, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Organisation]:
    root = Organisation.objects.get(code=Organisation.ROOT)
    made = {"NATIONAL": root}
    for code, parent in (("QHM", "NATIONAL"), ("RX1", "QHM"), ("RX2", "QHM"), ("RX11", "QHM")):
        made[code] = Organisation.objects.create(code=code, name=code, parent=made[parent])
    return made


def wave_of(audience: str, *organisations: Organisation) -> Wave:
    return create_wave(
        slug=f"{audience}-wave",
        title="New",
        version=publish(document(audience, audience)),
        opens_on=timezone.localdate(),
        closes_on=timezone.localdate(),
        weighting="none",
        organisations=organisations,
    )


def asked(wave: Wave) -> list[str]:
    return list(wave.organisations.order_by("code").values_list("code", flat=True))


def test_a_staff_wave_asks_the_organisations_that_it_is_given(
    tree: dict[str, Organisation],
) -> None:
    # RX11 begins with the letters of RX1 and does not stand below it.
    assert asked(wave_of("staff", tree["RX1"], tree["RX11"])) == ["RX1", "RX11"]


def test_a_staff_wave_without_any_asks_everybody() -> None:
    assert asked(wave_of("staff")) == ["NATIONAL"]


def test_a_wave_of_the_public_has_no_organisations(tree: dict[str, Organisation]) -> None:
    with pytest.raises(WaveRefused, match="everybody may answer it"):
        wave_of("public", tree["RX1"])
    wave = wave_of("public")
    assert asked(wave) == []
    with pytest.raises(IntegrityError, match="wave_organisation_of_staff_waves_only"):
        wave.asks.create(organisation=tree["RX1"])


@pytest.mark.parametrize("pair", [("QHM", "RX1"), ("RX1", "QHM"), ("NATIONAL", "RX1")])
def test_nobody_is_asked_twice(tree: dict[str, Organisation], pair: tuple[str, str]) -> None:
    with pytest.raises(WaveRefused, match="RX1 is asked with"):
        wave_of("staff", *(tree[code] for code in pair))
    wave = wave_of("staff", tree[pair[0]])
    with pytest.raises(IntegrityError, match="wave_organisations_stand_apart"):
        wave.asks.create(organisation=tree[pair[1]])


def test_a_closed_organisation_is_not_asked(tree: dict[str, Organisation]) -> None:
    tree["RX1"].closed_on = datetime.date(2024, 1, 1)
    with pytest.raises(WaveRefused, match=r"RX1 \(RX1\) closed on 2024-01-01"):
        wave_of("staff", tree["RX1"])


def test_who_is_asked_is_fixed_by_the_first_answer(tree: dict[str, Organisation]) -> None:
    wave = wave_of("staff", tree["RX1"])
    Wave.objects.filter(pk=wave.pk).update(tally_revision=1)
    with pytest.raises(IntegrityError, match="wave_organisations_fixed_by_its_first_answer"):
        wave.asks.create(organisation=tree["RX2"])


def test_one_that_is_asked_is_never_made_into_another(tree: dict[str, Organisation]) -> None:
    wave = wave_of("staff", tree["RX1"])
    with pytest.raises(IntegrityError, match="wave_organisation_never_changes"):
        WaveOrganisation.objects.filter(wave=wave).update(organisation=tree["RX2"])


def test_the_command_takes_codes(tree: dict[str, Organisation]) -> None:
    publish(document("staff", "staff"))
    given = [
        *("create_wave", "s1", "--questionnaire=staff", "--title=S", "--weighting=none"),
        *("--opens=2026-01-01", "--closes=2026-01-31", "--organisation=RX1"),
    ]
    with pytest.raises(CommandError, match="There is no organisation RX9"):
        call_command(*given, "--organisation=RX9")
    call_command(*given, "--organisation=RX2", stdout=StringIO())
    assert asked(Wave.objects.get(slug="s1")) == ["RX1", "RX2"]
