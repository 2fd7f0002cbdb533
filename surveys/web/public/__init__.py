"""What respondents see, from the list of open surveys to their confirmation."""
