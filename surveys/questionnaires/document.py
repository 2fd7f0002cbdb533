"""A questionnaire as a typed, frozen value.

`loading.py` turns YAML into a `Document`, `checks.py` says whether it may be published, and
everything else reads it. Codes are what is stored and counted; texts are what is shown. The two
are apart, so that a typing error can be mended without touching an answer.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_serializer, model_validator
from pydantic import SerializerFunctionWrapHandler as Writing

from surveys.questionnaires.conditions import Code, Condition, Part, Text
from surveys.questionnaires.texts import texts_of, with_texts
from surveys.questionnaires.uses import (
    Effect,
    Headline,
    Pair,
    Quality,
    Split,
    Variable,
    left_out,
)

OPEN = "~"  # the category of somebody who left a variable open
OUTSIDE = "outside"  # not in the population that this questionnaire is about


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


# Statements that share a lead-in and their answers ----------------------------------------------


class StackedChoice(SingleChoice):
    """A statement of a stack as the question that it is. A stack makes it; nobody writes it.

    Its `text` is the lead-in and the statement: what somebody who answers has read.
    """

    lead_in: Text
    statement: Text
    first: Code  # of its stack: in all of one stack a respondent sees the options in one order


class Statement(Part):
    """What is put to people, and counted as a question of its own."""

    code: Code
    text: Text
    topic: str = ""
    benchmarks: tuple[Benchmark, ...] = ()
    mirror: Mirror | None = None


class Stack(Part):
    """Several statements below one lead-in, each answered by one of the same options."""

    text: Text  # the lead-in
    hint: str = ""
    required: bool = False
    credit: str = ""
    ordinal: bool = False
    shuffle: bool = False  # of the options
    shuffle_statements: bool = False
    nets: tuple[Net, ...] = ()
    options: tuple[Option, ...] = Field(min_length=2)
    statements: tuple[Statement, ...] = Field(min_length=2)

    @property
    def questions(self) -> tuple[StackedChoice, ...]:
        """Each statement as a single choice, in the order in which they are written."""
        return tuple(
            StackedChoice(
                code=one.code,
                type="single",
                text=f"{self.text} {one.text}",
                topic=one.topic,
                hint=self.hint,
                required=self.required,
                credit=self.credit,
                nets=self.nets,
                benchmarks=one.benchmarks,
                mirror=one.mirror,
                ordinal=self.ordinal,
                shuffle=self.shuffle,
                options=self.options,
                lead_in=self.text,
                statement=one.text,
                first=self.statements[0].code,
            )
            for one in self.statements
        )


# Pages ----------------------------------------------------------------------------------------


class Picture(Part):
    """A picture beside an explanation, and what it shows in words for those who do not see it.

    It says nothing that the words around it do not say, and holds no words of its own: these could
    be neither translated nor read out.
    """

    file: Annotated[
        str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.(svg|png|webp|jpg)$", max_length=64)
    ]
    alt: Text
    width: int = Field(ge=1, le=2000)
    height: int = Field(ge=1, le=2000)
    sha256: str = ""  # of the file; not written, but found when the document is published

    @property
    def asset(self) -> str:
        """Its name among the assets, where settings.STATICFILES_DIRS lays the library's."""
        return f"pictures/{self.file}"


class Explainer(Part):
    """A short explanation inside the journey: what it is, a real example, where that is from."""

    title: Text
    text: Text
    example: str = ""
    picture: Picture | None = Field(default=None, exclude_if=left_out)
    source: Text
    source_url: str = ""


class Page(Part):
    """One screen: an explainer, a question, a stack, or a few short profile questions.

    `questions` holds what is asked here, the statements of a stack included.
    """

    code: Code
    section: Text
    title: str = ""  # only where a page holds several questions
    show_if: Condition | None = None
    explainer: Explainer | None = None
    stack: Stack | None = Field(default=None, exclude_if=left_out)
    questions: tuple[Question, ...] = Field(default=(), validate_default=True)

    @field_validator("questions", mode="before")
    @classmethod
    def statements(cls, written: Any, known: ValidationInfo) -> Any:
        """The statements of a stack as questions; refuse others beside them."""
        stack: Stack | None = known.data.get("stack")
        if stack is None:
            return written
        if written:
            raise ValueError("a page holds a stack or questions, not both")
        return stack.questions

    @model_serializer(mode="wrap")
    def as_written(self, write: Writing) -> dict[str, Any]:
        """A stack stands once in what is kept, and not again as the questions that it makes."""
        found: dict[str, Any] = write(self)
        if self.stack is not None:
            found.pop("questions", None)
        return found

    @model_validator(mode="after")
    def something_to_show(self) -> "Page":
        """Refuse an empty page, and several questions without a title."""
        if not self.questions and self.explainer is None:
            raise ValueError("a page needs a question or an explainer")
        if self.stack is not None and self.title:
            raise ValueError("a page with a stack needs no title: the lead-in is its heading")
        if len(self.questions) > 1 and not self.title and self.stack is None:
            raise ValueError("a page with several questions needs a title")
        return self


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
    effects: tuple[Effect, ...] = Field(default=(), max_length=8, exclude_if=left_out)
    headlines: tuple[Headline, ...] = Field(default=(), max_length=8)
    quality: Quality | None = Field(default=None, exclude_if=left_out)
    translations: dict[Literal["cy"], dict[str, str]] = {}  # path of a text → the text
    # Paths of translations that nobody has looked at yet.
    needs_review: dict[Literal["cy"], tuple[str, ...]] = Field(default={}, exclude_if=left_out)

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
