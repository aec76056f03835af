"""The preparation of an edition: limits, names of files, and the letter that asks people again."""

from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.text import N_

MAX_LOGO_BYTES = 5_000_000
LOGO_JOB = "event.logo"
ASK_JOB = "event.ask_again"
AGAIN = LetterTemplate(
    "event.again",
    N_("To last time’s team: will you come again?"),
    N_("%(event)s: will you come again?"),
    N_(
        "Hello %(name)s,\n\n"
        "You were part of the media team of %(last)s. The next edition, %(event)s, begins on "
        "%(begins)s, and we would be glad to have you with us again.\n\n"
        "If you come, join with this personal link:\n\n%(link)s\n\n"
        "If you cannot, simply leave this letter unanswered."
    ),
    fields=("name", "event", "last", "begins", "link"),
    needs=("link",),
    secrets=("link",),
)


def stored(event_id: str, file: str) -> str:
    """Return the media store's name for a file of the museum's logo."""
    return f"{event_id}/{file}"
