"""Tools for API routes: parsing of bodies and parameters, and documentation of routes."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import pydantic
from flask import request
from werkzeug.exceptions import HTTPException

from mixroom.core.errors import InvalidError
from mixroom.web.problems import RefusedError

MAX_JSON_BYTES = 256 * 1024  # photos travel as multipart
MAX_DEPTH = 16  # levels of nesting
MAX_NUMBER = 2**53 - 1  # the largest integer that JSON can carry in any language
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
ROUTES = "/api/v1"
Body = TypeVar("Body", bound=pydantic.BaseModel)
Handler = TypeVar("Handler", bound=Callable[..., Any])


class Schema(pydantic.BaseModel):
    """A request body; unknown fields are refused, so that a typing mistake is noticed."""

    model_config = pydantic.ConfigDict(
        extra="forbid", str_strip_whitespace=False, allow_inf_nan=False
    )


class Text(Schema):
    """A text in French, in English or in both."""

    fr: str | None = None
    en: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """The documentation of a route, for the OpenAPI document."""

    summary: str
    answers: dict[int, type[pydantic.BaseModel] | None]
    body: type[pydantic.BaseModel] | None = None
    multipart: dict[str, dict[str, Any]] | None = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    public: bool = False


def documented(
    summary: str,
    answers: dict[int, type[pydantic.BaseModel] | None],
    **more: Any,
) -> Callable[[Handler], Handler]:
    """Document a route for the OpenAPI document; `more` are fields of Operation.

    `answers` maps each status to the model of the answer, or None for an empty one.
    """

    def attach(handler: Handler) -> Handler:
        handler.operation = Operation(summary, answers, **more)  # type: ignore[attr-defined]
        return handler

    return attach


def _plausible(time: datetime) -> datetime:
    if not FIRST <= time.replace(tzinfo=UTC) < LAST:
        raise ValueError("too far from the present")
    return time


# A time in a request: with a zone, and far enough from the ends of the calendar to calculate with.
Timestamp = Annotated[pydantic.AwareDatetime, pydantic.AfterValidator(_plausible)]


def timestamp(text: str, field: str) -> datetime:
    """Read a time from a query parameter (RFC 3339 with a zone); raises InvalidError."""
    try:
        return pydantic.TypeAdapter(Timestamp).validate_python(text)
    except pydantic.ValidationError as error:
        raise InvalidError(field, "malformed") from error


def number(text: str, field: str, most: int = MAX_NUMBER) -> int:
    """Read a whole number from digits, at most `most`; raises InvalidError for `field`."""
    if not re.fullmatch("[0-9]{1,18}", text) or int(text) > most:
        raise InvalidError(field, "malformed")
    return int(text)


def parse(schema: type[Body]) -> Body:
    """Read and check the JSON body of the request.

    Raises InvalidError for the first wrong field, and RefusedError if the body is not JSON.
    """
    return validated(schema, json_body())


def json_body() -> object:
    """Return the JSON body of the request, unchecked; raises RefusedError if it is not JSON."""
    if (request.content_length or 0) > MAX_JSON_BYTES:
        raise RefusedError("too_large")
    if request.content_length and not request.is_json:
        raise RefusedError("wrong_type")
    request.max_content_length = MAX_JSON_BYTES
    try:
        if request.content_length == 0 or not request.is_json:
            return {}
        found: object = request.get_json(silent=False)
    except HTTPException as error:
        raise RefusedError("too_large" if error.code == 413 else "bad_request") from error  # noqa: PLR2004
    except (RecursionError, ValueError) as error:
        raise RefusedError("bad_request") from error
    if not _is_shallow(found):
        raise RefusedError("bad_request")
    return found


def validated(schema: type[Body], value: object) -> Body:
    """Check a value by a schema; raises InvalidError for the first wrong field."""
    if not _is_shallow(value) or not _is_text(value):
        raise InvalidError("body", "malformed")
    try:
        return schema.model_validate(value)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise InvalidError(where, _rule(first["type"]), **_facts(first)) from error


def _is_shallow(value: object) -> bool:
    """Return whether a value is nested no deeper than MAX_DEPTH, which keeps parsers safe."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for each in level for part in _parts(each)]
        if not level:
            return True
    return False


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _is_text(value: object) -> bool:
    """Return whether databases can keep every string: JSON may contain NUL and lone surrogates."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, dict):
        return all(_is_text(part) for pair in value.items() for part in pair)
    return not isinstance(value, list) or all(map(_is_text, value))


def _rule(kind: str) -> str:
    return {"missing": "missing", "string_too_long": "too_long", "too_long": "too_many"}.get(
        kind, "unknown" if kind in ("enum", "literal_error", "extra_forbidden") else "malformed"
    )


def _facts(error: Any) -> dict[str, Any]:
    most = (error.get("ctx") or {}).get("max_length")
    return {"most": most} if most else {}
