"""Sponsors: what is promised, what the walls follow, and each second shown, counted once."""

import io
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from mixroom.core import clock, db, ids
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.migrate import migrate
from mixroom.sponsors import actions, queries, store
from mixroom.sponsors.live import VIEW
from mixroom.sponsors.model import (
    MAX_SHARE,
    Exposure,
    Promise,
    Sponsor,
    Tier,
    Unit,
    Where,
    check_promises,
    checked_sponsor,
)
from tests.cast import Cast
from tests.client import Api
from tests.migrations import DOWN, migrated
from tests.replay import assert_replays
from tests.servers import Server, until


def sponsor(by: Person, name: str = "Fondation Lumen", percent: float = 10) -> Sponsor:
    """Enter a sponsor."""
    promise = Promise(percent)
    return actions.add(by, name=Bilingual.of(name), tier=Tier.PARTNER, promise=promise)


def exposure(sponsor_id: str | None, seconds: float = 8, **more: Any) -> Exposure:
    """Return what a screen tells."""
    began = more.pop("began_at", clock.now() - timedelta(minutes=5))
    return Exposure(more.pop("id", ids.new()), sponsor_id, began, seconds, Where.STRIP)


def test_a_sponsor_is_entered_changed_and_removed(cast: Cast) -> None:
    entered = assert_replays(cast, lambda: sponsor(cast.amelie))
    with db.reading() as tx:
        assert VIEW.items(tx, cast.event.id)[entered.id]["share"] == pytest.approx(0.1)
    in_seconds = Promise(3600, Unit.SECONDS)
    changed = assert_replays(
        cast, lambda: actions.edit(cast.amelie, entered.id, promise=in_seconds)
    )
    assert changed.promise.percent == pytest.approx(10)
    silent = assert_replays(cast, lambda: actions.add_blackout(cast.amelie, 1, "14:00", "15:00"))
    with db.reading() as tx:
        silences = VIEW.items(tx, cast.event.id)[cast.event.id]["blackouts"]
    assert silences == [{"day": 1, "from": "14:00", "to": "15:00"}]
    assert_replays(cast, lambda: actions.remove_blackout(cast.amelie, silent.id))
    assert_replays(cast, lambda: actions.remove(cast.amelie, entered.id))
    with db.reading() as tx:
        assert set(VIEW.items(tx, cast.event.id)) == {cast.event.id}


def test_only_the_lead_of_the_event_enters_sponsors(cast: Cast) -> None:
    entered = sponsor(cast.amelie)
    for other in (cast.ben, cast.chloe, cast.mur):
        with pytest.raises(NotAllowedError):
            sponsor(other)
    with pytest.raises(NotFoundError):
        actions.edit(cast.eve, entered.id, tier=Tier.MAJOR)
    with pytest.raises(NotFoundError):
        actions.remove(cast.eve, entered.id)
    with pytest.raises(NotAllowedError):
        actions.count(cast.amelie, [exposure(entered.id)])


amounts = st.floats(0, 60, allow_nan=False)


@given(percents=st.lists(amounts, min_size=1, max_size=8))
def test_no_more_is_promised_than_there_is(percents: list[float]) -> None:
    several = [
        Sponsor(str(n), "event", Bilingual("S"), Tier.FRIEND, Promise(percent), n)
        for n, percent in enumerate(percents)
    ]
    for each in several:
        if each.promise.percent > MAX_SHARE:
            with pytest.raises(InvalidError):
                checked_sponsor(each)
        else:
            assert checked_sponsor(each) is each
    if sum(percents) > 100.001:
        with pytest.raises(InvalidError):
            check_promises(several)
    elif sum(percents) <= 100:
        check_promises(several)


def test_promises_are_held_to_the_whole_when_they_change(cast: Cast) -> None:
    three = [sponsor(cast.amelie, f"S{n}", 33) for n in range(3)]
    with pytest.raises(InvalidError):
        sponsor(cast.amelie, "S4", 2)
    actions.edit(cast.amelie, three[0].id, promise=Promise(10))
    sponsor(cast.amelie, "S4", 24)
    with pytest.raises(InvalidError):
        actions.edit(cast.amelie, three[0].id, promise=Promise(11))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "lumen.ca", "https://", "https://[", "ftp://lumen.ca"]
)
def test_an_address_is_one_of_the_web(cast: Cast, url: str) -> None:
    with pytest.raises(InvalidError):
        actions.add(cast.amelie, name=Bilingual("S"), tier=Tier.FRIEND, promise=Promise(), url=url)


@pytest.mark.parametrize(
    ("day", "starts", "ends"),
    [(3, "10:00", "11:00"), (-1, "10:00", "11:00"), (0, "11:00", "10:00"), (0, "25:00", "26:00")],
)
def test_a_blackout_is_a_part_of_a_day_of_the_event(
    cast: Cast, day: int, starts: str, ends: str
) -> None:
    with pytest.raises(InvalidError):
        actions.add_blackout(cast.amelie, day, starts, ends)


def test_each_exposure_counts_once_however_often_it_is_told(cast: Cast) -> None:
    lumen, brook = sponsor(cast.amelie), sponsor(cast.amelie, "Caisse du Ruisseau")
    dice = random.Random(4)
    told = [
        exposure(dice.choice([lumen.id, brook.id, None]), dice.uniform(0.5, 8)) for _ in range(60)
    ]
    counted = 0
    for _ in range(40):
        batch = dice.sample(told, dice.randint(1, 20))
        counted += actions.count(cast.mur, batch + batch[:2]).counted
    counted += actions.count(cast.mur, told).counted
    assert counted == len(told)
    assert actions.count(cast.mur, told).known == len(told)
    for sponsor_id in (lumen.id, brook.id, None):
        sums = [each for each in queries.shown(cast.amelie) if each.sponsor_id == sponsor_id]
        expected = sum(each.seconds for each in told if each.sponsor_id == sponsor_id)
        assert sum(each.seconds for each in sums) == pytest.approx(expected)


def test_what_cannot_be_true_is_left_out_and_holds_nothing_up(cast: Cast) -> None:
    ours, theirs = sponsor(cast.amelie), sponsor(cast.eve)
    wrong = [
        exposure(ours.id, 0),
        exposure(ours.id, -3),
        exposure(ours.id, 3600),
        exposure(ours.id, began_at=clock.now() + timedelta(days=1)),
        exposure(theirs.id),
        exposure(ids.new()),
    ]
    told = actions.count(cast.mur, [*wrong, exposure(ours.id)])
    assert (told.counted, told.known, told.refused) == (1, 0, len(wrong))
    assert queries.shown(cast.eve) == []


def test_sums_are_for_each_hour_and_stay_when_a_sponsor_goes(cast: Cast) -> None:
    entered = sponsor(cast.amelie)
    first = datetime(2015, 11, 7, 14, 59, 58, tzinfo=UTC)
    told = [exposure(entered.id, 6, began_at=first + timedelta(seconds=6 * n)) for n in range(3)]
    actions.count(cast.mur, told)
    actions.remove(cast.amelie, entered.id)
    hours = {each.hour.hour: each.seconds for each in queries.shown(cast.amelie)}
    assert hours == {14: 6, 15: 12}
    until_three = first.replace(hour=15, minute=0, second=0)
    assert [each.seconds for each in queries.shown(cast.amelie, until=until_three)] == [6]
    assert [each.seconds for each in queries.shown(cast.amelie, since=until_three)] == [12]
    assert queries.shown(cast.amelie, sponsor_id=ids.new()) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_names_of_before_become_sponsors_with_equal_shares(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres").create(f"old_{tmp_path.name}")
    engine = db.connect(url)
    migrated(engine, "0004")
    facts = {
        "id": ids.new(),
        "slug": "old",
        "name_fr": "Museomix",
        "starts_on": date(2015, 11, 6),
        "ends_on": date(2015, 11, 8),
        "timezone": "America/Toronto",
        "rehearsal": False,
        "programme": "",
        "sponsors": "Fondation Lumen\nCaisse du Ruisseau\n",
        "hashtags": "",
        "created_at": clock.now(),
    }
    with engine.begin() as tx:
        old = sa.Table("event", sa.MetaData(), autoload_with=tx)
        tx.execute(old.insert().values(facts))
    migrate()
    with db.reading() as tx:
        found = store.list_all(tx, facts["id"])
    shares = [(each.name.fr, each.promise.percent) for each in found]
    assert shares == [("Fondation Lumen", 33), ("Caisse du Ruisseau", 33)]
    migrated(engine, "0004", DOWN)
    with engine.begin() as tx:
        names = tx.execute(sa.text("SELECT sponsors FROM event")).scalar()
    assert names == "Fondation Lumen\nCaisse du Ruisseau"
    engine.dispose()


def test_the_api_takes_sponsors_and_exposures(server: Server, guests: Cast) -> None:
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        body = {"name": {"fr": "Lumen"}, "promise": {"amount": 12.5}}
        made = amelie.ask("POST", "/sponsors", json=body).json()
        assert made["share"] == 0.125
        assert amelie.ask("GET", "/sponsors").json()["items"] == [made]
        assert amelie.ask("POST", "/sponsors", json=body | {"name": {}}).status_code == 422
        shown = {
            "id": ids.new(),
            "sponsor": made["id"],
            "began_at": "2015-11-07T19:03:00.250Z",
            "seconds": 7.5,
            "where": "card",
        }
        with Api(server.url, guests.tokens["mur"]) as mur:
            for counted in (1, 0):
                answer = mur.ask("POST", "/exposures", json={"items": [shown]})
                assert answer.json()["counted"] == counted
            assert mur.ask("GET", "/exposures").status_code == 403
        asked = amelie.ask("GET", "/exposures", params={"from": "2015-11-07T19:00:00Z"})
        expected = {"sponsor": made["id"], "hour": "2015-11-07T19:00:00Z"}
        assert asked.json()["items"] == [expected | {"where": "card", "seconds": 7.5}]
        late = amelie.ask("GET", "/exposures", params={"from": "2015-11-07T20:00:00Z"})
        assert late.json()["items"] == []
        assert amelie.ask("GET", "/exposures", params={"from": "noon"}).status_code == 422


def test_a_logo_is_made_and_shown_to_its_event_only(server: Server, guests: Cast) -> None:
    entered = sponsor(guests.amelie)
    picture = Image.new("RGBA", (900, 400), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((100, 100, 799, 299), (200, 30, 30, 255))
    out = io.BytesIO()
    picture.save(out, "PNG")
    form = {"name_fr": "Lumen", "amount": "12,5", "unit": "percent", "tier": "principal"}

    def send(data: bytes) -> int:
        headers = {"Authorization": f"Bearer {guests.tokens['amelie']}"}
        return requests.post(
            f"{server.url}/sponsors/{entered.id}",
            data=form,
            files={"logo": ("logo.png", data)},
            headers=headers,
            allow_redirects=False,
            timeout=30,
        ).status_code

    with Api(server.url, guests.tokens["mur"]) as mur:
        assert send(out.getvalue()) == 303
        until(lambda: mur.view("sponsors")["changes"][entered.id]["logo"], "the logo")
        item = mur.view("sponsors")["changes"][entered.id]
        assert item["share"] == 0.125
        assert (item["logo"]["width"], item["logo"]["height"]) == (700, 200)
        shown = mur.page(item["logo"]["src"])
        assert shown.headers["Content-Type"] == "image/png"
        assert shown.content.startswith(b"\x89PNG")
        assert send(b"<svg xmlns='http://www.w3.org/2000/svg'/>") == 303
        until(lambda: _refusal(entered.id), "the second to be refused")
        assert mur.view("sponsors")["changes"][entered.id]["logo"] == item["logo"]
    with Api(server.url, guests.tokens["eve"]) as eve:
        assert eve.page(item["logo"]["src"]).status_code == 404
        assert eve.page(item["logo"]["src"].replace("logo-", "sent-")).status_code == 404


def _refusal(sponsor_id: str) -> str | None:
    with db.reading() as tx:
        found = store.get(tx, sponsor_id)
    return found.refusal if found else None
