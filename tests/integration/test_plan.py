"""The plan: messages written, read, scheduled and published, and what becomes of a recall."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.alarm_rules import Look
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.kinds import Kind
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.event.model import Moment
from mixroom.event.renewal import Renewal
from mixroom.event.store import events
from mixroom.plan import actions, queries, results, store
from mixroom.plan.aims import Campaign, Objective
from mixroom.plan.alarms import find_late
from mixroom.plan.channels import Channel
from mixroom.plan.live import VIEW
from mixroom.plan.model import Message, MessageIdTakenError, OwnMessageError, Picture, Post
from mixroom.plan.moves import Fact, MessageStatusError, Status
from mixroom.push import store as push_store
from mixroom.push.model import Subscription
from mixroom.push.results import SEND_JOB
from mixroom.review import actions as review
from mixroom.submissions import actions as submissions
from mixroom.submissions import store as submission_store
from mixroom.submissions.content import Consent, Content
from mixroom.submissions.model import LostRaceError
from mixroom.submissions.moves import Fact as SubmissionFact
from tests.cast import Cast
from tests.replay import assert_replays
from tests.wraps import approved, approved_photo

BOTH = Bilingual("Les portes ouvrent à 9 h.", "Doors open at 9.")
ALL = (Channel.MASTODON, Channel.BLUESKY, Channel.X)


def wanted(**more: Any) -> Message:
    usual = {"title": "Portes", "channels": (Channel.MASTODON, Channel.X), "text": BOTH}
    return Message("", "", **(usual | more))


def add(cast: Cast, by: str = "ben", *, illustrated: bool = False, **more: Any) -> Message:
    adding = partial(actions.add, cast.people[by], wanted(**more), illustrated=illustrated)
    return assert_replays(cast, adding)


def scheduled(cast: Cast, **more: Any) -> Message:
    """Return a message of Ben's that Amélie has read, which goes in an hour."""
    message = add(cast, due=clock.now() + timedelta(hours=1), **more)
    assert_replays(cast, partial(actions.mark_ready, cast.amelie, message.id))
    return assert_replays(cast, partial(actions.schedule, cast.ben, message.id))


def item(cast: Cast, key: str) -> dict[str, Any]:
    return queries.item(cast.driss, key)


def due(at: datetime, channels: tuple[Channel, ...] = ALL, most: int = 50) -> list[Post]:
    with reading() as tx:
        every = list(tx.scalars(sa.select(events.c.id)))
        since = {(each, channel): at - timedelta(days=9) for each in every for channel in channels}
        return queries.due_posts(tx, since, at, most)


def facts(cast: Cast, key: str) -> list[str]:
    with reading() as tx:
        return [each.name for each in journal.about(tx, cast.event.id, key)]


def test_a_message_is_written_read_by_somebody_else_scheduled_and_published(cast: Cast) -> None:
    message = add(cast, due=clock.now() + timedelta(hours=1))
    assert message.status is Status.DRAFT
    with pytest.raises(OwnMessageError):
        actions.mark_ready(cast.ben, message.id)
    assert_replays(cast, partial(actions.mark_ready, cast.amelie, message.id))
    assert_replays(cast, partial(actions.schedule, cast.ben, message.id))
    publish = partial(actions.publish, cast.ben, message.id)
    url = "https://x.com/museomix/status/1"
    half = assert_replays(cast, partial(publish, Channel.X, url=url))
    assert half.status is Status.SCHEDULED, "it is not out on Mastodon"
    assert_replays(cast, partial(publish, Channel.MASTODON, "fr"))
    done = assert_replays(cast, partial(publish, Channel.MASTODON, "en"))
    assert done.status is Status.PUBLISHED
    shown = item(cast, message.id)
    assert [(each["channel"], each["lang"], each["url"]) for each in shown["publications"]] == [
        ("x", "en", url),
        ("x", "fr", url),
        ("mastodon", "fr", None),
        ("mastodon", "en", None),
    ]
    assert shown["publications"][0]["by"]["name"] == cast.ben.name
    assert facts(cast, message.id)[-2:] == [Fact.OUT, Fact.PUBLISHED]
    back = assert_replays(cast, partial(actions.unpublish, cast.ben, message.id, Channel.X, "en"))
    assert back.status is Status.READY
    with pytest.raises(NotFoundError):
        actions.unpublish(cast.ben, message.id, Channel.X, "en")


def test_an_idea_becomes_a_draft_with_its_first_words_and_is_dropped_and_taken_up(
    cast: Cast,
) -> None:
    idea = add(cast, text=Bilingual())
    assert idea.status is Status.IDEA
    write = partial(actions.change, cast.ben, idea.id, {"text": BOTH}, version=1)
    assert assert_replays(cast, write).status is Status.DRAFT
    assert_replays(cast, partial(actions.drop, cast.ben, idea.id))
    with pytest.raises(MessageStatusError):
        actions.publish(cast.ben, idea.id, Channel.X)
    assert assert_replays(cast, partial(actions.draft, cast.ben, idea.id)).status is Status.DRAFT


def test_of_two_who_change_a_message_the_second_gets_both_texts(cast: Cast) -> None:
    message = add(cast)
    first = {"text": Bilingual("Premier", "First")}
    assert_replays(cast, partial(actions.change, cast.ben, message.id, first, version=1))
    with pytest.raises(LostRaceError) as lost:
        actions.change(cast.amelie, message.id, {"text": Bilingual("Second")}, version=1)
    assert lost.value.facts["now"]["text"] == {"fr": "Premier", "en": "First"}
    assert lost.value.facts["now"]["version"] == 2
    assert lost.value.facts["sent"]["text"] == {"fr": "Second", "en": None}
    for move in (actions.mark_ready, actions.drop, actions.draft):
        with pytest.raises(LostRaceError):
            move(cast.amelie, message.id, version=1)
    same = actions.change(cast.amelie, message.id, first, version=2)
    assert same.version == 2, "no change, no version"


def test_a_retry_is_the_same_message_and_another_one_with_its_id_is_refused(cast: Cast) -> None:
    key = ids.new()
    first = actions.add(cast.ben, Message(key, "", "Portes", (Channel.X,), BOTH))
    assert actions.add(cast.ben, Message(key, "", "Portes", (Channel.X,), BOTH)) == first
    with pytest.raises(MessageIdTakenError):
        actions.add(cast.ben, Message(key, "", "Portes", (Channel.X,), Bilingual("Autre")))
    with pytest.raises(MessageIdTakenError):
        actions.add(cast.eve, Message(key, "", "Portes", (Channel.X,), BOTH))


def test_who_may_change_what(cast: Cast) -> None:
    message = add(cast, owner_id=cast.driss.id)
    with pytest.raises(NotAllowedError):
        actions.add(cast.driss, wanted())
    owned = partial(actions.change, cast.driss, message.id, {"text": Bilingual("À moi")})
    assert assert_replays(cast, owned).written_by == cast.driss.id
    with pytest.raises(NotAllowedError):
        actions.change(cast.chloe, message.id, {"title": "Non"})
    with pytest.raises(NotAllowedError):
        actions.publish(cast.chloe, message.id, Channel.X)
    with pytest.raises(NotAllowedError):
        actions.mark_ready(cast.driss, message.id)
    with pytest.raises(NotFoundError):
        actions.change(cast.eve, message.id, {"title": "Non"})
    with pytest.raises(InvalidError, match="owner"):
        add(cast, owner_id=cast.eve.id)
    with pytest.raises(InvalidError, match="campaign"):
        add(cast, campaign_id=ids.new())


def test_a_publication_is_of_the_messages_own_channel_and_language_and_not_to_come(
    cast: Cast,
) -> None:
    french = add(cast, text=Bilingual("Seulement"))
    publish = partial(actions.publish, cast.ben, french.id)
    with pytest.raises(InvalidError, match="channel"):
        publish(Channel.BLUESKY)
    with pytest.raises(InvalidError, match="lang"):
        publish(Channel.X, "en")
    with pytest.raises(InvalidError, match="at"):
        publish(Channel.X, at=clock.now() + timedelta(hours=1))
    with pytest.raises(InvalidError, match="url"):
        publish(Channel.X, url="x.com/1")
    at = clock.now() - timedelta(days=1)
    publish(Channel.X, at=at)
    publish(Channel.X, at=at, url="https://x.com/1")  # once again, to correct the address
    (only,) = item(cast, french.id)["publications"]
    assert only["url"] == "https://x.com/1"
    with reading() as tx:
        found = queries.publications(tx, cast.event.id, at, clock.now(), 10)
    assert [(each.message_id, each.by) for each in found] == [(french.id, cast.ben.id)]


def test_connectors_get_what_is_due_once_each_and_nothing_that_was_refused(cast: Cast) -> None:
    message = scheduled(cast, channels=ALL)
    at = message.due
    assert at is not None
    assert due(at - timedelta(seconds=1)) == []
    posts = due(at)
    assert len(posts) == 6
    assert {(each.channel, each.lang) for each in posts} == message.wanted
    assert posts[0].text == BOTH[posts[0].lang]
    assert {each.channel for each in due(at, (Channel.BLUESKY,))} == {Channel.BLUESKY}
    assert len(due(at, most=1)) == 1

    def out() -> None:
        with transaction() as tx:
            results.published(
                tx, message.id, Channel.X, "fr", url="https://x.com/1", at=at, by=cast.ben.id
            )

    assert_replays(cast, out)
    assert_replays(cast, out)  # idempotent
    assert facts(cast, message.id).count(Fact.OUT) == 1

    def refuse() -> None:
        words = Bilingual("Le jeton est révoqué.", "The token was revoked.")
        with transaction() as tx:
            results.failed(tx, message.id, Channel.BLUESKY, "en", fault="token", words=words)

    assert_replays(cast, refuse)
    left = {(each.channel, each.lang) for each in due(at)}
    assert left == message.wanted - {(Channel.X, "fr"), (Channel.BLUESKY, "en")}
    (failure,) = item(cast, message.id)["failures"]
    assert (failure["fault"], failure["words"]["en"]) == ("token", "The token was revoked.")
    assert_replays(cast, partial(actions.try_again, cast.ben, message.id))
    assert (Channel.BLUESKY, "en") in {(each.channel, each.lang) for each in due(at)}
    assert_replays(cast, partial(actions.draft, cast.ben, message.id))
    assert due(at) == []


def test_other_words_of_a_scheduled_message_are_not_sent_before_somebody_reads_them(
    cast: Cast,
) -> None:
    message = scheduled(cast)
    moved = message.due + timedelta(hours=1)
    later = assert_replays(cast, partial(actions.change, cast.ben, message.id, {"due": moved}))
    assert later.status is Status.SCHEDULED
    assert due(message.due) == []
    assert len(due(moved)) == 4
    rewrite = partial(actions.change, cast.ben, message.id, {"text": Bilingual("Autre")})
    assert assert_replays(cast, rewrite).status is Status.DRAFT
    assert due(moved) == []


def test_too_long_for_an_instance_is_refused_by_what_that_instance_takes(cast: Cast) -> None:
    long = {"text": Bilingual("x" * 501), "due": clock.now() + timedelta(hours=1)}
    message = add(cast, channels=(Channel.MASTODON,), **long)
    actions.mark_ready(cast.amelie, message.id)
    assert item(cast, message.id)["counts"]["mastodon"]["fr"] == {
        "length": 501,
        "limit": 500,
        "over": True,
    }
    with pytest.raises(InvalidError) as refused:
        actions.schedule(cast.ben, message.id)
    assert (refused.value.field, refused.value.rule) == ("text.fr", "over_limit")
    with transaction() as tx:
        results.set_limit(tx, cast.event.id, Channel.MASTODON, 1000)
    assert actions.schedule(cast.ben, message.id).status is Status.SCHEDULED


def test_a_recalled_photo_marks_its_messages_leaves_them_and_is_not_sent(cast: Cast) -> None:
    photo, words = approved_photo(cast), approved(cast)
    message = scheduled(cast, submissions=(photo, words), illustrated=True)
    other = add(cast)
    (picture,) = item(cast, message.id)["pictures"]
    assert picture["submission"] == photo
    assert picture["credit"]
    (post, *_) = due(message.due)
    assert [each.media_id for each in post.pictures] == [picture["media"]]

    review.recall(cast.amelie, photo)
    assert due(message.due) == [], "even before the watcher has looked"
    assert item(cast, message.id)["pictures"] == []
    assert_replays(cast, partial(results.watch, clock.now()))
    shown = item(cast, message.id)
    assert shown["stale_since"]
    assert shown["gone"] == [photo]
    assert facts(cast, message.id)[-1] == Fact.STALE
    assert item(cast, other.id)["stale_since"] is None
    results.watch(clock.now())
    assert facts(cast, message.id).count(Fact.STALE) == 1

    without = partial(actions.change, cast.ben, message.id, {"submissions": (words,)})
    after = assert_replays(cast, without)
    assert (after.stale_since, after.pictures, after.status) == (None, (), Status.DRAFT)


def test_a_withdrawn_post_marks_its_messages_even_published_ones(cast: Cast) -> None:
    words = approved(cast)
    message = add(cast, submissions=(words,), channels=(Channel.X,))
    actions.publish(cast.ben, message.id, Channel.X)
    submissions.withdraw(cast.driss, words)
    assert_replays(cast, partial(results.watch, clock.now()))
    assert item(cast, message.id)["stale_since"]
    assert item(cast, message.id)["status"] == "published"


def test_a_photo_that_may_no_longer_be_on_the_web_marks_its_messages_until_it_may(
    cast: Cast,
) -> None:
    photo = approved_photo(cast)
    message = scheduled(cast, submissions=(photo,), illustrated=True)
    for consent, stale in ((Consent.REFUSED, True), (Consent.CLEARED, False)):
        with transaction() as tx:
            sent = submission_store.get_locked(tx, photo)
            assert sent is not None
            content = replace(sent.content, consent=consent)
            after = sent.amended(content, clock.now())
            submission_store.save(tx, after)
            submissions.record(tx, SubmissionFact.AMENDED, after, cast.ben.id)
        assert_replays(cast, partial(results.watch, clock.now()))
        assert bool(item(cast, message.id)["stale_since"]) is stale
        assert bool(due(message.due)) is not stale
    assert facts(cast, message.id)[-2:] == [Fact.STALE, Fact.FRESH]


def test_one_that_was_saved_while_something_was_recalled_is_marked_too(cast: Cast) -> None:
    words = approved(cast)
    first = add(cast, submissions=(words,))
    review.recall(cast.amelie, words)
    results.watch(clock.now())
    late = Message(ids.new(), cast.event.id, "En retard", (Channel.X,), BOTH, submissions=(words,))
    with transaction() as tx:  # as if it had been read before the recall was saved
        store.add(tx, late)
        results.record(tx, Fact.ADDED, late, cast.ben.id)
    assert_replays(cast, partial(results.watch, clock.now()))
    assert item(cast, late.id)["stale_since"]
    assert item(cast, first.id)["stale_since"]


def test_a_message_draws_only_on_what_is_shown_and_pictures_come_from_there(cast: Cast) -> None:
    photo = approved_photo(cast)
    waiting, _ = submissions.submit(cast.driss, Content(Kind.POST, BOTH))
    with pytest.raises(InvalidError, match="submissions"):
        add(cast, submissions=(str(waiting["id"]),))
    with pytest.raises(InvalidError, match="pictures"):
        add(cast, submissions=(photo,), pictures=(Picture(ids.new()),))
    with pytest.raises(InvalidError, match="submissions"):
        actions.add(cast.eve, wanted(submissions=(photo,)))


def test_its_owner_is_told_before_it_is_due_when_it_is_and_when_it_is_late(cast: Cast) -> None:
    _subscribe(cast)
    message = add(cast, owner_id=cast.driss.id, due=clock.now() + timedelta(hours=2))
    when = message.due
    for minutes, wanted in (
        (-61, []),
        (-60, ["message_soon"]),
        (-1, ["message_soon"]),
        (0, ["message_soon", "message_due"]),
        (14, ["message_soon", "message_due"]),
        (15, ["message_soon", "message_due", "message_late"]),
        (50, ["message_soon", "message_due", "message_late"]),
    ):
        for _ in range(2):
            results.watch(when + timedelta(minutes=minutes))
            assert _notices() == wanted, minutes


def test_what_goes_by_itself_rings_only_if_it_has_not_gone(cast: Cast) -> None:
    _subscribe(cast)
    with transaction() as tx:
        results.set_limit(tx, cast.event.id, Channel.MASTODON, 500)
    channels = (Channel.MASTODON, Channel.GLOBAL)
    alone = scheduled(cast, owner_id=cast.driss.id, channels=channels)
    actions.add(cast.ben, wanted(owner_id=cast.driss.id, channels=channels, due=alone.due))
    when = alone.due
    results.watch(when)
    assert _notices() == ["message_due"], "only the draft"
    results.watch(when + timedelta(minutes=2))
    assert len(_notices()) == 1
    results.watch(when + timedelta(minutes=3))
    assert _notices()[1:] == ["message_unsent"]
    results.watch(when + timedelta(minutes=15))
    assert _notices()[2:] == ["message_late"] * 2
    by_hand = scheduled(cast, owner_id=cast.driss.id, channels=(*channels, Channel.X))
    results.watch(by_hand.due)
    assert _notices()[4:] == ["message_due"]


def test_its_owner_is_told_again_after_another_time_and_of_nothing_long_over(cast: Cast) -> None:
    _subscribe(cast)
    message = add(cast, owner_id=cast.driss.id, due=clock.now() + timedelta(minutes=20))
    when = message.due
    results.watch(clock.now())
    assert _notices() == ["message_soon"]
    later = {"due": when + timedelta(hours=1)}
    assert_replays(cast, partial(actions.change, cast.ben, message.id, later))
    results.watch(when)
    assert _notices() == ["message_soon"] * 2
    results.watch(when + timedelta(hours=1, minutes=20))
    assert _notices()[2:] == ["message_late"], "the worker was away: only what is right by now"
    actions.change(cast.ben, message.id, {"due": when + timedelta(hours=2)})
    results.watch(when + timedelta(hours=5))
    assert len(_notices()) == 3, "nobody is woken for what is long over"
    with reading() as tx:
        assert store.ringing(tx, when + timedelta(days=1), 10) == []


def test_the_owner_of_what_is_out_is_not_told(cast: Cast) -> None:
    _subscribe(cast)
    message = add(cast, owner_id=cast.driss.id, channels=(Channel.X,), due=clock.now())
    actions.publish(cast.ben, message.id, Channel.X)
    results.watch(clock.now() + timedelta(minutes=20))
    assert _notices() == []


def test_what_is_late_is_on_the_list_rings_and_is_in_the_calendar(cast: Cast) -> None:
    now = clock.now()
    late = add(cast, due=now - timedelta(minutes=20))
    add(cast, due=now + timedelta(minutes=20))
    out = add(cast, due=now - timedelta(minutes=30), channels=(Channel.X,))
    actions.publish(cast.ben, out.id, Channel.X)
    assert [each["id"] for each in queries.late(cast.ben)] == [late.id]
    with reading() as tx:
        causes = find_late(Look(tx, cast.event.id, 15, clock.now(), None))
        assert [each.key for each in causes] == [late.id]
        assert find_late(Look(tx, cast.event.id, 60, clock.now(), None)) == []
        day = timedelta(days=1)
        found = list(queries.entries(tx, cast.event.id, now - day, now + day))
    assert [(each.is_done, each.is_late) for each in found] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert found[1].path == f"/plan/messages/{late.id}"


def test_the_board_has_each_status_in_its_order(cast: Cast) -> None:
    now = datetime.now(UTC)
    second = add(cast, due=now + timedelta(days=2))
    first = add(cast, due=now + timedelta(days=1))
    undated = add(cast)
    with reading() as tx:
        assert store.board(tx, cast.event.id, Status.DRAFT, 10) == [first.id, second.id, undated.id]
        assert store.board(tx, cast.event.id, Status.DRAFT, 1) == [first.id]
        assert set(VIEW.items(tx, cast.event.id)) == {first.id, second.id, undated.id}
    brief = queries.listed(cast.driss, Status.DRAFT, None, after=second.id, limit=10)
    assert [each["id"] for each in brief] == [first.id, undated.id]


def test_campaigns_and_objectives_are_kept_and_removed_without_their_messages(cast: Cast) -> None:
    name = Bilingual("Avant", "Before")
    campaign = assert_replays(
        cast,
        partial(actions.save_campaign, cast.ben, Campaign("", "", name, Moment.BEFORE)),
    )
    message = add(cast, campaign_id=campaign.id)
    with pytest.raises(NotAllowedError):
        actions.save_objective(cast.ben, Objective("", "", name))
    aim = Objective("", "", name, 500, Bilingual("abonnés", "followers"), campaign_id=campaign.id)
    objective = actions.save_objective(cast.amelie, aim)
    key = objective.id
    campaign = assert_replays(
        cast,
        partial(actions.change_campaign, cast.ben, campaign.id, lambda it: replace(it, name=BOTH)),
    )
    objective = assert_replays(
        cast,
        partial(actions.change_objective, cast.amelie, key, lambda it: replace(it, target=600)),
    )
    found = queries.aims(cast.driss)
    assert found.campaigns == [campaign]
    assert found.objectives == [objective]
    assert found.counts == {campaign.id: {"draft": 1}}
    with pytest.raises(NotFoundError):
        actions.save_campaign(cast.eve, campaign)
    with pytest.raises(NotFoundError):
        actions.change_campaign(cast.eve, campaign.id, lambda it: it)
    actions.remove_campaign(cast.ben, campaign.id)
    assert item(cast, message.id)["campaign"] is None
    assert queries.objective(cast.driss, objective.id).campaign_id is None
    actions.remove_objective(cast.amelie, objective.id)
    assert queries.aims(cast.driss).objectives == []
    for gone in (
        partial(actions.remove_campaign, cast.ben, campaign.id),
        partial(actions.remove_objective, cast.amelie, objective.id),
        partial(queries.campaign, cast.ben, campaign.id),
    ):
        with pytest.raises(NotFoundError):
            gone()


def _subscribe(cast: Cast) -> None:
    signed = crew.signed_in(cast.tokens["driss"])
    assert signed is not None
    at = ("https://push.invalid/1", "k", "a", "fr")
    phone = Subscription(ids.new(), cast.driss.id, signed[1].id, *at, clock.now())
    with transaction() as tx:
        push_store.put(tx, phone)


def _notices() -> list[str]:
    """Return the kinds of messages to phones, in order."""
    table = jobs.jobs
    query = sa.select(table.c.payload).where(table.c.kind == SEND_JOB).order_by(table.c.id)
    with reading() as tx:
        return [json.loads(each)["notice"]["name"] for each in tx.scalars(query)]


def test_the_next_edition_begins_with_the_plan_on_its_own_days(cast: Cast) -> None:
    day = date(2015, 11, 6)
    campaign = actions.save_campaign(
        cast.ben, Campaign("", "", BOTH, Moment.BEFORE, day, day, cast.ben.id)
    )
    aim = Objective("", "", BOTH, 500, by=day, campaign_id=campaign.id)
    actions.save_objective(cast.amelie, aim)
    at = datetime(2015, 11, 6, 14, 30, tzinfo=UTC)  # 9:30 in winter
    drawn = (approved_photo(cast),)
    add(cast, due=at, campaign_id=campaign.id, submissions=drawn, illustrated=True)
    actions.drop(cast.ben, add(cast, title="Non").id)
    first = date(2016, 8, 5)  # in summer
    later = replace(
        cast.event, id=cast.eve.event_id, starts_on=first, timezone="Europe/Paris"
    )  # elsewhere: at the same hour of its own clock
    with transaction() as tx:
        results.renew(tx, Renewal(cast.event, later, cast.amelie.id))
    found = queries.aims(cast.eve)
    (made,) = found.campaigns
    assert (made.starts_on, made.ends_on, made.owner_id) == (first, first, None)
    assert (found.objectives[0].by, found.objectives[0].campaign_id) == (first, made.id)
    (message,) = queries.page(cast.eve, limit=10)
    assert (message["due"], message["status"]) == ("2016-08-05T07:30:00Z", "draft")
    assert (message["campaign"], message["submissions"], message["owner"]) == (made.id, [], None)
