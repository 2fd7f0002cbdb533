"""Pictures of explainers: ours, described in every language, and never another under one name."""

import re
from pathlib import Path
from typing import Any

import pytest

from surveys.questionnaires import pictures
from surveys.questionnaires.asking import asked
from surveys.questionnaires.document import Document
from surveys.questionnaires.loading import Source, Unreadable, load
from surveys.questionnaires.models import QuestionnaireVersion
from surveys.questionnaires.publishing import NotPublishable, publish
from surveys.questionnaires.translating import catalogue_beside, update_catalogue
from tests.questionnaires.ward_round import LIBRARY, changed

DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>'
PICTURE = {"file": "ward.svg", "alt": "A robot beside a bed.", "width": "4", "height": "3"}


@pytest.fixture(autouse=True)
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A library with one picture."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "ward.svg").write_text(DRAWING, "utf-8")
    monkeypatch.setattr(pictures, "FOLDER", folder)
    return folder / "ward.svg"


def read(folder: Path, **changes: Any) -> Source:
    """The documented questionnaire with a picture in an explainer at its end."""

    def explain(data: dict[str, Any]) -> None:
        picture = {key: value for key, value in {**PICTURE, **changes}.items() if value is not None}
        explainer = {"title": "Robots", "text": "They roll.", "source": "Us", "picture": picture}
        data["pages"].append({"code": "told", "section": "Your views", "explainer": explainer})

    return changed(folder, explain)


def refusals(source: Source) -> list[str]:
    with pytest.raises(NotPublishable) as refused:
        publish(source, published=frozenset())
    return [str(finding) for finding in refused.value.findings]


@pytest.mark.django_db
def test_a_published_version_holds_what_its_picture_was(tmp_path: Path) -> None:
    version = publish(read(tmp_path, sha256="made up"), published=frozenset())
    kept = version.document["pages"][-1]["explainer"]["picture"]
    # printf '%s' '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"/>' | sha256sum
    assert kept["sha256"] == "d7460791b0170983425bca03f5379e20521a58ea680a4603d9f3c1ba8a219f05"
    assert publish(read(tmp_path), published=frozenset()) == version


@pytest.mark.parametrize("alt", [None, ""])
def test_a_picture_that_is_described_nowhere_is_refused(tmp_path: Path, alt: str | None) -> None:
    with pytest.raises(Unreadable, match=r"pages\.3\.explainer\.picture\.alt"):
        read(tmp_path, alt=alt)


@pytest.mark.django_db
def test_a_picture_that_is_not_described_in_welsh_is_refused(tmp_path: Path) -> None:
    source = read(tmp_path)
    path = tmp_path / "changed.yaml"
    written = path.read_text("utf-8").replace("minutes: '1'", "minutes: '1'\nlanguages: [en, cy]")
    path.write_text(written, "utf-8")
    catalogue = catalogue_beside(path)
    update_catalogue(catalogue, source.document)
    wanted = re.sub(
        r'(?<=\n)(msgid "(.+)")\nmsgstr ""', r'\1\nmsgstr "cy \2"', catalogue.read_text("utf-8")
    )
    catalogue.write_text(wanted.replace('msgstr "cy A robot beside a bed."', 'msgstr ""'), "utf-8")
    (refusal,) = refusals(load(path))
    assert "has no Welsh for pages.told.explainer.picture.alt: “A robot beside a bed.”" in refusal
    catalogue.write_text(wanted, "utf-8")
    version = publish(load(path), published=frozenset())
    welsh = Document.model_validate(version.document).in_language("cy").pages[-1].explainer
    assert welsh is not None
    assert welsh.picture is not None
    assert welsh.picture.alt == "cy A robot beside a bed."
    assert welsh.picture.file == "ward.svg"


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    (refusal,) = refusals(read(tmp_path, file="bed.svg"))
    assert "pages.3.explainer.picture.file: there is no bed.svg in pictures/" in refusal


@pytest.mark.parametrize(
    "file",
    [
        "https://elsewhere.example/a.svg",
        "../ward.svg",
        "/etc/a.svg",
        "ward.html",
        "Ward.svg",
        "ward",
    ],
)
def test_a_picture_is_a_file_of_the_library_and_of_nowhere_else(tmp_path: Path, file: str) -> None:
    with pytest.raises(Unreadable, match=r"explainer\.picture\.file"):
        read(tmp_path, file=file)


@pytest.mark.django_db
def test_a_picture_drawn_anew_needs_a_new_name(tmp_path: Path, drawn: Path) -> None:
    publish(read(tmp_path), published=frozenset())
    drawn.write_text(DRAWING.replace("3", "5"), "utf-8")
    (refusal,) = refusals(read(tmp_path))
    assert "ward.svg was another picture when it was published: give it a new name" in refusal
    drawn.rename(drawn.with_name("ward-2.svg"))
    publish(read(tmp_path, file="ward-2.svg"), published=frozenset())
    assert QuestionnaireVersion.objects.count() == 2


@pytest.mark.django_db
def test_a_picture_that_was_not_laid_among_the_assets_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(name: str) -> str:
        raise ValueError(f"Missing staticfiles manifest entry for '{name}'")

    monkeypatch.setattr(pictures.staticfiles_storage, "url", unknown)
    (refusal,) = refusals(read(tmp_path))
    assert "ward.svg is not among the assets: `make install` first" in refusal


def test_another_picture_is_another_explanation(tmp_path: Path) -> None:
    def explained(**changes: Any) -> tuple[str, ...]:
        def ask_after(data: dict[str, Any]) -> None:
            page = {"code": "again", "section": "Your views"}
            question = {
                "code": "again",
                "type": "scale",
                "text": "And?",
                "low": "No",
                "high": "Yes",
            }
            explainer = {"title": "Robots", "text": "They roll.", "source": "Us", **changes}
            data["pages"].append({**page, "explainer": explainer, "questions": [question]})

        found = asked(changed(tmp_path, ask_after).document, "again")
        assert found is not None
        return found.explained_before

    shown = {
        explained(),
        explained(picture=PICTURE),
        explained(picture={**PICTURE, "file": "ward-2.svg"}),
        explained(picture={**PICTURE, "alt": "A robot."}),
    }
    assert len(shown) == 4


SHIPPED = sorted((LIBRARY / "pictures").iterdir())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_picture_that_we_ship_says_nothing_in_words_and_asks_nothing_of_another_host(
    path: Path,
) -> None:
    drawing = path.read_text("utf-8")
    assert "<text" not in drawing
    assert not re.findall(r"(?:href|src|url)\b", drawing)
    assert set(re.findall(r"https?://[^\"]+", drawing)) == {"http://www.w3.org/2000/svg"}
    assert not re.findall(r"<(?:script|foreignObject|style)|\son\w+=", drawing)


def test_the_picture_that_we_ship_has_the_shape_that_its_page_keeps_free() -> None:
    explainer = (
        load(LIBRARY / "public-confidence.yaml").document.pages_by_code["explainer"].explainer
    )
    assert explainer is not None
    assert explainer.picture is not None
    drawing = (LIBRARY / "pictures" / explainer.picture.file).read_text("utf-8")
    assert f'viewBox="0 0 {explainer.picture.width} {explainer.picture.height}"' in drawing
