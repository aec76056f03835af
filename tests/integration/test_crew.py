"""Ways in and out of the crew, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from mixroom.core import clock
from mixroom.core.db import reading
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions, queries, store
from mixroom.crew.model import (
    InviteClosedError,
    InviteUnknownError,
    LastLeadError,
    PairingUnknownError,
)
from mixroom.event import actions as event_actions
from mixroom.event import store as event_store
from mixroom.event.model import GroupKind, Languages
from tests.cast import Cast
from tests.replay import assert_replays


def test_an_invite_lets_its_person_in_by_link_or_by_code(cast: Cast) -> None:
    way = assert_replays(
        cast, lambda: actions.invite(cast.amelie, " Léa \u202e Tran ", Role.BLOGGER)
    )
    assert way.person.name == "Léa Tran"
    person, event = queries.invited(way.token)
    assert (person.id, event.id) == (way.person.id, cast.event.id)
    _, secret = actions.redeem(way.token, "iPhone · Safari")
    _, other = actions.redeem(f"{way.code[:4].lower()} {way.code[4:]}", "Laptop")
    for each in (secret, other):
        found = actions.signed_in(each)
        assert found is not None
        assert found[0].id == way.person.id


def test_looking_never_uses_an_invite_up(cast: Cast) -> None:
    way = actions.invite(cast.amelie, "Léa", Role.BLOGGER)
    for _ in range(20):
        assert queries.invited(way.token)[0] == way.person
    for device in range(3):  # as many as an invite is good for
        person, secret = actions.redeem(way.token, f"device {device}")
        assert person == way.person
        assert actions.signed_in(secret) is not None


def test_an_invite_is_good_for_three_devices(cast: Cast) -> None:
    way = actions.invite(cast.amelie, "Léa", Role.BLOGGER)
    for number in range(3):
        actions.redeem(way.token, f"device {number}")
    with pytest.raises(InviteClosedError):
        actions.redeem(way.token, "one too many")


def test_of_twenty_at_once_three_get_in(cast: Cast) -> None:
    way = actions.invite(cast.amelie, "Léa", Role.BLOGGER)

    def attempt(number: int) -> bool:
        try:
            actions.redeem(way.token, f"device {number}")
        except InviteClosedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(20))) == 3


def test_an_invite_closes_a_day_after_its_first_use(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = actions.invite(cast.amelie, "Léa", Role.BLOGGER)
    actions.redeem(way.token, "iPhone")
    later = clock.now() + timedelta(hours=25)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(InviteClosedError):
        actions.redeem(way.token, "iPad")


def test_a_new_invite_closes_the_old_one(cast: Cast) -> None:
    way = actions.invite(cast.amelie, "Léa", Role.BLOGGER)
    actions.invite_again(cast.amelie, way.person.id)
    with pytest.raises(InviteUnknownError):
        queries.invited(way.token)


def test_the_first_lead_is_let_in_once(cast: Cast) -> None:
    event = event_actions.create(
        "autre", Bilingual("Autre", "Other"), date(2015, 11, 6), date(2015, 11, 8), "Europe/Paris"
    )
    way = actions.first_lead(event.id)
    again = actions.first_lead(event.id)
    assert way is not None
    assert again is not None
    assert again.person == way.person
    lead, _ = actions.redeem(way.token, "Laptop")
    assert actions.first_lead(event.id) is None
    assert not _lead_is_named(event.id), "letters would say the name that nobody chose"
    actions.edit(lead, lead.id, name="Noémie Roy")
    assert _lead_is_named(event.id)
    with pytest.raises(InviteClosedError):
        actions.redeem(way.token, "Someone else’s")


def test_a_revoked_device_is_out_and_others_stay(cast: Cast) -> None:
    way = actions.invite(cast.amelie, "Léa", Role.BLOGGER)
    _, lost = actions.redeem(way.token, "lost phone")
    _, kept = actions.redeem(way.token, "laptop")
    found = actions.signed_in(lost)
    assert found is not None
    assert_replays(cast, lambda: actions.revoke(cast.amelie, found[1].id))
    assert actions.signed_in(lost) is None
    assert actions.signed_in(kept) is not None


def test_one_signs_out_ones_own_devices_only(cast: Cast) -> None:
    device = actions.signed_in(cast.tokens["chloe"])
    assert device is not None
    with pytest.raises(NotAllowedError):
        actions.revoke(cast.driss, device[1].id)
    with pytest.raises(NotFoundError):
        actions.revoke(cast.eve, device[1].id)
    actions.revoke(cast.chloe, device[1].id)
    assert actions.signed_in(cast.tokens["chloe"]) is None


def test_who_is_removed_is_out_on_every_device(cast: Cast) -> None:
    assert_replays(cast, lambda: actions.remove(cast.amelie, cast.driss.id))
    assert actions.signed_in(cast.tokens["driss"]) is None


def test_an_event_keeps_a_lead(cast: Cast) -> None:
    with pytest.raises(LastLeadError):
        actions.remove(cast.amelie, cast.amelie.id)


def test_a_sign_in_ends_after_the_event(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    way = actions.invite(cast.amelie, "Léa", Role.BLOGGER)
    _, secret = actions.redeem(way.token, "iPhone")
    for days, valid in ((4, True), (6, False)):
        later = now + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda later=later: later)
        assert (actions.signed_in(secret) is not None) is valid
        assert actions.signed_in(cast.tokens["mur"]) is not None  # a script's token has no end


def test_a_clock_that_steps_back_signs_nobody_out(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = clock.now() - timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: earlier)
    for token in cast.tokens.values():
        assert actions.signed_in(token) is not None


def test_a_screen_is_paired_by_the_code_it_shows(cast: Cast) -> None:
    code, secret = actions.ask_pairing()
    assert actions.claim_pairing(secret, "Chromium") is None
    screen = assert_replays(cast, lambda: actions.pair(cast.amelie, code.lower(), "Mur de l’est"))
    assert screen.role is Role.SCREEN
    signed = actions.claim_pairing(secret, "Chromium")
    assert signed is not None
    found = actions.signed_in(signed)
    assert found is not None
    assert found[0].id == screen.id
    with pytest.raises(PairingUnknownError):
        actions.claim_pairing(secret, "Chromium")


def test_a_wrong_or_old_code_pairs_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    code, _ = actions.ask_pairing()
    with reading() as tx:
        before = store.people_of(tx, cast.event.id)
    with pytest.raises(PairingUnknownError):
        actions.pair(cast.amelie, "ABCD 1234", "Mur")
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(PairingUnknownError):
        actions.pair(cast.amelie, code, "Mur")
    with reading() as tx:
        assert store.people_of(tx, cast.event.id) == before


@pytest.mark.parametrize("name", ["ben", "chloe", "flora", "mur"])
def test_only_the_lead_changes_the_team(cast: Cast, name: str) -> None:
    by = cast.people[name]
    for attempt in (
        lambda: actions.invite(by, "X", Role.LEAD),
        lambda: actions.invite_again(by, cast.amelie.id),
        lambda: actions.remove(by, cast.driss.id),
        lambda: actions.pair(by, "ABCD1234", "Mur"),
        lambda: event_actions.add_group(by, GroupKind.TEAM, Bilingual("X")),
    ):
        with pytest.raises(NotAllowedError):
            attempt()


def test_the_event_can_be_edited_and_its_groups(cast: Cast) -> None:
    edited = assert_replays(
        cast,
        lambda: event_actions.edit(
            cast.amelie,
            name=Bilingual("Museomix MTL"),
            starts_on=date(2016, 11, 10),
            ends_on=date(2016, 11, 12),
            timezone="Europe/Paris",
        ),
    )
    assert len(edited.days) == 3
    assert edited.languages is Languages.FRENCH_FIRST
    again = assert_replays(
        cast, lambda: event_actions.edit(cast.amelie, languages=Languages.ALTERNATING)
    )
    assert again.languages is Languages.ALTERNATING
    with reading() as tx:
        assert event_store.get(tx, cast.event.id) == again
    group = assert_replays(
        cast,
        lambda: event_actions.add_group(cast.amelie, GroupKind.PLACE, Bilingual("Toit", "Roof")),
    )
    assert_replays(cast, lambda: event_actions.remove_group(cast.amelie, group.id))
    with pytest.raises(NotFoundError):
        event_actions.remove_group(cast.amelie, group.id)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("ends_on", {"ends_on": date(2016, 1, 1)}),
        ("ends_on", {"ends_on": date(2017, 12, 1)}),
        ("timezone", {"timezone": "Mars/Olympus"}),
        ("name", {"name": Bilingual()}),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(
    cast: Cast, field: str, more: dict[str, object]
) -> None:
    good: dict[str, object] = {
        "name": Bilingual("Museomix"),
        "starts_on": date(2016, 11, 10),
        "ends_on": date(2016, 11, 12),
        "timezone": "Europe/Paris",
    }
    with pytest.raises(InvalidError) as refused:
        event_actions.edit(cast.amelie, **{**good, **more})  # type: ignore[arg-type]
    assert refused.value.field == field


def _lead_is_named(event_id: str) -> bool:
    with reading() as tx:
        return queries.has_named_leads(tx, event_id)
