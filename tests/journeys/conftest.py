"""What is kept in memory belongs to one test's database."""

from collections.abc import Callable, Iterator

import pytest

from surveys.fieldwork import drafts
from surveys.fieldwork.models import Organisation
from surveys.questionnaires.versions import frozen
from surveys.web.public.pages import compiled, document_in


@pytest.fixture(autouse=True)
def nothing_remembered(db: None) -> Iterator[None]:
    for remembered in (frozen, document_in, compiled):
        remembered.cache_clear()
    # A test that serves real requests empties every table when it ends, this row included.
    Organisation.objects.get_or_create(code=Organisation.ROOT, defaults={"name": "National"})
    yield
    for remembered in (frozen, document_in, compiled):
        remembered.cache_clear()


@pytest.fixture
def arms(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Decide in the place of chance which arms the next drafts are in."""

    def decide(**chosen: str) -> None:
        monkeypatch.setattr(drafts, "draw_arms", lambda *_: chosen)

    return decide
