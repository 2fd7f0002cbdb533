"""What is kept in memory belongs to one test's database."""

from collections.abc import Iterator

import pytest

from surveys.questionnaires.versions import frozen
from surveys.web.public.pages import compiled, document_in


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    for remembered in (frozen, document_in, compiled):
        remembered.cache_clear()
    yield
    for remembered in (frozen, document_in, compiled):
        remembered.cache_clear()
