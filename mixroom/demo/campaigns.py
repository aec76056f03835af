"""The plan of the rehearsal: campaigns from ten days before to five days after, supports, promises.

Messages that were due are out, but for the last of them, which is late; the next ones are
scheduled.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from io import BytesIO

from mixroom.core import clock
from mixroom.core.files import Store
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.demo.cast import SPONSORS
from mixroom.demo.studio.emblems import emblem
from mixroom.event.model import Event
from mixroom.plan import actions, beginning, queries
from mixroom.plan.aims import Gauge, Objective
from mixroom.plan.model import Message
from mixroom.plan.moves import Status
from mixroom.promises import actions as promises
from mixroom.promises.model import PromiseKind
from mixroom.shortlinks import actions as links
from mixroom.sponsors import queries as sponsor_queries
from mixroom.supports import actions as supports
from mixroom.supports.model import SupportKind, SupportLang

CAMPAIGNS = ("ten-days-before", "each-evening", "the-week-after")
SCHEDULED = 2  # of the messages to come
ILLUSTRATED = 2  # of the messages to come, after each day
BRACKETS = re.compile(r"(\s*:)?\s*\[[^\]]*\]")
MEDIA = Bilingual("Articles ou passages dans les médias", "Articles or mentions in the media")
OBJECTIVES = (
    (Bilingual("Publications sur tous les canaux", "Posts on all channels"), 60.0, Gauge.PUBLISHED),
    (Bilingual("Photos et textes approuvés", "Approved photos and texts"), 120.0, Gauge.APPROVED),
    (Bilingual("Clics sur les liens courts", "Follows of short links"), 150.0, Gauge.FOLLOWED),
    (MEDIA, 6.0, Gauge.HAND),
)
MENTIONED = 2.0  # times in the media, until today
MAX_BYTES = 5_000_000


def add_plan(event: Event, people: Mapping[str, Person], files: Store, site: str) -> None:
    """Begin the campaigns in the lead's name, and publish what was due in a colleague's."""
    lead, colleague = people["amelie"], people["ben"]
    for name in CAMPAIGNS:
        beginning.begin_with(lead, name, site=site)
    beginning.begin_with(lead, "thank-a-sponsor", site=site, sponsor=SPONSORS[0].name)
    messages, _, _ = queries.whole(lead)
    now = clock.now()
    past = [each for each in messages if each.due and each.due <= now]
    ahead = [each for each in messages if each.due and each.due > now + timedelta(minutes=1)]
    for n, each in enumerate(past[:-1]):
        _finish(each, lead, colleague)
        for channel in each.channels:
            url = f"https://example.org/{channel}/{n + 1}"
            actions.publish(colleague, each.id, channel, url=url, at=each.due)
    for each in ahead[:SCHEDULED]:
        _finish(each, lead, colleague)
        actions.schedule(lead, each.id)
    _add_objectives(lead, event)
    links.make(lead, site, "Affiche du hall", "hall")
    _add_supports(lead, files)
    _add_promises(lead, event)


def illustrate_plan(lead: Person) -> None:
    """Have the next messages that are not finished draw on the newest approved photos."""
    _, _, offered = queries.choices(lead)
    photos = [key for key, source in offered.items() if source.pictures]
    messages, _, _ = queries.whole(lead)
    now = clock.now()
    ahead = [each for each in messages if each.due and each.due > now and not each.submissions]
    drafts = [each for each in ahead if each.status in (Status.IDEA, Status.DRAFT)]
    drafts.sort(key=lambda each: each.due or now)
    for message, photo in zip(drafts[:ILLUSTRATED], photos, strict=False):
        actions.change(lead, message.id, {"submissions": (photo,)}, illustrated=True)


def _finish(message: Message, lead: Person, colleague: Person) -> None:
    """Leave out what a template wants to have filled in, and have the words read."""
    text = Bilingual.of(*(BRACKETS.sub("", message.text[lang]) for lang in ("fr", "en")))
    actions.change(lead, message.id, {"text": text})
    actions.mark_ready(colleague, message.id)


def _add_objectives(lead: Person, event: Event) -> None:
    """Set objectives that the program counts, and one that the lead counts."""
    today = clock.now().astimezone(event.zone).date()
    for what, target, gauge in OBJECTIVES:
        wanted = Objective("", event.id, what, target, by=event.ends_on, gauge=gauge)
        made = actions.save_objective(lead, wanted)
        if gauge is Gauge.HAND:
            actions.note_number(lead, made.id, MENTIONED, today, today)


def _add_supports(lead: Person, files: Store) -> None:
    """Ask for a pair of posters, and send a version of the sign; nobody has begun the leaflet."""
    soon = clock.now() + timedelta(days=1)
    poster = Bilingual("Affiche du hall", "Poster for the hall")
    for each in supports.add(lead, poster, SupportKind.POSTER, owner_id=lead.id, due=soon):
        drawn = emblem("Museomix", "lamp", "#ff4d1f", under=True)
        supports.send(lead, each.id, files.receive(BytesIO(drawn), MAX_BYTES), files)
    leaflet = Bilingual("Dépliant du parcours", "Leaflet of the tour")
    brief = "Un plan des salles, les dix prototypes, le code QR de la page en direct."
    supports.add(lead, leaflet, SupportKind.LEAFLET, SupportLang.BOTH, brief=brief)


def _add_promises(lead: Person, event: Event) -> None:
    """Note what the first sponsors were promised besides their time on the walls."""
    opening = datetime.combine(event.starts_on, time(9), event.zone)
    closing = datetime.combine(event.ends_on, time(17), event.zone)
    wanted = (
        (
            PromiseKind.MENTIONS,
            Bilingual("Deux mentions sur les réseaux", "Two mentions online"),
            2,
            closing,
        ),
        (PromiseKind.LOGO, Bilingual("Logo sur l’affiche", "Logo on the poster"), 1, opening),
        (PromiseKind.STAGE, Bilingual("Un mot à la plénière", "A word at the plenary"), 1, closing),
    )
    for sponsor in sponsor_queries.sponsors(lead)[:2]:
        for kind, words, amount, due in wanted:
            promises.make(
                lead, sponsor.id, kind, words=words, amount=amount, owner_id=lead.id, due=due
            )
