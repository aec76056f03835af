"""The OpenAPI 3.1 document, made from the documentation of the routes."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import pydantic
from flask import Flask
from pydantic.json_schema import models_json_schema

from mixroom.web.api import ROUTES, Operation

REF = "#/components/schemas/{model}"
# How pydantic calls a class if another one has its name: mixroom__plan__moves__Status.
LONG_NAME = re.compile(r"\bmixroom__(\w+?)__\w*?__([A-Z][A-Za-z]*)\b")

Model = type[pydantic.BaseModel]
Schemas = Mapping[Any, dict[str, Any]]  # of each model, the reference to it


class Problem(pydantic.BaseModel):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None


def document(app: Flask, version: str) -> dict[str, Any]:
    """Return the document of all routes under /api/v1."""
    paths: dict[str, Any] = {}
    rules = [
        (rule, operation)
        for rule in app.url_map.iter_rules()
        if (operation := getattr(app.view_functions[rule.endpoint], "operation", None))
    ]
    references, schemas = _schemas(operation for _, operation in rules)
    for rule, operation in rules:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(ROUTES))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            described = _operation(operation, sorted(rule.arguments), rule.endpoint, references)
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


def _schemas(operations: Iterable[Operation]) -> tuple[Schemas, dict[str, Any]]:
    """Return the reference to each model, and the schemas, each with a name of its own."""
    found: set[Model] = {Problem}
    for each in operations:
        found |= {model for model in (each.body, *each.answers.values()) if model}
    models = sorted(found, key=lambda each: (each.__name__, each.__module__))
    pairs: list[tuple[Any, Literal["validation"]]] = [(model, "validation") for model in models]
    references, whole = models_json_schema(pairs, ref_template=REF)
    named = {model: _named(reference) for (model, _), reference in references.items()}
    return named, _named(whole["$defs"])


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    """Call classes that share a name by their feature: PlanStatus, SubmissionsStatus."""
    text = LONG_NAME.sub(
        lambda long: long[1].title().replace("_", "") + long[2], json.dumps(schema)
    )
    shortened: dict[str, Any] = json.loads(text)
    return shortened


def _operation(
    operation: Operation, arguments: list[str], endpoint: str, schemas: Schemas
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


def _answer(model: Model | None, schemas: Schemas) -> dict[str, Any]:
    if model is None:
        return {"description": "Done"}
    return {
        "description": (model.__doc__ or model.__name__).strip(),
        "content": _json(model, schemas),
    }


def _refusal() -> dict[str, Any]:
    schema = {"$ref": REF.format(model="Problem")}
    return {"description": "Refused", "content": {"application/problem+json": {"schema": schema}}}


def _json(model: Model, schemas: Schemas) -> dict[str, Any]:
    return {"application/json": {"schema": schemas[model]}}
