"""The OpenAPI 3.1 document, made from the documentation of the routes."""

import re
from typing import Any

import pydantic
from flask import Flask

from mixroom.web.api import ROUTES, Operation

REF = "#/components/schemas/{model}"


class Problem(pydantic.BaseModel):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None


def document(app: Flask, version: str) -> dict[str, Any]:
    """Return the document of all routes under /api/v1."""
    schemas: dict[str, Any] = {"Problem": Problem.model_json_schema(ref_template=REF)}
    paths: dict[str, Any] = {}
    for rule in app.url_map.iter_rules():
        operation = getattr(app.view_functions[rule.endpoint], "operation", None)
        if operation is None:
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(ROUTES))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            described = _operation(operation, sorted(rule.arguments), rule.endpoint, schemas)
            paths.setdefault(path, {})[method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "Mixroom", "version": version},
        "servers": [{"url": ROUTES}],
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "mixroom"},
            },
        },
        "security": [{"token": []}, {"session": []}],
    }


def _operation(
    operation: Operation, arguments: list[str], endpoint: str, schemas: dict[str, Any]
) -> dict[str, Any]:
    parameters = [_parameter(name, "path", "", required=True) for name in arguments]
    parameters += [_parameter(name, "query", what) for name, what in operation.query.items()]
    parameters += [_parameter(name, "header", what) for name, what in operation.headers.items()]
    described: dict[str, Any] = {
        "operationId": endpoint.replace(".", "_"),
        "summary": operation.summary,
        "parameters": parameters,
        "responses": {
            str(status): _answer(model, schemas) for status, model in operation.answers.items()
        }
        | {"default": _refusal()},
    }
    if operation.body:
        described["requestBody"] = {"required": True, "content": _json(operation.body, schemas)}
    if operation.multipart:
        form = {"type": "object", "required": ["file"], "properties": operation.multipart}
        content = {"multipart/form-data": {"schema": form}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.public:
        described["security"] = []
    return described


def _parameter(name: str, where: str, what: str, *, required: bool = False) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": name, "in": where, "description": what, "required": required, "schema": schema}


def _answer(model: type[pydantic.BaseModel] | None, schemas: dict[str, Any]) -> dict[str, Any]:
    if model is None:
        return {"description": "Done"}
    return {
        "description": (model.__doc__ or model.__name__).strip(),
        "content": _json(model, schemas),
    }


def _refusal() -> dict[str, Any]:
    schema = {"$ref": REF.format(model="Problem")}
    return {"description": "Refused", "content": {"application/problem+json": {"schema": schema}}}


def _json(model: type[pydantic.BaseModel], schemas: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=REF)
    schemas |= schema.pop("$defs", {})
    schemas[model.__name__] = schema
    return {"application/json": {"schema": {"$ref": REF.format(model=model.__name__)}}}
