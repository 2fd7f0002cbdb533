"""What every journey starts from."""

from collections.abc import Callable

import pytest

from surveys.fieldwork import drafts
from surveys.fieldwork.models import Organisation


@pytest.fixture(autouse=True)
def national(db: None) -> None:
    # A test that serves real requests empties every table when it ends, this row included.
    Organisation.objects.get_or_create(code=Organisation.ROOT, defaults={"name": "National"})


@pytest.fixture
def arms(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Decide in the place of chance which arms the next drafts are in."""

    def decide(**chosen: str) -> None:
        monkeypatch.setattr(drafts, "draw_arms", lambda *_: chosen)

    return decide
