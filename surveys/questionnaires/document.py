"""A questionnaire as a typed, frozen value.

`loading.py` turns YAML into a `Document`, `checks.py` says whether it may be published, and
everything else reads it. Codes are what is stored and counted; texts are what is shown. The two
are apart, so that a typing error can be mended without touching an answer.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator

from surveys.questionnaires.conditions import ArmIs, Code, Condition, Part, Text
from surveys.questionnaires.texts import texts_of, with_texts

OPEN = "~"  # the category of somebody who left a variable open
OUTSIDE = "outside"  # not in the population that this questionnaire is about


def _nothing(value: object) -> bool:
    """Left out of a document that says nothing here, so that older ones keep their fingerprint."""
    return not value


# Questions ------------------------------------------------------------------------------------

OptionKind = Literal["substantive", "other", "none_of_these", "dont_know", "prefer_not_to_say"]
APART: frozenset[str] = frozenset({"dont_know", "prefer_not_to_say"})
EXCLUSIVE: frozenset[str] = frozenset({"none_of_these", "dont_know", "prefer_not_to_say"})


class Option(Part):
    """One answer that can be chosen."""

    code: Code
    text: Text
    hint: str = ""
    kind: OptionKind = "substantive"
    anchored: bool = False  # keeps its place when the others are shuffled
    screens_out: bool = False  # who chooses it is thanked and leaves; nothing is kept

    @property
    def exclusive(self) -> bool:
        """Whether choosing it excludes every other answer."""
        return self.kind in EXCLUSIVE

    @property
    def stays_put(self) -> bool:
        """Whether shuffling leaves it where it is."""
        return self.anchored or self.kind != "substantive"


class Net(Part):
    """Several options of one question counted as one: "support" out of five shades of it."""

    code: Code
    text: Text
    options: tuple[Code, ...] = Field(min_length=1)


class Benchmark(Part):
    """That this question can be held beside a question of a published survey.

    `options` maps an option as published to one of our options or nets.
    """

    survey: str
    question: str
    wording: Literal["exact", "paraphrase"]
    same_options: bool
    options: dict[str, Code] = Field(min_length=1)
    subpopulation: str = ""
    note: str = ""


class Mirror(Part):
    """That another audience is asked the same, in its own words, by another questionnaire.

    `options` maps an option or net of ours to one of theirs; others go by their code.
    """

    questionnaire: str
    question: Code
    options: dict[Code, Code] = {}

    def theirs(self, option: str) -> str:
        """The code that goes with an option or net of ours; empty for a mean."""
        return self.options.get(option, option)


class BaseQuestion(Part):
    """What all questions have in common."""

    code: Code
    text: Text
    topic: str = ""  # what reports call it where the text would be too long
    hint: str = ""
    required: bool = False
    profile: bool = False  # asked for weighting and segments, not for its own figure
    credit: str = ""  # whose wording it is, if not ours
    nets: tuple[Net, ...] = ()
    benchmarks: tuple[Benchmark, ...] = ()
    mirror: Mirror | None = None


class SingleChoice(BaseQuestion):
    """One answer out of several."""

    type: Literal["single"]
    ordinal: bool = False  # the options are steps of one scale, and are never shuffled
    shuffle: bool = False
    options: tuple[Option, ...] = Field(min_length=2)


class MultipleChoice(BaseQuestion):
    """Any number of answers up to a maximum."""

    type: Literal["multiple"]
    shuffle: bool = False
    max_choices: int | None = Field(default=None, ge=1)
    options: tuple[Option, ...] = Field(min_length=2)


class Scale(BaseQuestion):
    """A whole number from 0 to 10 between two labelled ends."""

    type: Literal["scale"]
    low: Text
    high: Text
    options: tuple[Option, ...] = ()  # "don't know" and "prefer not to say" only

    @model_validator(mode="after")
    def only_ways_out(self) -> "Scale":
        """Refuse a substantive option: it would have no place between 0 and 10."""
        for option in self.options:
            if option.kind not in APART:
                raise ValueError(f"option {option.code}: a scale offers only ways not to answer")
        return self


class WholeNumber(BaseQuestion):
    """A whole number in a stated range."""

    type: Literal["number"]
    minimum: int = Field(default=0, ge=0)  # below 0 stand the codes for no answer
    maximum: int = Field(le=30_000)
    unit: str = ""

    @model_validator(mode="after")
    def ends_in_order(self) -> "WholeNumber":
        """Refuse a range that holds nothing."""
        if self.maximum <= self.minimum:
            raise ValueError(f"the range {self.minimum} to {self.maximum} holds nothing")
        return self


class FreeText(BaseQuestion):
    """An answer in the respondent's own words."""

    type: Literal["short_text", "long_text"]
    max_length: int = Field(default=500, ge=1, le=5000)


Question = Annotated[
    SingleChoice | MultipleChoice | Scale | WholeNumber | FreeText, Field(discriminator="type")
]
SCALE_POINTS = 11


# Pages ----------------------------------------------------------------------------------------


class Explainer(Part):
    """A short explanation inside the journey: what it is, a real example, where that is from."""

    title: Text
    text: Text
    example: str = ""
    source: Text
    source_url: str = ""


class Page(Part):
    """One screen: an explainer, a question, or a few short profile questions."""

    code: Code
    section: Text
    title: str = ""  # only where a page holds several questions
    show_if: Condition | None = None
    explainer: Explainer | None = None
    questions: tuple[Question, ...] = ()

    @model_validator(mode="after")
    def something_to_show(self) -> "Page":
        """Refuse an empty page, and several questions without a title."""
        if not self.questions and self.explainer is None:
            raise ValueError("a page needs a question or an explainer")
        if len(self.questions) > 1 and not self.title:
            raise ValueError("a page with several questions needs a title")
        return self


# What the answers are used for ----------------------------------------------------------------


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
    within: ArmIs | None = Field(default=None, exclude_if=_nothing)


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


class Document(Part):
    """A whole questionnaire: what is asked, in which order, and what the answers are used for."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
    audience: Literal["public", "staff"]
    title: Text
    introduction: Text
    minutes: int = Field(ge=1, le=60)
    languages: tuple[Literal["en", "cy"], ...] = ("en",)
    splits: tuple[Split, ...] = ()
    pages: tuple[Page, ...] = Field(min_length=1)
    variables: tuple[Variable, ...] = ()
    weight_by: tuple[Code, ...] = ()
    segments: tuple[Code, ...] = ()
    pairs: tuple[Pair, ...] = ()
    effects: tuple[Effect, ...] = Field(default=(), max_length=8, exclude_if=_nothing)
    headlines: tuple[Headline, ...] = Field(default=(), max_length=8)
    quality: Quality | None = Field(default=None, exclude_if=_nothing)
    translations: dict[Literal["cy"], dict[str, str]] = {}  # path of a text → the text
    # Paths of translations that nobody has looked at yet.
    needs_review: dict[Literal["cy"], tuple[str, ...]] = Field(default={}, exclude_if=_nothing)

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by its code, in document order."""
        return {question.code: question for page in self.pages for question in page.questions}

    @cached_property
    def page_of(self) -> dict[str, Page]:
        """The page on which each question stands."""
        return {question.code: page for page in self.pages for question in page.questions}

    @cached_property
    def pages_by_code(self) -> dict[str, Page]:
        """Every page by its code, in document order."""
        return {page.code: page for page in self.pages}

    @cached_property
    def splits_by_code(self) -> dict[str, Split]:
        """Every split by its code, in document order."""
        return {split.code: split for split in self.splits}

    @cached_property
    def variables_by_code(self) -> dict[str, Variable]:
        """Every variable by its code, in document order."""
        return {variable.code: variable for variable in self.variables}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text that a person may read, with its path: what a translator works through."""
        yield from texts_of(
            self.model_dump(exclude={"translations", "needs_review"}, by_alias=True)
        )

    def in_language(self, language: str) -> "Document":
        """The same document with its texts in `language`; English where a text has no other."""
        texts = self.translations.get(language)  # type: ignore[call-overload]
        if not texts:
            return self
        plain = self.model_dump(by_alias=True)
        return Document.model_validate(with_texts(plain, texts))
