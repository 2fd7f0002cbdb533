"""What the answers of a questionnaire are used for: sorting, drawing, pairing, comparing."""

from typing import Literal

from pydantic import Field, model_validator

from surveys.questionnaires.conditions import ArmIs, Code, Part, Text


def left_out(value: object) -> bool:
    """Left out of a document that says nothing here, so that older ones keep their fingerprint."""
    return not value


class Category(Part):
    """One value of a variable, and the answers or variables that make it."""

    code: Code
    text: Text
    options: tuple[Code, ...] = ()  # of the variable's question; none written: the same code
    when: dict[Code, tuple[Code, ...]] = {}  # variable → its categories; all must hold


class Variable(Part):
    """A way to sort respondents: from one question, or from variables that stand before it.

    An answer that makes no category leaves the variable open; one in `outside` puts the
    respondent outside the population: archived, but not counted.
    """

    code: Code
    title: Text
    question: Code | None = None
    categories: tuple[Category, ...] = Field(min_length=2)
    outside: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def one_origin(self) -> "Variable":
        """Refuse a variable with two origins or none."""
        for category in self.categories:
            if self.question is None and not category.when:
                raise ValueError(f"category {category.code} needs `when`: there is no question")
            if self.question is not None and category.when:
                raise ValueError(f"category {category.code}: `when` and a question exclude another")
        return self


class Arm(Part):
    """One of the groups that a split draws respondents into."""

    code: Code
    text: Text
    share: int = Field(default=1, ge=1)  # relative to the other arms


class Split(Part):
    """A draw, made when a draft begins, that decides who is asked what."""

    code: Code
    title: Text
    arms: tuple[Arm, ...] = Field(min_length=2)


class Pair(Part):
    """One question asked before and again after something else, of the same respondent.

    `within` names the arms whose answers count, where not everybody met what lies between.
    """

    before: Code
    after: Code
    within: ArmIs | None = Field(default=None, exclude_if=left_out)


class Effect(Part):
    """What an arm of a split was drawn for: the difference it makes to one measure.

    Every other arm is held beside `control`; no `option` means the mean.
    """

    split: Code
    control: Code
    question: Code
    option: Code | Literal[""] = ""


class Quality(Part):
    """From when on an answer is marked for how it was given.

    `seconds_per_word`: of the questions asked, faster than which nobody reads; the usual 0.3 is of
    Zhang & Conrad (2014), Survey Research Methods 8(2), 127-135. `straight`: from how many single
    choices on, all at the same place of their lists.
    """

    seconds_per_word: float = Field(gt=0, le=1)
    straight: int = Field(ge=3)


class Headline(Part):
    """A measure declared beforehand to be one that the report draws conclusions from."""

    question: Code
    option: Code
