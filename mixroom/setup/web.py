"""The page of the edition: what is missing, the event, its programme, its groups and its look."""

import time
from datetime import date
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core import clock
from mixroom.core.dates import format_date
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.text import Bilingual
from mixroom.crew import queries as crew_queries
from mixroom.crew.asking import member
from mixroom.crew.model import invite_url
from mixroom.event import actions as event_actions
from mixroom.event.look import read_colour
from mixroom.event.model import (
    Event,
    GroupKind,
    read_hashtags,
    read_languages,
    read_moment,
)
from mixroom.media.refusals import REASONS, Refusal
from mixroom.setup import actions, queries, renewing
from mixroom.setup.calendar_rows import rows_of_calendar
from mixroom.setup.model import MAX_LOGO_BYTES, stored
from mixroom.setup.pasted_rows import rows_of_text
from mixroom.setup.programme_rows import (
    Row,
    read_rows,
    rows_of,
    version_of,
)
from mixroom.web.declaration import hook, parts, renews, steps
from mixroom.web.pages import current_event, saved_at
from mixroom.web.problems import show_form_again
from mixroom.web.stored import send_stored
from mixroom.web.touched import touched

A_YEAR = "max-age=31536000, immutable"
MAX_CALENDAR_BYTES = 1_000_000
EMPTY_ROWS = 4  # to write into, without a script
COLUMNS = ("day", "at", "fr", "en", "asks")

web = Blueprint("setup", __name__)


def _with_errors(refused: dict[str, Any]) -> str:
    typed = _typed_rows() if refused["path"] == "/event/programme" else None
    return _page(rows=typed, refused=refused)


@web.get("/event")
def event() -> str:
    """Show the lead's page of the edition."""
    return _page()


@web.post("/event")
@show_form_again(_with_errors)
def edit() -> Response:
    """Change the event's name, days, time zone, hashtags and languages."""
    by, form = member(), request.form
    by.must("event.edit")
    changes: dict[str, Any] = {
        "name": _name_of(queries.require(by)),
        "starts_on": _day(form, "starts_on"),
        "ends_on": _day(form, "ends_on"),
        "timezone": form.get("timezone", ""),
        "hashtags": read_hashtags(form.get("hashtags", "")),
        "languages": read_languages(form.get("languages", "")),
        "said_moment": read_moment(form.get("moment", "")),
    }
    fields = {"name": ("name_fr", "name_en"), "said_moment": ("moment",)}
    meant = {name: new for name, new in changes.items() if touched(*fields.get(name, (name,)))}
    event_actions.edit(by, **meant)
    return _to("event")


@web.post("/event/programme")
@show_form_again(_with_errors)
def write_programme() -> Response:
    """Replace the programme by the rows of the form."""
    by = member()
    by.must("event.edit")
    actions.write_programme(by, read_rows(_typed_rows()), request.form.get("before", ""))
    return _to("programme")


@web.post("/event/programme/rows")
@show_form_again(_with_errors)
def read_programme() -> str:
    """Show the rows of a pasted text or of a calendar file, which are not saved yet."""
    by = member()
    by.must("event.edit")
    here = queries.require(by)
    rows = [] if request.form.get("replace") else _rows_on_the_page(here)
    sent = request.files.get("calendar")
    if sent and sent.filename:
        before = len(rows)
        for row in rows_of_calendar(_calendar(cast(BinaryIO, sent.stream)), here):
            rows.append(row)
            time.sleep(0)  # in the web process this switches green threads
        if len(rows) == before:
            raise InvalidError("calendar", "no_entries")
    rows += rows_of_text(request.form.get("text", ""), here)
    return _page(rows=rows)


@web.post("/event/groups")
@show_form_again(_with_errors)
def add_group() -> Response:
    """Add a team or a place to the event."""
    kind = request.form.get("kind", "")
    if kind not in list(GroupKind):
        raise InvalidError("kind", "unknown")
    event_actions.add_group(member(), GroupKind(kind), _name())
    return _to(kind)


@web.post("/event/groups/<group_id>")
@show_form_again(_with_errors)
def rename_group(group_id: str) -> Response:
    """Rename a team or a place."""
    event_actions.rename_group(member(), group_id, _name())
    return _to(request.form.get("kind", ""))


@web.post("/event/groups/<group_id>/removal")
def remove_group(group_id: str) -> Response:
    """Remove a team or a place from the event."""
    event_actions.remove_group(member(), group_id)
    return _to("team")


@web.post("/event/look")
@show_form_again(_with_errors)
def change_look() -> Response:
    """Set the museum's colours, and take in its logo."""
    by, form = member(), request.form
    by.must("event.edit")
    if form.get("plain"):
        actions.set_colours(by, main=None, second=None)
    else:
        names = [name for name in ("main", "second") if touched(name)]
        chosen = {name: read_colour(form.get(name, ""), name) for name in names}
        actions.set_colours(by, **chosen)
    sent = request.files.get("logo")
    if sent and sent.filename:
        files = parts().files
        actions.send_logo(by, files.receive(cast(BinaryIO, sent.stream), MAX_LOGO_BYTES), files)
    elif form.get("no_logo"):
        actions.remove_logo(by)
    return _to("look")


@web.post("/event/steps/<name>")
def skip(name: str) -> Response:
    """Take a step of the preparation off the list, or put it back."""
    actions.skip(member(), name, on=request.form.get("on") == "1")
    return _to("main")


@web.post("/event/editions")
@show_form_again(_with_errors)
def renew() -> Response:
    """Make the next edition from this one, and sign this browser in to it."""
    by, form = member(), request.form
    by.must("event.edit")
    made = renewing.renew(
        by,
        form.get("slug", "").strip(),
        _name(),
        _day(form, "starts_on"),
        _day(form, "ends_on"),
        people=form.getlist("person"),
        renews=renews(),
        files=parts().files,
    )
    return make_response(redirect(invite_url(parts().settings.base_url, made.invite.token), 303))


@web.get("/look.css")
def look() -> Response:
    """Send the museum's colours as a style sheet; its address changes with them."""
    here = current_event()
    response = make_response(here.look.stylesheet if here else "")
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = f"private, {A_YEAR}"
    return response


@web.get("/event/<event_id>/<name>")
def logo(event_id: str, name: str) -> Response:
    """Send the museum's logo; its name changes with its content, so browsers may keep it."""
    found = queries.logo_of(event_id)
    if found is None or found.file != name:
        raise NotFoundError(name)
    response = send_stored(parts().files, stored(event_id, name), "image/png")
    response.headers["Cache-Control"] = f"public, {A_YEAR}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _page(*, rows: list[Row] | None = None, refused: dict[str, Any] | None = None) -> str:
    by = member()
    found = queries.overview(by, steps(), hook("groups_in_use"))
    here = found.event
    look_refusal = here.look.refusal
    shown = rows if rows is not None else rows_of(here.programme)
    return render_template(
        "setup/event.html",
        steps=found.steps,
        skipped=found.skipped,
        used=found.used,
        rows=[*shown, *([Row()] * EMPTY_ROWS)],
        unsaved=rows is not None,
        days=_days(here),
        before=version_of(here.programme),
        moment=here.moment(clock.now()),
        hashtags=" ".join(f"#{tag}" for tag in here.hashtags),
        crew=[each for each in crew_queries.crew(by) if each.id != by.id],
        look_refusal=REASONS[Refusal(look_refusal)] if look_refusal else None,
        refused=refused,
    )


def _days(here: Event) -> list[tuple[int, str]]:
    names = (format_date(day, "EEE d MMM", locale=g.get("lang", "fr")) for day in here.days)
    return list(enumerate(names, 1))


def _typed_rows() -> list[Row]:
    columns = [request.form.getlist(name) for name in COLUMNS]
    return [Row(*(cell.strip() for cell in cells)) for cells in zip(*columns, strict=False)]


def _rows_on_the_page(here: Event) -> list[Row]:
    """Return the rows that the editor has, saved or not, or the saved ones without a script."""
    lines = request.form.get("typed", "").splitlines()
    typed = [line.split("\t")[: len(COLUMNS)] for line in lines]
    return [row for row in (Row(*cells) for cells in typed) if row] or rows_of(here.programme)


def _calendar(stream: BinaryIO) -> bytes:
    data = stream.read(MAX_CALENDAR_BYTES + 1)
    if len(data) > MAX_CALENDAR_BYTES:
        raise InvalidError("calendar", "large_calendar")
    return data


def _name_of(here: Event) -> Bilingual:
    """Return the event's name with the languages that someone touched."""
    typed, name = request.form, here.name
    return Bilingual.of(
        typed.get("name_fr") if touched("name_fr") else name.fr,
        typed.get("name_en") if touched("name_en") else name.en,
    )


def _name() -> Bilingual:
    return Bilingual.of(request.form.get("name_fr"), request.form.get("name_en"))


def _day(form: Any, name: str) -> date:
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError as error:
        raise InvalidError(name, "malformed") from error


def _to(part: str) -> Response:
    return saved_at(f"/event#{part}")
