"""Nothing grows with the total: the database finds by an index what a page or an action needs."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from mixroom.alarms import results
from mixroom.app import create_app
from mixroom.core import clock, db, ids
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading, transaction
from mixroom.core.disk import DiskStore
from mixroom.event import actions as event_actions
from mixroom.features import listed
from mixroom.letters import queries as letter_queries
from mixroom.media import store as media_store
from mixroom.migrate import migrate
from mixroom.plan import queries as plan_queries
from mixroom.promises import queries as promise_queries
from mixroom.recruiting import queries as applicants
from mixroom.requests import store as request_store
from mixroom.requests.queries import answered_by_person
from mixroom.retention import retentions
from mixroom.settings import Settings
from mixroom.shifts import queries as shift_queries
from mixroom.submissions import lists
from mixroom.supports import queries as support_queries
from mixroom.webhooks import queries as webhook_queries
from tests.cast import Cast, enter
from tests.growth import grow
from tests.migrations import DOWN, migrated
from tests.plans import executed, scans, work
from tests.servers import env_in

SUBMISSIONS = 8000
# The most that a statement may cost, in instructions of SQLite or rows that PostgreSQL reads. A
# list of the newest 2,000 costs a little less, and so does a look through the last 5,000 facts.
MOST = {"sqlite": 14_000, "postgresql": 4_200}
TRIED = 20  # executions of the same statement whose cost is taken
# The journal's last facts, the rows of a day, and a span of the calendar: 2,000 at most.
MOST_OF_LONG = {"sqlite": 62_000, "postgresql": 5_800}
# Objectives and campaigns count exactly, once for all readers until a fact changes the number.
TALLIES = ("FROM message_post", "submission.status = ", "GROUP BY message.campaign_id")
MOST_OF_TALLIES = {"sqlite": 250_000, "postgresql": 17_000}
# All shifts of an event, which are MAX_SHIFTS at most, with the people on them.
MOST_OF_SHIFTS = {"sqlite": 110_000, "postgresql": 12_000}
PAGES = {
    "/": "stranger",
    "/send": "driss",
    "/review": "ben",
    "/translations": "ben",
    "/review/reports": "ben",
    "/wall": "mur",
    "/screens": "ben",
    "/wrap": "ben",
    "/wrap/1": "ben",
    "/wrap/1?q=robot": "ben",
    "/wrap/1/story.md": "ben",
    "/wrap-up/1": "stranger",
    "/api/v1/wraps/1": "ben",
    "/api/v1/views/wraps": "mur",
    "/team": "amelie",
    "/team/list": "amelie",
    "/team/badges": "amelie",
    "/letters": "amelie",
    "/letters?show=sent": "amelie",
    "/letters?show=waiting&q=nobody": "amelie",
    "/letters/{letter}": "amelie",
    "/api/v1/letters": "amelie",
    "/api/v1/views/letters": "amelie",
    "/api/v1/views/outbox": "amelie",
    "/event": "amelie",
    "/sponsors": "amelie",
    "/plan": "ben",
    "/plan/month": "ben",
    "/plan/day/{day}": "ben",
    "/plan/links": "ben",
    "/api/v1/shortlinks": "ben",
    "/supports": "amelie",
    "/supports/{support}": "driss",
    "/api/v1/supports": "driss",
    "/api/v1/views/supports": "driss",
    "/api/v1/partner-pages": "amelie",
    "/promises": "ben",
    "/promises.csv": "ben",
    "/promises/{promise}": "ben",
    "/api/v1/promises": "ben",
    "/api/v1/views/promises": "ben",
    "/alarms": "ben",
    "/plan/accounts": "amelie",
    "/api/v1/accounts": "amelie",
    "/api/v1/dispatches": "amelie",
    "/api/v1/views/accounts": "amelie",
    "/webhooks": "amelie",
    "/webhooks/{webhook}": "amelie",
    "/api/v1/webhooks": "amelie",
    "/api/v1/webhooks/{webhook}/deliveries": "amelie",
    "/alarms/older?before=ffffffff-ffff-7fff-bfff-ffffffffffff": "ben",
    "/alarms/rules": "amelie",
    "/api/v1/alarms": "ben",
    "/api/v1/alarms?open=true": "ben",
    "/api/v1/alarms?open=false": "ben",
    "/api/v1/views/alarms": "ben",
    "/apply": "stranger",
    "/privacy": "stranger",
    "/applications": "amelie",
    "/applications?status=twins&role=press&half=2015-11-06:morning&q=zoe": "amelie",
    "/applications/{application}": "amelie",
    "/api/v1/applications": "amelie",
    "/api/v1/applications?status=accepted": "amelie",
    "/api/v1/applications/{application}": "amelie",
    "/api/v1/views/applications": "amelie",
    "/api/v1/views/needs": "amelie",
    "/me": "driss",
    "/dashboard": "ben",
    "/api/v1/views/announcements": "driss",
    "/api/v1/coverage": "ben",
    "/api/v1/coverage?by=person": "ben",
    "/api/v1/views/dashboard": "ben",
    "/api/v1/submissions": "ben",
    "/api/v1/submissions?status=approved": "ben",
    "/api/v1/submissions?team=Nobody": "ben",
    "/api/v1/submissions?status=returned": "driss",
    "/api/v1/queue": "ben",
    "/api/v1/exposures": "amelie",
    "/api/v1/media?sha256=" + 64 * "a": "driss",
    "/api/v1/views/public": "stranger",
    "/api/v1/views/wall": "mur",
    "/api/v1/views/wall?after=15000": "mur",
    "/api/v1/views/desk": "driss",
    "/api/v1/views/review": "ben",
    "/api/v1/views/recalls": "ben",
    "/api/v1/views/reports": "ben",
    "/api/v1/views/translations": "ben",
    "/api/v1/views/requests": "driss",
    "/api/v1/requests": "driss",
    "/api/v1/requests?status=done": "driss",
    "/global.atom": "stranger",
    "/plan/board": "amelie",
    "/plan/campaigns": "amelie",
    "/plan/messages?status=published": "driss",
    "/plan/messages?campaign={campaign}": "driss",
    "/plan/messages/new": "amelie",
    "/plan/messages/{message}": "amelie",
    "/api/v1/messages": "driss",
    "/api/v1/messages?status=scheduled": "driss",
    "/api/v1/messages?campaign={campaign}": "driss",
    "/api/v1/messages/{message}": "driss",
    "/api/v1/campaigns": "driss",
    "/api/v1/objectives": "driss",
    "/api/v1/views/messages": "driss",
    "/shifts": "chloe",
    "/shifts/timetable": "amelie",
    "/shifts/timetable?room": "driss",
    "/shifts/timetable/hours": "amelie",
    "/shifts/{shift}": "amelie",
    "/api/v1/shifts": "driss",
    "/api/v1/shifts?day=2015-11-07&role=press": "driss",
    "/api/v1/shifts/{shift}": "driss",
    "/api/v1/shifts/hours": "amelie",
    "/api/v1/views/shifts": "driss",
}


class Phone:
    """A browser that is signed in as one of the cast."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self._client, self._cast = client, cast

    def ask(self, who: str, method: str, path: str, **more: object) -> str:
        """Return the id in the answer, if there is one."""
        token = self._cast.tokens.get(who)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = self._client.open(path, method=method, headers=headers, **more)
        assert answer.status_code < 400, f"{path}: {answer.text[:300]}"
        answer.get_data()
        return str((answer.json or {}).get("id", "")) if answer.is_json else ""

    def text(self, who: str, path: str) -> str:
        """Return the text of a page."""
        headers = {"Authorization": f"Bearer {self._cast.tokens[who]}"}
        return self._client.get(path, headers=headers).text


@pytest.fixture
def cast(database: sa.Engine) -> Cast:
    """The cast, at the event that visitors see."""
    return enter(present=True)


@pytest.fixture
def phone(cast: Cast, tmp_path: Path) -> Phone:
    grow(cast, SUBMISSIONS)
    sent_on = (clock.now() - timedelta(days=2)).astimezone(cast.event.zone).date()
    event_actions.edit(cast.amelie, starts_on=sent_on, ends_on=sent_on + timedelta(days=1))
    app = create_app(Settings.from_env(env_in(tmp_path, MIXROOM_SUBMIT_RATE="1000/minute")))
    return Phone(app.test_client(), cast)


def test_every_statement_has_an_index_and_its_cost_a_bound(
    database: sa.Engine, cast: Cast, phone: Phone, tmp_path: Path
) -> None:
    with reading() as tx:
        oldest = sa.select(media_store.media.c.id).order_by(media_store.media.c.id).limit(1)
        photo = media_store.get(tx, tx.scalar(oldest))
    (applicant,) = (each.id for each in applicants.page(cast.amelie, limit=1))
    (webhook,) = (each.id for each in webhook_queries.webhooks(cast.amelie))
    (shift,) = (each["id"] for each in shift_queries.page(cast.amelie, limit=1))
    (message,) = (each["id"] for each in plan_queries.page(cast.driss, limit=1))
    letter = letter_queries.outbox(cast.amelie, [], "", "").letters[0].id
    support = support_queries.page(cast.amelie)[0]["id"]
    promise = promise_queries.page(cast.amelie)[0]["id"]
    with executed(database) as statements:
        wrap(phone)
        for path, who in PAGES.items():
            named = {"webhook": webhook, "application": applicant, "shift": shift}
            named |= {"message": message, "campaign": "campaign-1"}
            named |= {"support": support, "promise": promise}
            named["day"] = str((clock.now() + timedelta(days=7)).date())  # of all messages
            phone.ask(who, "GET", path.format(letter=letter, **named))
        assert phone.text("amelie", "/review/audit.csv").count("\n") > 2 * SUBMISSIONS
        act(phone)
        look_by_all_rules(cast, tmp_path)
        with reading() as tx:
            media_store.similar(tx, photo)
            assert set(answered_by_person(tx, cast.event.id)) == {cast.driss.id, cast.chloe.id}
            request_store.moments(tx, cast.event.id)
            week = (clock.now() - timedelta(days=7), clock.now())
            for entries in (support_queries.entries, promise_queries.entries):
                list(entries(tx, cast.event.id, *week))
        shift_queries.owned(cast.driss, listed("calendar"), clock.now())
        with transaction() as tx:
            for _, forget in retentions():
                forget(tx, photo.created_at, 10)
    costs = {
        text: max(work(database, each) for each in some[:TRIED])
        for text, some in statements.items()
    }
    assert {text: cost for text, cost in costs.items() if cost > _most(database, text)} == {}
    assert {
        text: t for text, (each, *_) in statements.items() if (t := scans(database, each))
    } == {}


def look_by_all_rules(cast: Cast, folder: Path) -> None:
    """Look for what is wrong, as the worker does."""
    now = clock.now()
    event_actions.edit(cast.amelie, starts_on=cast.event.starts_on, ends_on=cast.event.ends_on)
    assert results.watched_events(now) == []  # its days are over
    rules = {each.name: each for each in listed("alarms")}
    for rule in rules.values():
        results.watch(rule, cast.event.id, now, DiskStore(folder))
    results.tell(cast.event.id, rules, now)
    for watcher in listed("watchers"):
        watcher(now)
    assert webhook_queries.due(now)


def _most(database: sa.Engine, text: str) -> int:
    if "FROM shift" in text:
        return MOST_OF_SHIFTS[database.dialect.name]
    if "count(*)" in text and "LIMIT" not in text and any(each in text for each in TALLIES):
        return MOST_OF_TALLIES[database.dialect.name]
    spans = ("FROM journal", "captured_at", "message.due >=", "support.due >=")
    is_long = any(each in text for each in spans)
    return (MOST_OF_LONG if is_long else MOST)[database.dialect.name]


def wrap(phone: Phone) -> None:
    """Put the story of the day together on which everything was sent."""
    phone.ask("ben", "POST", "/api/v1/wraps/1/proposal")
    phone.ask("ben", "PUT", "/api/v1/wraps/1", json={"title": {"fr": "Le jour"}})
    phone.ask("ben", "POST", "/api/v1/wraps/1/publication")


def act(phone: Phone) -> None:
    """Do what people do with a submission."""
    person = {"name": "Zoé", "email": "zoe@example.org", "roles": ["press"], "languages": ["fr"]}
    person |= {"availability": [{"day": 1, "part": "morning"}]}
    sent = phone.ask("stranger", "POST", "/api/v1/applications", json=person)
    for decision in ("shortlisting", "waiting", "acceptance"):
        phone.ask("amelie", "POST", f"/api/v1/applications/{sent}/{decision}", json={})
    wish = {"text": {"fr": "Une photo"}}
    asked = phone.ask("amelie", "POST", "/api/v1/requests", json=wish)
    phone.ask("driss", "POST", f"/api/v1/requests/{asked}/taking")
    answer = {"text": {"fr": "La voici"}, "request": asked}
    phone.ask("driss", "POST", "/api/v1/submissions", json=answer)
    guest = {"name": "Noé", "role": "press", "email": "noe@example.org", "send": True}
    phone.ask("amelie", "POST", "/api/v1/invites", json=guest)
    phone.ask("amelie", "POST", "/letters/moves", data={"how": "hold", "all": "1", "q": "Noé"})
    phone.ask("amelie", "POST", f"/api/v1/requests/{asked}/thanks")
    soon = clock.now() + timedelta(minutes=20)
    times = {"from": rfc3339(soon), "to": rfc3339(soon + timedelta(hours=1))}
    made = phone.ask("amelie", "POST", "/api/v1/shifts", json={"role": "press", **times})
    for verb in ("signups", "stand-in", "arrival", "departure"):
        phone.ask("amelie", "POST", f"/api/v1/shifts/{made}/{verb}", json={})
    for decisions in (
        ("claim", "hold", "claim", "approval", "recall"),
        ("return", "withdrawal"),
        ("rejection", "reopening"),
    ):
        sent = {"id": ids.new(), "kind": "post", "text": {"fr": "Bonjour"}}
        key = phone.ask("driss", "POST", "/api/v1/submissions", json=sent)
        for each in decisions:
            who = "driss" if each == "withdrawal" else "ben"
            why = {"reason": "blurry"} if each in {"return", "rejection", "hold"} else {}
            phone.ask(who, "POST", f"/api/v1/submissions/{key}/{each}", json=why)
        phone.ask("ben", "GET", f"/api/v1/submissions/{key}/history")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_older_database_learns_which_items_lack_a_language_and_which_photos_are_alike(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres").create(f"long_{tmp_path.name}")
    engine = db.connect(url)
    migrate()
    cast = enter()
    grow(cast, 90)
    kept = _known(cast)
    migrated(engine, "0017", DOWN)
    migrated(engine, "0018")
    assert _known(cast) == kept
    assert all(kept)
    engine.dispose()


def _known(cast: Cast) -> tuple[set[str], set[str]]:
    """Return the items that lack a language, and the photos that are like the first one."""
    with reading() as tx:
        lacking = set(lists.keys_lacking(tx, cast.event.id, newest=100))
        (first, *_) = tx.scalars(sa.select(media_store.media.c.id).order_by(media_store.media.c.id))
        photo = media_store.get(tx, first)
        assert photo is not None
        return lacking, set(media_store.similar(tx, photo))
