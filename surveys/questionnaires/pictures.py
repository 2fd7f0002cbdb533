"""Pictures of explainers: files of our own, shown from this service and from nowhere else.

A version is frozen, and a file is not. So a document holds the hash of each picture, and a picture
that is drawn anew needs another name.
"""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.contrib.staticfiles.storage import staticfiles_storage

from surveys.questionnaires.document import Document, Picture
from surveys.questionnaires.loading import Finding, Steps

FOLDER = Path(__file__).parent / "library" / "pictures"


def pictures(document: Document) -> Iterator[tuple[Steps, Picture]]:
    """Every picture of a document with its place."""
    for place, page in enumerate(document.pages):
        if page.explainer is not None and page.explainer.picture is not None:
            yield ("pages", place, "explainer", "picture"), page.explainer.picture


def hashed(document: Document) -> Document:
    """The document with the hash of each picture's file; empty where there is no such file."""
    if not any(True for _ in pictures(document)):
        return document
    pages = list(document.pages)
    for place, page in enumerate(pages):
        if page.explainer is None or (drawn := page.explainer.picture) is None:
            continue
        picture = drawn.model_copy(update={"sha256": _hash(drawn)})
        explainer = page.explainer.model_copy(update={"picture": picture})
        pages[place] = page.model_copy(update={"explainer": explainer})
    return document.model_copy(update={"pages": tuple(pages)})


def _hash(picture: Picture) -> str:
    file = FOLDER / picture.file
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def picture_findings(document: Document, earlier: Iterable[Document]) -> Iterator[Finding]:
    """What keeps the pictures of a document from being shown.

    earlier : documents that were published before, of any questionnaire.
    """
    known = {one.file: one.sha256 for before in earlier for _, one in pictures(before)}
    for path, picture in pictures(document):
        where = (*path, "file")
        if not picture.sha256:
            yield Finding(where, f"there is no {picture.file} in {FOLDER.name}/ of the library")
        elif known.get(picture.file, picture.sha256) != picture.sha256:
            reason = f"{picture.file} was another picture when it was published: give it a new name"
            yield Finding(where, reason)
        elif not _is_built(picture):
            yield Finding(where, f"{picture.file} is not among the assets: `make install` first")


def _is_built(picture: Picture) -> bool:
    try:
        staticfiles_storage.url(picture.asset)
    except ValueError:  # how a storage that adds hashes to names tells of a file it does not know
        return False
    return True
