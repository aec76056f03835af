"""The desk of a volunteer (/send), the photos themselves, and the public page."""

import re
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, g, redirect, request
from werkzeug.datastructures import FileStorage

from mixroom.core import ids
from mixroom.core.db import reading
from mixroom.core.errors import InvalidError, MixroomError, NotFoundError
from mixroom.core.files import Store
from mixroom.core.materialized import MaterializedView
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.event import store as event_store
from mixroom.event.model import GroupKind
from mixroom.media import actions as media_actions
from mixroom.media.filetypes import MediaKind, kind_of, takes_clips
from mixroom.media.model import Media
from mixroom.settings import Settings
from mixroom.submissions import actions, store
from mixroom.submissions.content import MOST_PHOTOS, Consent, Content, Kind
from mixroom.submissions.live import DESK, PUBLIC
from mixroom.submissions.public import public_page
from mixroom.team.asking import member
from mixroom.team.model import Person
from mixroom.web.declaration import hook
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, latest, listed
from mixroom.web.pages import event_here, render
from mixroom.web.problems import told
from mixroom.web.stored import send_in_pieces, send_stored

MOST_ON_PAGE = 200  # of one's own submissions, before one asks for the older ones
A_MINUTE = "public, max-age=60"
MOST_ON_A_CARD = 200  # photos that are chosen at once, each to be sent on its own
RENDITION = re.compile(r"(thumb|card|wall|plain)-[0-9a-f]{16}\.jpg|clip-[0-9a-f]{16}\.mp4")
BOUND = "default-src 'none'; sandbox"


def blueprint(settings: Settings, files: Store) -> Blueprint:
    """Return the routes."""
    web = Blueprint("submissions", __name__)

    def desk(by: Person, *, sent: str | None = None, left_out: int = 0, problem: Any = None) -> str:
        by.must("submission.submit")
        limits = _limits(settings, hook("longest_caption")(by.event_id))
        return _desk(by, limits, sent=sent, left_out=left_out, problem=problem)

    @web.app_context_processor
    def bar() -> dict[str, Any]:
        return {"due": due}

    @web.get("/send")
    def send() -> str:
        left_out = request.args.get("left_out", "")
        few = int(left_out) if re.fullmatch(r"[1-9]\d?", left_out) else 0
        return desk(member(), sent=request.args.get("sent"), left_out=few)

    @web.post("/send")
    @limiter.limit(settings.submit_rate)
    def send_form() -> Any:
        by = member()
        key = request.form.get("id", "")
        key = key if ids.is_id(key) else ids.new()
        try:
            left_out = _send_form(by, key, files, settings)
        except MixroomError as error:
            refused = told(error)
            return desk(by, problem=refused), refused["status"]
        rest = f"&left_out={left_out}" if left_out else ""
        return redirect(f"/send?sent={key}{rest}", 303)

    @web.get("/media/<media_id>/<name>")
    def photo(media_id: str, name: str) -> Response:
        by = g.identity.person if g.identity else None
        media, public = actions.photo(by, media_id)
        retouches = by is not None and by.reviews and by.event_id == media.event_id
        shown = media.shows(name) or (retouches and name in media.files)
        if not shown or not RENDITION.fullmatch(name):
            raise NotFoundError(name)
        stored = media.stored(name)
        response = (
            send_in_pieces(files, stored, "video/mp4")
            if name.endswith(".mp4")
            else send_stored(files, stored, "image/jpeg")
        )
        response.headers["Cache-Control"] = (
            A_MINUTE if public and media.shows(name) else "private, no-store"
        )
        response.headers["Content-Security-Policy"] = BOUND
        response.headers["Content-Disposition"] = "inline"
        return response

    @web.get("/")
    def public() -> Response | str:
        event = event_here()
        found = listed(PUBLIC, event.id) if event else MaterializedView(PUBLIC, "", 0, {})
        return public_page(event, found)

    return web


def _send_form(by: Person, key: str, files: Store, settings: Settings) -> int:
    """Do what the page's script would: each photo first, then what is said about them.

    Empty files, as galleries hand them over, hold nothing else up; return how many there were.
    """
    form = request.form
    chosen = [file for file in request.files.getlist("photos") if file.filename]
    photos = [file for file in chosen if not _is_empty(file)]
    said = form.get("text_fr", "") + form.get("text_en", "")
    if chosen and not photos and not said.strip():
        raise InvalidError("photos", "empty")
    if len(photos) > MOST_PHOTOS:
        raise InvalidError("photos", "too_many", most=MOST_PHOTOS)
    uploaded = [_upload(by, file, files, settings) for file in photos]
    media = tuple(each.id for each in uploaded)
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
    assert event is not None
    kind = Kind.QUOTE if form.get("kind") == "quote" else Kind.POST
    if media:
        kind = Kind.VIDEO if all(each.is_clip for each in uploaded) else Kind.PHOTO
    consent = form.get("consent", "")
    content = Content(
        kind=kind,
        text=Bilingual.of(form.get("text_fr"), form.get("text_en")),
        alt=Bilingual.of(form.get("alt_fr"), form.get("alt_en")),
        credit=form.get("credit"),
        team=event.named(GroupKind.TEAM, form.get("team")),
        place=event.named(GroupKind.PLACE, form.get("place")),
        tags=tuple(form.getlist("tags")),
        consent=_consent(consent, media),
        media=media,
    )
    actions.submit(by, content, key=key, submission_id=key)
    return len(chosen) - len(photos)


def _is_empty(file: FileStorage) -> bool:
    empty = not file.stream.read(1)
    file.stream.seek(0)
    return empty


def _upload(by: Person, file: FileStorage, files: Store, settings: Settings) -> Media:
    clip = kind_of(file.stream.read(64), MediaKind.PHOTO) is MediaKind.VIDEO
    file.stream.seek(0)
    received = files.receive(cast(BinaryIO, file.stream), settings.most_bytes(clip=clip))
    media, _ = media_actions.upload(by, received, files)
    return media


def _consent(text: str, media: tuple[str, ...]) -> Consent:
    if text in list(Consent):
        return Consent(text)
    return Consent.PENDING if media else Consent.NOT_NEEDED


def _limits(settings: Settings, caption: int) -> dict[str, int]:
    return {
        "caption": caption,
        "photos": MOST_PHOTOS,
        "card": MOST_ON_A_CARD,
        "photo_mb": settings.max_upload_mb,
        "clip_mb": settings.max_clip_mb if takes_clips() else 0,
    }


def _desk(
    by: Person, limits: dict[str, int], *, sent: str | None, left_out: int, problem: Any
) -> str:
    own = listed(DESK, by.id)
    newest = latest(own, MOST_ON_PAGE)
    return render(
        "send/send.html",
        view=PageView(own, newest),
        older=len(own.items) - len(newest),
        limits=limits,
        sent=sent,
        left_out=left_out,
        problem=problem,
        values=_typed() if problem else {"id": ids.new()},
    )


def _typed() -> dict[str, Any]:
    """Return what was in the form, so that nobody types it twice."""
    return request.form.to_dict() | {"tags": request.form.getlist("tags")}


def due() -> int:
    """Return how many of one's submissions came back, for the menu of every page."""
    identity = g.get("identity")
    if identity is None or identity.person.role == Role.SCREEN:
        return 0
    with reading() as tx:
        return store.returned_to(tx, identity.person.id)
