"""Announcements: a lead's word to the crew, its receipts, and the walls."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from mixroom.announcements import actions
from mixroom.announcements.live import VIEW
from mixroom.announcements.model import Audience
from mixroom.core import clock, ids
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import device_store
from mixroom.wall.live import SCREENS
from tests.cast import Cast
from tests.replay import assert_replays

SUPPER = Bilingual("Souper à 18 h", "Supper at 18:00")
CREW_OF_THE_CAST = 5  # without the screen


def _items(cast: Cast) -> list[dict[str, Any]]:
    with reading() as tx:
        return [dict(each) for each in VIEW.items(tx, cast.event.id).values()]


def test_everyone_is_told_and_those_who_have_read_it_are_counted_once(cast: Cast) -> None:
    sent = assert_replays(cast, partial(actions.send, cast.amelie, SUPPER))
    (item,) = _items(cast)
    assert (item["text"], item["by"]["name"]) == (SUPPER.as_dict(), "Amélie Roy")
    assert (item["told"], item["read"]) == (CREW_OF_THE_CAST - 1, 0)
    for reader in (cast.chloe, cast.driss, cast.driss):
        assert_replays(cast, partial(actions.acknowledge, reader, sent.id))
    assert _items(cast)[0]["read"] == 2


def test_a_retry_tells_nobody_twice(cast: Cast) -> None:
    key = ids.new()
    send = partial(actions.send, cast.amelie, SUPPER, announcement_id=key)
    assert send() == send()
    assert len(_items(cast)) == 1


def test_it_is_addressed_to_a_role_or_to_those_seen_lately(cast: Cast) -> None:
    to_press = partial(actions.send, audience=Audience.ROLE, role=Role.PRESS)
    assert to_press(cast.amelie, SUPPER).told == 1
    with transaction() as tx:
        signed_in = device_store.list_signed_in(tx, cast.event.id, clock.now())
        hers = [each.id for each in signed_in if each.person_id == cast.chloe.id]
        others = [each.id for each in signed_in if each.person_id != cast.chloe.id]
        device_store.set_last_seen(tx, hers, clock.now())
        device_store.set_last_seen(tx, others, clock.now() - timedelta(hours=1))
    assert actions.send(cast.amelie, SUPPER, audience=Audience.HERE).told == 1


def test_it_is_on_every_screen_if_the_lead_says_so(cast: Cast) -> None:
    assert_replays(cast, partial(actions.send, cast.amelie, SUPPER, on_walls=True, minutes=5))
    with reading() as tx:
        (screen,) = SCREENS.items(tx, cast.event.id).values()
    assert screen["asked"]["message"]["fr"] == SUPPER.fr


def test_it_can_be_taken_off(cast: Cast) -> None:
    sent = actions.send(cast.amelie, SUPPER, minutes=30)
    assert_replays(cast, partial(actions.end, cast.amelie, sent.id))
    assert str(_items(cast)[0]["until"]) <= f"{clock.now().isoformat()[:19]}Z"


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("text", {"text": Bilingual()}),
        ("text", {"text": Bilingual("a" * 201)}),
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": 241}),
        ("to", {"audience": Audience.ROLE}),
        ("to", {"audience": Audience.ROLE, "role": Role.SCREEN}),
        ("to", {"role": Role.PRESS}),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_was_typed(
    cast: Cast, field: str, changed: dict[str, object]
) -> None:
    with pytest.raises(InvalidError, match=field):
        actions.send(cast.amelie, **{"text": SUPPER, **changed})  # type: ignore[arg-type]
    assert not _items(cast)


def test_only_leads_send_and_only_their_own_event_reads(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.send(cast.ben, SUPPER)
    sent = actions.send(cast.amelie, SUPPER)
    for act in (actions.acknowledge, actions.end):
        with pytest.raises(NotFoundError):
            act(cast.eve, sent.id)
