"""The review page."""

from typing import Any

from flask import Blueprint, g, render_template

from mixroom.core import journal
from mixroom.core.db import reading
from mixroom.core.errors import NotAllowedError
from mixroom.core.speech import say
from mixroom.review import actions
from mixroom.review.live import VIEW, oldest
from mixroom.submissions.live import PUBLIC
from mixroom.submissions.model import REASONS, Fact
from mixroom.team.model import Person
from mixroom.web.limits import limiter
from mixroom.web.pages import view_data
from mixroom.web.security import person

web = Blueprint("review", __name__)
SHEETS = {
    "return": Fact.RETURNED,
    "reject": Fact.REJECTED,
    "hold": Fact.HELD,
    "recall": Fact.RECALLED,
}


@web.get("/review")
def review() -> str:
    """Show what waits."""
    by: Person = person()  # type: ignore[assignment]
    if not by.reviews:
        raise NotAllowedError("review")
    with reading() as tx:
        seq = journal.latest(tx)
        items, beyond = oldest(tx, by.event_id)
    return render_template(
        "review/review.html",
        view=view_data(VIEW.name, seq, items),
        beyond=beyond,
        reasons=_reasons(g.lang),
    )


@web.get("/p/<key>/me")
def this_is_me(key: str) -> str:
    """Ask whoever is in a public photo whether it shall be hidden."""
    with reading() as tx:
        found = actions.public_photo(tx, key)
        photo = PUBLIC.item(tx, found.event_id, key)
    return render_template("public/me.html", item=photo)


@web.post("/p/<key>/me")
@limiter.limit("30/hour")
def hide_me(key: str) -> str:
    """Hide it; a reviewer looks at it."""
    actions.report(key)
    return render_template("public/me.html", item=None)


def _reasons(lang: str) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{"code": code, "label": say(lang, label)} for code, label in REASONS[fact].items()]
        for name, fact in SHEETS.items()
    }
