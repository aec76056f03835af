"""Actions on the preparation of an edition: its look, and the steps that it can do without."""

import re
from dataclasses import replace
from typing import Any

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Received, Store
from mixroom.crew.model import Person
from mixroom.event import results, store
from mixroom.event.programme import ProgrammeEntry
from mixroom.setup.model import LOGO_JOB, stored
from mixroom.setup.programme_rows import version_of

MAX_SKIPPED = 40


def write_programme(by: Person, programme: tuple[ProgrammeEntry, ...], before: str) -> None:
    """Replace the programme; `before` is the version that was edited.

    Raises InvalidError if someone else has changed it in the meantime.
    """
    by.must("event.edit")
    with transaction() as tx:
        event = store.require(tx, by.event_id)
        if before and before != version_of(event.programme):
            raise InvalidError("programme", "programme_changed")
        results.save(tx, replace(event, programme=programme), by=by.id)


def set_colours(by: Person, **colours: Any) -> None:
    """Set the museum's colours, `main` and `second`: `#rrggbb`, or None for those of Mixroom."""
    by.must("event.edit")
    with transaction() as tx:
        event = store.require(tx, by.event_id)
        look = replace(event.look, **colours)
        results.save(tx, replace(event, look=look), by=by.id)


def send_logo(by: Person, received: Received, files: Store) -> None:
    """Keep an uploaded logo and enqueue its processing; the previous one is shown until then."""
    try:
        by.must("event.edit")
        if not received.bytes:
            raise InvalidError("logo", "missing")
        with transaction() as tx:
            event = store.require(tx, by.event_id)
            file = f"sent-{received.sha256[:16]}"
            files.keep(received, stored(event.id, file))
            look = replace(event.look, upload=file, refusal=None)
            jobs.enqueue(tx, LOGO_JOB, {"event_id": event.id}, priority=1)
            results.save(tx, replace(event, look=look), by=by.id)
    finally:
        received.discard()


def remove_logo(by: Person) -> None:
    """Show the event's name alone again."""
    by.must("event.edit")
    with transaction() as tx:
        event = store.require(tx, by.event_id)
        look = replace(event.look, logo=None, upload=None, refusal=None)
        results.save(tx, replace(event, look=look), by=by.id)


def skip(by: Person, name: str, *, on: bool) -> None:
    """Take a step of the preparation off the list, or put it back."""
    by.must("event.edit")
    if not re.fullmatch(r"[a-z_]{1,20}", name):
        raise NotFoundError(name)
    with transaction() as tx:
        event = store.require(tx, by.event_id)
        others = [each for each in event.skipped if each != name]
        skipped = tuple([*others, name] if on else others)[-MAX_SKIPPED:]
        results.save(tx, replace(event, skipped=skipped), by=by.id)
