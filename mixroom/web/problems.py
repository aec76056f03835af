"""Every refusal as RFC 9457 problem JSON or as a page: one table from code to status and words."""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, TooManyRequests

from mixroom.core.errors import InvalidError, MixroomError
from mixroom.core.speech import say
from mixroom.core.text import N_

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable[..., Any])
OF_THE_FORM = (404, 409, 410, 422, 429)  # what someone who filled a form in can mend there

PROBLEMS: Mapping[str, tuple[int, str]] = {
    "bad_request": (400, N_("The request could not be understood.")),
    "not_signed_in": (401, N_("You need to be signed in. Open your invitation again.")),
    "not_allowed": (403, N_("Your role does not allow this.")),
    "cross_site": (403, N_("The request came from another site and was refused.")),
    "form_expired": (403, N_("This page is too old. Reload it and try again.")),
    "not_found": (404, N_("There is nothing here, or nothing for you.")),
    "method_not_allowed": (405, N_("This address does not do that.")),
    "too_slow": (408, N_("It did not arrive in time. Try again.")),
    "conflict": (409, N_("This has changed in the meantime.")),
    "wrong_status": (409, N_("This has changed in the meantime: it is no longer where it was.")),
    "claimed": (409, N_("Someone else has this open.")),
    "too_late": (409, N_("It is too late to undo this. Recall it instead.")),
    "own_submission": (409, N_("Someone else has to decide on what you sent.")),
    "consent_missing": (409, N_("The people in the photo have not agreed to be shown.")),
    "media_not_ready": (409, N_("The photo or the clip is not ready yet. Try again in a moment.")),
    "media_refused": (409, N_("The photo or the clip could not be used.")),
    "not_a_photo": (409, N_("Only photos can be cropped, turned or blurred.")),
    "not_shown": (409, N_("Only what is approved can be shown.")),
    "nothing_to_translate": (409, N_("Both languages say this already, or it is not shown.")),
    "translated_by_other": (409, N_("Someone else was asked to translate this.")),
    "key_reused": (409, N_("This key was already used for something else.")),
    "id_taken": (409, N_("This id is already taken.")),
    "wrong_offset": (409, N_("The upload is at another position. Ask where it is.")),
    "superseded": (409, N_("Another connection is already sending this file.")),
    "last_lead": (409, N_("An event needs at least one lead.")),
    "slug_taken": (409, N_("Another event has this short name.")),
    "invite_closed": (410, N_("This invitation is closed. Ask your lead for a new one.")),
    "invite_unknown": (
        404,
        N_("This invitation is not recognised. Check it, or ask for a new one."),
    ),
    "pairing_unknown": (404, N_("No screen is showing this code right now.")),
    "upload_expired": (410, N_("The part that had arrived was discarded. Send the file again.")),
    "tus_version": (412, N_("This server speaks tus 1.0.0.")),
    "lost_race": (412, N_("Someone changed this before you. Both texts are kept.")),
    "too_large": (413, N_("This is too large to be sent.")),
    "wrong_type": (415, N_("This kind of content is not accepted here.")),
    "no_such_part": (416, N_("The file has no such part.")),
    "invalid": (422, N_("Something is missing or not right.")),
    "too_many_requests": (429, N_("That was a lot at once. Wait a moment and try again.")),
    "too_much_announced": (
        429,
        N_("Many of your files are on their way already. Wait until some have arrived."),
    ),
    "checksum_mismatch": (460, N_("The data arrived damaged. Send it again.")),
    "internal": (
        500,
        N_("Something went wrong on the server. What you wrote is not lost; try again."),
    ),
    "database_unavailable": (503, N_("The server is busy. It will work again in a moment.")),
    "unavailable": (503, N_("The server is busy. It will work again in a moment.")),
    "event_full": (
        507,
        N_("The team has too many files on their way. Keep yours: it can be sent in a while."),
    ),
    "database_full": (
        507,
        N_("The server is full. Keep what you have: you can send it once there is room."),
    ),
    "store_full": (
        507,
        N_("The server is full. Keep your photo: you can send it once there is room."),
    ),
}
RULES: Mapping[str, str] = {
    "missing": N_("This is required."),
    "empty": N_("The file is empty. Choose it again."),
    "too_long": N_("This is too long: %(most)s at most."),
    "too_many": N_("There are too many: %(most)s at most."),
    "unknown": N_("This value is not recognised."),
    "malformed": N_("This is not in the right format."),
    "no_moment": N_(
        "Line %(n)s is not understood: “%(line)s”. Write the day, the time and the title, "
        "for example: 2 14:00 Table ronde | Round table"
    ),
    "too_far": N_("This is too far ahead."),
    "before_start": N_("The end is before the start."),
    "more_than_a_third": N_("No sponsor can have more than 33% of the time."),
    "more_than_all": N_("More is promised than there is time."),
    "outside": N_("This goes beyond the edge of the picture."),
    "too_small": N_("This is too small."),
    "needs_note": N_("Say briefly why."),
}
# Seconds after which trying again may help.
RETRY_AFTER: Mapping[str | int, int] = {
    429: 2,
    503: 2,
    507: 30,
    "too_much_announced": 30,
    "event_full": 60,
}
BY_STATUS = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_type",
    416: "no_such_part",
    429: "too_many_requests",
}


class RefusedError(MixroomError):
    """A refusal by the web layer itself, by its code."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


_TOO_MANY = RefusedError("too_many_requests")


def init(app: Flask) -> None:
    """Answer every error as a problem."""
    app.register_error_handler(MixroomError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TimeoutError, lambda _error: problem("too_slow"))
    app.register_error_handler(Exception, _mistake)


def problem(code: str, **more: Any) -> Response:
    """Return a refusal, as JSON under /api and where it is asked for, else as a page."""
    status, message = PROBLEMS[code]
    title = say(g.get("lang", "fr"), message)
    if _wants_page():
        response = current_app.make_response(
            (render_template("error.html", title=title, status=status, code=code), status)
        )
    else:
        body = {"type": f"about:blank#{code}", "title": title, "status": status, "code": code}
        response = jsonify(body | more)
        response.status_code = status
        response.content_type = "application/problem+json"
    if wait := RETRY_AFTER.get(code) or RETRY_AFTER.get(status):
        response.headers.setdefault("Retry-After", str(wait))
    return response


def told(error: MixroomError) -> dict[str, Any]:
    """Return a refusal in the reader's words: status, title, and what is wrong with which field."""
    status, title = PROBLEMS.get(error.code, PROBLEMS["invalid"])
    errors = []
    if isinstance(error, InvalidError):
        message = say(g.lang, RULES[error.rule], **error.facts)
        errors = [{"field": error.field, "message": message}]
    return {"status": status, "title": say(g.lang, title), "errors": errors}


def beside(page: Callable[[dict[str, Any]], str]) -> Callable[[View], View]:
    """Answer a form that is refused with its own page: what was typed is there, and what is wrong.

    `page` makes it from the refusal, as `told` returns it, with `path` and `values` of the form.
    """

    def around(view: View) -> View:
        @wraps(view)
        def tried(*args: Any, **kwargs: Any) -> Any:
            try:
                return view(*args, **kwargs)
            except (MixroomError, TooManyRequests) as error:
                refused = told(error if isinstance(error, MixroomError) else _TOO_MANY)
                if refused["status"] not in OF_THE_FORM or not _wants_page():
                    raise
                refused |= {"path": request.path, "values": request.form}
                return page(refused), refused["status"]

        return cast(View, tried)

    return around


def _refused(error: MixroomError) -> Response:
    code = error.code if error.code in PROBLEMS else "invalid"
    more: dict[str, Any] = dict(error.facts)
    if error.detail and error.detail != error.code:
        more["detail"] = error.detail
    if isinstance(error, InvalidError):
        code = "invalid"
        message = say(g.get("lang", "fr"), RULES[error.rule], **error.facts)
        more = {"detail": message, "errors": [{"field": error.field, "message": message}]}
    return problem(code, **more)


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:  # noqa: PLR2004  a redirect
        return error.get_response()  # type: ignore[return-value]
    return problem(BY_STATUS.get(error.code or 500, "bad_request"))


def _mistake(error: Exception) -> Response:
    log.error("mistake at %s %s", request.method, request.path, exc_info=error)
    return problem("internal")


def _wants_page() -> bool:
    if request.path.startswith(("/api/", "/socket.io")):
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
