"""A site that runs django-survey-and-report, to be measured beside ours."""
