"""Promises to sponsors: kept by evidence, owed again once it does not stand any more."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mixroom.app import create_app
from mixroom.core import clock, ids, journal
from mixroom.core.alarm_rules import Look
from mixroom.core.db import reading, transaction
from mixroom.core.disk import DiskStore
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.text import Bilingual
from mixroom.event import actions as editing
from mixroom.event import store as event_store
from mixroom.plan import actions as plan
from mixroom.plan.channels import Channel
from mixroom.promises import actions, queries, results
from mixroom.promises.alarms import find_late
from mixroom.promises.live import PANEL, VIEW
from mixroom.promises.model import EvidenceKind, PromiseKind
from mixroom.review import actions as review
from mixroom.settings import Settings
from mixroom.sponsors import actions as sponsoring
from mixroom.sponsors.model import Exposure, Tier, Where
from mixroom.sponsors.model import Promise as WallPromise
from mixroom.submissions import actions as submissions
from mixroom.supports import actions as supporting
from tests.cast import Cast
from tests.evidence import message, support
from tests.replay import assert_replays
from tests.servers import env_in
from tests.wraps import approved, approved_photo

WORDS = Bilingual("Merci à Lumen", "Thanks to Lumen")


@pytest.fixture
def sponsor(cast: Cast) -> str:
    """The id of a principal sponsor."""
    name = Bilingual("Fondation Lumen", "Lumen Foundation")
    return sponsoring.add(cast.amelie, name=name, tier=Tier.PRINCIPAL, promise=WallPromise(10)).id


def promise(cast: Cast, sponsor: str, kind: PromiseKind, **more: Any) -> str:
    usual = {"words": WORDS, "due": clock.now() + timedelta(days=1)}
    return actions.make(cast.amelie, sponsor, kind, **(usual | more)).id


def bring(cast: Cast, key: str, kind: EvidenceKind, **more: Any) -> str:
    return actions.deliver(cast.ben, key, kind, **more).id


def state(cast: Cast, key: str) -> tuple[str, float, float]:
    item = queries.item(cast.ben, key)
    return item["state"], item["has"], item["wants"]


def show(cast: Cast, sponsor: str | None, day: int, seconds: int) -> None:
    """Have the wall report so many seconds on a day of the event."""
    began = datetime(2015, 11, 6 + day, 17, tzinfo=UTC)
    told = [
        Exposure(ids.new(), sponsor, began + timedelta(seconds=n), 60, Where.STRIP)
        for n in range(seconds // 60)
    ]
    assert sponsoring.count(cast.mur, told).counted == len(told)


def facts(cast: Cast, key: str) -> list[str]:
    with reading() as tx:
        return [each.name for each in journal.about(tx, cast.event.id, key)]


def test_five_promises_are_kept_by_five_kinds_of_evidence(cast: Cast, sponsor: str) -> None:
    past = {"due": clock.now() - timedelta(hours=1)}
    making = partial(promise, cast, sponsor, PromiseKind.WALL_SHARE, amount=10, **past)
    share = assert_replays(cast, making)
    mentions = promise(cast, sponsor, PromiseKind.MENTIONS, channels=(Channel.X,))
    logo = promise(cast, sponsor, PromiseKind.LOGO)
    stage = promise(cast, sponsor, PromiseKind.STAGE)
    kit = promise(cast, sponsor, PromiseKind.KIT)
    every = (share, mentions, logo, stage, kit)
    assert [state(cast, key)[0] for key in every] == ["late", "owed", "owed", "owed", "owed"]
    show(cast, sponsor, 0, 600)
    show(cast, None, 0, 3600)
    bring(cast, mentions, EvidenceKind.PUBLICATION, ref=message(cast), channel=Channel.X)
    bring(cast, logo, EvidenceKind.SUPPORT, ref=support(cast))
    bring(cast, stage, EvidenceKind.PHOTO, ref=approved_photo(cast), note="Plénière")
    page = "https://musee.test/trousse"
    assert_replays(cast, partial(bring, cast, kit, EvidenceKind.URL, url=page))
    assert [state(cast, key)[0] for key in every] == ["kept"] * 5
    assert state(cast, share)[1:] == (14.3, 10)
    assert facts(cast, kit) == ["promise.made", "promise.delivered", "promise.kept"]


def test_what_is_recalled_withdrawn_or_not_valid_takes_its_evidence_back(
    cast: Cast, sponsor: str
) -> None:
    stage = promise(cast, sponsor, PromiseKind.STAGE)
    mentions = promise(cast, sponsor, PromiseKind.MENTIONS)
    logo = promise(cast, sponsor, PromiseKind.LOGO)
    photo, post, poster = approved_photo(cast), message(cast), support(cast)
    bring(cast, stage, EvidenceKind.PHOTO, ref=photo)
    bring(cast, mentions, EvidenceKind.PUBLICATION, ref=post, channel=Channel.X)
    bring(cast, logo, EvidenceKind.SUPPORT, ref=poster)
    review.recall(cast.ben, photo)
    for lang in ("fr", "en"):
        plan.unpublish(cast.ben, post, Channel.X, lang)
    supporting.invalidate(cast.amelie, poster)
    assert_replays(cast, partial(results.watch, clock.now()))
    for key in (stage, mentions, logo):
        assert state(cast, key) == ("owed", 0, 1)
        (lost,) = queries.item(cast.ben, key)["evidence"]
        assert lost["lost_at"]
        assert facts(cast, key)[-1] == "promise.lost"
    # It stands again.
    plan.publish(cast.ben, post, Channel.X)
    supporting.validate(cast.amelie, poster, 1)
    assert_replays(cast, partial(results.watch, clock.now()))
    assert [state(cast, key)[0] for key in (stage, mentions, logo)] == ["owed", "kept", "kept"]
    assert facts(cast, logo)[-2:] == ["promise.regained", "promise.kept"]
    results.watch(clock.now())  # nothing more to find
    assert facts(cast, logo)[-2:] == ["promise.regained", "promise.kept"]


def test_a_withdrawn_photo_is_no_evidence_any_more(cast: Cast, sponsor: str) -> None:
    stage = promise(cast, sponsor, PromiseKind.STAGE)
    photo = approved_photo(cast)
    bring(cast, stage, EvidenceKind.PHOTO, ref=photo)
    submissions.withdraw(cast.driss, photo)
    results.watch(clock.now())
    assert state(cast, stage) == ("owed", 0, 1)


def test_only_what_stands_and_fits_is_evidence(cast: Cast, sponsor: str) -> None:
    stage = promise(cast, sponsor, PromiseKind.STAGE)
    logo = promise(cast, sponsor, PromiseKind.LOGO, amount=2)
    mentions = promise(cast, sponsor, PromiseKind.MENTIONS)
    share = promise(cast, sponsor, PromiseKind.WALL_SHARE, amount=5)
    photo = approved_photo(cast)
    review.recall(cast.ben, photo)
    post = message(cast)
    wrong: list[tuple[str, EvidenceKind, dict[str, Any]]] = [
        (stage, EvidenceKind.PHOTO, {"ref": photo}),
        (stage, EvidenceKind.PHOTO, {"ref": approved(cast)}),  # words only
        (stage, EvidenceKind.PHOTO, {"ref": "nothing"}),
        (logo, EvidenceKind.SUPPORT, {"ref": support(cast, valid=False)}),
        (mentions, EvidenceKind.PUBLICATION, {"ref": post, "channel": Channel.MASTODON}),
        (mentions, EvidenceKind.URL, {"url": "https://musee.test"}),
        (share, EvidenceKind.PHOTO, {"ref": photo}),
    ]
    for key, kind, more in wrong:
        with pytest.raises(InvalidError):
            actions.deliver(cast.ben, key, kind, **more)
    poster = support(cast)
    bring(cast, logo, EvidenceKind.SUPPORT, ref=poster)
    with pytest.raises(InvalidError, match="brought_already"):
        actions.deliver(cast.ben, logo, EvidenceKind.SUPPORT, ref=poster)
    assert state(cast, logo) == ("owed", 1, 2)
    with pytest.raises(NotAllowedError):
        actions.deliver(cast.driss, logo, EvidenceKind.SUPPORT, ref=poster)
    with pytest.raises(NotFoundError):
        actions.deliver(cast.eve, logo, EvidenceKind.SUPPORT, ref=poster)


def test_evidence_that_was_a_mistake_is_taken_back(cast: Cast, sponsor: str) -> None:
    kit = promise(cast, sponsor, PromiseKind.KIT)
    piece = bring(cast, kit, EvidenceKind.URL, url="https://musee.test/trousse")
    assert state(cast, kit)[0] == "kept"
    for same in ("http://www.MUSEE.test/trousse/", "https://musee.test:443/trousse#haut"):
        with pytest.raises(InvalidError, match="brought_already"):
            bring(cast, kit, EvidenceKind.URL, url=same)
    assert_replays(cast, partial(actions.take_back, cast.ben, kit, piece))
    assert state(cast, kit) == ("owed", 0, 1)
    assert_replays(cast, partial(actions.remove, cast.amelie, kit))
    with pytest.raises(NotFoundError):
        queries.item(cast.ben, kit)


def test_more_is_owed_once_more_is_promised(cast: Cast, sponsor: str) -> None:
    logo = promise(cast, sponsor, PromiseKind.LOGO)
    bring(cast, logo, EvidenceKind.SUPPORT, ref=support(cast))
    edit = partial(actions.edit, cast.amelie, logo, seen=1)
    assert assert_replays(cast, partial(edit, amount=2)).version == 2
    assert state(cast, logo) == ("owed", 1, 2)
    with pytest.raises(actions.PromiseChangedError):
        edit(amount=3)


def test_seconds_a_day_are_counted_by_the_museums_days(cast: Cast, sponsor: str) -> None:
    key = promise(cast, sponsor, PromiseKind.SECONDS_A_DAY, amount=120)
    for day in (0, 1):
        show(cast, sponsor, day, 120)
    assert state(cast, key) == ("owed", 2, 3)
    show(cast, sponsor, 2, 120)
    assert state(cast, key) == ("kept", 3, 3)


def test_a_promise_is_due_as_the_last_day_ends(cast: Cast, sponsor: str) -> None:
    made = actions.make(cast.amelie, sponsor, PromiseKind.MENTIONS)
    assert made.due == datetime(2015, 11, 9, 4, 59, tzinfo=UTC)  # and not the next day, at 0:00
    chosen = promise(cast, sponsor, PromiseKind.LOGO, due=made.due - timedelta(hours=7))
    # The event lasts a day longer: so does what is due at its end, and only that.
    editing.edit(cast.amelie, ends_on=cast.event.ends_on + timedelta(days=1))
    assert_replays(cast, partial(results.watch, clock.now()))
    due = {each["id"]: each["due"] for each in queries.page(cast.ben)}
    assert due == {made.id: "2015-11-10T04:59:00Z", chosen: "2015-11-08T21:59:00Z"}
    with pytest.raises(InvalidError, match="owner"):
        promise(cast, sponsor, PromiseKind.MENTIONS, owner_id=cast.driss.id)
    with pytest.raises(InvalidError, match="sponsor"):
        promise(cast, "nothing", PromiseKind.MENTIONS)


def test_what_is_owed_today_is_on_the_dashboard_in_the_calendar_and_rings(
    cast: Cast, sponsor: str, tmp_path: Path
) -> None:
    now = clock.now()
    # Longer ago than a night, in which nothing rings: at any hour of the test it is late.
    late = promise(cast, sponsor, PromiseKind.KIT, due=now - timedelta(hours=26))
    today = promise(cast, sponsor, PromiseKind.STAGE, due=now + timedelta(minutes=5))
    later = promise(cast, sponsor, PromiseKind.LOGO, due=now + timedelta(days=30))
    done = promise(cast, sponsor, PromiseKind.OTHER, due=now - timedelta(hours=2))
    bring(cast, done, EvidenceKind.URL, url="https://musee.test/merci")
    with reading() as tx:
        assert PANEL.keys(tx, cast.event.id) == [late, today, later]
        span = (now - timedelta(days=2), now + timedelta(days=1))
        entries = {each.path: each for each in queries.entries(tx, cast.event.id, *span)}
        look = Look(tx, cast.event.id, 1, clock.now(), DiskStore(tmp_path))
        causes = find_late(look)
    assert [(each.is_late, each.is_done) for each in entries.values()] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert [each.path for each in causes] == [f"/promises/{late}"]
    assert causes[0].about == Bilingual(
        "Fondation Lumen · Merci à Lumen", "Lumen Foundation · Thanks to Lumen"
    )


def test_the_page_and_the_table_say_what_is_late_owed_and_kept(
    cast: Cast, sponsor: str, tmp_path: Path
) -> None:
    client = create_app(Settings.from_env(env_in(tmp_path))).test_client()

    def ask(method: str, path: str, who: str = "amelie", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {cast.tokens[who]}", "Accept": "text/html"}
        return client.open(path, method=method, headers=headers, **more)

    form = {"sponsor": sponsor, "kind": "other", "words_fr": "=2+2", "due": "2015-11-07T10:00"}
    key = ask("POST", "/promises", data=form).headers["Location"].rpartition("/")[2]
    refused = ask("POST", "/promises", data=form | {"kind": "wall_share", "amount": "40"})
    assert refused.status_code == 422
    assert "=2+2" in refused.text
    page = ask("GET", "/promises").text
    assert 'data-group="late"' in page
    assert "Fondation Lumen" in page
    assert "Noter la contrepartie" in page
    empty = ask("GET", f"/promises/{key}").text
    assert 'id="ref-support"' not in empty
    assert '<a href="/supports">Aucun support n’est valide pour l’instant.</a>' in empty
    wrong = {"kind": "url", "url": "ftp://musee", "note": "Sur la scène"}
    refused = ask("POST", f"/promises/{key}/evidence", data=wrong)
    assert refused.status_code == 422
    assert "Sur la scène" in refused.text
    right = wrong | {"url": "https://musee.test/merci"}
    assert ask("POST", f"/promises/{key}/evidence", data=right).status_code == 303
    photo = {"kind": "photo", "photo": approved_photo(cast)}
    assert ask("POST", f"/promises/{key}/evidence", data=photo).status_code == 303
    table = ask("GET", "/promises.csv")
    assert table.mimetype == "text/csv"
    lines = table.data.decode().splitlines()
    assert lines[0].startswith("\ufeffCommanditaire,Catégorie,")
    assert lines[1].startswith("Fondation Lumen,Principal,Autre chose,'=2+2,2,1,tenue,")
    assert "https://musee.test/merci (Sur la scène)" in lines[1]
    assert '<span class="state">tenue</span>' in ask("GET", "/plan?from=2015-11-07").text
    skipped = {"seen": "1", "words_fr": "Merci", "due": "2016-03-13T02:30"}
    refused = ask("POST", f"/promises/{key}", data=skipped)
    assert refused.status_code == 422
    stale = {"seen": "9", "words_fr": "Merci", "due": "2016-03-13T12:30"}
    assert ask("POST", f"/promises/{key}", data=stale).status_code == 409
    assert ask("POST", f"/promises/{key}", data=stale | {"seen": "1"}).status_code == 303
    assert ask("GET", f"/promises?sponsor={sponsor}", "ben").status_code == 200
    assert ask("GET", f"/promises/{key}", "eve").status_code == 404


def test_over_the_api_a_promise_is_noted_kept_and_removed(
    cast: Cast, sponsor: str, tmp_path: Path
) -> None:
    client = create_app(Settings.from_env(env_in(tmp_path))).test_client()

    def ask(method: str, path: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {cast.tokens['amelie']}"}
        return client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    body = {"sponsor": sponsor, "kind": "mentions", "amount": 1, "channels": ["x"]}
    made = ask("POST", "/promises", json=body).json
    assert (made["state"], made["has"], made["wants"]) == ("late", 0, 1)
    change = {"due": "2099-01-01T00:00:00Z", "owner": cast.ben.id}
    changed = ask("PATCH", f"/promises/{made['id']}", json=change).json
    assert (changed["state"], changed["owner"]) == ("owed", cast.ben.id)
    proof = {"kind": "publication", "ref": message(cast), "channel": "x"}
    piece = ask("POST", f"/promises/{made['id']}/evidence", json=proof).json["id"]
    assert ask("GET", f"/promises/{made['id']}").json["state"] == "kept"
    path = f"/promises/{made['id']}/evidence/{piece}"
    assert ask("DELETE", path).status_code == 204
    assert ask("GET", "/promises").json["items"][0]["state"] == "owed"
    assert ask("DELETE", f"/promises/{made['id']}").status_code == 204
    with reading() as tx:
        assert not VIEW.items(tx, cast.event.id)


def test_an_event_is_erased_with_its_promises(cast: Cast, sponsor: str) -> None:
    kit = promise(cast, sponsor, PromiseKind.KIT)
    bring(cast, kit, EvidenceKind.URL, url="https://musee.test/trousse")
    support(cast)
    with transaction() as tx:
        erased = event_store.erase(tx, cast.event.id)
    assert {"promise", "support"} <= {table.name for table in erased}
    with reading() as tx:
        assert not VIEW.items(tx, cast.event.id)
