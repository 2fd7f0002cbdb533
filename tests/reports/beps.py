"""The British Election Panel Study of tests/reference/beps, asked as one of our questionnaires."""

import csv
import json
from pathlib import Path
from typing import Any

from django.utils import timezone

from surveys.fieldwork.collecting import NewResponse, archive
from surveys.fieldwork.models import Population, Wave
from surveys.questionnaires.document import Document
from tests.fieldwork.small import publish

FOLDER = Path(__file__).parents[1] / "reference" / "beps"
SINGLE = {"econ_nat": 5, "econ_hh": 5, "Blair": 5}
PROFILE = ("agegrp", "gender", "vote", "knowledge")


def code(text: str) -> str:
    return text.lower().replace("-", "_").replace(" ", "_").replace("+", "")


def rows() -> list[dict[str, str]]:
    with (FOLDER / "input.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
    return found


def targets() -> list[dict[str, str]]:
    with (FOLDER / "targets.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def options(codes: list[str]) -> list[dict[str, str]]:
    return [{"code": one, "text": one} for one in codes]


def document() -> Document:
    values = {name: sorted({code(row[name]) for row in rows()}) for name in PROFILE}
    questions: list[dict[str, Any]] = [
        {"code": name, "type": "single", "profile": True, "options": options(values[name])}
        for name in PROFILE
    ]
    questions += [
        {"code": code(name), "type": "single", "options": options([str(n + 1) for n in range(top)])}
        for name, top in SINGLE.items()
    ]
    questions.append({"code": "europe", "type": "scale", "low": "1", "high": "11"})
    likes = [*options(["blair", "hague", "kennedy"])]
    questions.append({"code": "likes", "type": "multiple", "options": likes})
    joint = [row["category"] for row in targets() if row["margin"] == "agesex"]
    variables: list[dict[str, Any]] = [
        {"code": name, "title": name, "question": name, "categories": options(values[name])}
        for name in PROFILE
    ]
    variables.append(
        {
            "code": "agesex",
            "title": "agesex",
            "categories": [
                {
                    "code": code(one.replace("|", "_")),
                    "text": one,
                    "when": {
                        "agegrp": [code(one.split("|")[0])],
                        "gender": [code(one.split("|")[1])],
                    },
                }
                for one in joint
            ],
        }
    )
    return Document.model_validate(
        {
            "slug": "beps",
            "audience": "public",
            "title": "BEPS",
            "introduction": "BEPS",
            "minutes": 1,
            "pages": [
                {"code": one["code"], "section": "All", "questions": [{"text": "?", **one}]}
                for one in questions
            ],
            "variables": variables,
            "weight_by": list(PROFILE),
            "segments": ["vote", "agegrp"],
        }
    )


def answers(row: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: code(row[name]) for name in PROFILE}
    found |= {code(name): row[name] for name in SINGLE if row[name]}
    if row["europe"]:
        found["europe"] = int(row["europe"])
    if row["likes"]:
        ticked = row["likes"] != "(none)"
        found["likes"] = [code(one) for one in row["likes"].split(";")] if ticked else []
    return found


def population() -> Population:
    made = Population.objects.create(slug="beps", title="BEPS")
    for place, row in enumerate(targets()):
        made.margins.create(
            variable=row["margin"],
            category=code(row["category"].replace("|", "_")),
            label=row["category"],
            position=place,
            share=f"{float(row['share']):.10f}",
            printed_percent=f"{float(row['share']):.1%}",
            reference_date="1997",
            source="seeded perturbations of the sample's shares",
        )
    return made


def closed_wave() -> Wave:
    version = publish(document())
    today = timezone.localdate()
    wave = Wave.objects.create(
        slug="beps",
        title="BEPS",
        questionnaire=version.questionnaire,
        version=version,
        population=population(),
        sampling="panel",
        status="closed",
        opens_on=today,
        closes_on=today,
    )
    archive(wave, [NewResponse(answers(row), "en", today) for row in rows()])
    return wave
