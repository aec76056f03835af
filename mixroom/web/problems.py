"""Answers for refusals: as problem JSON (RFC 9457), or as a page.

The tables here are those of the web layer and of `core`; features declare their own.
"""

import logging
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, jsonify, render_template, request
from werkzeug.exceptions import HTTPException, TooManyRequests

from mixroom.core.errors import InvalidError, MixroomError
from mixroom.core.speech import say
from mixroom.core.text import N_
from mixroom.web.declaration import Problem

log = logging.getLogger(__name__)
Route = TypeVar("Route", bound=Callable[..., Any])
FORM_STATUSES = (404, 409, 410, 422, 429)  # refusals that a person can fix in the form


PROBLEMS: Mapping[str, Problem] = {
    "bad_request": Problem(400, N_("The request could not be understood.")),
    "not_signed_in": Problem(401, N_("You need to be signed in. Open your invitation again.")),
    "not_allowed": Problem(403, N_("Your role does not allow this.")),
    "cross_site": Problem(403, N_("The request came from another site and was refused.")),
    "form_expired": Problem(403, N_("This page is too old. Reload it and try again.")),
    "not_found": Problem(404, N_("There is nothing here, or nothing for you.")),
    "method_not_allowed": Problem(405, N_("This address does not do that.")),
    "too_slow": Problem(408, N_("It did not arrive in time. Try again.")),
    "conflict": Problem(409, N_("This has changed in the meantime.")),
    "superseded": Problem(409, N_("Another connection is already sending this file.")),
    "too_large": Problem(413, N_("This is too large to be sent.")),
    "wrong_type": Problem(415, N_("This kind of content is not accepted here.")),
    "invalid": Problem(422, N_("Something is missing or not right.")),
    "too_many_requests": Problem(429, N_("That was a lot at once. Wait a moment and try again.")),
    "internal": Problem(
        500, N_("Something went wrong on the server. What you wrote is not lost; try again.")
    ),
    "database_unavailable": Problem(503, N_("The server is busy. It will work again in a moment.")),
    "unavailable": Problem(503, N_("The server is busy. It will work again in a moment.")),
    "database_full": Problem(
        507, N_("The server is full. Keep what you have: you can send it once there is room.")
    ),
    "store_full": Problem(
        507, N_("The server is full. Keep your photo: you can send it once there is room.")
    ),
}
# The message for each rule of an InvalidError.
RULES: Mapping[str, str] = {
    "missing": N_("This is required."),
    "empty": N_("The file is empty. Choose it again."),
    "too_long": N_("This is too long: %(most)s at most."),
    "file_too_large": N_("This file is too large: %(most)s MB at most."),
    "too_many": N_("There are too many: %(most)s at most."),
    "unknown": N_("This value is not recognised."),
    "malformed": N_("This is not in the right format."),
    "before_start": N_("The end is before the start."),
}
RETRY_AFTER = {429: 2, 503: 2, 507: 30}  # seconds after which to try again, by status
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
    """A refusal by the web layer itself."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


_TOO_MANY = RefusedError("too_many_requests")


def init(app: Flask, problems: Mapping[str, Problem], rules: Mapping[str, str]) -> None:
    """Answer every error as a problem; `problems` and `rules` are declared by the features."""
    app.extensions["problems"] = {**PROBLEMS, **problems}
    app.extensions["rules"] = {**RULES, **rules}
    app.register_error_handler(MixroomError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(TimeoutError, lambda _error: problem("too_slow"))
    app.register_error_handler(Exception, _mistake)


def problem(code: str, **more: Any) -> Response:
    """Return the answer for a refusal: JSON under /api or if the client asks for it, else a page.

    `more` are further members of the JSON.
    """
    status, message, retry_after = _problems()[code]
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
    if wait := retry_after or RETRY_AFTER.get(status):
        response.headers.setdefault("Retry-After", str(wait))
    return response


def explained(error: MixroomError) -> dict[str, Any]:
    """Return a refusal in the reader's language: its `status`, `title` and `errors` by field."""
    problems = _problems()
    status, title, _ = problems.get(error.code, problems["invalid"])
    errors = []
    if isinstance(error, InvalidError):
        message = say(g.lang, _rules()[error.rule], **error.facts)
        errors = [{"field": error.field, "message": message}]
    return {"status": status, "title": say(g.lang, title), "errors": errors}


def show_form_again(page: Callable[[dict[str, Any]], str]) -> Callable[[Route], Route]:
    """Answer a refused form with its page, which contains the typed values and the errors.

    `page` renders it from the refusal: the result of `explained`, with the form's `path` and
    `values`.
    """

    def around(route: Route) -> Route:
        @wraps(route)
        def tried(*args: Any, **kwargs: Any) -> Any:
            try:
                return route(*args, **kwargs)
            except (MixroomError, TooManyRequests) as error:
                refused = explained(error if isinstance(error, MixroomError) else _TOO_MANY)
                if refused["status"] not in FORM_STATUSES or not _wants_page():
                    raise
                refused |= {"path": request.path, "values": request.form}
                return page(refused), refused["status"]

        return cast(Route, tried)

    return around


def _refused(error: MixroomError) -> Response:
    code = error.code if error.code in _problems() else "invalid"
    more: dict[str, Any] = dict(error.facts)
    if error.detail and error.detail != error.code:
        more["detail"] = error.detail
    if isinstance(error, InvalidError):
        code = "invalid"
        message = say(g.get("lang", "fr"), _rules()[error.rule], **error.facts)
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


def _problems() -> Mapping[str, Problem]:
    return current_app.extensions["problems"]  # type: ignore[no-any-return]


def _rules() -> Mapping[str, str]:
    return current_app.extensions["rules"]  # type: ignore[no-any-return]
