"""The plan over HTTP: what programs send and get, and what is refused in words."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from mixroom.app import create_app
from mixroom.core import clock, ids
from mixroom.core.clock import rfc3339
from mixroom.core.db import transaction
from mixroom.plan import store
from mixroom.plan.post_store import posts
from mixroom.settings import Settings
from mixroom.shortlinks import actions as short_links
from tests.cast import Cast
from tests.servers import env_in
from tests.wraps import approved_photo

BOTH = {"fr": "Les portes ouvrent à 9 h.", "en": "Doors open at 9."}


class Programs:
    """Programs that ask as people of the cast."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self._client, self._cast = client, cast

    def ask(self, method: str, path: str, who: str = "ben", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._cast.tokens[who]}"} | more.pop("headers", {})
        return self._client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def add(self, **body: Any) -> Any:
        usual = {"channels": ["mastodon", "x"], "text": BOTH}
        answer = self.ask("POST", "/messages", json=usual | body)
        assert answer.status_code == 201, answer.text
        return answer.json


@pytest.fixture
def programs(cast: Cast, tmp_path: Path) -> Programs:
    return Programs(create_app(Settings.from_env(env_in(tmp_path))).test_client(), cast)


def test_a_message_is_planned_and_published_over_http(cast: Cast, programs: Programs) -> None:
    campaign = programs.ask("POST", "/campaigns", json={"name": "Avant", "moment": "before"})
    assert campaign.status_code == 201
    photo, due = approved_photo(cast), rfc3339(clock.now() + timedelta(hours=2))
    made = programs.add(campaign=campaign.json["id"], submissions=[photo], due=due)
    assert (made["status"], made["due"]) == ("draft", due)
    assert made["counts"]["mastodon"]["fr"] == {"length": 25, "limit": 500, "over": False}
    assert made["counts"]["x"]["en"]["limit"] == 280
    assert made["owner"] == {"id": cast.ben.id, "name": cast.ben.name}
    assert [each["submission"] for each in made["pictures"]] == [photo]
    path = f"/messages/{made['id']}"
    own = programs.ask("POST", f"{path}/ready", headers={"Accept-Language": "fr"})
    assert (own.status_code, own.json["code"]) == (409, "own_message")
    assert "vous-même" in own.json["title"]
    assert programs.ask("POST", f"{path}/ready", "amelie").json["status"] == "ready"
    assert programs.ask("POST", f"{path}/schedule").json["status"] == "scheduled"
    url = "https://x.com/museomix/1"
    out = programs.ask("POST", f"{path}/publication", json={"channel": "x", "url": url})
    assert out.json["status"] == "scheduled"
    out = programs.ask("POST", f"{path}/publication", json={"channel": "mastodon"})
    assert out.json["status"] == "published"
    listed = programs.ask("GET", f"/messages?status=published&campaign={campaign.json['id']}")
    assert [each["id"] for each in listed.json["items"]] == [made["id"]]
    back = programs.ask("DELETE", f"{path}/publication/x/fr")
    assert back.json["status"] == "ready"
    assert programs.ask("DELETE", f"{path}/publication/x/de").status_code == 404


def test_of_two_programs_the_second_gets_412_and_both_texts(programs: Programs) -> None:
    made = programs.add()
    path, first = f"/messages/{made['id']}", {"If-Match": '"1"'}
    changed = programs.ask("PATCH", path, json={"text": {"fr": "Premier"}}, headers=first)
    assert changed.headers["ETag"] == '"2"'
    assert changed.json["text"] == {"fr": "Premier", "en": None}
    lost = programs.ask("PATCH", path, "amelie", json={"text": {"fr": "Second"}}, headers=first)
    assert (lost.status_code, lost.json["code"]) == (412, "lost_race")
    assert lost.json["now"]["text"]["fr"] == "Premier"
    assert lost.json["sent"]["text"]["fr"] == "Second"
    assert programs.ask("POST", f"{path}/ready", "amelie", headers=first).status_code == 412


def test_a_change_replaces_only_what_is_sent(cast: Cast, programs: Programs) -> None:
    made = programs.add(overrides={"x": {"en": "", "fr": "Court"}}, title="Portes")
    path = f"/messages/{made['id']}"
    assert made["overrides"] == {"x": {"fr": "Court", "en": ""}}
    assert made["wanted"] == 3
    photo = approved_photo(cast)
    drawn = programs.ask("PATCH", path, json={"submissions": [photo], "owner": None}).json
    assert (drawn["title"], drawn["owner"]) == ("Portes", None)
    (picture,) = drawn["pictures"]
    focused = {"media": picture["media"], "alt": {"fr": "Une porte"}, "focus": [0.2, 0.8]}
    drawn = programs.ask("PATCH", path, json={"pictures": [focused]}).json
    assert drawn["pictures"][0]["focus"] == [0.2, 0.8]
    assert drawn["pictures"][0]["alt"] == {"fr": "Une porte", "en": None}
    change = {"address": "https://museomix.org/mtl", "what": {"fr": "Les dates"}}
    site = programs.ask("PATCH", path, json={"channels": ["site"], "change": change}).json
    assert site["change"]["what"]["fr"] == "Les dates"
    assert list(site["counts"]) == ["site"]


def test_a_time_without_a_zone_is_by_the_museums_clock_and_a_skipped_hour_is_refused(
    programs: Programs,
) -> None:
    made = programs.add(due="2026-11-01T01:30")
    assert made["due"] == "2026-11-01T05:30:00Z"
    headers = {"Accept-Language": "en"}
    body = {"channels": ["x"], "text": BOTH, "due": "2026-03-08T02:30:00"}
    refused = programs.ask("POST", "/messages", json=body, headers=headers)
    assert refused.status_code == 422
    assert refused.json["errors"] == [
        {"field": "due", "message": "The clocks skip this hour on that day."}
    ]
    for due in ("demain", "2026-03-08", "1000-01-01T00:00:00Z"):
        again = programs.ask("POST", "/messages", json=body | {"due": due})
        assert again.status_code == (201 if due == "2026-03-08" else 422)


def test_what_a_program_could_not_send_is_refused_in_words(programs: Programs) -> None:
    due = rfc3339(clock.now() + timedelta(hours=2))
    made = programs.add(text={"fr": "Court", "en": "x" * 301}, channels=["bluesky"], due=due)
    assert made["counts"]["bluesky"]["en"] == {"length": 301, "limit": 300, "over": True}
    path, headers = f"/messages/{made['id']}", {"Accept-Language": "fr"}
    programs.ask("POST", f"{path}/ready", "amelie")
    refused = programs.ask("POST", f"{path}/schedule", headers=headers)
    assert refused.status_code == 422
    assert refused.json["errors"][0]["field"] == "text.en"
    assert "301" in refused.json["errors"][0]["message"]


def test_a_retry_gets_the_same_message_and_a_wrong_one_its_field(programs: Programs) -> None:
    key = ids.new()
    body = {"id": key, "channels": ["x"], "text": BOTH}
    statuses = [programs.ask("POST", "/messages", json=body).status_code for _ in range(2)]
    assert statuses == [201, 200]
    other = programs.ask("POST", "/messages", json=body | {"text": {"fr": "Autre"}})
    assert (other.status_code, other.json["code"]) == (409, "id_taken")
    for wrong, field in (
        ({"channels": []}, "channels"),
        ({"channels": ["myspace"]}, "channels.0"),
        ({"id": "x"}, "id"),
        ({"submissions": [ids.new()]}, "submissions"),
        ({"campaign": ids.new()}, "campaign"),
        ({"owner": ids.new()}, "owner"),
        ({"link": ids.new()}, "link"),
    ):
        refused = programs.ask("POST", "/messages", json=body | {"id": ids.new()} | wrong)
        assert refused.status_code == 422
        assert refused.json["errors"][0]["field"] == field


def test_lists_come_a_page_at_a_time(programs: Programs) -> None:
    keys = [programs.add()["id"] for _ in range(3)]
    first = programs.ask("GET", "/messages?limit=2")
    assert [each["id"] for each in first.json["items"]] == keys[:2]
    assert f"after={keys[1]}" in first.headers["Link"]
    rest = programs.ask("GET", f"/messages?limit=2&after={keys[1]}")
    assert [each["id"] for each in rest.json["items"]] == keys[2:]
    assert "Link" not in rest.headers


def test_campaigns_and_objectives_over_http(programs: Programs) -> None:
    names = {"name": {"fr": "Avant", "en": "Before"}, "from": "2015-10-01", "to": "2015-11-05"}
    made = programs.ask("POST", "/campaigns", json=names)
    key = made.json["id"]
    assert made.json["moment"] == "after", "the event of the tests is long over"
    wrong = programs.ask("PUT", f"/campaigns/{key}", json=names | {"to": "2015-09-01"})
    assert wrong.status_code == 422
    saved = programs.ask("PUT", f"/campaigns/{key}", json=names | {"moment": "before"})
    assert saved.json["moment"] == "before"
    aim = {"what": "Abonnés", "target": 500, "unit": {"fr": "personnes"}, "by": "2015-11-08"}
    assert programs.ask("POST", "/objectives", json=aim).status_code == 403, "leads set them"
    sent = {"json": aim | {"campaign": key}}
    set_ = programs.ask("POST", "/objectives", "amelie", **sent)
    assert (set_.json["target"], set_.json["campaign"]) == (500, key)
    other = {"json": aim | {"target": 600}}
    assert programs.ask("PUT", f"/objectives/{set_.json['id']}", "amelie", **other).json["target"]
    assert programs.ask("GET", "/objectives").json["items"][0]["target"] == 600
    number = f"/objectives/{set_.json['id']}/number"
    assert programs.ask("POST", number, json={"number": 1}).status_code == 403
    soon = {"number": 1, "on": "2999-01-01"}
    assert programs.ask("POST", number, "amelie", json=soon).status_code == 422
    noted = programs.ask("POST", number, "amelie", json={"number": 120, "on": "2015-11-01"})
    assert (noted.json["number"], noted.json["number_on"]) == (120, "2015-11-01")
    assert programs.ask("GET", "/campaigns?after=" + key).json["items"] == []
    assert programs.ask("DELETE", f"/objectives/{set_.json['id']}", "amelie").status_code == 204
    assert programs.ask("DELETE", f"/campaigns/{key}").status_code == 204
    assert programs.ask("DELETE", f"/campaigns/{key}").status_code == 404


def test_objectives_are_measured_by_what_the_program_counts_itself(
    cast: Cast, programs: Programs
) -> None:
    campaign = programs.ask("POST", "/campaigns", json={"name": "Avant"}).json["id"]
    link = programs.ask("POST", "/shortlinks", json={"url": "https://museomix.org", "title": "A"})
    other = programs.ask("POST", "/shortlinks", json={"url": "https://museomix.org", "title": "B"})
    ours = programs.add(campaign=campaign, link=link.json["id"])
    theirs = programs.add()
    for key in (ours["id"], theirs["id"]):
        out = programs.ask("POST", f"/messages/{key}/publication", json={"channel": "mastodon"})
        assert out.status_code == 200
    programs.ask("POST", f"/messages/{theirs['id']}/publication", json={"channel": "x"})
    for each, times in ((link, 3), (other, 2)):
        for _ in range(times):
            short_links.follow(each.json["code"], counts=True)
    approved_photo(cast)
    publish_many(cast, 2100, campaign)
    wanted = {
        ("published", None, None): 2106,
        ("published", None, campaign): 2102,
        ("published", "x", None): 2102,
        ("published", "x", campaign): 2100,
        ("followed", None, None): 5,
        ("followed", None, campaign): 3,
        ("approved", None, None): 1,
        ("approved_fr", None, None): 1,
        ("approved_en", None, None): 0,
        ("photos", None, None): 1,
        ("hand", None, None): None,
    }
    for gauge, channel, of in wanted:
        aim = {"what": "But", "target": 10, "gauge": gauge, "channel": channel, "campaign": of}
        made = programs.ask("POST", "/objectives", "amelie", json=aim)
        assert made.status_code == 201, made.text

    def found() -> dict[tuple[str, str | None, str | None], float | None]:
        return {
            (each["gauge"], each["channel"], each["campaign"]): each["number"]
            for each in programs.ask("GET", "/objectives").json["items"]
        }

    assert found() == wanted
    photo = approved_photo(cast)
    programs.ask("POST", f"/messages/{ours['id']}/publication", json={"channel": "x"})
    grown = {"approved", "approved_fr", "photos"}
    more = {each: number + 1 for each, number in wanted.items() if each[0] in grown}
    assert found() == wanted | more | {
        ("published", None, None): 2108,
        ("published", None, campaign): 2104,
        ("published", "x", None): 2104,
        ("published", "x", campaign): 2102,
    }
    programs.ask("POST", f"/submissions/{photo}/recall", json={})
    assert found()["photos", None, None] == 1, "nor is a count of before kept"
    counted = programs.ask("GET", "/objectives").json["items"][0]["id"]
    sent = {"json": {"number": 1}}
    refused = programs.ask("POST", f"/objectives/{counted}/number", "amelie", **sent)
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "number")


def publish_many(cast: Cast, size: int, campaign: str) -> None:
    """Have so many messages of a campaign out on X, in French."""
    now, event = clock.now(), cast.event.id
    keys = [ids.new() for _ in range(size)]
    row = {"event_id": event, "campaign_id": campaign, "title": "Une", "channels": '["x"]'}
    row |= {"overrides": "{}", "status": "published", "version": 1, "pictures": "[]"}
    row |= {"change_address": "", "written_by": cast.ben.id, "sorts_at": now}
    post = {"event_id": event, "channel": "x", "lang": "fr", "at": now, "by": cast.ben.id}
    with transaction() as tx:
        tx.execute(store.messages.insert(), [row | {"id": key} for key in keys])
        tx.execute(posts.insert(), [post | {"message_id": key} for key in keys])


def test_a_published_message_keeps_its_time_and_a_scheduled_one_does_not_go_back(
    programs: Programs,
) -> None:
    soon, later = (rfc3339(clock.now() + timedelta(hours=n)) for n in (2, 5))
    made = programs.add(due=soon)
    path = f"/messages/{made['id']}"
    programs.ask("POST", f"{path}/ready", "amelie")
    assert programs.ask("POST", f"{path}/schedule").json["status"] == "scheduled"
    for due in (rfc3339(clock.now() - timedelta(minutes=1)), None):
        assert programs.ask("PATCH", path, json={"due": due}).status_code == 422
    moved = programs.ask("PATCH", path, json={"due": later})
    assert (moved.json["due"], moved.json["status"]) == (later, "scheduled")
    for channel in ("mastodon", "x"):
        programs.ask("POST", f"{path}/publication", json={"channel": channel})
    late = programs.ask("PATCH", path, json={"due": soon})
    assert (late.status_code, late.json["code"]) == (409, "message_status")
