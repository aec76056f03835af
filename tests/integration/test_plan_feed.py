"""The feed for Museomix Global: what is due there goes out by itself, and leaves when recalled."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from mixroom.app import create_app
from mixroom.core import clock, jobs
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading, transaction
from mixroom.core.text import Bilingual
from mixroom.plan import actions, post_store, queries, results, store
from mixroom.plan.channels import Channel
from mixroom.plan.formats import FeedEntry, atom
from mixroom.plan.model import Message, SiteChange
from mixroom.plan.moves import Status
from mixroom.review import actions as review
from mixroom.review.reporting import report
from mixroom.settings import Settings
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.servers import Server, env_in, until
from tests.wraps import approved, approved_photo

NAMES = {"": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
NAMES |= {"atom": NAMES[""]}
SAID = ("id", "title", "published", "updated")
BASE = "https://media.museum.example"
WORDS = Bilingual("Le mur répond.", "The wall answers.")


def test_a_scheduled_message_goes_into_the_feed_at_its_time_once_in_each_language(
    cast: Cast,
) -> None:
    photo = approved_photo(cast, alt=Bilingual("Un mur de lumière", "A wall of light"))
    message = _scheduled(cast, timedelta(minutes=3), drawn=(photo,))
    _go()
    assert queries.for_global(cast.event.id) == []
    _later(minutes=4)
    _go()
    first = _shown(cast)
    _go()
    assert _shown(cast) == first
    assert [(each["lang"], each["text"]) for each in first] == [
        ("fr", "<p>Le mur répond.</p>"),
        ("en", "<p>The wall answers.</p>"),
    ]
    assert [each["alts"] for each in first] == [["Un mur de lumière"], ["A wall of light"]]
    assert all(each["files"][0].startswith(f"{BASE}/media/") for each in first)
    with reading() as tx:
        found = store.with_ids(tx, [message])[message]
        out, _ = post_store.posts_of(tx, [message])[message]
    assert found.status is Status.PUBLISHED
    assert {each.url for each in out} == {each["id"] for each in first}
    assert {each.by for each in out} == {""}


@pytest.mark.parametrize("for_good", [True, False])
def test_what_draws_on_a_hidden_photo_leaves_the_feed_at_once(cast: Cast, for_good: bool) -> None:
    photo = approved_photo(cast)
    _scheduled(cast, timedelta(minutes=1), drawn=(photo,))
    _later(minutes=2)
    _go()
    before = _shown(cast)
    assert len(before) == 2
    _later(minutes=1)
    if for_good:
        review.recall(cast.amelie, photo)
    else:
        report(photo, "a browser")
    assert _shown(cast) == []
    assert _gone(cast) == {each["id"] for each in before}
    _go()  # the mark
    assert _gone(cast) == {each["id"] for each in before}
    if not for_good:
        _later(minutes=1)
        review.approve(cast.ben, photo)
        again = _shown(cast)
        assert {each["id"] for each in again} == {each["id"] for each in before}
        assert again[0]["updated"] > before[0]["updated"], "readers heed the newer of the two"


def test_what_was_recalled_before_its_time_is_not_put_there(cast: Cast) -> None:
    photo = approved_photo(cast)
    message = _scheduled(cast, timedelta(minutes=1), drawn=(photo,))
    _later(minutes=2)
    review.recall(cast.amelie, photo)
    _relay()  # before the mark
    _go()
    assert queries.for_global(cast.event.id) == []
    with reading() as tx:
        assert store.with_ids(tx, [message])[message].status is Status.SCHEDULED


def test_words_that_nobody_has_read_are_not_shown_in_the_feed(cast: Cast) -> None:
    channels = (Channel.GLOBAL, Channel.FACEBOOK)
    message = _scheduled(cast, timedelta(minutes=1), channels=channels)
    _later(minutes=2)
    _go()
    assert len(_shown(cast)) == 2
    actions.change(cast.ben, message, {"text": Bilingual("Autre chose.", None)})
    assert _shown(cast) == []
    assert len(_gone(cast)) == 2
    _later(minutes=1)
    actions.mark_ready(cast.amelie, message)
    (shown,) = _shown(cast)
    assert shown["text"] == "<p>Autre chose.</p>"
    assert shown["updated"] > shown["published"]
    assert len(_gone(cast)) == 1  # English, in which it has no words any more


def test_a_publication_that_is_taken_back_is_withdrawn_from_readers_too(cast: Cast) -> None:
    message = _scheduled(cast, timedelta(minutes=1))
    _later(minutes=2)
    _go()
    french, english = _shown(cast)
    _later(minutes=1)
    actions.unpublish(cast.ben, message, Channel.GLOBAL, "fr")
    assert _shown(cast) == [english]
    assert _gone(cast) == {french["id"]}
    (old,) = (each for each in queries.for_global(cast.event.id) if each.gone_at)
    assert rfc3339(old.updated) > french["updated"], "readers take it for news"
    actions.publish(cast.ben, message, Channel.GLOBAL)
    assert [each["id"] for each in _shown(cast)] == [french["id"], english["id"]]
    assert _gone(cast) == set()


def test_what_was_approved_for_global_is_in_the_feed_until_it_is_recalled(cast: Cast) -> None:
    approved(cast, "Pour le musée seulement")
    assert _shown(cast) == []
    key = approved(cast, Bilingual("Pour tout le monde", "For everyone"), everywhere=True)
    assert [each["title"] for each in _shown(cast)] == ["Pour tout le monde", "For everyone"]
    review.recall(cast.amelie, key)
    assert _shown(cast) == []
    assert len(_gone(cast)) == 2


def test_what_is_an_hour_late_is_left_to_a_person(cast: Cast) -> None:
    message = _scheduled(cast, timedelta(minutes=1), link="https://museomix.org/direct")
    _later(hours=1, minutes=2)
    _go()
    assert queries.for_global(cast.event.id) == []
    actions.publish(cast.ben, message, Channel.GLOBAL)
    assert {each["url"] for each in _shown(cast)} == {"https://museomix.org/direct"}


def test_whatever_people_write_the_feed_is_xml() -> None:
    now = clock.now()
    odd = '<b>&"\x00\x0b\ud800\ufffe😀 ]]>'
    feed = atom(Bilingual(odd, None), [FeedEntry("k", "fr", odd, odd, now, now)], BASE, now)
    entry = ET.fromstring(feed).find("atom:entry", NAMES)
    assert entry is not None
    assert entry.findtext("atom:title", "", NAMES) == '<b>&" 😀 ]]>'
    assert (
        entry.findtext("atom:content", "", NAMES) == "<p>&lt;b&gt;&amp;&quot;</p><p>😀 ]]&gt;</p>"
    )


def test_the_worker_of_each_layout_feeds_global(server: Server) -> None:
    began = clock.now()
    with cast_at(server, present=True) as cast:
        with pytest.MonkeyPatch.context() as patch:  # however long it takes to schedule it
            patch.setattr(clock, "now", lambda: began - timedelta(minutes=1))
            _scheduled(cast, timedelta(seconds=62))
        with Api(server.url) as stranger:
            answer = _awaited(stranger)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in answer.headers
    found = ET.fromstring(answer.content).findall("atom:entry/atom:id", NAMES)
    assert all(str(each.text).startswith(f"{server.url}/global.atom#message-") for each in found)


def _awaited(stranger: Api) -> requests.Response:
    """Return the first feed with the message; a stranger may not ask for it often."""
    asked: list[requests.Response] = []

    def is_fed() -> bool:
        asked.append(stranger.page("/global.atom"))
        return b"The wall answers" in asked[-1].content

    until(is_fed, "the feed")
    return asked[-1]


def test_visitors_get_the_feed_of_the_event_that_they_see_and_people_their_own(
    cast: Cast, tmp_path: Path
) -> None:
    approved(cast, "Pour la répétition", everywhere=True)  # of an event that visitors do not see
    client = create_app(Settings.from_env(env_in(tmp_path))).test_client()
    seen = client.get("/global.atom")
    assert (seen.status_code, "répétition" in seen.text) == (200, False)
    assert seen.headers["Cache-Control"] == "public, max-age=60"
    headers = {"Authorization": f"Bearer {cast.tokens['driss']}"}
    own = client.get("/global.atom", headers=headers)
    assert "Pour la répétition" in own.text
    assert own.headers["Cache-Control"] == "private, no-store"


def _scheduled(
    cast: Cast,
    ahead: timedelta,
    *,
    channels: tuple[Channel, ...] = (Channel.GLOBAL,),
    drawn: tuple[str, ...] = (),
    link: str = "",
) -> str:
    """Schedule a message of Ben's, which Amélie has read."""
    said = {"due": clock.now() + ahead, "submissions": drawn, "change": SiteChange(link)}
    wanted = Message("", "", "", channels, WORDS, **said)  # type: ignore[arg-type]
    made = actions.add(cast.ben, wanted, illustrated=bool(drawn))
    actions.mark_ready(cast.amelie, made.id)
    return actions.schedule(cast.ben, made.id).id


def _go() -> None:
    """Have the worker look, and do its job if there is one."""
    results.watch(clock.now())
    _relay()


def _relay() -> None:
    with transaction() as tx:
        job = jobs.claim(tx, only={results.RELAY_JOB})
    if job:
        results.relay(job, BASE)


def _later(**time: float) -> None:
    """Set the program's clock forward; the end of the test sets it right."""
    now = clock.now
    pytest.MonkeyPatch().setattr(clock, "now", lambda: now() + timedelta(**time))


def _feed(cast: Cast) -> ET.Element:
    found = queries.for_global(cast.event.id)
    return ET.fromstring(atom(cast.event.name, found, BASE, clock.now()))


def _shown(cast: Cast) -> list[dict[str, Any]]:
    """Return the entries of the feed that are not withdrawn; French before English."""
    feed, gone = _feed(cast), _gone(cast)
    found = [
        {
            "lang": each.get("{http://www.w3.org/XML/1998/namespace}lang"),
            **{name: each.findtext(f"atom:{name}", "", NAMES) for name in SAID},
            "text": each.findtext("atom:content", "", NAMES).partition("<figure>")[0],
            "url": _links(each, "alternate")[0]["href"],
            "files": [link["href"] for link in _links(each, "enclosure")],
            "alts": [link["title"] for link in _links(each, "enclosure")],
        }
        for each in feed.findall("atom:entry", NAMES)
        if each.findtext("atom:id", "", NAMES) not in gone
    ]
    return sorted(found, key=lambda each: str(each["lang"]), reverse=True)


def _links(entry: ET.Element, rel: str) -> list[dict[str, str]]:
    return [each.attrib for each in entry.findall("atom:link", NAMES) if each.get("rel") == rel]


def _gone(cast: Cast) -> set[str | None]:
    """Return what the feed says is gone: to readers of tombstones, and in words to all others."""
    feed = _feed(cast)
    said = {
        each.findtext("atom:id", "", NAMES): each.findtext("atom:updated", "", NAMES)
        for each in feed.findall("atom:entry", NAMES)
        if each.findtext("atom:title", "", NAMES)
        == "Retiré de la publication · Withdrawn from publication"
    }
    stones = feed.findall("at:deleted-entry", NAMES)
    assert all(said[str(each.get("ref"))] < str(each.get("when")) for each in stones)
    assert len(said) == len(stones)
    return {each.get("ref") for each in stones}
