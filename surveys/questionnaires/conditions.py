"""Parts of a document, and the conditions under which one of its pages is shown."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_]*$", max_length=64)]
Text = Annotated[str, Field(min_length=1)]


class Part(BaseModel):
    """Any piece of a document: it never changes and knows no key that is not written here."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class AnswerIs(Part):
    """True if one of these options (or numbers, as text) was given to an earlier question."""

    question: Code
    is_: tuple[str, ...] = Field(alias="is", min_length=1)


class ArmIs(Part):
    """True if the respondent was drawn into one of these arms of a split."""

    split: Code
    is_: tuple[Code, ...] = Field(alias="is", min_length=1)


class AllOf(Part):
    """True if every part is."""

    all_: tuple["Condition", ...] = Field(alias="all", min_length=1)


class AnyOf(Part):
    """True if at least one part is."""

    any_: tuple["Condition", ...] = Field(alias="any", min_length=1)


class Not(Part):
    """True if its part is not."""

    not_: "Condition" = Field(alias="not")


CONDITION_KEYS = {"question": "answer", "split": "arm", "all": "all", "any": "any", "not": "not"}


def condition_kind(value: Any) -> str | None:
    """Name the kind of a condition by the one key that only it has; None if there is no such."""
    keys = value if isinstance(value, dict) else type(value).model_fields
    for key, kind in CONDITION_KEYS.items():
        if key in keys or f"{key}_" in keys:
            return kind
    return None


Condition = Annotated[
    Annotated[AnswerIs, Tag("answer")]
    | Annotated[ArmIs, Tag("arm")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(
        condition_kind,
        custom_error_type="condition",
        custom_error_message="a condition needs one of: question, split, all, any, not",
    ),
]


def leaves(condition: Condition) -> Iterator[AnswerIs | ArmIs]:
    """The answers and arms that a condition looks at."""
    match condition:
        case AnswerIs() | ArmIs():
            yield condition
        case AllOf():
            for part in condition.all_:
                yield from leaves(part)
        case AnyOf():
            for part in condition.any_:
                yield from leaves(part)
        case Not():
            yield from leaves(condition.not_)
