"""Two ways to ask and the facts of two surveys, alike until a test changes one thing."""

from surveys.questionnaires.asking import Asked
from surveys.questionnaires.bases import Base
from surveys.questionnaires.comparability import Facts

CONCERN = (("1", "Very concerned"), ("2", "Somewhat concerned"), ("3", "Not concerned"))
ASKED = Asked(
    type="single",
    wording="How concerned are you, if at all, about this?",
    hint="",
    options=CONCERN,
    unsaid=(),
    nets=(("concerned", ("1", "2")),),
    shuffled=False,
    max_choices=None,
    asked_of=Base(),
    explained_before=(),
    asked_before=("age",),
)
PANEL = Facts(sampling="panel", population="UK adults", version="1.0")
