"""The limits of supports."""

from mixroom.media.limits import MAX_LOOSE_BYTES

MAX_SUPPORTS = 300  # of an event
MAX_VERSIONS = 60  # of a support
MAX_COMMENTS = 200  # of a support
MAX_DISTRIBUTIONS = 100  # of a support
MAX_PARTNER_PAGES = 40  # of an event
MAX_TITLE = 120  # characters
MAX_BRIEF = 4000
MAX_COMMENT = 1000
MAX_PLACE = 160
MAX_NAME = 80
MAX_URL = 500
MAX_COPIES = 1_000_000
MAX_FILE_BYTES = MAX_LOOSE_BYTES
MOST_PRESSING = 40  # on the dashboard: as many to do, and to validate
