"""The wording of the consent, as the form shows it and as it is kept beside each consent."""

from collections.abc import Mapping
from datetime import date

from mixroom.core.dates import format_date
from mixroom.core.speech import say
from mixroom.core.text import N_, Lang
from mixroom.event.model import Event
from mixroom.recruiting.model import Keep, until

VERSION = "2026-11"  # of the wordings below: change it with them
WORDINGS: Mapping[Keep, str] = {
    Keep.EVENT: N_(
        "Those who lead the media room of %(event)s may read what I have written here, keep it "
        "until %(until)s to put the team together, and write to me about it. Then it is erased. "
        "I can change it or withdraw it before then."
    ),
    Keep.NEXT: N_(
        "Those who lead the media room of %(event)s may read what I have written here, keep it "
        "until %(until)s to put this team and the next edition’s together, and write to me about "
        "it. Then it is erased. I can change it or withdraw it before then."
    ),
}


def consent_texts(event: Event, lang: Lang, today: date) -> Mapping[Keep, str]:
    """Return the exact wording of each choice, in a language."""
    return {
        keep: say(
            lang,
            wording,
            event=event.name[lang],
            until=format_date(until(event, keep, today), "long", locale=lang),
        )
        for keep, wording in WORDINGS.items()
    }
