"""A form that makes something carries the id of what it will make: sent twice, it makes one."""

from flask import request

from mixroom.core import ids


def id_once() -> str:
    """Return the id that this request's form carries, or a new one."""
    said = request.form.get("id", "")
    return said if ids.is_id(said) else ids.new()
