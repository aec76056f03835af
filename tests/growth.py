"""An event of any size: submissions in every state, with photos, decisions and facts."""

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.alarms.store import alarms
from mixroom.connectors.store import accounts, dispatches
from mixroom.core import clock, db, ids, journal
from mixroom.core.db import transaction
from mixroom.event.model import GroupKind
from mixroom.letters.store import letters
from mixroom.media import store as media_store
from mixroom.media.twins import quarters
from mixroom.plan import aims_store, post_store
from mixroom.plan import store as plan
from mixroom.plan.aims import Gauge
from mixroom.promises.limits import MAX_PROMISES
from mixroom.promises.store import evidence, promises
from mixroom.recruiting.store import applications
from mixroom.requests.store import requests
from mixroom.shifts import store as shift_store
from mixroom.shifts.model import MAX_SHIFTS
from mixroom.shortlinks.model import MAX_LINKS
from mixroom.shortlinks.store import days, links
from mixroom.sponsors.store import sponsors
from mixroom.submissions import rows
from mixroom.submissions.moves import Fact
from mixroom.supports import store as support_store
from mixroom.supports.limits import MAX_SUPPORTS
from mixroom.webhooks import actions as webhooks
from mixroom.webhooks.store import deliveries
from tests.cast import Cast

BATCH = 2000  # rows inserted at once
WAITING = 40  # in the queue, however large the event is
# Of a hundred others, by the order in which they were sent: their status, and the fact behind it.
DECIDED = [
    *[("approved", Fact.APPROVED)] * 88,
    *[("rejected", Fact.REJECTED)] * 6,
    *[("returned", Fact.RETURNED)] * 2,
    *[("withdrawn", Fact.WITHDRAWN)] * 2,
    *[("recalled", Fact.RECALLED)] * 2,
]
# Of twenty applications: their status, and where they are kept.
APPLIED = [
    *[("received", "standing")] * 8,
    *[("shortlisted", "standing")] * 3,
    *[("accepted", "standing")] * 3,
    *[("waiting", "standing")] * 2,
    *[("declined", "standing")] * 2,
    ("received", "apart"),
    ("withdrawn", "gone"),
]
# Of twenty messages of the plan: their status.
PLANNED = ["idea", "draft", "draft", "ready", *["scheduled"] * 4, *["published"] * 11, "dropped"]
CAMPAIGNS = 20
TEXT = "Le mur répond à la main : trois capteurs, deux projecteurs, une nuit blanche. "


def grow(cast: Cast, size: int, *, shifts: bool = True) -> None:
    """Add so many submissions, half of them with a photo, and tell the database of them.

    Driss wrote every second one. A third lacks a language. There are as many letters and
    applications, and unless the caller makes their own, shifts.
    """
    began = clock.now() - timedelta(days=2)
    topics = ["submission.approved"]
    hook = webhooks.add(cast.amelie, "https://hooks.invalid/", topics, allowed=()).id
    seq = _head() + 1
    for start in range(0, size, BATCH):
        tables = _rows(
            cast, hook, began, seq + 2 * start, range(start, min(size, start + BATCH)), size
        )
        with transaction() as tx:
            for table, made in tables.items():
                if made:
                    tx.execute(table.insert(), made)
    with transaction() as tx:
        tx.execute(journal.head.update().values(seq=seq + 2 * size - 1))
        for table, made in _shifts(cast, min(size, MAX_SHIFTS - 1) if shifts else 0).items():
            if made:
                tx.execute(table.insert(), made)
        for table, made in supports_of(cast, min(size, MAX_SUPPORTS)).items():
            if made:
                tx.execute(table.insert(), made)
        for table, made in promises_of(cast, min(size, MAX_PROMISES)).items():
            if made:
                tx.execute(table.insert(), made)
    if db.engine().dialect.name == "postgresql":  # which does so by itself before long
        with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _shifts(cast: Cast, size: int) -> dict[sa.Table, list[dict[str, Any]]]:
    """Return the rows of so many shifts, each with two people and a note; half are over."""
    tables = (shift_store.shifts, shift_store.signups, shift_store.notes)
    made: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in tables}
    for n in range(size):
        key, starts = ids.new(), clock.now() + timedelta(minutes=15 * (n - size // 2))
        shift = {"id": key, "event_id": cast.event.id, "role": "photographer", "seats": 3}
        times = {"starts": starts, "ends": starts + timedelta(hours=4)}
        made[shift_store.shifts].append(
            shift
            | times
            | {"mode": "open", "revision": 0, "settled_at": starts if n < 20 else None}
        )
        made[shift_store.signups] += [
            {"shift_id": key, "person_id": each.id, "at": starts, "by": each.id}
            | {"state": "taken", "revision": 0}
            for each in (cast.chloe, cast.driss)
        ]
        note = {"id": ids.new(), "shift_id": key, "by": cast.chloe.id, "at": starts, "text": TEXT}
        made[shift_store.notes].append(note)
    return made


def supports_of(cast: Cast, size: int) -> dict[sa.Table, list[dict[str, Any]]]:
    """Return the rows of so many supports, in pairs; half are late, and each was commented on."""
    tables = (support_store.supports, support_store.versions, support_store.comments)
    made: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in tables}
    for n in range(size):
        key, due = ids.new(), clock.now() + timedelta(hours=3 * (n - size // 2))
        pair = made[tables[0]][-1]["pair_id"] if n % 2 else ids.new()
        made[tables[0]].append(
            {"id": key, "event_id": cast.event.id, "key": ids.token(), "title_fr": f"Affiche {n}"}
            | {"title_en": f"Poster {n}", "kind": "poster", "lang": "en" if n % 2 else "fr"}
            | {"brief": TEXT, "owner_id": cast.driss.id, "due": due, "pair_id": pair}
            | {"status": "draft", "newest": 3, "version": 1}
        )
        sent = {"support_id": key, "by": cast.driss.id, "at": due}
        page = {"file": "p-0.jpg", "width": 780, "height": 1100}
        kept = {"type": "PDF", "size": 900_000, "pages": 1, "previews": json.dumps([page])}
        made[tables[1]] += [
            sent | kept | {"number": number, "file": f"v{number}-0.pdf", "checking": "ready"}
            for number in (1, 2, 3)
        ]
        made[tables[2]].append(sent | {"id": ids.new(), "number": 3, "text": TEXT})
    return made


def promises_of(cast: Cast, size: int) -> dict[sa.Table, list[dict[str, Any]]]:
    """Return the rows of a sponsor and so many promises to it, some of time on the walls."""
    sponsor, now = ids.new(), clock.now()
    made: dict[sa.Table, list[dict[str, Any]]] = {
        sponsors: [
            {"id": sponsor, "event_id": cast.event.id, "name_fr": "Lumen", "tier": "partner"}
            | {"amount": 10.0, "unit": "percent", "position": 1}
        ],
        promises: [],
        evidence: [],
    }
    for n in range(size):
        key, due = ids.new(), now + timedelta(hours=3 * (n - size // 2))
        kind = ("wall_share", "other", "mentions")[n % 3]
        made[promises].append(
            {"id": key, "event_id": cast.event.id, "sponsor_id": sponsor, "kind": kind}
            | {"words_fr": TEXT, "amount": 2.0, "due": due, "channels": "", "version": 1}
        )
        page = {"kind": "url", "url": "https://musee.invalid/", "note": TEXT, "at": now}
        made[evidence].append(page | {"id": ids.new(), "promise_id": key, "by": cast.ben.id})
    return made


def _head() -> int:
    with transaction() as tx:
        return journal.latest(tx)


def _rows(
    cast: Cast, hook: str, began: Any, seq: int, numbers: range, size: int
) -> dict[sa.Table, list[dict[str, Any]]]:
    """Return the rows of the submissions with these numbers, by table."""
    made: dict[sa.Table, list[dict[str, Any]]] = {
        rows.submissions: [],
        rows.decisions: [],
        rows.revisions: [],
        media_store.media: [],
        journal.entries: [],
        alarms: [],
        deliveries: [],
        accounts: [],
        dispatches: [],
        letters: [],
        requests: [],
        applications: [],
        links: [],
        days: [],
        aims_store.campaigns: [],
        aims_store.objectives: [],
        plan.messages: [],
        plan.drawn: [],
        post_store.posts: [],
    }
    for at, n in enumerate(numbers):
        _add(
            made,
            cast,
            hook,
            began + timedelta(seconds=n),
            seq + 2 * at,
            n,
            waits=n >= size - WAITING,
        )
    return made


def _add(
    made: dict[sa.Table, list[dict[str, Any]]],
    cast: Cast,
    webhook: str,
    at: Any,
    seq: int,
    n: int,
    *,
    waits: bool,
) -> None:
    """Add the rows of one submission."""
    key, photo = ids.new(), ids.new()
    made[alarms].append(_alarm(cast, at, n))
    made[applications].append(_application(cast, at, n))
    made[deliveries].append(_delivery(cast, webhook, at, n))
    made[letters].append(_letter(cast, at, n))
    _add_dispatch(made, cast, at, n)
    _add_message(made, cast, at, key, n)
    if n < MAX_LINKS:
        _add_link(made, cast, at, n)
    author = cast.driss if n % 2 else cast.chloe
    status, fact = ("submitted", Fact.SUBMITTED) if waits else DECIDED[n % 100]
    decided = None if waits else {"fact": fact.value, "by": cast.ben.id, "at": at}
    group = cast.event.groups[n % len(cast.event.groups)]
    content = {
        "kind": "photo" if n % 4 < 2 else "post",
        "text_fr": TEXT,
        "text_en": None if n % 3 == 0 else TEXT,
        "alt_fr": "Trois capteurs sur une table",
        "alt_en": "Three sensors on a table",
        "credit": author.name,
        "team_fr": group.name.fr if group.kind is GroupKind.TEAM else None,
        "team_en": group.name.en if group.kind is GroupKind.TEAM else None,
        "place_fr": group.name.fr if group.kind is GroupKind.PLACE else None,
        "place_en": group.name.en if group.kind is GroupKind.PLACE else None,
        "tags": "[]",
        "consent": "cleared",
        "media": json.dumps([photo] if n % 4 < 2 else []),
    }
    made[rows.submissions].append(
        content
        | {
            "id": key,
            "event_id": cast.event.id,
            "author_id": author.id,
            "status": status,
            "version": 1 if waits else 2,
            "submitted_at": at,
            "captured_at": at,
            "lacking": status == "approved" and n % 3 == 0,
            "decided_fact": decided and decided["fact"],
            "decided_by": decided and decided["by"],
            "decided_at": decided and decided["at"],
        }
    )
    if decided:
        made[rows.decisions].append({"submission_id": key, "version": 2, **decided})
    made[rows.revisions].append(
        {"submission_id": key, "version": 1, "by": author.id, "at": at}
        | {"content": json.dumps(content)}
    )
    about = {"event_id": cast.event.id, "key": key, "owner": author.id, "at": at}
    made[journal.entries] += [
        about | {"seq": seq, "name": Fact.SUBMITTED.value, "by": author.id},
        about | {"seq": seq + 1, "name": fact.value, "by": cast.ben.id},
    ]
    made[requests].append(_request(cast, at, key, author.id, n, waits=waits))
    if n % 4 < 2:
        made[media_store.media].append(_photo(cast, photo, key, author.id, at, n))


def _add_link(made: dict[sa.Table, list[dict[str, Any]]], cast: Cast, at: Any, n: int) -> None:
    """Add the rows of a short link that was followed on thirty days."""
    key = ids.new()
    link = {"id": key, "event_id": cast.event.id, "code": f"c{n}", "url": "https://museomix.org"}
    made[links].append(link | {"title": "Affiche", "by": cast.ben.id, "at": at, "count": 30 * n})
    first = at.date()
    made[days] += [
        {"link_id": key, "day": first + timedelta(days=day), "count": n} for day in range(30)
    ]


def _add_dispatch(made: dict[sa.Table, list[dict[str, Any]]], cast: Cast, at: Any, n: int) -> None:
    """Add the row of a post that is out, or has failed, and that of its account."""
    event, account = cast.event.id, f"account-{cast.event.id}"[:36]
    if n == 0:
        made[accounts].append(
            {"id": account, "event_id": event, "channel": "mastodon", "handle": "museomix"}
            | {"origin": "https://social.invalid", "sealed": "", "connected_by": cast.amelie.id}
            | {"connected_at": at, "state": "connected"}
        )
    made[dispatches].append(
        {"id": ids.new(), "event_id": event, "account_id": account, "message_id": ids.new()}
        | {"channel": "mastodon", "lang": "fr", "marker": f"{n:013}", "due": at, "created_at": at}
        | {"state": "failed" if n % 50 == 0 else "sent", "tries": 0, "given_at": at, "said": TEXT}
        | {"network_id": str(n), "url": "https://social.invalid/1", "ended_at": at}
    )


def _add_message(
    made: dict[sa.Table, list[dict[str, Any]]], cast: Cast, at: Any, submission: str, n: int
) -> None:
    """Add the rows of a message that draws on a submission, in any state, and of a campaign."""
    event, key, status = cast.event.id, ids.new(), PLANNED[n % 20]
    if n < CAMPAIGNS:
        made[aims_store.campaigns].append(
            {"id": f"campaign-{n}", "event_id": event, "name_fr": "Avant", "moment": "before"}
        )
        aim = {"id": f"objective-{n}", "event_id": event, "what_fr": "Abonnés", "target": 500}
        aim |= {"gauge": list(Gauge)[n % len(Gauge)], "campaign_id": None}
        made[aims_store.objectives].append(aim)
    due = at + timedelta(days=9)
    goes = status == "scheduled"
    made[plan.messages].append(
        {
            "id": key,
            "event_id": event,
            "campaign_id": f"campaign-{n % CAMPAIGNS}",
            "title": "",
            "channels": '["x"]',
            "text_fr": TEXT,
            "overrides": "{}",
            "due": due,
            "owner_id": cast.driss.id,
            "status": status,
            "version": 1,
            "pictures": "[]",
            "change_address": "",
            "written_by": cast.ben.id,
            "open_due": None if status in ("published", "dropped") else due,
            "rings_at": due if goes else None,
            "sorts_at": due,
        }
    )
    made[plan.drawn].append({"message_id": key, "submission_id": submission, "position": 0})
    made[post_store.posts].append(
        {"message_id": key, "event_id": event, "channel": "x", "lang": "fr"}
        | {"due": due if goes else None, "at": at if status == "published" else None}
        | {"by": cast.ben.id}
    )


def _alarm(cast: Cast, at: Any, n: int) -> dict[str, Any]:
    """Return the row of an alarm that is over, but for a few."""
    over = n % 400 != 0
    return {
        "id": ids.new(),
        "event_id": cast.event.id,
        "rule": "toy.silent",
        "key": str(n),
        "standing": None if over else f"toy.silent {n}",
        "title_fr": "Rien depuis deux heures",
        "path": "/review",
        "particulars": "{}",
        "since": at,
        "raised_at": at,
        "cleared_at": at if over else None,
        "told_at": at,
    }


def _application(cast: Cast, at: Any, n: int) -> dict[str, Any]:
    """Return the row of an application, in any state; a few have withdrawn or are unconfirmed."""
    status, shelf = APPLIED[n % 20]
    return {
        "id": ids.new(),
        "event_id": cast.event.id,
        "shelf": shelf,
        "status": status,
        "name": f"Zoé Tremblay {n}",
        "email": f"zoe{n}@example.org",
        "address": f"zoe{n}@example.org",
        "alike": f"tremblai zoe {n}",
        "roles": "photographer blogger" if n % 3 else "press",
        "languages": "fr en" if n % 2 else "fr",
        "halves": f"{cast.event.starts_on}:morning {cast.event.ends_on}:evening",
        "links": "",
        "note": TEXT * 5,
        "needs": None if n % 7 else "Une rampe",
        "lang": "fr",
        "consent_text": TEXT,
        "consent_lang": "fr",
        "consent_version": "1",
        "consented_at": at,
        "keep_until": at.date() + timedelta(days=400),
        "sent_at": at,
        "confirmed_at": at if shelf == "standing" else None,
        "role": "press" if status == "accepted" else None,
        "sent_from": f"address:{n % 50}",
        "notes": 0,
        "version": 1,
        "turn": 1,
    }


def _request(
    cast: Cast, at: Any, submission: str, author: str, n: int, *, waits: bool
) -> dict[str, Any]:
    """Return the row of a request that the submission answers, or of one that is open."""
    return {
        "id": ids.new(),
        "event_id": cast.event.id,
        "by": cast.amelie.id,
        "text_fr": TEXT,
        "tags": "[]",
        "moment": None if n % 200 else f"{n} 14:00 Plénière",
        "asked_at": at,
        "due": at + timedelta(hours=1),
        "status": "open" if waits else "done",
        "ended_at": None if waits else at,
        "answers": json.dumps([] if waits else [submission]),
        "answered_by": None if waits else author,
    }


def _letter(cast: Cast, at: Any, n: int) -> dict[str, Any]:
    """Return the row of a letter; some wait, were refused, or may have arrived."""
    state = {0: "waiting", 1: "held", 2: "failed", 3: "uncertain"}.get(n % 100, "sent")
    return {
        "id": ids.new(),
        "event_id": cast.event.id,
        "key": f"toy:{n}",
        "template": "crew.invite",
        "name": f"Personne {n}",
        "email": f"p{n}@example.org",
        "lang": "fr",
        "person_id": cast.driss.id if n % 20 == 0 else None,
        "subject": TEXT,
        "body": TEXT,
        "state": state,
        "by": cast.amelie.id,
        "created_at": at,
        "message_id": ids.token(),
        "token": ids.token() if n % 2 else None,
        "next_at": at + timedelta(days=9) if state == "waiting" else None,
        "queued_at": None if state == "held" else at,
        "tries": 0,
        "ended_at": at if state == "sent" else None,
        "by_hand": False,
    }


def _delivery(cast: Cast, webhook: str, at: Any, n: int) -> dict[str, Any]:
    """Return the row of a message to a webhook; a few wait to be sent again."""
    waits = n % 400 == 0
    return {
        "id": ids.new(),
        "webhook_id": webhook,
        "event_id": cast.event.id,
        "type": "submission.approved",
        "payload": "{}",
        "created_at": at,
        "state": "waiting" if waits else "delivered",
        "tries": 1,
        "next_at": at if waits else None,
        "tried_at": at,
        "status": 503 if waits else 204,
        "milliseconds": 20,
    }


def _photo(cast: Cast, key: str, submission: str, owner: str, at: Any, n: int) -> dict[str, Any]:
    """Return the row of a ready photo."""
    name = "card-0123456789abcdef.jpg"
    made = {"file": name, "width": 960, "height": 720, "bytes": 90_000}
    mixed = (7 if n in {0, 40} else n) * 0x9E3779B97F4A7C15 % 2**64  # two photos are alike
    phash = f"{mixed * 31 % 2**64:016x}"
    return {
        "id": key,
        "event_id": cast.event.id,
        "owner_id": owner,
        "submission_id": submission,
        "position": 0,
        "role": "original",
        "status": "ready",
        "format": "JPEG",
        "bytes": 2_000_000,
        "sha256": f"{mixed:064x}",
        "width": 4032,
        "height": 3024,
        "dhash": f"{mixed:016x}",
        "phash": phash,
        **{f"phash_{number}": part for number, part in enumerate(quarters(phash))},
        "color": "#808080",
        "renditions": json.dumps(dict.fromkeys(("thumb", "card", "wall"), made)),
        "twins": "[]",
        "created_at": at,
    }
