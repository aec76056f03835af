"""A rehearsal: the three days, replayed through the real actions at an event of their own.

Volunteers train with it, as they see the product itself.
"""

import heapq
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from itertools import count, cycle
from zoneinfo import ZoneInfo

from mixroom.announcements import actions as announcements_actions
from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import ConflictError
from mixroom.core.files import Store
from mixroom.core.kinds import Kind
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.model import Person
from mixroom.demo.applicants import add_applicants
from mixroom.demo.campaigns import add_plan, illustrate_plan
from mixroom.demo.cast import CAST, NAME, PLACES, SPONSORS, TEAMS, TIMEZONE
from mixroom.demo.content import announcements, entries, programme, requests
from mixroom.demo.coverage import Announced, Asked
from mixroom.demo.entry import Entry, Picture
from mixroom.demo.roster import add_shifts
from mixroom.demo.scenes import photograph
from mixroom.demo.studio.emblems import emblem
from mixroom.event import actions as event_actions
from mixroom.event import store as event_store
from mixroom.event.model import Event, Group, GroupKind
from mixroom.media import actions as media_actions
from mixroom.media.store import media
from mixroom.recruiting.signing import Seal
from mixroom.rehearsal.model import SLUG
from mixroom.requests import actions as requests_actions
from mixroom.requests.model import Wanted
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from mixroom.sponsors.store import sponsors as sponsors_table
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Consent, Content
from mixroom.submissions.model import MediaNotReadyError
from mixroom.supports.store import supports as supports_table
from mixroom.wrap import actions as wrap

MAX_PAUSE = 30.0  # minutes; the nights are cut short
DAY = 24 * 60.0  # minutes
WRAP_AT = 23.5 * 60  # minutes after midnight
ANNOUNCED_FOR = 10  # minutes
RETRY_AFTER = 0.3  # seconds, for a photo that was not ready
MAX_BYTES = 40_000_000
Say = Callable[[str], None]


@dataclass(frozen=True)
class Tokens:
    """The secret tokens of the links to the rehearsal's pages."""

    wall: str
    review: str
    send: str


@dataclass
class Rehearsal:
    """A running rehearsal, with an agenda in minutes of its own clock.

    `teams` and `places` are the names that stand for those of the words.
    """

    event: Event
    people: dict[str, Person]
    teams: Mapping[str, Bilingual]
    places: Mapping[str, Bilingual]
    files: Store
    say: Say
    now: float = 0.0
    asked: dict[str, str] = field(default_factory=dict)  # ids of requests, by their keys
    _agenda: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def schedule(self, minutes: float, act: Callable[[], None]) -> None:
        """Schedule a call some minutes from now."""
        heapq.heappush(self._agenda, (self.now + minutes, next(self._order), act))

    def run(self, speed: float) -> None:
        """Make all scheduled calls, `speed` times faster than the clock."""
        while self._agenda:
            moment, _, act = heapq.heappop(self._agenda)
            due = time.monotonic() + (moment - self.now) * 60 / speed
            self.now = moment
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                act()
            except MediaNotReadyError:
                time.sleep(RETRY_AFTER)
                self.schedule(0, act)


def begin(files: Store, seal: Seal, like: Event | None = None) -> tuple[Rehearsal, Tokens]:
    """Create the rehearsal's event with its cast and sponsors; return it and the tokens.

    `seal` signs the links of its applicants. With `like`, it has the name, teams, places and
    programme of that event.
    """
    clear(files)
    timezone = like.timezone if like else TIMEZONE
    today = clock.now().astimezone(ZoneInfo(timezone)).date()
    teams = _named(TEAMS, like.teams if like else ())
    places = _named(PLACES, like.places if like else ())
    names = [(GroupKind.TEAM, name) for name in teams.values()]
    names += [(GroupKind.PLACE, name) for name in places.values()]
    event = event_actions.create(
        SLUG,
        like.name if like else NAME,
        today - timedelta(days=1),
        today + timedelta(days=1),
        timezone,
        groups=tuple(Group(ids.new(), *each) for each in dict.fromkeys(names)),
        programme=(like.programme if like else ()) or programme(),
        hashtags=(like.hashtags if like else ()) or ("museomix", "mmx2015", "LeSouffleur"),
        rehearsal=True,
    )
    ways = {
        each.key: crew.invite_from_server(event.id, each.name, Role(each.role), each.lang)
        for each in CAST
    }
    wall = crew.invite_from_server(event.id, "Mur", Role.SCREEN)
    people = {key: way.person for key, way in ways.items()}
    crew.set_bilingual(people["chloe"], people["chloe"].id, on=True)
    _add_sponsors(people["amelie"], files)
    add_shifts(event, people, places)
    add_applicants(event, people["amelie"], seal)
    add_plan(event, people, files, seal.base_url)
    shown = Tokens(wall.token, ways["amelie"].token, ways["chloe"].token)
    return Rehearsal(event, people, teams, places, files, print), shown


def _named(words: Mapping[str, Bilingual], groups: Sequence[Group]) -> dict[str, Bilingual]:
    """Return the names that stand for those of the words: of the groups in turn, if there are."""
    names = cycle(group.name for group in groups)
    return {key: next(names) for key in words} if groups else dict(words)


def replay(rehearsal: Rehearsal, speed: float | None = None, minutes: float | None = None) -> None:
    """Replay the three days, `speed` times faster than the clock, or within so many minutes."""
    acts = [
        *((_minutes(each), partial(send, rehearsal, each)) for each in entries()),
        *((_minutes(each), partial(_ask, rehearsal, each)) for each in requests()),
        *((_minutes(each), partial(_announce, rehearsal, each)) for each in announcements()),
        *((day * DAY + WRAP_AT, partial(_wrap, rehearsal, day)) for day in range(2)),
    ]
    moment, last = 0.0, None
    for at, act in sorted(acts, key=lambda each: each[0]):
        moment += min(at - last, MAX_PAUSE) if last is not None else 0.0
        last = at
        rehearsal.schedule(moment, act)
    rehearsal.run(speed or max(1.0, moment / (minutes or moment)))


def clear(files: Store) -> bool:
    """Erase the rehearsal; return whether there was one."""
    with reading() as tx:
        event = event_store.get_by_slug(tx, SLUG)
    if event is None:
        return False
    with transaction() as tx:
        erased = event_store.erase(tx, event.id)
        jobs.forget(tx, [key for keys in erased.values() for key in keys])
        journal.forget(tx, event.id)
    for folder in [*erased[media], *erased[sponsors_table], *erased[supports_table]]:
        files.delete(folder)
    return True


def _add_sponsors(lead: Person, files: Store) -> None:
    """Add the sponsors with their promises and logos, in the lead's name."""
    for each in SPONSORS:
        name, promise = Bilingual.of(each.name), Promise(each.percent)
        entered = sponsors.add(lead, name=name, tier=Tier(each.tier), promise=promise)
        drawn = emblem(each.name, each.sign, each.colour, under=each.under)
        received = files.receive(BytesIO(drawn), MAX_BYTES)
        sponsors.send_logo(lead, entered.id, received, files)


def send(rehearsal: Rehearsal, entry: Entry) -> None:
    """Submit an entry in its author's name, and schedule what happens to it."""
    author = rehearsal.people[entry.author]
    taken = _planned(rehearsal, entry)
    media = tuple(_upload(rehearsal, author, picture, taken) for picture in entry.pictures)
    content = Content(
        kind=Kind(entry.kind),
        text=entry.text,
        alt=entry.alt,
        credit=entry.credit,
        team=rehearsal.teams.get(entry.team or ""),
        place=rehearsal.places.get(entry.place or ""),
        tags=entry.tags,
        consent=Consent(entry.consent),
        media=media,
    )
    request = rehearsal.asked.get(entry.answers or "")
    answer, _ = submissions.submit(author, content, captured_at=taken, request_id=request)
    key = str(answer["id"])
    rehearsal.say(f"{entry.at} {author.name}: {entry.text['fr']}")
    if entry.withdrawn_after is not None and entry.verdict.action != "approve":
        rehearsal.schedule(entry.withdrawn_after, lambda: _withdraw(author, key))
    else:
        rehearsal.schedule(entry.verdict.minutes, lambda: _decide(rehearsal, entry, content, key))


def _ask(rehearsal: Rehearsal, asked: Asked) -> None:
    """Ask the crew for something, and have someone take it."""
    hour = _planned(rehearsal, asked).replace(minute=0, second=0, microsecond=0)
    kind = Kind(asked.kind) if asked.kind else None
    team = rehearsal.teams.get(asked.team or "")
    place = rehearsal.places.get(asked.place or "")
    wanted = Wanted(asked.text, team, place, kind, hour=hour)
    answer, _ = requests_actions.ask(rehearsal.people[asked.by], wanted)
    key = rehearsal.asked[asked.key] = str(answer["id"])
    rehearsal.say(f"{asked.at} {rehearsal.people[asked.by].name} ? {asked.text['fr']}")
    if asked.taken_by:
        rehearsal.schedule(2, partial(_take, rehearsal.people[asked.taken_by], key))


def _take(by: Person, key: str) -> None:
    with suppress(ConflictError):  # its answer was there first
        requests_actions.take(by, key)


def _announce(rehearsal: Rehearsal, said: Announced) -> None:
    announcements_actions.send(rehearsal.people[said.by], said.text, minutes=ANNOUNCED_FOR)


def _wrap(rehearsal: Rehearsal, day: int) -> None:
    """Publish the wrap of a day, as the rules propose it; use its photos in the plan."""
    lead = rehearsal.people["amelie"]
    illustrate_plan(lead)
    wrap.propose(lead, day)
    with suppress(ConflictError):  # nothing of that day was approved
        wrap.publish(lead, day)


def _planned(rehearsal: Rehearsal, of: Entry | Asked) -> datetime:
    """Return the time of a moment, on the event's own days; now if that is yet to come."""
    event, now = rehearsal.event, clock.now().astimezone(rehearsal.event.zone)
    hour, minute = (int(part) for part in of.at.split(":"))
    day = event.starts_on + timedelta(days=of.day)
    return min(now, datetime(day.year, day.month, day.day, hour, minute, tzinfo=event.zone))


def _upload(rehearsal: Rehearsal, author: Person, picture: Picture, taken: datetime) -> str:
    drawn = photograph(picture.seed, taken, picture.size, sideways=picture.sideways)
    received = rehearsal.files.receive(BytesIO(drawn), MAX_BYTES)
    media, _ = media_actions.upload(author, received, rehearsal.files)
    return media.id


def _decide(rehearsal: Rehearsal, entry: Entry, content: Content, key: str) -> None:
    author, verdict = rehearsal.people[entry.author], entry.verdict
    reviewer = _reviewer(rehearsal, author)
    if verdict.action == "return":
        review.return_to_author(reviewer, key, verdict.reason, verdict.note)
        if entry.mended:
            agreed = Consent.CLEARED if content.media else content.consent
            mended = replace(content, text=entry.mended, consent=agreed)
            rehearsal.schedule(5, lambda: _mend(rehearsal, entry, mended, key))
    elif verdict.action == "reject":
        review.reject(reviewer, key, verdict.reason, verdict.note)
    elif verdict.action == "hold":
        review.hold(reviewer, key, verdict.reason, verdict.note)
        if entry.released:
            rehearsal.schedule(20, lambda: _approve(rehearsal, entry, key))
    else:
        _approve(rehearsal, entry, key)


def _mend(rehearsal: Rehearsal, entry: Entry, mended: Content, key: str) -> None:
    submissions.edit(rehearsal.people[entry.author], key, mended)
    rehearsal.schedule(4, lambda: _approve(rehearsal, entry, key))


def _approve(rehearsal: Rehearsal, entry: Entry, key: str) -> None:
    author = rehearsal.people[entry.author]
    reviewer = _reviewer(rehearsal, author)
    review.approve(reviewer, key)
    if entry.withdrawn_after is not None:
        rehearsal.schedule(entry.withdrawn_after, lambda: _withdraw(author, key))
    if entry.recalled_after is not None:
        recall = (reviewer, key, "no_consent")
        rehearsal.schedule(entry.recalled_after, lambda: _recall(*recall))


def _withdraw(author: Person, key: str) -> None:
    submissions.withdraw(author, key)


def _recall(reviewer: Person, key: str, reason: str) -> None:
    review.recall(reviewer, key, reason)


def _reviewer(rehearsal: Rehearsal, author: Person) -> Person:
    """Return Ben, or Amélie for Ben's own submissions."""
    ben = rehearsal.people["ben"]
    return rehearsal.people["amelie"] if author == ben else ben


def _minutes(entry: Entry | Asked | Announced) -> float:
    hour, minute = entry.at.split(":")
    return entry.day * DAY + int(hour) * 60 + int(minute)
