"""Pages for inviting many: a pasted list, what is understood of it, and badges to print."""

import time
from typing import Any

import segno
from flask import Blueprint, Response, make_response, render_template, request

from mixroom.core.errors import InvalidError
from mixroom.core.roles import Role
from mixroom.core.text import N_, Lang
from mixroom.core.text_files import decoded
from mixroom.crew import actions, queries
from mixroom.crew.asking import member
from mixroom.crew.model import invite_url
from mixroom.crew.roster import Roster, read_roster
from mixroom.web.declaration import hook, parts
from mixroom.web.limits import limiter
from mixroom.web.problems import show_form_again

SIZES = ("letter", "a4")
ROLES = [role for role in Role if role is not Role.SCREEN]
FAULTS = {
    "no_name": N_("There is no name."),
    "long_name": N_("The name has more than 80 letters."),
    "name": N_("“%(about)s” is no name."),
    "above": N_("This line stands above the names of the columns: it is no person."),
    "email": N_("“%(about)s” is no e-mail address."),
    "telephone": N_("“%(about)s” is no telephone number."),
    "role": N_("“%(about)s” is none of the roles."),
    "lang": N_("“%(about)s” is neither French nor English."),
    "unknown": N_("“%(about)s” is not understood."),
    "twice": N_("The same person as on line %(about)s."),
    "known": N_("“%(about)s” is on the team already."),
}
inviting = Blueprint("inviting", __name__)


def post() -> actions.Post:
    """Return the way to write letters."""
    return actions.Post(hook("write_letter"), parts().settings.base_url)


def _list_page(
    refused: dict[str, Any] | None = None,
    *,
    text: str = "",
    roster: Roster | None = None,
    done: tuple[int, int] | None = None,
) -> str:
    member().must("crew.invite")
    form = request.form
    return render_template(
        "crew/list.html",
        text=form.get("text", "") if refused else text,
        roster=roster,
        roles=ROLES,
        role=form.get("role", Role.PHOTOGRAPHER.value),
        list_lang=form.get("lang", "fr"),
        faults=FAULTS,
        done=done,
        by_hand=parts().settings.smtp_url is None,
        refused=refused,
    )


@inviting.get("/team/list")
def paste() -> str:
    """Show the form for a list of people."""
    return _list_page()


@inviting.post("/team/list")
@show_form_again(_list_page)
def read() -> str:
    """Show what is understood of a list, line by line; nothing is kept yet."""
    by = member()
    by.must("crew.invite")
    file = request.files.get("file")
    data = file.read() if file else b""
    text = decoded(data, "file") if data else request.form.get("text", "")
    if not text.strip():
        raise InvalidError("text", "missing")
    return _list_page(text=text, roster=_read(text))


@inviting.post("/team/list/invitations")
@limiter.limit("20/minute")
@show_form_again(_list_page)
def invite_all() -> str:
    """Invite those whose lines are understood; the other lines stay in the form."""
    by = member()
    by.must("crew.invite")
    roster = _read(request.form.get("text", ""))
    by_letter = request.form.get("how") == "letters"
    people, letters = actions.invite_all(by, roster.guests, post() if by_letter else None)
    left = roster.left
    return _list_page(
        text=left, roster=_read(left) if left else None, done=(len(people), len(letters))
    )


def _badges_page(refused: dict[str, Any] | None = None) -> str:
    return render_template(
        "crew/badges.html",
        people=queries.to_badge(member()),
        most=actions.MAX_BADGES,
        refused=refused,
    )


@inviting.get("/team/badges")
def badges() -> str:
    """Show who can get a badge; those who have not signed in are ticked."""
    return _badges_page()


@inviting.post("/team/badges")
@limiter.limit("20/minute")
@show_form_again(_badges_page)
def print_badges() -> Response:
    """Show a sheet of badges to print, each with a new QR code: it is shown only once."""
    form, by = request.form, member()
    by.must("crew.invite")
    chosen = list(dict.fromkeys(form.getlist("people")))
    if not chosen:
        raise InvalidError("people", "missing")
    size = form.get("size", SIZES[0])
    base = parts().settings.base_url
    made = [_badge(each, base) for each in actions.make_badges(by, chosen)]
    return make_response(
        render_template(
            "crew/sheet.html",
            badges=made,
            size=size if size in SIZES else SIZES[0],
            address=f"{base.partition('://')[2]}/j",
        )
    )


def qr(text: str) -> str:
    """Return a QR code as an inline SVG."""
    return str(segno.make(text, error="m").svg_inline(border=2, omitsize=True, svgclass="qr"))


def _badge(made: actions.NewInvite, base: str) -> dict[str, Any]:
    time.sleep(0)  # a code takes some milliseconds; others get their turn in between
    return {
        "name": made.person.name,
        "role": made.person.role,
        "lang": made.person.lang,
        "code": f"{made.code[:4]} {made.code[4:]}",
        "qr": qr(invite_url(base, made.token)),
    }


def _read(text: str) -> Roster:
    form = request.form
    role = form.get("role", "")
    if role not in [each.value for each in ROLES]:
        raise InvalidError("role", "unknown")
    lang: Lang = "en" if form.get("lang") == "en" else "fr"
    return read_roster(text, Role(role), lang, queries.crew(member()))
