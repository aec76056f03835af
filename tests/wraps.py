"""A day to wrap: an event that is under way today, and what was approved in it."""

from datetime import date, timedelta
from typing import Any

from mixroom.core import clock, db
from mixroom.core.text import Bilingual
from mixroom.event import actions as event_actions
from mixroom.media import store as media_store
from mixroom.review import actions as review
from mixroom.submissions import actions
from mixroom.submissions.content import Consent, Content, Kind
from mixroom.submissions.model import Showing
from tests.cast import Cast, ready_photo

TODAY = 2  # the number of today, of the three days


def under_way(cast: Cast) -> date:
    """Move the event so that today is its second day; return today on the museum's clock."""
    today = clock.now().astimezone(cast.event.zone).date()
    day = timedelta(days=1)
    event_actions.edit(cast.amelie, starts_on=today - day, ends_on=today + day)
    return today


def approved(cast: Cast, text: str | Bilingual = "Bonjour", **more: Any) -> str:
    """Have something approved that Driss sent; the terms of `Showing` are of the approval."""
    words = text if isinstance(text, Bilingual) else Bilingual(text)
    terms = ("key_moment", "press", "everywhere")
    showing = {name: more.pop(name) for name in terms if name in more}
    by = more.pop("by", cast.driss)
    content = Content(**{"kind": Kind.POST, "text": words, **more})
    answer, _ = actions.submit(by, content)
    key = str(answer["id"])
    review.approve(cast.ben, key, showing=Showing(**showing))
    return key


def approved_photo(cast: Cast, text: str | Bilingual = "Une photo", **more: Any) -> str:
    """Have a photo approved; it has renditions whose files do not exist."""
    photo = ready_photo(more.get("by", cast.driss))
    with db.transaction() as tx:
        media = media_store.get(tx, photo)
        assert media is not None
        media_store.save(tx, with_renditions(media))
    more = {"kind": Kind.PHOTO, "media": (photo,), "consent": Consent.CLEARED, **more}
    return approved(cast, text, **more)


def with_renditions(media: Any) -> Any:
    """Return a photo with the names of renditions."""
    from dataclasses import replace

    from mixroom.media.model import Rendition

    made = {
        name: Rendition(f"{name}-0123456789abcdef.jpg", 1920, 1440, 9)
        for name in ("thumb", "card", "wall")
    }
    return replace(media, renditions=made)
