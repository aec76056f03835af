"""The pages that fill a plan: templates, a table that is brought in, and the plan as a table."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core import clock
from mixroom.core.errors import InvalidError
from mixroom.core.speech import say
from mixroom.core.spreadsheets import MAX_BYTES, csv_file, rows_of_file, workbook
from mixroom.core.text import N_, Lang
from mixroom.crew.asking import member
from mixroom.plan import beginning, queries
from mixroom.plan.beginning import Begun
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.plan.moves import Status
from mixroom.plan.patterns import drafts, patterns
from mixroom.plan.sheet_rows import Column, SheetRow, read_plan
from mixroom.web.declaration import parts
from mixroom.web.pages import current_event
from mixroom.web.problems import show_form_again

sheets = Blueprint("plan_sheets", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_SPONSOR = 80  # characters
FAULTS = {
    "day": N_("This is no date with a day, a month and a year."),
    "time": N_("This is no time of day."),
    "channel": N_("One of these is none of the channels."),
    "empty": N_("The row has no words."),
    "unknown": N_("Nobody of the team has this name."),
    "skipped_hour": N_("This time does not exist: the clocks are put forward then."),
    "malformed": N_("This is no date with a day, a month and a year."),
    "past": N_("This time is over."),
    "too_long": N_("This is too long."),
    "missing": N_("A message goes to a channel, and has words."),
    "changed": N_("Someone else has changed this message meanwhile."),
    "other": N_("This cannot be kept so."),
    "state": N_("It is out, or dropped: its words and its time stay."),
}


def _templates_page(refused: dict[str, Any] | None = None) -> str:
    by, event = member(), current_event()
    by.must("campaign.edit")
    site = parts().settings.base_url
    begun = request.args.get("begun", "")
    return render_template(
        "plan/templates.html",
        templates=[(each, list(drafts(each, event, site=site))) for each in patterns().values()],
        now=clock.now(),
        begun=patterns().get(begun),
        added=request.args.get("added", ""),
        refused=refused,
    )


@sheets.get("/plan/templates")
def templates() -> str:
    """Show the campaigns that a plan can begin with, with the times that they would have."""
    return _templates_page()


@sheets.post("/plan/templates/<name>")
@show_form_again(_templates_page)
def begin(name: str) -> Response:
    """Add the campaign and the messages of a template."""
    sponsor = " ".join(request.form.get("sponsor", "").split())
    if len(sponsor) > MAX_SPONSOR:
        raise InvalidError("sponsor", "too_long", most=MAX_SPONSOR)
    site = parts().settings.base_url
    found = beginning.begin_with(member(), name, site=site, sponsor=sponsor or None)
    return make_response(redirect(f"/plan/templates?begun={name}&added={found.added}", 303))


def _import_page(
    refused: dict[str, Any] | None = None,
    *,
    text: str = "",
    rows: Sequence[SheetRow] = (),
    begun: Begun | None = None,
    wanted: Begun | None = None,
) -> str:
    member().must("campaign.edit")
    wrong = {each.number: each for each in wanted.left} if wanted else {}
    rows = [wrong.get(each.number, replace(each, faults=None)) for each in rows] if wanted else rows
    return render_template(
        "plan/import.html",
        text=request.form.get("text", "") if refused else text,
        rows=rows,
        begun=begun,
        wanted=wanted,
        columns=list(Column),
        headings={column: say(g.lang, _HEADINGS[column]) for column in Column},
        faults=FAULTS,
        refused=refused,
    )


@sheets.get("/plan/import")
def show_import() -> str:
    """Show the form for a table."""
    return _import_page()


@sheets.post("/plan/import")
@show_form_again(_import_page)
def bring_in() -> str:
    """Show what is understood of a table; if the button says so, add the rows that are."""
    by, form = member(), request.form
    by.must("campaign.edit")
    data = b""
    if file := request.files.get("file"):
        with file.stream as stream:
            data = stream.read(MAX_BYTES + 1)
    field = "file" if data else "text"
    if not data:
        data = form.get("text", "").encode()
    if not data.strip():
        raise InvalidError("text", "missing")
    table = parts().apart(lambda: rows_of_file(data, field))
    rows = read_plan(table, field)
    text = _text(table)
    if form.get("do") != "add":
        return _import_page(text=text, rows=rows, wanted=beginning.look_at(by, rows))
    begun = beginning.bring_in(by, rows)
    left = {each.number for each in begun.left}
    above = table[: rows[0].number - 1] if rows else []
    kept = [*above, *(row for n, row in enumerate(table, 1) if n in left)]
    return _import_page(text=_text(kept) if left else "", rows=begun.left, begun=begun)


@sheets.get("/plan/export.csv")
def as_csv() -> Response:
    """Return the plan as CSV, in the columns that an import reads."""
    return _file(csv_file(_table(g.lang)).encode(), "text/csv; charset=utf-8", "csv")


@sheets.get("/plan/export.xlsx")
def as_workbook() -> Response:
    """Return the plan as a workbook, in the columns that an import reads."""
    table = _table(g.lang)
    return _file(parts().apart(lambda: workbook(table)), XLSX, "xlsx")


_HEADINGS = {
    Column.DAY: N_("Date"),
    Column.TIME: N_("Time"),
    Column.CAMPAIGN: N_("Campaign"),
    Column.TITLE: N_("Title"),
    Column.CHANNELS: N_("Channels"),
    Column.FR: N_("French"),
    Column.EN: N_("English"),
    Column.OWNER: N_("Owner"),
    Column.STATUS: N_("Status"),
    Column.KEY: N_("Id"),
}
_CHANNELS = {
    **{each: each.value.capitalize() for each in Channel},
    Channel.LINKEDIN: "LinkedIn",
    Channel.NEWSLETTER: N_("Newsletter"),
    Channel.SITE: N_("Website"),
    Channel.GLOBAL: "Museomix Global",
}
_STATUSES = {
    Status.IDEA: N_("Idea"),
    Status.DRAFT: N_("Draft"),
    Status.READY: N_("Ready"),
    Status.SCHEDULED: N_("Scheduled"),
    Status.PUBLISHED: N_("Published"),
    Status.DROPPED: N_("Dropped"),
}


def _table(lang: Lang) -> list[list[str]]:
    messages, campaigns, names = queries.whole(member())
    zone = current_event().zone

    def row(each: Message) -> list[str]:
        due = each.due.astimezone(zone) if each.due else None
        campaign = campaigns.get(each.campaign_id or "")
        return [
            str(due.date()) if due else "",
            f"{due:%H:%M}" if due else "",
            campaign.name[lang] if campaign else "",
            each.title,
            ", ".join(say(lang, _CHANNELS[channel]) for channel in each.channels),
            each.text.fr or "",
            each.text.en or "",
            names.get(each.owner_id or "", ""),
            say(lang, _STATUSES[each.status]),
            f"{each.id}/{each.version}",
        ]

    return [[say(lang, _HEADINGS[each]) for each in Column], *(row(each) for each in messages)]


def _text(table: Sequence[Sequence[str]]) -> str:
    """Return a table as text that can be mended by hand and read again."""
    text = io.StringIO()
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(table)
    return text.getvalue().strip("\n")


def _file(data: bytes, kind: str, suffix: str) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = kind
    response.headers["Content-Disposition"] = f'attachment; filename="plan.{suffix}"'
    return response
