"""Filters of the plan's templates: where a picture lies in a frame, a time for a field."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from babel.numbers import format_decimal
from flask import g

from mixroom.plan.channels import Crop
from mixroom.plan.cropping import Place, placed
from mixroom.plan.hours import written_local
from mixroom.web.pages import current_event


def place_in(picture: Mapping[str, Any], crop: Crop) -> Place:
    """Return where a picture of a message lies in the frame of a channel."""
    x, y = picture["focus"]
    return placed(picture["width"], picture["height"], crop, (float(x), float(y)))


def for_field(at: datetime | None) -> str:
    """Return a time as the field for a day and a time holds it, by the museum's clock."""
    return written_local(at, current_event().zone)


def number(value: float) -> str:
    """Return a number as people write it in the page's language."""
    return str(format_decimal(value, locale="fr_CA" if g.lang == "fr" else "en_CA"))


FILTERS = (place_in, for_field, number)
