"""How a feature's API is written: parse what was sent, and say in the route what it does."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pydantic
from flask import request
from werkzeug.exceptions import HTTPException

from mixroom.core.errors import InvalidError
from mixroom.web.problems import RefusedError

MOST_JSON = 256 * 1024  # bytes; photos travel as multipart
ROUTES = "/api/v1"
Body = TypeVar("Body", bound=pydantic.BaseModel)
Handler = TypeVar("Handler", bound=Callable[..., Any])


class Schema(pydantic.BaseModel):
    """A request body: unknown fields are refused, so that a typing mistake is seen."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=False)


@dataclass(frozen=True, slots=True)
class Operation:
    """What the OpenAPI document says of a route."""

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
    """Attach what the OpenAPI document says to a route's function."""

    def attach(handler: Handler) -> Handler:
        handler.operation = Operation(summary, answers, **more)  # type: ignore[attr-defined]
        return handler

    return attach


def parse(schema: type[Body]) -> Body:
    """Return the JSON body, checked.

    Raises InvalidError naming the first field that is wrong, RefusedError for what is no JSON.
    """
    if (request.content_length or 0) > MOST_JSON:
        raise RefusedError("too_large")
    if request.content_length and not request.is_json:
        raise RefusedError("wrong_type")
    request.max_content_length = MOST_JSON
    try:
        sent = (
            request.get_json(silent=False)
            if request.content_length != 0 and request.is_json
            else {}
        )
    except HTTPException as error:
        raise RefusedError("too_large" if error.code == 413 else "bad_request") from error  # noqa: PLR2004
    except (RecursionError, ValueError) as error:
        raise RefusedError("bad_request") from error
    return checked(schema, sent)


def checked(schema: type[Body], sent: object) -> Body:
    """Return what was sent, checked; raises InvalidError naming the first field that is wrong."""
    if not _is_text(sent):
        raise InvalidError("body", "malformed")
    try:
        return schema.model_validate(sent)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise InvalidError(where, _rule(first["type"]), **_facts(first)) from error


def _is_text(sent: object) -> bool:
    """Say whether every string can be kept: JSON may carry NUL and halves of characters."""
    if isinstance(sent, str):
        return "\0" not in sent and not any("\ud800" <= sign <= "\udfff" for sign in sent)
    if isinstance(sent, dict):
        return all(_is_text(part) for pair in sent.items() for part in pair)
    return not isinstance(sent, list) or all(map(_is_text, sent))


def _rule(kind: str) -> str:
    return {"missing": "missing", "string_too_long": "too_long", "too_long": "too_many"}.get(
        kind, "unknown" if kind in ("enum", "literal_error", "extra_forbidden") else "malformed"
    )


def _facts(error: Any) -> dict[str, Any]:
    most = (error.get("ctx") or {}).get("max_length")
    return {"most": most} if most else {}
