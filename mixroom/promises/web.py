"""The pages of promises: all of them on one page and as a table, and one with its evidence."""

from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core import clock
from mixroom.core.errors import InvalidError
from mixroom.core.merging import Fields
from mixroom.core.speech import say
from mixroom.core.spreadsheets import csv_file
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.plan.channels import Channel
from mixroom.promises import actions, queries
from mixroom.promises.formats import COLUMNS, EVIDENCE, NAMES, STATE, STATES
from mixroom.promises.items import Standing
from mixroom.promises.live import VIEW
from mixroom.promises.model import (
    FITTING,
    ON_WALLS,
    Evidence,
    EvidenceKind,
    Promise,
    PromiseKind,
    State,
)
from mixroom.supports.forms import due_text, read_due
from mixroom.web.declaration import parts
from mixroom.web.lists import PageView, live_list
from mixroom.web.once import id_once
from mixroom.web.pages import current_event, saved_at
from mixroom.web.problems import show_form_again
from mixroom.web.touched import shown_again

TIERS = {"principal": "Principal", "major": "Major", "partner": "Partner", "friend": "Friend"}
MOST_DIGITS = 8

web = Blueprint("promises", __name__)


def _list(refused: dict[str, Any] | None = None) -> str:
    by = member()
    by.must("promise.read")
    shown = request.args.get("sponsor", "")
    found = queries.overview(by, shown or None)
    return render_template(
        "promises/promises.html",
        view=PageView(live_list(VIEW, by.event_id), ()),
        found=found,
        groups=[(state, found.of(state)) for state in State],
        shown=shown,
        refused=refused,
        kinds=list(PromiseKind),
        **_context(by),
    )


@web.get("/promises")
def promises() -> str:
    """Show what is late, owed and kept."""
    return _list()


@web.get("/promises.csv")
def as_table() -> Response:
    """Send the promises as a table for a spreadsheet."""
    found = queries.overview(member())
    heading = [say(g.lang, each) for each in COLUMNS]
    rows = [_row(each, found) for state in State for each in found.of(state)]
    return Response(
        csv_file([heading, *rows]),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="mixroom-promises.csv"'},
    )


@web.post("/promises")
@show_form_again(_list)
def make() -> Response:
    """Note what a sponsor was promised."""
    by, form = member(), request.form
    by.must("promise.edit")
    kind = form.get("kind", "")
    if kind not in list(PromiseKind):
        raise InvalidError("kind", "unknown")
    made = actions.make(
        by,
        form.get("sponsor", ""),
        PromiseKind(kind),
        words=Bilingual.of(form.get("words_fr"), form.get("words_en")),
        amount=_amount(1),
        channels=_channels(),
        owner_id=form.get("owner") or None,
        due=read_due(form.get("due", ""), current_event().zone),
        key=id_once(),
    )
    return _to(f"/promises/{made.id}")


@web.get("/promises/<key>")
def one(key: str) -> str:
    """Show a promise with its evidence."""
    return _one(key)


@web.post("/promises/<key>")
@show_form_again(lambda refused: _one(_key(), refused))
def edit(key: str) -> Response:
    """Change a promise."""
    by, form = member(), request.form
    by.must("promise.edit")
    before = queries.one(by, key)[0].standings[0].promise
    seen = form.get("seen", "")
    due = read_due(form.get("due", ""), current_event().zone, before.due)
    if due is None:
        raise InvalidError("due", "missing")
    actions.edit(
        by,
        key,
        seen=int(seen) if seen.isdecimal() and len(seen) < MOST_DIGITS else None,
        words=Bilingual.of(form.get("words_fr"), form.get("words_en")),
        amount=_amount(before.amount),
        channels=_channels(),
        owner_id=form.get("owner") or None,
        due=due,
    )
    return saved_at(f"/promises/{key}")


@web.post("/promises/<key>/evidence")
@show_form_again(lambda refused: _one(_key(), refused))
def deliver(key: str) -> Response:
    """Bring evidence."""
    form = request.form
    kind = form.get("kind", "")
    if kind not in list(EvidenceKind):
        raise InvalidError("kind", "unknown")
    ref, _, channel = form.get(kind, "").partition(" ")
    if channel and channel not in list(Channel):
        raise InvalidError("ref", "unknown")
    actions.deliver(
        member(),
        key,
        EvidenceKind(kind),
        ref=ref or None,
        channel=Channel(channel) if channel else None,
        url=form.get("url"),
        note=form.get("note", ""),
    )
    return _to(f"/promises/{key}")


@web.post("/promises/<key>/evidence/<evidence_id>/removal")
def take_back(key: str, evidence_id: str) -> Response:
    """Take back evidence that was brought by mistake."""
    actions.take_back(member(), key, evidence_id)
    return _to(f"/promises/{key}")


@web.post("/promises/<key>/removal")
def remove(key: str) -> Response:
    """Remove a promise that was never made."""
    actions.remove(member(), key)
    return _to("/promises")


def _one(key: str, refused: dict[str, Any] | None = None) -> str:
    by = member()
    found, offered = queries.one(by, key)
    (standing,) = found.standings
    form = _form_of(standing.promise)
    return render_template(
        "promises/promise.html",
        view=PageView(live_list(VIEW, by.event_id), [key]),
        found=found,
        it=standing,
        offered=offered,
        fitting=FITTING[standing.promise.kind],
        form=form,
        refused=shown_again(refused, f"/promises/{key}", form),
        titles={each.message_id: words for each, words in offered.publications},
        **_context(by),
    )


def _form_of(promise: Promise) -> Fields:
    """Return what the form of a promise holds at first."""
    amount = f"{promise.amount:.7g}"
    return {
        "words_fr": promise.words.fr or "",
        "words_en": promise.words.en or "",
        "amount": amount.replace(".", ",") if g.lang == "fr" else amount,
        "channels": [each.value for each in promise.channels],
        "owner": promise.owner_id or "",
        "due": due_text(promise.due, current_event().zone),
    }


def _context(by: Any) -> dict[str, Any]:
    return {
        "names": NAMES,
        "states": STATES,
        "state_of": STATE,
        "evidence_names": EVIDENCE,
        "on_walls": ON_WALLS,
        "channels": list(Channel),
        "owners": queries.owners(by) if "promise.edit" in by.verbs else [],
        "now": clock.now(),
    }


def _row(each: Standing, found: queries.Overview) -> list[object]:
    promise, lang = each.promise, g.lang
    tier = found.tiers.get(promise.sponsor_id)
    due = promise.due.astimezone(current_event().zone)
    return [
        found.names[promise.sponsor_id][lang],
        say(lang, TIERS[tier]) if tier else "",
        say(lang, NAMES[promise.kind]),
        promise.words[lang],
        _plain(each.delivery.has),
        _plain(each.delivery.wants),
        say(lang, STATE[each.state]),
        due.strftime("%Y-%m-%d %H:%M"),
        found.people.get(promise.owner_id or "", ""),
        " | ".join(_evidence_words(one, found) for one in each.evidence if not one.lost_at),
    ]


def _evidence_words(one: Evidence, found: queries.Overview) -> str:
    link = found.links.get(one.id, "")
    address = f"{parts().settings.base_url.rstrip('/')}{link}" if link.startswith("/") else link
    note = f" ({one.note})" if one.note else ""
    return f"{say(g.lang, EVIDENCE[one.kind])} {address}{note}"


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _amount(usual: float) -> float:
    """Read a number typed with a decimal comma or point; raises InvalidError."""
    text = "".join(request.form.get("amount", "").split()).replace(",", ".")
    if not text:
        return usual
    try:
        return float(text)
    except ValueError as error:
        raise InvalidError("amount", "malformed") from error


def _channels() -> tuple[Channel, ...]:
    typed = request.form.getlist("channels")
    if set(typed) - set(Channel):
        raise InvalidError("channels", "unknown")
    return tuple(each for each in Channel if each in typed)


def _key() -> str:
    assert request.view_args is not None
    return str(request.view_args["key"])


def _to(path: str) -> Response:
    return make_response(redirect(path, 303))
