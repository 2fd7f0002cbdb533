"""Which waves have answers that their figures do not know of yet."""

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from surveys.fieldwork.models import Wave
from surveys.questionnaires.models import Questionnaire
from surveys.reports.estimating import DAY
from surveys.reports.models import Release


def stale_waves() -> QuerySet[Wave, int]:
    """The ids of the waves that may be estimated again now; one query."""
    waves = Wave.objects.filter(tally_revision__gt=0).annotate(
        known=Max("releases__tally_revision"), last=Max("releases__estimated_at")
    )
    # What was made while a wave was open is never its last word, even where nobody came after it.
    interim = Exists(
        Release.objects.filter(
            wave=OuterRef("pk"), state=Release.State.PROVISIONAL, method__while_open=True
        )
    )
    outdated = Q(known__isnull=True) | Q(known__lt=F("tally_revision"))
    closed = Q(status__in=[Wave.Status.CLOSED, Wave.Status.PUBLISHED])
    open_public = Q(
        Q(last__isnull=True) | Q(last__lt=timezone.now() - DAY),
        status=Wave.Status.OPEN,
        questionnaire__audience=Questionnaire.Audience.PUBLIC,
    )
    due = Q(outdated & (closed | open_public)) | Q(interim, closed)
    return waves.filter(due).values_list("pk", flat=True)
