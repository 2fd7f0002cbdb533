"""A questionnaire with every kind of question and page, in words that suit a screenshot.

Every question must be answered, so that each can be left out; one page stands under an answer, and
one under each arm of a split.
"""

from typing import Any

from surveys.questionnaires.document import Document
from tests.fieldwork.small import WAYS_OUT

DONT_KNOW, NOT_SAID = WAYS_OUT
NONE = {"code": "none", "text": "None of these", "kind": "none_of_these"}
MOST = 2  # risks that may be named
SHORTEST, LONGEST = 20, 100  # characters of the two texts


def _page(code: str, question: dict[str, Any], **told: Any) -> dict[str, Any]:
    asked = {"code": code, "required": True, **question}
    return {"code": code, "section": "Your views", "questions": [asked], **told}


def _options(**texts: str) -> list[dict[str, Any]]:
    return [{"code": code, "text": text} for code, text in texts.items()]


EXPLAINER = {
    "title": "Who decides: the computer or the clinician?",
    "text": "The computer shows what it has found.\n\nA clinician looks at it and decides.",
    "example": "A program marks a shadow on an X-ray. A doctor looks at the X-ray too.",
    "source": "A hospital's newsletter",
}

PAGES: list[dict[str, Any]] = [
    _page(
        "mood",
        {
            "type": "single",
            "text": "How do you feel about robots that bring medicines?",
            "hint": "Think of a hospital, not of your home.",
            "options": [*_options(good="Good", mixed="Mixed", bad="Bad"), DONT_KNOW],
        },
    ),
    _page(
        "met",
        {
            "type": "single",
            "text": "Have you met such a robot?",
            "options": _options(yes="Yes", no="No"),
        },
    ),
    _page(
        "risks",
        {
            "type": "multiple",
            "text": "What worries you about them?",
            "hint": "Select up to 2.",
            "max_choices": MOST,
            "shuffle": True,
            "options": [
                *_options(drug="The wrong medicine", person="The wrong person", late="Too late"),
                {"code": "price", "text": "The price", "anchored": True},
                {"code": "other", "text": "Something else", "kind": "other"},
                NONE,
                DONT_KNOW,
            ],
        },
        show_if={"question": "met", "is": ["yes"]},
    ),
    _page(
        "trust",
        {
            "type": "scale",
            "text": "How far would you trust them?",
            "low": "Not at all",
            "high": "Completely",
            "options": WAYS_OUT,
        },
    ),
    _page(
        "years",
        {
            "type": "number",
            "text": "For how long have you lived near a hospital?",
            "minimum": 0,
            "maximum": 60,
            "unit": "years",
        },
    ),
    _page(
        "short",
        {"type": "short_text", "text": "What would you call the robot?", "max_length": SHORTEST},
    ),
    _page(
        "long",
        {
            "type": "long_text",
            "text": "What should we know?",
            "hint": "Do not write who you are.",
            "max_length": LONGEST,
        },
    ),
    {
        "code": "explained",
        "section": "Something new",
        "explainer": EXPLAINER,
        "show_if": {"split": "told", "is": ["explained"]},
    },
    {
        **_page(
            "asked",
            {
                "type": "single",
                "text": "Should a clinician look at every result?",
                "options": [*_options(yes="Yes", no="No"), DONT_KNOW],
            },
            show_if={"split": "told", "is": ["asked"]},
        ),
        "explainer": EXPLAINER,
    },
    {
        "code": "about",
        "section": "About you",
        "title": "About you",
        "questions": [
            {
                "code": "age",
                "type": "single",
                "text": "How old are you?",
                "required": True,
                "options": [*_options(young="Under 50", old="50 or over"), NOT_SAID],
            },
            {
                "code": "job",
                "type": "single",
                "text": "Do you work for the NHS?",
                "required": True,
                "options": [*_options(yes="Yes", no="No"), NOT_SAID],
            },
        ],
    },
]


def document() -> Document:
    """The questionnaire, for the public: only they may save their answers and go on later."""
    return Document.model_validate(
        {
            "slug": "kinds",
            "audience": "public",
            "title": "Robots on the ward",
            "introduction": "A few questions about robots that bring medicines to the ward.",
            "minutes": 2,
            "splits": [
                {
                    "code": "told",
                    "title": "What is told",
                    "arms": _options(explained="Explained", asked="Asked"),
                }
            ],
            "pages": PAGES,
        }
    )
