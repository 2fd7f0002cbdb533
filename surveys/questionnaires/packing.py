"""Answers as a vector of small integers, and vectors as counts.

A response is archived twice: as the JSON that was submitted, and as its *codes*, one little-endian
int16 per question (per option for multiple choice) in document order. Counting a million codes is
a few numpy passes; counting a million JSON documents is not.

A tally is a vector of *slots*: how many respondents of a group chose what. Slots add and subtract
exactly, whatever the order in which responses came and went.
"""

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from surveys.questionnaires.conditions import (
    ArmIs,
)
from surveys.questionnaires.document import (
    APART,
    SCALE_POINTS,
    Document,
    FreeText,
    MultipleChoice,
    Question,
    Scale,
    SingleChoice,
    Split,
    WholeNumber,
)
from surveys.questionnaires.flags import FLAGS, Flags, written
from surveys.questionnaires.routing import asked

NOT_ASKED, LEFT_OPEN = -1, -2
FLAGGED, UNMARKED = "~flags", "none"  # no question can be called so

SlotKind = Literal[
    "option", "open", "answered", "net", "sum", "squares", "pair", "arm", "effect", "flag"
]


class Slot(NamedTuple):
    """What one number of a tally counts."""

    kind: SlotKind
    question: str  # question code; split code for an arm; "before>after", "split>question"
    option: str = ""  # option or net code; scale point; "a>b" for a pair, "arm>b" for an effect


@dataclass(frozen=True)
class Column:
    """One place in the packed vector."""

    question: str
    option: str = ""  # for multiple choice, where each option has its own place


def points(question: SingleChoice | Scale) -> tuple[str, ...]:
    """What an answer of one value can be, in the order of its codes."""
    steps = tuple(str(step) for step in range(SCALE_POINTS)) if isinstance(question, Scale) else ()
    return steps + tuple(option.code for option in question.options)


def substantive_points(question: SingleChoice | Scale) -> tuple[str, ...]:
    """The points that say something about the question asked."""
    apart = {option.code for option in question.options if option.kind in APART}
    return tuple(point for point in points(question) if point not in apart)


class Layout:
    """Where each answer of a document stands in its codes, and each count in its slots."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.columns = tuple(_columns(document))
        self.slots = tuple(_slots(document))
        self.width = len(self.columns)
        self._start: dict[str, int] = {}
        for place, column in enumerate(self.columns):
            self._start.setdefault(column.question, place)
        self._format = struct.Struct(f"<{self.width}h")
        self._places = {
            question.code: {point: place for place, point in enumerate(points(question))}
            for question in document.questions.values()
            if isinstance(question, SingleChoice | Scale)
        }
        self.place_of_slot = {slot: place for place, slot in enumerate(self.slots)}

    def start(self, code: str) -> int:
        """The place of a question's or split's first code in the packed vector."""
        return self._start[code]

    # One respondent --------------------------------------------------------------------------

    def pack(self, answers: Mapping[str, Any], flags: Flags | None = None) -> bytes:
        """Answers that passed `answers.problems` as codes; texts leave no trace in them.

        flags: None where nobody looked at how they were given.
        """
        codes = [NOT_ASKED] * self.width
        for split in self.document.splits:
            if split.code in answers:
                arms = [arm.code for arm in split.arms]
                codes[self._start[split.code]] = arms.index(answers[split.code])
        on_route = asked(self.document, answers)
        for question in counted_questions(self.document):
            code, start = question.code, self._start[question.code]
            if code not in on_route:
                continue
            values = self._codes_of(question, answers.get(code))
            codes[start : start + len(values)] = values
        if self.marks and flags is not None:
            codes[self._start[FLAGGED]] = written(flags)
        return self._format.pack(*codes)

    @property
    def marks(self) -> bool:
        """Whether answers to this document are marked for how they were given."""
        return self.document.quality is not None

    def flagged(self, codes: NDArray[np.int16]) -> NDArray[np.bool_]:
        """Whose answers are marked, shape (n,)."""
        if not self.marks:
            return np.zeros(len(codes), np.bool_)
        return np.asarray(codes[:, self._start[FLAGGED]] > 0)

    def _codes_of(self, question: Question, answer: Any) -> list[int]:
        if isinstance(question, MultipleChoice):
            if answer is None:
                return [LEFT_OPEN] * len(question.options)
            return [int(option.code in answer) for option in question.options]
        if answer is None:
            return [LEFT_OPEN]
        if isinstance(question, SingleChoice | Scale):
            return [self._places[question.code][str(answer)]]
        return [answer]

    def unpack(self, codes: bytes) -> dict[str, Any]:
        """The answers that `codes` were made of, without what was written in free text."""
        values = self._format.unpack(codes)
        answers: dict[str, Any] = {}
        for split in self.document.splits:
            if (place := values[self._start[split.code]]) >= 0:
                answers[split.code] = split.arms[place].code
        for question in counted_questions(self.document):
            start = self._start[question.code]
            value = values[start]
            if isinstance(question, MultipleChoice):
                given = zip(question.options, values[start:], strict=False)
                if value >= 0:
                    answers[question.code] = [option.code for option, chosen in given if chosen]
            elif isinstance(question, SingleChoice | Scale):
                if value >= 0:
                    point = points(question)[value]
                    whole = isinstance(question, Scale) and value < SCALE_POINTS
                    answers[question.code] = int(point) if whole else point
            elif isinstance(question, WholeNumber) and value not in (NOT_ASKED, LEFT_OPEN):
                answers[question.code] = value
        return answers

    def matrix(self, packed: list[bytes]) -> NDArray[np.int16]:
        """Several respondents' codes as one matrix, shape (respondents, width)."""
        return np.frombuffer(b"".join(packed), dtype="<i2").reshape(-1, self.width)

    # Many respondents ------------------------------------------------------------------------

    def tabulate(
        self,
        codes: NDArray[np.int16],
        group: NDArray[np.intp],
        groups: int,
        weight: NDArray[np.float64] | None = None,
    ) -> NDArray[Any]:
        """Count the slots of each group.

        Parameters
        ----------
        codes : shape (n, width) -- from `matrix`.
        group : shape (n,) -- the group of each respondent, from 0 to groups - 1.
        weight : shape (n,), optional -- add these instead of ones.

        Returns
        -------
        shape (groups, slots): int64, or float64 with weights.
        """
        table = np.zeros((groups, len(self.slots)), np.int64 if weight is None else np.float64)

        def add(slot: Slot, who: NDArray[np.bool_], what: NDArray[Any] | None = None) -> None:
            amount = None if weight is None else weight[who]
            if what is not None:
                amount = what[who] * (1.0 if amount is None else amount)
            counted = np.bincount(group[who], amount, minlength=groups)
            table[:, self.place_of_slot[slot]] = counted

        def spread(kind: SlotKind, code: str, names: tuple[str, ...], value: NDArray[Any]) -> None:
            """Count one value each for consecutive slots, in one pass."""
            who = (value >= 0) & (value < len(names))
            where = group[who] * len(names) + value[who]
            amount = None if weight is None else weight[who]
            counted = np.bincount(where, amount, minlength=groups * len(names))
            first = self.place_of_slot[Slot(kind, code, names[0])]
            table[:, first : first + len(names)] = counted.reshape(groups, len(names))

        for split in self.document.splits:
            arms = tuple(arm.code for arm in split.arms)
            spread("arm", split.code, arms, codes[:, self._start[split.code]].astype(np.intp))
        for question in counted_questions(self.document):
            code, start = question.code, self._start[question.code]
            value = codes[:, start].astype(np.intp)
            add(Slot("open", code), value == LEFT_OPEN)
            if isinstance(question, SingleChoice | Scale):
                names = points(question)
                spread("option", code, names, value)
                for net in question.nets:
                    wanted = np.isin(value, [names.index(option) for option in net.options])
                    add(Slot("net", code, net.code), wanted)
            elif isinstance(question, MultipleChoice):
                chosen = codes[:, start : start + len(question.options)] == 1
                add(Slot("answered", code), value >= 0)
                options = [option.code for option in question.options]
                for place, option in enumerate(options):
                    add(Slot("option", code, option), chosen[:, place])
                for net in question.nets:
                    places = [options.index(option) for option in net.options]
                    add(Slot("net", code, net.code), chosen[:, places].any(axis=1))
            elif isinstance(question, WholeNumber):
                given = (value != NOT_ASKED) & (value != LEFT_OPEN)
                add(Slot("answered", code), given)
                add(Slot("sum", code), given, value)
                add(Slot("squares", code), given, value**2)
        for pair in self.document.pairs:
            first, second = (self.document.questions[one] for one in (pair.before, pair.after))
            assert isinstance(first, SingleChoice | Scale)
            assert isinstance(second, SingleChoice | Scale)
            was, now = (
                codes[:, self._start[one]].astype(np.intp) for one in (first.code, second.code)
            )
            steps = len(substantive_points(first))
            both = (was >= 0) & (now >= 0) & (was < steps) & (now < steps)
            if pair.within is not None:
                both &= self._in_arms(codes, pair.within)
            joined = np.where(both, was * steps + now, -1)
            spread("pair", pair_code(first.code, second.code), _pair_options(first), joined)
        for split, asked_of_all in effect_questions(self.document):
            arm = codes[:, self._start[split.code]].astype(np.intp)
            value = codes[:, self._start[asked_of_all.code]].astype(np.intp)
            joined = np.where(
                (arm >= 0) & (value >= 0), arm * len(points(asked_of_all)) + value, -1
            )
            code = effect_code(split.code, asked_of_all.code)
            spread("effect", code, _effect_options(split, asked_of_all), joined)
        if self.marks:
            marked = codes[:, self._start[FLAGGED]]
            add(Slot("flag", FLAGGED, UNMARKED), marked == 0)
            for place, flag in enumerate(FLAGS):
                add(Slot("flag", FLAGGED, flag), (marked > 0) & (marked >> place & 1 == 1))
        return table

    def _in_arms(self, codes: NDArray[np.int16], wanted: ArmIs) -> NDArray[np.bool_]:
        """Who was drawn into one of these arms, shape (n,)."""
        arms = [arm.code for arm in self.document.splits_by_code[wanted.split].arms]
        places = [arms.index(arm) for arm in wanted.is_]
        return np.isin(codes[:, self._start[wanted.split]], places)


def pair_code(before: str, after: str) -> str:
    """How the slots of a before-and-after pair are named."""
    return f"{before}>{after}"


def effect_code(split: str, question: str) -> str:
    """How the slots of a question's answers by arm are named."""
    return f"{split}>{question}"


def effect_questions(document: Document) -> list[tuple[Split, SingleChoice | Scale]]:
    """The questions whose answers are counted by arm, each once for each split."""
    found = {}
    for effect in document.effects:
        question = document.questions[effect.question]
        assert isinstance(question, SingleChoice | Scale)
        found[effect.split, effect.question] = document.splits_by_code[effect.split], question
    return list(found.values())


def _effect_options(split: Split, question: SingleChoice | Scale) -> tuple[str, ...]:
    return tuple(f"{arm.code}>{point}" for arm in split.arms for point in points(question))


def _pair_options(question: SingleChoice | Scale) -> tuple[str, ...]:
    steps = substantive_points(question)
    return tuple(f"{was}>{now}" for was in steps for now in steps)


def counted_questions(document: Document) -> Iterator[Question]:
    """All but those answered in words: who wrote something must not be told from who did not."""
    for question in document.questions.values():
        if not isinstance(question, FreeText):
            yield question


def _columns(document: Document) -> list[Column]:
    columns = [Column(split.code) for split in document.splits]
    for question in counted_questions(document):
        if isinstance(question, MultipleChoice):
            columns += [Column(question.code, option.code) for option in question.options]
        else:
            columns.append(Column(question.code))
    if document.quality is not None:
        columns.append(Column(FLAGGED))
    return columns


def _slots(document: Document) -> list[Slot]:
    slots = [Slot("arm", split.code, arm.code) for split in document.splits for arm in split.arms]
    for question in counted_questions(document):
        code = question.code
        if isinstance(question, SingleChoice | Scale):
            slots += [Slot("option", code, point) for point in points(question)]
        elif isinstance(question, MultipleChoice):
            slots += [Slot("option", code, option.code) for option in question.options]
            slots.append(Slot("answered", code))
        elif isinstance(question, WholeNumber):
            slots += [Slot("answered", code), Slot("sum", code), Slot("squares", code)]
        slots.append(Slot("open", code))
        slots += [Slot("net", code, net.code) for net in question.nets]
    for pair in document.pairs:
        question = document.questions[pair.before]
        assert isinstance(question, SingleChoice | Scale)
        code = pair_code(pair.before, pair.after)
        slots += [Slot("pair", code, option) for option in _pair_options(question)]
    for split, asked_of_all in effect_questions(document):
        code = effect_code(split.code, asked_of_all.code)
        slots += [Slot("effect", code, option) for option in _effect_options(split, asked_of_all)]
    if document.quality is not None:
        slots += [Slot("flag", FLAGGED, one) for one in (UNMARKED, *FLAGS)]
    return slots


COUNT = np.dtype("<i8")


def pack_counts(counts: NDArray[np.int64]) -> bytes:
    """The slots of one tally as they are stored: 64-bit little-endian integers, deflated."""
    return zlib.compress(counts.astype(COUNT, copy=False).tobytes(), 1)


def unpack_counts(stored: bytes) -> NDArray[np.int64]:
    """What `pack_counts` was given."""
    return np.frombuffer(zlib.decompress(stored), COUNT).astype(np.int64)
