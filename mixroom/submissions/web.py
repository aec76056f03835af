"""The pages of a volunteer (/send) and of the public (/), and the files of photos and clips."""

import json
import re
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, current_app, g, redirect, request
from werkzeug.datastructures import FileStorage

from mixroom.core import ids
from mixroom.core.errors import InvalidError, MixroomError, NotFoundError
from mixroom.core.kinds import Kind
from mixroom.core.live_list import LiveList
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.event import queries as event_queries
from mixroom.media import actions as media_actions
from mixroom.media.filetypes import MediaKind, kind_of, takes_clips
from mixroom.media.model import Media
from mixroom.requests.items import concerns
from mixroom.requests.live import VIEW as REQUESTS
from mixroom.submissions import actions, queries
from mixroom.submissions.content import MAX_PHOTOS, Consent, Content
from mixroom.submissions.live import DESK, PUBLIC
from mixroom.submissions.public import public_page
from mixroom.web.declaration import hook, parts
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, latest, live_list
from mixroom.web.pages import current_event, render
from mixroom.web.problems import explained
from mixroom.web.stored import send_in_pieces, send_stored

web = Blueprint("submissions", __name__)
MAX_ON_PAGE = 100  # of one's own submissions; a button loads the older ones
MAX_CHOSEN = 200  # photos that can be chosen at once, each to be sent as its own submission
ONE_MINUTE = "public, max-age=60"
RENDITION = re.compile(r"(thumb|card|wall|plain)-[0-9a-f]{16}\.jpg|clip-[0-9a-f]{16}\.mp4")
NO_SCRIPTS = "default-src 'none'; sandbox"


@web.app_context_processor
def menu_counts() -> dict[str, Any]:
    """Give every page the number for its menu."""
    return {"due": returned}


@web.get("/send")
def send() -> str:
    """Show the form, and what its author has sent so far."""
    text = request.args.get("left_out", "")
    left_out = int(text) if re.fullmatch(r"[1-9]\d?", text) else 0
    return _page(member(), sent=request.args.get("sent"), left_out=left_out)


@web.post("/send")
@limiter.limit(lambda: current_app.config["MIXROOM_SUBMIT_RATE"])
def send_form() -> Any:
    """Take the form of a browser without scripts."""
    by = member()
    key = request.form.get("id", "")
    key = key if ids.is_id(key) else ids.new()
    try:
        left_out = _submit_form(by, key)
    except MixroomError as error:
        refused = explained(error)
        return _page(by, problem=refused), refused["status"]
    rest = f"&left_out={left_out}" if left_out else ""
    return redirect(f"/send?sent={key}{rest}", 303)


@web.get("/media/<media_id>/<name>")
def photo(media_id: str, name: str) -> Response:
    """Send a rendition to someone who may see it; `plain` only to reviewers."""
    by = g.identity.person if g.identity else None
    media, public = queries.photo(by, media_id)
    retouches = by is not None and by.reviews and by.event_id == media.event_id
    allowed = media.shows(name) or (retouches and name in media.files)
    if not allowed or not RENDITION.fullmatch(name):
        raise NotFoundError(name)
    files, stored = parts().files, media.stored(name)
    response = (
        send_in_pieces(files, stored, "video/mp4")
        if name.endswith(".mp4")
        else send_stored(files, stored, "image/jpeg")
    )
    response.headers["Cache-Control"] = (
        ONE_MINUTE if public and media.shows(name) else "private, no-store"
    )
    response.headers["Content-Security-Policy"] = NO_SCRIPTS
    response.headers["Content-Disposition"] = "inline"
    return response


@web.get("/")
def public() -> str:
    """Show the public page."""
    event = current_event()
    found = live_list(PUBLIC, event.id) if event else LiveList(PUBLIC, "", 0, {})
    return public_page(found, request.args.get("before", ""))


def returned() -> int:
    """Count the person's returned submissions, for the menu of every page."""
    identity = g.get("identity")
    if identity is None or identity.person.role == Role.SCREEN:
        return 0
    return queries.count_returned(identity.person)


def _page(by: Person, *, sent: str | None = None, left_out: int = 0, problem: Any = None) -> str:
    by.must("submission.submit")
    own = live_list(DESK, by.id)
    newest = latest(own, MAX_ON_PAGE)
    requests = live_list(REQUESTS, by.event_id)
    asked = [key for key, text in requests.items.items() if concerns(json.loads(text), by)]
    return render(
        "send/send.html",
        view=PageView(own, newest),
        asked=PageView(requests, asked),
        older=len(own.items) - len(newest),
        limits=_limits(by),
        sent=sent,
        left_out=left_out,
        problem=problem,
        values=_typed() if problem else {"id": ids.new()},
    )


def _limits(by: Person) -> dict[str, int]:
    settings = parts().settings
    return {
        "caption": hook("longest_caption")(by.event_id),
        "photos": MAX_PHOTOS,
        "card": MAX_CHOSEN,
        "photo_mb": settings.max_upload_mb,
        "clip_mb": settings.max_clip_mb if takes_clips() else 0,
    }


def _typed() -> dict[str, Any]:
    """Return the fields of the form, so that nobody types them twice."""
    return request.form.to_dict() | {"tags": request.form.getlist("tags")}


def _submit_form(by: Person, key: str) -> int:
    """Upload the photos of the form, then submit its text with them.

    Empty files, as some phones' galleries send them, are left out; return how many.
    """
    form = request.form
    chosen = [file for file in request.files.getlist("photos") if file.filename]
    photos = [file for file in chosen if not _is_empty(file)]
    words = form.get("text_fr", "") + form.get("text_en", "")
    if chosen and not photos and not words.strip():
        raise InvalidError("photos", "empty")
    if len(photos) > MAX_PHOTOS:
        raise InvalidError("photos", "too_many", most=MAX_PHOTOS)
    uploaded = [_upload(by, file) for file in photos]
    actions.submit(by, _content(by, uploaded), key=key, submission_id=key)
    return len(chosen) - len(photos)


def _is_empty(file: FileStorage) -> bool:
    empty = not file.stream.read(1)
    file.stream.seek(0)
    return empty


def _upload(by: Person, file: FileStorage) -> Media:
    files, settings = parts().files, parts().settings
    clip = kind_of(file.stream.read(64), MediaKind.PHOTO) is MediaKind.VIDEO
    file.stream.seek(0)
    received = files.receive(cast(BinaryIO, file.stream), settings.max_bytes(clip=clip))
    media, _ = media_actions.upload(by, received, files)
    return media


def _content(by: Person, uploaded: list[Media]) -> Content:
    form = request.form
    team, place = event_queries.labels(by.event_id, form.get("team"), form.get("place"))
    media = tuple(each.id for each in uploaded)
    kind = Kind.QUOTE if form.get("kind") == "quote" else Kind.POST
    if media:
        kind = Kind.VIDEO if all(each.is_clip for each in uploaded) else Kind.PHOTO
    return Content(
        kind=kind,
        text=Bilingual.of(form.get("text_fr"), form.get("text_en")),
        alt=Bilingual.of(form.get("alt_fr"), form.get("alt_en")),
        credit=form.get("credit"),
        team=team,
        place=place,
        tags=tuple(form.getlist("tags")),
        consent=_consent(form.get("consent", ""), media),
        media=media,
    )


def _consent(text: str, media: tuple[str, ...]) -> Consent:
    if text in list(Consent):
        return Consent(text)
    return Consent.PENDING if media else Consent.NOT_NEEDED
