"""Commands to screens and their reports, on both databases and at a running server."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests
import socketio
import sqlalchemy as sa

from mixroom.core import clock, db
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.model import Person
from mixroom.migrate import migrate
from mixroom.review import actions as review
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import MAX_CAPTION_ON_WALL, Content, Kind
from mixroom.wall import actions, queries, store
from mixroom.wall.actions import ALL, ScreenReport
from mixroom.wall.live import RECALLS, SCREEN, SCREENS
from mixroom.wall.model import (
    Commands,
    CountedCommand,
    Dim,
    Filters,
    Layout,
    Light,
    NotShownError,
    Room,
    ScreenSettings,
    Theme,
)
from tests.cast import Cast
from tests.client import Api, following
from tests.migrations import migrated
from tests.replay import assert_replays
from tests.servers import Server, until

SAYS = {"showing": {"scene": "mosaic", "keys": []}, "fps": 60.0, "version": "1", "held": 1}


@pytest.fixture
def hall(cast: Cast) -> Person:
    """A second screen."""
    person, cast.tokens["hall"] = crew.token_from_server(cast.event.id, "Hall", Role.SCREEN)
    cast.people["hall"] = person
    return person


def test_a_screen_is_set_up_and_follows_its_own_settings(cast: Cast, hall: Person) -> None:
    settings = ScreenSettings(
        Filters(1, "Équipe Pixel", "fr"),
        Theme.BLANC,
        Layout.HEROES,
        Room(3, 20, Light.BRIGHT),
        (Dim("22:00", "07:00", 60), Dim("12:00", "13:00", 20)),
    )
    assert_replays(cast, lambda: actions.set_up(cast.amelie, hall.id, settings))
    assert _own(hall)["settings"]["filters"] == {"day": 1, "team": "Équipe Pixel", "lang": "fr"}
    assert _own(hall)["settings"]["room"] == {"height": 3, "distance": 20, "light": "bright"}
    assert _own(hall)["settings"]["dims"][0] == {"starts": "22:00", "ends": "07:00", "percent": 60}
    with reading() as tx:
        assert store.get(tx, hall.id, cast.event.id).settings == settings
    assert _own(cast.mur)["settings"]["room"] is None
    with reading() as tx:
        assert list(SCREEN.items(tx, hall.id)) == [hall.id]
        assert SCREEN.items(tx, cast.ben.id) == {}


@pytest.mark.parametrize(
    "settings",
    [
        ScreenSettings(Filters(day=3)),
        ScreenSettings(room=Room(0.1, 10)),
        ScreenSettings(room=Room(2, 1000)),
        ScreenSettings(room=Room(float("nan"), 10)),
        ScreenSettings(dims=(Dim("24:00", "07:00", 60),)),
        ScreenSettings(dims=(Dim("22:00", "7:00", 60),)),
        ScreenSettings(dims=(Dim("22:00", "22:00", 60),)),
        ScreenSettings(dims=(Dim("22:00", "07:00", 0),)),
        ScreenSettings(dims=(Dim("22:00", "07:00", 91),)),
        ScreenSettings(dims=(Dim("22:00", "07:00", 60),) * 7),
    ],
)
def test_nonsense_is_not_set(cast: Cast, settings: ScreenSettings) -> None:
    with pytest.raises(InvalidError):
        actions.set_up(cast.amelie, cast.mur.id, settings)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_screen_of_before_keeps_its_settings_and_has_no_dark_hours(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if kind == "postgresql":
        url = request.getfixturevalue("postgres").create(f"old_{tmp_path.name}")
    engine = db.connect(url)
    migrated(engine, "0006")
    event = {"id": "e", "slug": "old", "starts_on": date(2015, 11, 6), "ends_on": date(2015, 11, 8)}
    event |= {"timezone": "America/Toronto", "rehearsal": False, "programme": "", "hashtags": ""}
    person = {"id": "p", "event_id": "e", "name": "Mur", "role": "screen", "lang": "fr"}
    kept = asdict(ScreenSettings(Filters(day=1), Theme.BLANC))
    kept.pop("dims")
    screen = {"person_id": "p", "event_id": "e", "settings": json.dumps(kept)}
    screen["asked"] = json.dumps(asdict(Commands()) | {"message": None})
    rows = {"event": event, "person": person, "screen": screen}
    with engine.begin() as tx:
        for name, row in rows.items():
            old = sa.Table(name, sa.MetaData(), autoload_with=tx)
            now = {"created_at": clock.now()} if "created_at" in old.c else {}
            tx.execute(old.insert().values(row | now))
    migrate()
    with reading() as tx:
        assert store.get(tx, "p", "e").settings == ScreenSettings(Filters(day=1), Theme.BLANC)
    engine.dispose()


STATES: dict[str, Callable[..., None]] = {
    "paused": actions.pause,
    "blank": actions.blank,
    "testcard": actions.show_testcard,
}


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_asked_of_a_screen_and_ended(cast: Cast, hall: Person, state: str) -> None:
    act = STATES[state]
    assert_replays(cast, lambda: act(cast.ben, hall.id))
    assert _own(hall)["asked"][state] is True
    assert _own(cast.mur)["asked"][state] is False
    assert_replays(cast, lambda: act(cast.ben, ALL))
    assert _own(cast.mur)["asked"][state] is True
    assert_replays(cast, lambda: act(cast.ben, ALL, on=False))
    assert _own(hall)["asked"][state] is False


@pytest.mark.parametrize("what", CountedCommand)
def test_what_is_asked_once_is_a_count(cast: Cast, what: CountedCommand) -> None:
    for _ in range(2):
        assert_replays(cast, lambda: actions.command(cast.ben, cast.mur.id, what))
    assert _own(cast.mur)["asked"][what.value] == 2


def test_one_panic_is_for_every_screen_and_for_those_that_come(cast: Cast, hall: Person) -> None:
    assert_replays(cast, lambda: actions.panic(cast.ben))
    late, _ = crew.token_from_server(cast.event.id, "Late", Role.SCREEN)
    for screen in (cast.mur, hall, late):
        assert _own(screen)["asked"]["panic"] is True
    crew.remove(cast.amelie, hall.id)
    assert_replays(cast, lambda: actions.panic(cast.ben, on=False))
    new, _ = crew.token_from_server(cast.event.id, "New", Role.SCREEN)
    for screen in (cast.mur, late, new):
        assert _own(screen)["asked"]["panic"] is False


def test_a_message_has_its_time_and_its_length(cast: Cast) -> None:
    text = Bilingual("La table ronde commence.", "The round table begins.")
    assert_replays(cast, lambda: actions.show_message(cast.ben, cast.mur.id, text, 5))
    said = _own(cast.mur)["asked"]["message"]
    assert (said["fr"], said["en"]) == (text.fr, text.en)
    assert said["until"] > clock.rfc3339(clock.now() + timedelta(minutes=4))
    assert_replays(cast, lambda: actions.hide_message(cast.ben, cast.mur.id))
    assert _own(cast.mur)["asked"]["message"] is None
    for wrong, minutes in ((Bilingual(), 5), (Bilingual("x" * 201), 5), (text, 0), (text, 241)):
        with pytest.raises(InvalidError):
            actions.show_message(cast.ben, cast.mur.id, wrong, minutes)


def test_only_what_is_approved_can_have_the_spotlight(cast: Cast) -> None:
    key = _sent(cast)
    with pytest.raises(NotShownError):
        actions.spotlight(cast.ben, cast.mur.id, key)
    review.approve(cast.ben, key)
    for n in (1, 2):
        assert_replays(cast, lambda: actions.spotlight(cast.ben, cast.mur.id, key))
        assert _own(cast.mur)["asked"]["spotlight"] == {"key": key, "n": n}
    with pytest.raises(NotFoundError):
        actions.spotlight(cast.eve, cast.mur.id, key)


@pytest.mark.parametrize("name", ["chloe", "driss", "flora", "mur"])
def test_who_does_not_review_drives_nothing(cast: Cast, name: str) -> None:
    for act in (actions.pause, actions.blank):
        with pytest.raises(NotAllowedError):
            act(cast.people[name], cast.mur.id)
    with pytest.raises(NotAllowedError):
        actions.panic(cast.people[name])


def test_the_lead_of_another_event_does_not_reach_a_screen(cast: Cast) -> None:
    with pytest.raises(NotFoundError):
        actions.blank(cast.eve, cast.mur.id)
    actions.panic(cast.eve)
    assert _own(cast.mur)["asked"]["panic"] is False


def test_every_screen_that_was_told_acknowledges_a_recall(cast: Cast, hall: Person) -> None:
    key = _sent(cast, approved=True)
    for screen in (cast.mur, hall):
        actions.report(screen, ScreenReport(SAYS, _latest()))
    never, _ = crew.token_from_server(cast.event.id, "Jamais allumé", Role.SCREEN)
    assert_replays(cast, lambda: actions.recall(cast.ben, key, "no_consent"))
    assert _acknowledged(cast, key) == {"Mur": False, "Hall": False}
    assert_replays(cast, lambda: actions.report(cast.mur, ScreenReport(SAYS, 0, (key,))))
    assert _acknowledged(cast, key) == {"Mur": True, "Hall": False}
    assert_replays(cast, lambda: actions.report(cast.mur, ScreenReport(SAYS, 0, (key,))))
    assert_replays(cast, lambda: actions.report(never, ScreenReport(SAYS, 0, (key,))))
    assert _acknowledged(cast, key) == {"Mur": True, "Hall": False, "Jamais allumé": True}


def test_a_screen_that_was_put_away_yesterday_is_not_waited_for(
    cast: Cast, hall: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _sent(cast, approved=True)
    actions.report(hall, ScreenReport(SAYS, 0))
    later = clock.now() + timedelta(hours=13)
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.report(cast.mur, ScreenReport(SAYS, 0))
    actions.recall(cast.ben, key)
    assert _acknowledged(cast, key) == {"Mur": False}


def test_a_page_that_began_after_a_recall_acknowledges_by_its_number(
    cast: Cast, hall: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _sent(cast, approved=True)
    before = _latest()
    for screen in (cast.mur, hall):
        actions.report(screen, ScreenReport(SAYS, before))
    actions.recall(cast.ben, key)
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.report(hall, ScreenReport(SAYS, before))
    assert _acknowledged(cast, key) == {"Mur": False, "Hall": False}
    assert_replays(cast, lambda: actions.report(cast.mur, ScreenReport(SAYS, _latest())))
    assert _acknowledged(cast, key) == {"Mur": True, "Hall": False}
    much_later = later + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: much_later)
    actions.report(hall, ScreenReport(SAYS, _latest() + 1))  # numbers that went back
    assert _acknowledged(cast, key) == {"Mur": True, "Hall": False}


def test_a_screen_reports_for_itself_and_once_a_second(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    for held in (1, 2):
        actions.report(cast.mur, ScreenReport({**SAYS, "held": held}, 0))
    with reading() as tx:
        assert store.reports_of(tx, cast.event.id)[cast.mur.id].content["held"] == 1
    with pytest.raises(NotAllowedError):
        actions.report(cast.amelie, ScreenReport(SAYS, 0))


def test_what_is_not_recalled_or_not_ours_has_no_receipts(cast: Cast) -> None:
    key = _sent(cast, approved=True)
    actions.report(cast.mur, ScreenReport(SAYS, 0, (key, "nothing")))
    with pytest.raises(NotFoundError):
        queries.recall(cast.ben, key)
    actions.recall(cast.ben, key)
    with pytest.raises(NotFoundError):
        queries.recall(cast.eve, key)
    with pytest.raises(NotFoundError):
        queries.recall(cast.chloe, key)
    assert [each.gone_at for each in queries.recall(cast.driss, key).receipts] == [None]


def test_a_screen_reports_over_its_socket_and_is_seen(server: Server, guests: Cast) -> None:
    told = {
        "showing": {"scene": "hero", "keys": ["x"]},
        "seq": 0,
        "fps": 59.9,
        "version": "abc",
        "viewport": [1920, 1080],
        "held": 3,
    }
    with Api(server.url, guests.tokens["mur"]) as mur, Api(server.url, guests.tokens["ben"]) as ben:
        key = str(submissions.submit(guests.driss, Content(Kind.POST, Bilingual("Oui")))[0]["id"])
        ben.decide(key, "approval")
        with following(mur, "screen") as screen, following(ben, "recalls") as recalls:
            answer = screen.io.call("screen.report", told)
            assert set(answer) == {"release", "now", "edition"}
            [found] = ben.ask("GET", "/screens").json()["items"]
            assert found["report"]["here"] is True
            assert found["report"]["showing"] == {**told["showing"], "title": None}
            assert found["report"]["viewport"] == [1920, 1080]
            assert found["report"]["lag"] == 2  # it has neither heard of the item nor its approval
            for wrong in ({}, None, {**told, "fps": "fast"}, {**told, "more": 1}, [told]):
                assert screen.io.call("screen.report", wrong) == {"error": "invalid"}

            ben.ask("POST", f"/screens/{guests.mur.id}/blank")
            until(lambda: screen.items[guests.mur.id]["asked"]["blank"], "the screen to hear it")

            screens = ben.decide(key, "recall", reason="mistake")["screens"]
            assert [each["gone_at"] for each in screens] == [None]
            until(lambda: key in recalls.items, "the recall to be followed")
            gone = {**told, "gone": [{"key": key, "seq": screen.seq}]}
            assert "release" in screen.io.call("screen.report", gone)
            until(lambda: recalls.items[key]["screens"][0]["gone_at"], "the receipt to arrive")
            assert ben.ask("GET", f"/submissions/{key}/recall").json()["screens"][0]["gone_at"]


def test_what_is_up_has_a_title_and_what_was_recalled_has_none(
    server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["ben"]) as ben, Api(server.url, guests.tokens["mur"]) as mur:

        def title(scene: str, **more: object) -> object:
            later = clock.now() + timedelta(seconds=-2)
            with transaction() as tx:  # reports of one second are not kept
                tx.execute(store.reports.update().values(at=later))
            _report(mur, showing={"scene": scene, **more})
            return ben.ask("GET", "/screens").json()["items"][0]["report"]["title"]

        key, waiting = (str(_post(guests, text)) for text in ("Le mur répond.", "Pas encore."))
        ben.decide(key, "approval")
        assert title("hero", keys=[key]) == {"fr": "Le mur répond.", "en": None}
        assert title("trio", keys=[key, waiting]) == {"fr": "Le mur répond.", "en": None}
        assert title("hero", keys=[waiting]) is None
        assert title("hero", keys=["nothing"]) is None
        name = {"fr": "Équipe Écho", "en": "Team Echo"}
        assert title("team", keys=[key], title=name) == name
        assert title("hour", keys=[key]) is None
        assert title("mosaic") is None
        assert title("hero", keys=[key]) is not None
        ben.decide(key, "recall", reason="no_consent")
        assert ben.ask("GET", "/screens").json()["items"][0]["report"]["title"] is None


def test_phones_and_reviewers_count_by_the_screen_that_can_show_least(
    server: Server, guests: Cast
) -> None:
    with (
        Api(server.url, guests.tokens["chloe"]) as chloe,
        Api(server.url, guests.tokens["ben"]) as ben,
        Api(server.url, guests.tokens["mur"]) as mur,
    ):
        assert _captions(chloe, ben) == {MAX_CAPTION_ON_WALL}
        _report(mur, longest=151)
        assert _captions(chloe, ben) == {151}
        hall, token = crew.token_from_server(guests.event.id, "Hall", Role.SCREEN)
        with Api(server.url, token) as far:
            _report(far, longest=97)
            assert _captions(chloe, ben) == {97}
            [told] = [s for s in ben.ask("GET", "/screens").json()["items"] if s["id"] == hall.id]
            assert told["report"]["longest"] == 97
            assert far.ask("POST", "/screens/report", json=_says(longest=0)).status_code == 422
        crew.remove(guests.amelie, hall.id)
        assert _captions(chloe, ben) == {151}
        with Api(server.url, guests.tokens["eve"]) as eve:
            assert _captions(eve) == {MAX_CAPTION_ON_WALL}


def test_a_screen_that_was_put_away_yesterday_shortens_no_caption(
    cast: Cast, hall: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.report(cast.mur, ScreenReport({**SAYS, "longest": 120}, 0))
    actions.report(hall, ScreenReport(SAYS, 0))  # of a release that did not say it
    assert queries.longest_caption(cast.event.id) == 120
    later = clock.now() + timedelta(hours=13)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert queries.longest_caption(cast.event.id) == MAX_CAPTION_ON_WALL


def test_nobody_reports_for_a_screen(server: Server, guests: Cast) -> None:
    told = {"showing": {"scene": "hero"}, "seq": 0}
    client = socketio.Client(reconnection=False)
    auth = {"token": guests.tokens["ben"]}
    client.connect(server.url, transports=["websocket"], auth=auth)
    assert client.call("screen.report", told) == {"error": "not_allowed"}
    client.disconnect()
    with Api(server.url, guests.tokens["mur"]) as mur:
        assert mur.ask("POST", "/screens/report", json=told).status_code == 200
        large = {**told, "gone": [{"key": "x" * 36}] * 201}
        assert mur.ask("POST", "/screens/report", json=large).status_code == 422
    assert requests.post(f"{server.url}/api/v1/screens/report", timeout=10).status_code == 401


def _captions(*people: Api) -> set[int]:
    pages = ["/send", "/review"][: len(people)]
    found = [each.page(path).text for each, path in zip(people, pages, strict=True)]
    return {int(re.findall(r'data-(?:limit-)?caption="(\d+)"', page)[0]) for page in found}


def _post(guests: Cast, text: str) -> object:
    return submissions.submit(guests.driss, Content(Kind.POST, Bilingual(text)))[0]["id"]


def _says(**more: object) -> dict[str, object]:
    return {"showing": {"scene": "mosaic"}, "seq": 0, **more}


def _report(screen: Api, **more: object) -> None:
    assert screen.ask("POST", "/screens/report", json=_says(**more)).status_code == 200


def _own(screen: Person) -> dict[str, dict[str, object]]:
    with reading() as tx:
        own = SCREEN.items(tx, screen.id)[screen.id]
        assert SCREENS.items(tx, screen.event_id)[screen.id] == own
        return dict(own)


def _sent(cast: Cast, *, approved: bool = False) -> str:
    answer, _ = submissions.submit(cast.driss, Content(Kind.POST, Bilingual("Le mur répond.")))
    if approved:
        review.approve(cast.ben, str(answer["id"]))
    return str(answer["id"])


def _latest() -> int:
    from mixroom.core import journal

    with reading() as tx:
        return journal.latest(tx)


def _acknowledged(cast: Cast, key: str) -> dict[str, bool]:
    with reading() as tx:
        screens = RECALLS.items(tx, cast.event.id)[key]["screens"]
    return {each["name"]: each["gone_at"] is not None for each in screens}
