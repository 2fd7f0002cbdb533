"""What a method statement says of the arms that chance drew."""

from collections.abc import Iterator

from surveys.questionnaires.document import Document, Split
from surveys.reports.figures import percent
from surveys.reports.method_parts import Grid, Part
from surveys.reports.models import Release

COLUMNS = ("Arm", "Drawn", "Began", "Finished")
NOT_TOLD = "[c]"
DRAWN = (
    "A computer drew for each person, by chance and before the first question, who was in which."
)
BY_FILE = (
    "Who was in which came with the answers in a file. The questionnaire says that chance is to"
    " draw it; how it was decided, and how many began, is not known here."
)
COMPARED = (
    "What one of them did is the difference between the answers afterwards, of those who finished"
    " and answered. Chance made the groups alike when they began. Where one lost more people than"
    " chance explains, or more of it gave no answer that counts, the difference is shown and"
    " nothing is claimed: it may be what was shown, or who was left. Where as many of both are"
    " left, that is no proof that they are the same kinds of people. Whether an effect lasts was"
    " not asked."
)
COMPARED_BY_FILE = (
    "What is told of them is the difference between the answers afterwards, of those who are in the"
    " file and answered. It is what was shown only as far as chance decided who was in which, and"
    " as many of each finished; neither is known here. Where more of one gave no answer that counts"
    " than chance explains, nothing is claimed."
)


def arms(release: Release, document: Document) -> Iterator[Part]:
    """How each split was drawn, and how many of each arm began and finished."""
    by_file = release.method.get("from_file")
    drawn, compared_as = (BY_FILE, COMPARED_BY_FILE) if by_file else (DRAWN, COMPARED)
    for split in document.splits:
        compared = any(one.split == split.code for one in document.effects)
        paragraphs = (drawn, compared_as) if compared else (drawn,)
        yield Part(split.title, paragraphs, grid=_grid(release, split))


def _grid(release: Release, split: Split) -> Grid:
    told = {one["arm"]: one for one in release.method.get("arms", ()) if one["split"] == split.code}
    shares = sum(arm.share for arm in split.arms)
    rows = []
    for arm in split.arms:
        counts = told.get(arm.code, {})
        began, finished = (counts.get(name) for name in ("started", "finished"))
        rows.append(
            (
                arm.text,
                percent(arm.share / shares),
                "not known" if began is None else f"{began:,}",
                NOT_TOLD if finished is None else f"{finished:,}",
            )
        )
    return Grid(f"{split.title}: who began and who finished", COLUMNS, tuple(rows))
