"""The pages of reviewers: queue, reports, translations, reasons; and /p/<id>/me for visitors."""

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core.errors import NotFoundError
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.review import actions, queries, reporting
from mixroom.review.formats import audit_table
from mixroom.review.live import VIEW
from mixroom.review.model import LISTS, choices, read_reasons, usual_lines
from mixroom.review.queries import MAX_PER_PAGE
from mixroom.submissions.live import TRANSLATIONS
from mixroom.web import visitors
from mixroom.web.declaration import hook
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, live_list
from mixroom.web.problems import show_form_again

web = Blueprint("review", __name__)


@web.get("/review")
def review() -> str:
    """Show the queue."""
    by = member()
    by.must("queue.read")
    waiting = live_list(VIEW, by.event_id)
    oldest = sorted(waiting.items)[:MAX_PER_PAGE]
    return render_template(
        "review/review.html",
        view=PageView(waiting, oldest),
        beyond=len(waiting.items) - len(oldest),
        reasons=_choices(by),
        caption=hook("longest_caption")(by.event_id),
        on=queries.on_review(by),
    )


@web.app_context_processor
def recall_reasons() -> dict[str, Any]:
    """Give every page the function that lists the reasons for a recall."""
    return {"recall_reasons": lambda: _choices(member())["recall"]}


@web.get("/p/<key>/me")
def this_is_me(key: str) -> Response:
    """Ask a visitor who is in a public photo whether to hide it."""
    photo, at_once = queries.photo_to_report(key, visitors.requester())
    page = render_template("public/me.html", item=photo, at_once=at_once)
    return visitors.with_cookie(make_response(page))


@web.post("/p/<key>/me")
@limiter.limit("60/minute", key_func=visitors.requester)
def hide_me(key: str) -> str:
    """Record the visitor's report, and hide the photo within the limits."""
    outcome = reporting.report(key, visitors.requester())
    return render_template("public/me.html", item=None, at_once=False, outcome=outcome)


@web.get("/review/reports")
def reports() -> str:
    """Show the reported photos."""
    found = queries.reported(member())
    shown = request.args.get("restored")
    return render_template(
        "review/reports.html",
        reported=found[::-1],
        restored=int(shown) if shown and re.fullmatch("[0-9]{1,4}", shown) else None,
    )


@web.post("/review/reports/restoration")
def restore() -> Response:
    """Show the ticked photos again."""
    shown, _ = reporting.restore(member(), request.form.getlist("key"))
    return redirect(f"/review/reports?restored={len(shown)}", 303)  # type: ignore[return-value]


@web.post("/review/reports/<key>/<how>")
def decide_report(key: str, how: str) -> Response:
    """Hide a reported photo, or settle its reports."""
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
    """Show the approved items that lack a language or have a stale text."""
    by = member()
    people = queries.translators(by)
    return render_template(
        "review/translations.html",
        view=PageView(live_list(TRANSLATIONS, by.event_id), None if by.translates else ()),
        translates=by.translates,
        translators=people,
    )


@web.get("/review/reasons")
def reasons() -> str:
    """Show the lead the lists of reasons, to be edited."""
    by = _lead()
    own = queries.reason_lists(by)
    texts = {name: "\n".join(own.get(fact, usual_lines(fact))) for name, fact in LISTS.items()}
    return render_template("review/reasons.html", texts=texts, saved=request.args.get("saved"))


def _refused_lists(refused: dict[str, Any]) -> str:
    return render_template("review/reasons.html", texts=refused["values"], refused=refused)


@web.post("/review/reasons")
@show_form_again(_refused_lists)
def write_reasons() -> Response:
    """Save the lists of reasons."""
    by, form = _lead(), request.form
    lists = {fact: read_reasons(form.get(name, ""), name) for name, fact in LISTS.items()}
    actions.write_reasons(by, lists)
    return redirect("/review/reasons?saved=1", 303)  # type: ignore[return-value]


@web.get("/review/audit.csv")
def audit() -> Response:
    """Return the event's journal, oldest first, for a spreadsheet."""
    return Response(
        audit_table(queries.audit(_lead())),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="mixroom-audit.csv"'},
    )


def _lead() -> Person:
    by = member()
    by.must("event.edit")
    return by


def _choices(by: Person) -> dict[str, list[dict[str, Any]]]:
    """Return the reasons to choose from for each decision, in the language of the page."""
    own = queries.reason_lists(by)
    return {
        name: [
            {"code": code, "label": label[g.lang]}
            for code, label in choices(fact, own.get(fact, ()))
        ]
        for name, fact in LISTS.items()
    }
