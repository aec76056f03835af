"""The review page."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
)

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.review import actions, reporting, store
from mixroom.review.formats import audit_table
from mixroom.review.live import PAGE, REPORTS, VIEW
from mixroom.review.model import LISTS, choices, read_reasons, usual
from mixroom.submissions.live import PUBLIC, TRANSLATIONS
from mixroom.submissions.model import Fact
from mixroom.team import store as team_store
from mixroom.team.asking import member
from mixroom.team.model import Person
from mixroom.web import visitors
from mixroom.web.declaration import hook
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, listed
from mixroom.web.problems import beside

web = Blueprint("review", __name__)


@web.get("/review")
def review() -> str:
    """Show what waits."""
    by = member()
    by.must("queue.read")
    with reading() as tx:
        own = store.reasons(tx, by.event_id)
    waiting = listed(VIEW, by.event_id)
    oldest = sorted(waiting.items)[:PAGE]
    return render_template(
        "review/review.html",
        view=PageView(waiting, oldest),
        beyond=len(waiting.items) - len(oldest),
        reasons=_reasons(g.lang, own),
        caption=hook("longest_caption")(by.event_id),
    )


@web.app_context_processor
def words() -> dict[str, Any]:
    """Give every page on which something can be taken off the wall the reasons for it."""
    return {"recall_reasons": _recall_reasons}


@web.get("/p/<key>/me")
def this_is_me(key: str) -> Response:
    """Ask whoever is in a public photo whether it shall be hidden."""
    found, at_once = reporting.look(key, visitors.whoever())
    with reading() as tx:
        photo = PUBLIC.item(tx, found.event_id, key)
    if photo is None:
        raise NotFoundError(key)  # hidden already, or being blurred
    page = render_template("public/me.html", item=photo, at_once=at_once)
    return visitors.known_again(make_response(page))


@web.post("/p/<key>/me")
@limiter.limit("60/minute", key_func=visitors.whoever)
def hide_me(key: str) -> str:
    """Record it, and hide the photo where that is right; a reviewer looks at it."""
    outcome = reporting.report(key, visitors.whoever())
    return render_template("public/me.html", item=None, at_once=False, outcome=outcome)


@web.get("/review/reports")
def reports() -> str:
    """Show who says that they are in which photos."""
    by = member()
    by.must("queue.read")
    with reading() as tx:
        found = REPORTS.items(tx, by.event_id)
    shown = request.args.get("restored")
    return render_template(
        "review/reports.html",
        reported=list(found.values())[::-1],
        restored=int(shown) if shown and re.fullmatch("[0-9]{1,4}", shown) else None,
    )


@web.post("/review/reports/restoration")
def restore() -> Response:
    """Show again those that are ticked."""
    shown, _ = reporting.restore(member(), request.form.getlist("key"))
    return redirect(f"/review/reports?restored={len(shown)}", 303)  # type: ignore[return-value]


@web.post("/review/reports/<key>/<how>")
def look_at_report(key: str, how: str) -> Response:
    """Hide a reported photo, or say that it stays."""
    acts: dict[str, Callable[[Person, str], object]] = {
        "hiding": reporting.hide,
        "settlement": reporting.settle,
    }
    if how not in acts:
        raise NotFoundError(how)
    acts[how](member(), key)
    return redirect("/review/reports", 303)  # type: ignore[return-value]


@web.get("/translations")
def translations() -> str:
    """Show what is shown in one language only, or says something else in the other."""
    by = member()
    by.must("translation.read")
    with reading() as tx:
        people = team_store.people_of(tx, by.event_id)
    return render_template(
        "review/translations.html",
        view=PageView(listed(TRANSLATIONS, by.event_id), None if by.translates else ()),
        translates=by.translates,
        translators=[each for each in people if each.translates],
    )


@web.get("/review/reasons")
def reasons() -> str:
    """Show the lead the lists of reasons, to be written anew."""
    by = _lead()
    with reading() as tx:
        own = store.reasons(tx, by.event_id)
    texts = {name: "\n".join(own.get(fact, usual(fact))) for name, fact in LISTS.items()}
    return render_template("review/reasons.html", texts=texts, saved=request.args.get("saved"))


def _again(refused: dict[str, Any]) -> str:
    return render_template("review/reasons.html", texts=refused["values"], refused=refused)


@web.post("/review/reasons")
@beside(_again)
def write_reasons() -> Response:
    """Keep the lists."""
    by, form = _lead(), request.form
    lists = {fact: read_reasons(form.get(name, ""), name) for name, fact in LISTS.items()}
    actions.write_reasons(by, lists)
    return redirect("/review/reasons?saved=1", 303)  # type: ignore[return-value]


@web.get("/review/audit.csv")
def audit() -> Response:
    """Return everything that was done at the event, oldest first, for a spreadsheet."""
    return Response(
        audit_table(actions.audit(_lead())),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="mixroom-audit.csv"'},
    )


def _recall_reasons() -> list[dict[str, Any]]:
    by = member()
    with reading() as tx:
        own = store.reasons(tx, by.event_id)
    return _reasons(g.lang, own)["recall"]


def _lead() -> Person:
    by = member()
    by.must("event.edit")
    return by


def _reasons(lang: str, own: Mapping[Fact, tuple[str, ...]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [
            {"code": code, "label": label[lang]} for code, label in choices(fact, own.get(fact, ()))
        ]
        for name, fact in LISTS.items()
    }
