"""The lead's page of sponsors, and their logos."""

from collections import defaultdict
from datetime import timedelta
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, make_response, redirect, render_template, request

from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.media.refusals import REASONS, Refusal
from mixroom.sponsors import actions, queries
from mixroom.sponsors.model import (
    MAX_LOGO_BYTES,
    MAX_SHARE,
    WALL_DAY,
    Promise,
    ShownTime,
    Sponsor,
    Tier,
    Unit,
)
from mixroom.web.api import number
from mixroom.web.declaration import parts
from mixroom.web.pages import saved_at
from mixroom.web.problems import show_form_again
from mixroom.web.stored import send_stored
from mixroom.web.touched import touched

NO_SCRIPTS = "default-src 'none'; sandbox"
MAX_POSITION = 100_000  # positions are not used again, so they outgrow the number of sponsors
A_YEAR = "private, max-age=31536000, immutable"


web = Blueprint("sponsors", __name__)


def _with_errors(refused: dict[str, Any]) -> str:
    return _page(member(), refused)


@web.get("/sponsors")
def sponsors() -> str:
    """Show the lead's page of sponsors."""
    return _page(member())


@web.post("/sponsors")
@show_form_again(_with_errors)
def add() -> Response:
    """Add a sponsor from the form."""
    by = member()
    by.must("sponsor.edit")
    new = actions.add(by, **_form_fields())
    _keep_logo(by, new.id)
    return _back()


@web.post("/sponsors/<sponsor_id>")
@show_form_again(_with_errors)
def edit(sponsor_id: str) -> Response:
    """Change a sponsor from the form: only what somebody touched, as others may be at it too."""
    by = member()
    by.must("sponsor.edit")
    found = _form_fields() | {"position": _number("position", 0)}
    fields = {"name": ("name_fr", "name_en"), "promise": ("amount", "unit")}
    changes = {name: new for name, new in found.items() if touched(*fields.get(name, (name,)))}
    if "name" in changes:
        before = next(
            (each.name for each in queries.overview(by).sponsors if each.id == sponsor_id),
            Bilingual(),
        )
        changes["name"] = Bilingual(
            found["name"].fr if touched("name_fr") else before.fr,
            found["name"].en if touched("name_en") else before.en,
        )
    if changes:
        actions.edit(by, sponsor_id, **changes)
    _keep_logo(by, sponsor_id)
    return saved_at("/sponsors")


@web.post("/sponsors/<sponsor_id>/removal")
def remove(sponsor_id: str) -> Response:
    """Take a sponsor off the walls."""
    actions.remove(member(), sponsor_id)
    return _back()


@web.post("/sponsors/blackouts")
@show_form_again(_with_errors)
def add_blackout() -> Response:
    """Hide all sponsors in a part of a day."""
    form = request.form
    by = member()
    by.must("sponsor.edit")
    actions.add_blackout(by, _number("day", -1), form.get("from", ""), form.get("to", ""))
    return _back()


@web.post("/sponsors/blackouts/<blackout_id>/removal")
def remove_blackout(blackout_id: str) -> Response:
    """Show sponsors again in a part of a day."""
    actions.remove_blackout(member(), blackout_id)
    return _back()


@web.get("/sponsors/<sponsor_id>/<name>")
def logo(sponsor_id: str, name: str) -> Response:
    """Send a logo; its name changes with its content, so browsers may keep it."""
    file = queries.logo_name(member(), sponsor_id, name)
    response = send_stored(parts().files, file, "image/png")
    response.headers["Cache-Control"] = A_YEAR
    response.headers["Content-Security-Policy"] = NO_SCRIPTS
    return response


def _page(by: Person, refused: dict[str, Any] | None = None) -> str:
    found = queries.overview(by)
    seconds = _seconds_shown(found.sponsors, found.shown)
    removed = {each.sponsor_id for each in found.shown if each.sponsor_id}
    removed -= {each.id for each in found.sponsors}
    return render_template(
        "sponsors/sponsors.html",
        refused=refused,
        sponsors=[_described(each, seconds) for each in found.sponsors],
        total=round(sum(each.promise.percent for each in found.sponsors), 1),
        time=sum(each.seconds for each in found.shown),
        gone=[{"name": found.names[key], "seconds": seconds[key]} for key in sorted(removed)],
        blackouts=found.blackouts,
        days=found.event.days,
        tiers=list(Tier),
        most=MAX_SHARE,
        hours=int(WALL_DAY / timedelta(hours=1)),
    )


def _seconds_shown(present: list[Sponsor], sums: list[ShownTime]) -> dict[str, float]:
    """Return how many seconds each sponsor has been shown, by its id."""
    seconds: dict[str, float] = defaultdict(float, {each.id: 0.0 for each in present})
    for each in sums:
        if each.sponsor_id:
            seconds[each.sponsor_id] += each.seconds
    return seconds


def _described(sponsor: Sponsor, seconds: dict[str, float]) -> dict[str, Any]:
    return {
        "it": sponsor,
        "percent": round(sponsor.promise.percent, 1),
        "seconds": seconds[sponsor.id],
        "refusal": REASONS[Refusal(sponsor.refusal)] if sponsor.refusal else None,
    }


def _form_fields() -> dict[str, Any]:
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
    """Read a number typed with a decimal comma or point; raises InvalidError."""
    try:
        amount = float(text.strip().replace(",", ".") or 0)
    except ValueError as error:
        raise InvalidError("promise", "malformed") from error
    if not 0 <= amount < 1e6:  # noqa: PLR2004  also refuses NaN
        raise InvalidError("promise", "malformed")
    return amount


def _number(name: str, default: int) -> int:
    text = request.form.get(name, "").strip()
    return number(text, name, MAX_POSITION) if text else default


def _keep_logo(by: Person, sponsor_id: str) -> None:
    files = parts().files
    sent = request.files.get("logo")
    if sent is None or not sent.filename:
        return
    received = files.receive(cast(BinaryIO, sent.stream), MAX_LOGO_BYTES)
    actions.send_logo(by, sponsor_id, received, files)


def _back() -> Response:
    return make_response(redirect("/sponsors", 303))
