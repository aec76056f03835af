"""The limits of promises."""

MAX_PROMISES = 250  # of an event
MAX_EVIDENCE = 100  # of a promise
MAX_WORDS = 300  # characters
MAX_NOTE = 500
MAX_URL = 500
MAX_TIMES = 1000  # mentions, or supports with a logo
MOST_OFFERED = 60  # publications and photos to choose from, the newest
