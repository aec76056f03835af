"""The page of alarms, and that of their settings."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from mixroom.alarms import actions, queries
from mixroom.alarms.live import VIEW
from mixroom.alarms.model import MAX_NOTE, Quiet, Setting, amount_text, with_unit
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.ids import is_id
from mixroom.core.roles import CREW, Role
from mixroom.crew.asking import member
from mixroom.web.declaration import alarm_rules
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import saved_at
from mixroom.web.problems import show_form_again

web = Blueprint("alarms", __name__)


def unseen() -> int:
    """Count the open alarms that nobody has acknowledged, for the menu."""
    return queries.unseen(member())


def _page(refused: dict[str, Any] | None = None) -> str:
    by = member()
    by.must("alarm.read")
    view = PageView(live_list(VIEW, by.event_id))
    newest = sorted(view.items.values(), key=lambda each: each["id"], reverse=True)
    return render_template(
        "alarms/alarms.html",
        view=view,
        refused=refused,
        ringing=[each for each in newest if not each["cleared_at"]],
        over=[each for each in newest if each["cleared_at"]],
        older=newest[-1]["id"] if len(newest) >= queries.MAX_PER_PAGE else None,
        most=MAX_NOTE,
    )


def _settings_page(refused: dict[str, Any] | None = None) -> str:
    by = member()
    found = queries.settings(by, alarm_rules().values())
    return render_template(
        "alarms/rules.html",
        refused=refused,
        rules=[
            {"rule": rule, "setting": chosen, "limit": with_unit(chosen.threshold, rule.unit)}
            for rule, chosen in found
        ],
        roles=[role for role in Role if role in CREW],
        amount=amount_text,
    )


@web.get("/alarms")
def alarms() -> str:
    """Show the alarms that are open, and those that are over."""
    return _page()


@web.get("/alarms/older")
def older() -> str:
    """Show a page of older alarms."""
    before = request.args.get("before", "")
    if not is_id(before):
        raise NotFoundError(before)
    found, following = queries.page(member(), before=before)
    return render_template("alarms/older.html", alarms=found, older=following)


@web.post("/alarms/<alarm_id>/acknowledgement")
@show_form_again(_page)
def acknowledge(alarm_id: str) -> Response:
    """Acknowledge an alarm, from the form."""
    actions.acknowledge(member(), alarm_id, request.form.get("note"))
    return make_response(redirect("/alarms", 303))


@web.get("/alarms/rules")
def rules() -> str:
    """Show the settings of all rules."""
    return _settings_page()


@web.post("/alarms/rules/<name>")
@show_form_again(_settings_page)
def change(name: str) -> Response:
    """Change the settings of a rule, from the form."""
    by = member()
    by.must("alarm.edit")
    if name not in alarm_rules():
        raise NotFoundError(name)
    actions.change(by, alarm_rules()[name], _setting())
    return saved_at(f"/alarms/rules#{name}")


def _setting() -> Setting:
    form = request.form
    roles = form.getlist("roles")
    if not {*roles} <= {*Role}:
        raise InvalidError("roles", "unknown")
    starts, ends = form.get("quiet_from", "").strip(), form.get("quiet_to", "").strip()
    return Setting(
        on="on" in form,
        threshold=_amount(form.get("threshold", "")),
        roles=frozenset(map(Role, roles)),
        push="push" in form,
        quiet=Quiet(starts, ends) if starts or ends else None,
    )


def _amount(text: str) -> float:
    """Read a number typed with a decimal comma or point; raises InvalidError."""
    if not text.strip():
        raise InvalidError("threshold", "missing")
    try:
        amount = float(text.strip().replace(",", "."))
    except ValueError as error:
        raise InvalidError("threshold", "malformed") from error
    if not 0 <= amount < 1e6:  # noqa: PLR2004  also refuses NaN
        raise InvalidError("threshold", "malformed")
    return amount
