"""The page of short links, and the address that leads on."""

from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core.dates import format_date
from mixroom.crew.asking import member
from mixroom.shortlinks import actions, queries
from mixroom.shortlinks.model import is_followed_by_a_person
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.pages import saved_at
from mixroom.web.problems import show_form_again

web = Blueprint("shortlinks", __name__)
PRINTED = 20  # pixels of each module of a code: sharp on a poster


@web.get("/l/<code>")
@limiter.limit("1200/minute")
def follow(code: str) -> Response:
    """Lead on to the address of a short link, and count the person who follows it."""
    headers = request.headers
    ahead = (headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    purpose = next(filter(None, ahead), "")
    counts = is_followed_by_a_person(request.method, headers.get("User-Agent", ""), purpose)
    answer = make_response(redirect(actions.follow(code, counts=counts), 302))
    answer.headers["Cache-Control"] = "no-store"  # so that the next time counts too
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _page(refused: dict[str, Any] | None = None) -> str:
    by = member()
    return render_template(
        "shortlinks/links.html",
        found=queries.listed(by),
        base=f"{parts().settings.base_url}/l/",
        refused=refused,
    )


@web.get("/plan/links")
def links() -> str:
    """Show the short links with their counts."""
    return _page()


@web.post("/plan/links")
@show_form_again(_page)
def make() -> Response:
    """Make a short link, from the form."""
    said = (request.form.get(name, "") for name in ("url", "title", "code"))
    made = actions.make(member(), *said, site=parts().settings.base_url)
    return make_response(redirect(f"/plan/links/{made.id}", 303))


def _one(key: str, refused: dict[str, Any] | None = None) -> str:
    link, found = queries.one(member(), key)
    short = f"{parts().settings.base_url}/l/{link.code}"
    code = segno.make(short, error="m").svg_inline(border=2, omitsize=True, svgclass="qr")
    return render_template(
        "shortlinks/link.html",
        link=link,
        short=short,
        qr=code,
        days=[(format_date(each.day, "full", locale=g.lang), each.count) for each in found],
        most=max((each.count for each in found), default=1),
        refused=refused,
    )


@web.get("/plan/links/<key>")
def one(key: str) -> str:
    """Show a short link with its code to scan and its days."""
    return _one(key)


@web.post("/plan/links/<key>")
@show_form_again(lambda refused: _one((request.view_args or {})["key"], refused))
def change(key: str) -> Response:
    """Change where a short link leads, from the form."""
    said = (request.form.get(name, "") for name in ("url", "title"))
    actions.change(member(), key, *said, site=parts().settings.base_url)
    return saved_at(f"/plan/links/{key}")


@web.get("/plan/links/<key>/qr.svg")
def drawing(key: str) -> Response:
    """Return the code to scan, for a poster."""
    found, _ = queries.one(member(), key)
    code = segno.make(f"{parts().settings.base_url}/l/{found.code}", error="m")
    file = BytesIO()
    code.save(file, kind="svg", border=4, scale=PRINTED)
    answer = make_response(file.getvalue())
    answer.headers["Content-Type"] = "image/svg+xml"
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.code}.svg"'
    return answer
