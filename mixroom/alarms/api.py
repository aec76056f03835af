"""Alarms over HTTP, under /api/v1."""

from typing import Any

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.alarms import actions, queries
from mixroom.alarms.model import Quiet, Setting
from mixroom.core.alarm_rules import AlarmRule, ThresholdUnit
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.ids import is_id
from mixroom.core.roles import Role
from mixroom.core.speech import both
from mixroom.crew.asking import member
from mixroom.web.api import Schema, documented, parse
from mixroom.web.declaration import alarm_rules

api = Blueprint("alarms_api", __name__)
ANSWERS = {"true": True, "false": False}


class AcknowledgementState(pydantic.BaseModel):
    """A person has seen the alarm; `note` is what was done."""

    by: str
    at: str
    note: str | None


class AlarmState(pydantic.BaseModel):
    """An alarm; `path` is the page on which someone does something about it."""

    id: str
    rule: str
    title: dict[str, str | None]
    about: dict[str, str | None]
    since: str
    raised_at: str
    cleared_at: str | None
    acknowledged: AcknowledgementState | None
    path: str
    particulars: dict[str, Any]


class AlarmPage(pydantic.BaseModel):
    """A page of alarms, newest first; `after` asks for the next one, null if there is none."""

    items: list[AlarmState]
    after: str | None


class NewAcknowledgement(Schema):
    """Seen; `note` is what was done."""

    note: str | None = None


class QuietHours(Schema):
    """Hours of each day (`HH:MM`, local time) in which no phone rings."""

    starts: str
    ends: str


class RuleSettings(Schema):
    """The settings of a rule; without `push` its alarms are only on the page."""

    on: bool = True
    threshold: pydantic.FiniteFloat
    roles: frozenset[Role]
    push: bool = True
    quiet: QuietHours | None = None


class RuleState(pydantic.BaseModel):
    """A rule with its settings."""

    name: str
    meaning: dict[str, str | None]
    unit: ThresholdUnit
    least: float
    most: float
    settings: RuleSettings


class RuleList(pydantic.BaseModel):
    """All rules."""

    items: list[RuleState]


@api.get("/alarms")
@documented(
    "List the alarms",
    {200: AlarmPage},
    query={
        "open": "`true`: only those that are open. `false`: only those that are over.",
        "after": "The last id of the page before.",
    },
)
def alarms() -> Response:
    """Return a page of alarms, newest first."""
    text, after = request.args.get("open"), request.args.get("after")
    if text not in (None, *ANSWERS):
        raise InvalidError("open", "malformed")
    if after is not None and not is_id(after):
        raise InvalidError("after", "malformed")
    items, following = queries.page(member(), is_open=ANSWERS.get(text or ""), before=after)
    return jsonify({"items": items, "after": following})


@api.post("/alarms/<alarm_id>/acknowledgement")
@documented("Acknowledge an alarm", {200: AlarmState}, body=NewAcknowledgement)
def acknowledge(alarm_id: str) -> Response:
    """Say that one has seen it, and what was done; doing it again replaces the note."""
    by = member()
    by.must("alarm.acknowledge")
    return jsonify(dict(actions.acknowledge(by, alarm_id, parse(NewAcknowledgement).note)))


@api.get("/alarms/rules")
@documented("List the rules of alarms", {200: RuleList})
def rules() -> Response:
    """Return each rule with its settings."""
    found = queries.settings(member(), alarm_rules().values())
    return jsonify({"items": [_state(rule, setting) for rule, setting in found]})


@api.put("/alarms/rules/<name>")
@documented("Change the settings of a rule", {200: RuleState}, body=RuleSettings)
def change(name: str) -> Response:
    """Choose when a rule raises an alarm, who is told, and how."""
    by = member()
    by.must("alarm.edit")
    if name not in alarm_rules():
        raise NotFoundError(name)
    sent = parse(RuleSettings)
    quiet = Quiet(sent.quiet.starts, sent.quiet.ends) if sent.quiet else None
    wanted = Setting(sent.on, sent.threshold, sent.roles, sent.push, quiet)
    rule = alarm_rules()[name]
    return jsonify(_state(rule, actions.change(by, rule, wanted)))


def _state(rule: AlarmRule, setting: Setting) -> dict[str, Any]:
    quiet = setting.quiet
    return {
        "name": rule.name,
        "meaning": both(rule.meaning).as_dict(),
        "unit": rule.unit.value,
        "least": rule.least,
        "most": rule.most,
        "settings": {
            "on": setting.on,
            "threshold": setting.threshold,
            "roles": sorted(setting.roles),
            "push": setting.push,
            "quiet": {"starts": quiet.starts, "ends": quiet.ends} if quiet else None,
        },
    }
