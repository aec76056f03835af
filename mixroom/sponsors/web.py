"""The lead's page of sponsors: who they are, what was promised and shown; and their logos."""

from collections import defaultdict
from datetime import timedelta
from typing import Any, BinaryIO, cast

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
)

from mixroom.core.db import reading
from mixroom.core.errors import InvalidError
from mixroom.core.files import Store
from mixroom.core.text import Bilingual
from mixroom.event import store as event_store
from mixroom.media.refusals import REASONS, Refusal
from mixroom.sponsors import actions, store
from mixroom.sponsors.model import (
    MOST_LOGO_BYTES,
    MOST_SHARE,
    WALL_DAY,
    Promise,
    Shown,
    Sponsor,
    Tier,
    Unit,
)
from mixroom.team.asking import member
from mixroom.team.model import Person
from mixroom.web.api import number
from mixroom.web.problems import beside
from mixroom.web.stored import send_stored

BOUND = "default-src 'none'; sandbox"
LAST_PLACE = 100_000  # of a sponsor in their order; those who left keep theirs
A_YEAR = "private, max-age=31536000, immutable"


def blueprint(files: Store) -> Blueprint:
    """Return the routes."""
    web = Blueprint("sponsors", __name__)

    @web.get("/sponsors")
    def sponsors() -> str:
        by = member()
        by.must("sponsor.edit")
        return _page(by)

    def again(refused: dict[str, Any]) -> str:
        return _page(member(), refused)

    @web.post("/sponsors")
    @beside(again)
    def add() -> Response:
        by = member()
        by.must("sponsor.edit")
        new = actions.add(by, **_told())
        _keep_logo(by, new.id, files)
        return _back()

    @web.post("/sponsors/<sponsor_id>")
    @beside(again)
    def edit(sponsor_id: str) -> Response:
        by = member()
        by.must("sponsor.edit")
        actions.edit(by, sponsor_id, **_told(), position=_number("position", 0))
        _keep_logo(by, sponsor_id, files)
        return _back()

    @web.post("/sponsors/<sponsor_id>/removal")
    def remove(sponsor_id: str) -> Response:
        actions.remove(member(), sponsor_id)
        return _back()

    @web.post("/sponsors/blackouts")
    @beside(again)
    def silence() -> Response:
        form = request.form
        by = member()
        by.must("sponsor.edit")
        actions.silence(by, _number("day", -1), form.get("from", ""), form.get("to", ""))
        return _back()

    @web.post("/sponsors/blackouts/<blackout_id>/removal")
    def lift(blackout_id: str) -> Response:
        actions.lift(member(), blackout_id)
        return _back()

    @web.get("/sponsors/<sponsor_id>/<name>")
    def logo(sponsor_id: str, name: str) -> Response:
        response = send_stored(files, actions.logo(member(), sponsor_id, name), "image/png")
        response.headers["Cache-Control"] = A_YEAR
        response.headers["Content-Security-Policy"] = BOUND
        return response

    return web


def _page(by: Person, refused: dict[str, Any] | None = None) -> str:
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
        present = store.of_event(tx, by.event_id)
        blackouts = store.blackouts_of(tx, by.event_id)
        sums = store.shown(tx, by.event_id)
        names = store.names(tx, by.event_id)
    assert event is not None
    kept = _kept(present, sums)
    gone = {each.sponsor_id for each in sums if each.sponsor_id} - {each.id for each in present}
    return render_template(
        "sponsors/sponsors.html",
        refused=refused,
        sponsors=[_described(each, kept) for each in present],
        total=round(sum(each.promise.percent for each in present), 1),
        time=sum(each.seconds for each in sums),
        gone=[{"name": names[key], "seconds": kept[key]} for key in sorted(gone)],
        blackouts=blackouts,
        days=event.days,
        tiers=list(Tier),
        most=MOST_SHARE,
        hours=int(WALL_DAY / timedelta(hours=1)),
    )


def _kept(present: list[Sponsor], sums: list[Shown]) -> dict[str, float]:
    """Return for how many seconds each sponsor was shown so far."""
    seconds: dict[str, float] = defaultdict(float, {each.id: 0.0 for each in present})
    for each in sums:
        if each.sponsor_id:
            seconds[each.sponsor_id] += each.seconds
    return seconds


def _described(sponsor: Sponsor, kept: dict[str, float]) -> dict[str, Any]:
    return {
        "it": sponsor,
        "percent": round(sponsor.promise.percent, 1),
        "seconds": kept[sponsor.id],
        "refusal": REASONS[Refusal(sponsor.refusal)] if sponsor.refusal else None,
    }


def _told() -> dict[str, Any]:
    form = request.form
    tier, unit = form.get("tier", Tier.PARTNER), form.get("unit", Unit.PERCENT)
    if tier not in list(Tier):
        raise InvalidError("tier", "unknown")
    if unit not in list(Unit):
        raise InvalidError("unit", "unknown")
    return {
        "name": Bilingual.of(form.get("name_fr"), form.get("name_en")),
        "tier": Tier(tier),
        "promise": Promise(_amount(form.get("amount", "")), Unit(unit)),
        "url": form.get("url", "").strip() or None,
    }


def _amount(text: str) -> float:
    """Return a number as people type it, with a comma or a point."""
    try:
        amount = float(text.strip().replace(",", ".") or 0)
    except ValueError as error:
        raise InvalidError("promise", "malformed") from error
    if not 0 <= amount < 1e6:  # noqa: PLR2004  also refuses what is no number
        raise InvalidError("promise", "malformed")
    return amount


def _number(name: str, default: int) -> int:
    text = request.form.get(name, "").strip()
    return number(text, name, LAST_PLACE) if text else default


def _keep_logo(by: Person, sponsor_id: str, files: Store) -> None:
    sent = request.files.get("logo")
    if sent is None or not sent.filename:
        return
    received = files.receive(cast(BinaryIO, sent.stream), MOST_LOGO_BYTES)
    actions.send_logo(by, sponsor_id, received, files)


def _back() -> Response:
    return make_response(redirect("/sponsors", 303))
