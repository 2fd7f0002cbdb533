"""Comparisons as people read them: one sentence, the same on page, in files and in the API.

It says what moved, from what to what, the interval of the change, and where nothing was found the
smallest change that this wave could have shown. What may not be called a change is never worded
as one.
"""

from surveys.reports.claims import Outcome
from surveys.reports.figures import TWO_SIDED, Figures, Units, figures
from surveys.reports.gaps import OTHER_EFFECTS, Comparison, Relation

NOT_NO_CHANGE = (
    "“No detectable change” is not “no change”: a change smaller than the one we could have seen"
    " may have happened. “Could have seen” means that we would have found it four times out of"
    " five. Where the same people answered both waves, our tests err towards finding nothing."
)
THE_REST = "The rest is change, or a difference in who answered that our margins do not see."
# What follows about a gap that is no more than beside.
DOUBTS: dict[Relation, str] = {
    "wave": "It may not be change",
    "survey": "It may not be change",
    "mirror": "It is a gap between two groups of people and no change",
    "pair": "It joins no trend and does not show what moved people",
    "arm": "It may not be what showing it did",
}
# Words that begin a reason and lose their capital inside a sentence; names keep theirs.
OPENERS = frozenset(
    {
        *("A", "All", "An", "Another", "Both", "How", "It", "Not", "One", "Other", "Our", "Some"),
        *("The", "Their", "These", "They", "This", "Two", "We", "What", "Who"),
    }
)


def change(one: Comparison) -> str:
    """What a comparison says; where it is no more than beside, a second sentence says why."""
    return f"{lead(one)}: {_told(one)}"


def lead(one: Comparison) -> str:
    """What `change` begins with: what the figures are of."""
    return f"{'Simulated answers: ' * one.circumstances.simulated}{one.subject}"


def who_answered(one: Comparison) -> str:
    """How much of the gap between two waves is who answered; `THE_REST` belongs after it."""
    assert one.composition is not None
    units = Units(one.is_mean, one.unit, int(one.is_mean))
    everybody, weighted = one.composition.unweighted, one.composition.weighted
    scale = 1 if one.is_mean else 100
    # Between the two as printed, so that a reader can subtract them.
    taken = (units.rounded(everybody) - units.rounded(weighted)) / scale
    part = f"accounts for {units.moved(taken)}" if units.rounded(taken) else "accounts for nothing"
    return (
        f"{one.subject}: in these two samples, {units.moved(everybody)} since {one.label} with"
        f" everybody counted once, {units.moved(weighted)} weighted; so who answered, as far as our"
        f" margins measure it, {part}."
    )


def other_effects(one: Comparison) -> str:
    """What sampling alone could explain, were the design effect that we assumed another."""
    if one.print is None or one.low_base:
        return ""
    units = Units(one.is_mean, one.unit, 1)
    told = [
        f"with {effect:g}, {units.size(TWO_SIDED * error)}"
        for effect, error in zip(OTHER_EFFECTS, one.print.errors_at, strict=False)
    ]
    if not told:
        return ""
    return f"Were their design effect another, sampling alone could explain: {'; '.join(told)}."


def _told(one: Comparison) -> str:
    if one.judgement.verdict == "break":
        return f"not compared with {_other(one)}{_because(one)}."
    if one.estimate is None or one.their_estimate is None or one.difference is None:
        which = f"{one.here} " * bool(one.here)
        return f"{which}cannot be compared with {_other(one)}, because {_hidden(one)} hidden."
    told = figures(one)
    if not one.circumstances.over:
        ours = f"{told.now} with {one.here}" if one.here else told.now
        text = f"{ours} so far{_among(one)}, beside {_theirs(one, told)}"
        return f"{text}; nothing is tested while a wave is open.{_doubt(one)}"
    if one.outcome is None:
        return _untested(one, told)
    return f"{_tested(one, told, one.outcome)}{_condition(one)}{_note(one)}."


def _tested(one: Comparison, told: Figures, outcome: Outcome) -> str:
    name = "change" if one.between_waves else "difference"
    interval = f"{level(outcome.level)} interval of the {name}: {told.interval}"
    if outcome.claim and one.relation == "arm":
        return f"{told.gap} with {one.here} than with {one.label} ({_both(one, told)}; {interval})"
    if outcome.claim:
        moved = f"{told.direction} {told.size} since {one.label}"
        return f"{moved}, from {told.then} to {told.now} ({interval})"
    both = f"{_both(one, told)}; {interval}"
    if outcome.worth_a_look and one.relation == "group":
        apart = f"{told.gap} in the group {one.here} than in {one.label}"
        return f"{apart}, worth a look and not a claim ({both})"
    if outcome.worth_a_look:
        grid = f"one of {outcome.size} measures" if outcome.size > 1 else "the only measure"
        others = f"{grid} looked through{_assumed(one)}"
        return f"{told.gap} {_than(one)}, worth a look and not a claim ({both}; {others})"
    seen = f"at that level we could have seen {told.detectable}{_assumed(one)}"
    since = "change since" if one.between_waves else "difference from"
    between = f"difference between {one.here} and" if one.here else since
    return f"no detectable {between} {_other(one)} ({both}; {seen})"


def _untested(one: Comparison, told: Figures) -> str:
    """A gap that nobody tested: beside, or with too little to test it on."""
    if one.relation == "pair":
        return f"{_paired(one, told)}.{_doubt(one)}"
    now = {"mirror": "", "arm": f" with {one.here}"}.get(one.relation, " now")
    text = f"{told.now}{now}{_among(one)}, beside {_theirs(one, told)}"
    if one.bounds is not None and one.interval is not None:
        text += f", {told.gap} ({level(one.interval[0])} interval of the difference:"
        text += f" {told.interval})"
        if one.judgement.verdict == "beside":
            return f"{text}.{_doubt(one)}"
        return f"{text}; not tested, because {_all_alike(one)}{_note(one)}."
    if one.judgement.verdict == "beside":
        return f"{text}, {told.gap}; {_alone(one, told)}.{_doubt(one)}"
    if one.low_base:
        why = "too few people answered"
    elif one.print is not None and one.print.base is None:
        why = "their base is not published"
    else:
        why = _all_alike(one)
    return f"{text}; not tested, because {why}{_note(one)}."


def _paired(one: Comparison, told: Figures) -> str:
    """How the same people changed; its interval knows that they are the same."""
    text = f"{told.now} after, beside {_theirs(one, told)}, {told.gap}"
    if one.interval is None or one.low_base:
        nothing = "a standard error of 0 tells nothing of it"
        why = "too few people gave both answers" if one.low_base else nothing
        return f"{text}{_condition(one)}; how sure that is, is not known, because {why}"
    told_interval = f"{level(one.interval[0])} interval of the change: {told.interval}"
    return f"{text} ({told_interval}){_condition(one)}"


def _among(one: Comparison) -> str:
    return " among those who answered" if one.circumstances.open_link else ""


def _condition(one: Comparison) -> str:
    """What a test of an open link rests on: it sees who answered, and nobody else.

    Arms need no weighting to be alike; what they show is how it was straight after.
    """
    if one.relation == "arm":
        return f", straight after,{_among(one)}".rstrip(",")
    if not one.circumstances.open_link:
        return ""
    if one.relation == "group":
        return f",{_among(one)}"
    weighted = one.circumstances.weighted
    alike = "weighting makes them alike" if weighted else "they are the same kinds of people"
    if one.relation == "pair":  # the same people twice, so it is others that they may not be like
        return f",{_among(one)}, and of others only if {alike}"
    return f",{_among(one)}, if {alike}"


def _alone(one: Comparison, told: Figures) -> str:
    """How much of a gap sampling alone could explain, or why that is not known."""
    unknown = "what sampling alone could explain is not known"
    if one.print is not None and one.print.base is None:
        return f"their base is not published, so {unknown}"
    if one.standard_error is None:
        return f"{unknown}, because {_all_alike(one)}"
    if one.low_base:
        return f"{unknown}, because too few people answered"
    return f"sampling alone could explain {told.alone}{_assumed(one)}"


def _all_alike(one: Comparison) -> str:
    where = {"survey": "our wave", "arm": "one of the two"}.get(
        one.relation, "one of the two waves"
    )
    same = "gave the same answer" if one.is_mean else "or nobody gave this answer"
    return f"everybody {same} in {where}"


def _assumed(one: Comparison) -> str:
    """What the error of a published figure rests on."""
    if one.print is None:
        return ""
    said = [f"a design effect of {one.print.design_effect:g} for theirs"]
    if one.print.assumed:
        said[0] = f"an assumed design effect of {one.print.design_effect:g} for theirs"
    if one.print.rounding >= 0.01:
        said.append("their figure rounded to a whole per cent")
    return f", with {' and '.join(said)}"


def level(share: float) -> str:
    """The level of an interval; never rounded up to certainty."""
    text = f"{share * 100:.1f}".removesuffix(".0")
    return "over 99.9%" if text == "100" else f"{text}%"


def _both(one: Comparison, told: Figures) -> str:
    if one.relation in ("arm", "group"):
        return f"{told.now} and {told.then}"
    if not one.between_waves:
        return f"{told.then} theirs, {told.now} ours"
    return (
        f"{told.then} then and now"
        if told.then == told.now
        else f"{told.then} then, {told.now} now"
    )


def _theirs(one: Comparison, told: Figures) -> str:
    if one.relation == "pair":
        return f"{told.then} before among those who gave both answers"
    preposition = {"survey": "from", "arm": "with"}.get(one.relation, "in")
    return f"{told.then} {preposition} {_other(one)}"


def _than(one: Comparison) -> str:
    return f"since {one.label}" if one.between_waves else f"than {_other(one)}"


def _other(one: Comparison) -> str:
    if one.relation == "pair":
        return "the first answer"
    return f"{one.label} in {one.year}" if one.relation == "survey" else one.label


def _hidden(one: Comparison) -> str:
    if one.estimate is None and one.their_estimate is None:
        return "both figures are"
    if one.their_estimate is None:
        return "the other figure is" if one.relation == "mirror" else "the figure then is"
    return "the figure now is"


def _reason(one: Comparison) -> str:
    """The gravest reason inside a sentence, who decided, and how many more there are."""
    first, *others = one.judgement.reasons
    said = []
    if one.judgement.signature is not None:
        by, on = one.judgement.signature.name, one.judgement.signature.on
        first = one.judgement.signature.reason
        said.append(f"decided by {by}, {on:%-d %B %Y}")
    if others:
        said.append(f"and {len(others)} more reason{'s' * (len(others) > 1)}")
    opener = first.partition(" ")[0]
    inside = first[0].lower() + first[1:] if opener in OPENERS else first
    return inside.rstrip(".") + (f" ({'; '.join(said)})" if said else "")


def _because(one: Comparison) -> str:
    return f", because {_reason(one)}" if one.judgement.reasons else ""


def _note(one: Comparison) -> str:
    return f"; note that {_reason(one)}" if one.judgement.reasons else ""


def _doubt(one: Comparison) -> str:
    if one.judgement.verdict != "beside" or not one.judgement.reasons:
        return ""
    return f" {DOUBTS[one.relation]}{_because(one)}."
