"""Webhooks: what is told, once, signed, tried again; and photos that wait for no receiver."""

import json
import select
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from standardwebhooks.webhooks import Webhook as Receiver

from mixroom.alarms import results as alarms
from mixroom.connectors import actions as connectors
from mixroom.core import clock, cursors, jobs, journal
from mixroom.core.alarm_rules import Look
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.files import Store
from mixroom.core.text import Bilingual
from mixroom.plan import actions as plan
from mixroom.plan import results as plan_results
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.requests import actions as requests
from mixroom.requests.model import Wanted
from mixroom.review import actions as review
from mixroom.review.alarms import WAITING
from mixroom.settings import SettingError, Settings
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.rows import submissions as rows
from mixroom.webhooks import actions, queries, results, store
from mixroom.webhooks.alarms import FAILING
from mixroom.webhooks.model import (
    KEPT_FOR,
    MAX_WEBHOOKS,
    Delivery,
    DisabledError,
    State,
    Topic,
    Webhook,
    Why,
)
from mixroom.webhooks.sending import Sending
from mixroom.work import Worker
from tests import photos
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.receivers import Answer, answering, says
from tests.replay import assert_replays
from tests.servers import Postgres, Redis, Server, running, scaled_in, until

ALL = tuple(Topic)


@pytest.fixture
def receiver() -> Iterator[Answer]:
    """A receiver that takes everything."""
    with answering(says(204)) as found:
        yield found


def test_each_fact_is_told_once_to_those_who_want_it(cast: Cast, receiver: Answer) -> None:
    hook = _added(cast, receiver)
    _added(cast, receiver, Topic.RUNG)
    shown, recalled, withdrawn, never = (_sent(cast) for _ in range(4))
    for key in (shown, recalled, withdrawn):
        review.approve(cast.ben, key)
    review.recall(cast.ben, recalled)
    submissions.withdraw(cast.driss, withdrawn)
    submissions.withdraw(cast.driss, never)
    asked, _ = requests.ask(cast.ben, Wanted(Bilingual("Une photo de l’équipe Pixel")))
    _work(receiver)
    told = [_read(hook, each) for each in receiver.got]
    assert sorted((each["type"], each["data"]["id"]) for each in told) == sorted(
        [
            ("submission.approved", shown),
            ("submission.approved", recalled),
            ("submission.approved", withdrawn),
            ("submission.recalled", recalled),
            ("submission.recalled", withdrawn),
            ("request.opened", asked["id"]),
        ]
    )
    items = {each["data"]["id"]: each["data"].get("item") for each in told}
    assert items[str(asked["id"])]["text"]["fr"] == "Une photo de l’équipe Pixel"
    (approved,) = [each for each in told if each["data"].get("id") == shown]
    assert approved["data"]["item"]["text"]["fr"] == "Bonjour"
    assert "author" not in approved["data"]["item"]
    _work(receiver)
    assert len(receiver.got) == 6


def test_an_alarm_that_rings_is_told_and_one_that_comes_back_at_once_is_not(
    cast: Cast, receiver: Answer, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = _added(cast, receiver, Topic.RUNG)
    now = clock.now()
    for minutes, waits in ((20, True), (21, False), (22, True)):
        at = now + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        if minutes == 20:
            _sent_at(cast, now)
        with transaction() as tx:
            status = "submitted" if waits else "held"
            tx.execute(sa.text("UPDATE submission SET status = :s").bindparams(s=status))
        alarms.watch(WAITING, cast.event.id, at, files)
    _work(receiver)
    [told] = [_unverified(each) for each in receiver.got]
    assert told["type"] == "alarm.raised"
    assert told["data"]["item"]["rule"] == "review.waiting"
    assert hook.id


def test_a_message_that_is_due_is_told_with_what_no_account_of_the_event_publishes(
    cast: Cast, receiver: Answer
) -> None:
    hook = _added(cast, receiver, Topic.DUE, Topic.PUBLISHED)
    wanted = connectors.Wanted("mastodon", "https://social.museum", "", "token")
    connectors.connect(cast.amelie, wanted, secret_key="k", allowed=())
    due = clock.now() + timedelta(minutes=1)
    channels, fed = (Channel.MASTODON, Channel.X), (Channel.MASTODON, Channel.GLOBAL)
    key, theirs = (_scheduled(cast, due, wants) for wants in (channels, fed))
    assert plan_results.watch(due - timedelta(seconds=5)) == due, "when it wants to be called"
    plan_results.watch(due)
    plan_results.watch(due)
    _work(receiver)
    (told,) = [_read(hook, each) for each in receiver.got]
    assert (told["type"], told["data"]["id"]) == ("message.due", key)
    assert told["data"]["item"]["posts"] == [
        {"channel": "x", "lang": "fr", "text": "Les portes ouvrent.", "url": None}
    ]
    assert theirs
    for channel in channels:
        plan.publish(cast.ben, key, channel, url="https://x.com/museomix/1")
    _work(receiver)
    told = _read(hook, receiver.got[-1])
    assert told["type"] == "message.published"
    assert {each["channel"] for each in told["data"]["item"]["publications"]} == {*channels}


def test_what_happened_before_a_webhook_was_added_is_not_told(cast: Cast, receiver: Answer) -> None:
    review.approve(cast.ben, _sent(cast))
    _added(cast, receiver)
    _work(receiver)
    assert receiver.got == []


def test_another_event_is_told_nothing(cast: Cast, receiver: Answer) -> None:
    origin = _origin(receiver)
    actions.add(cast.eve, f"{origin}/eve", ALL, allowed=(origin,))
    review.approve(cast.ben, _sent(cast))
    _work(receiver)
    assert receiver.got == []


def test_facts_are_collected_once_by_several_workers(cast: Cast, receiver: Answer) -> None:
    _added(cast, receiver)
    keys = [_sent(cast) for _ in range(12)]
    failures: list[Exception] = []

    def collect() -> None:
        try:
            for _ in range(8):
                results.collect(clock.now())
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=collect) for _ in range(3)]
    for each in threads:
        each.start()
    for key in keys:
        review.approve(cast.ben, key)
    for each in threads:
        each.join()
    results.collect(clock.now())
    assert failures == []
    told = [json.loads(each.payload)["data"]["id"] for each in _log(cast)]
    assert sorted(told) == sorted(keys)


def test_a_crash_while_collecting_loses_nothing_and_repeats_nothing(
    cast: Cast, receiver: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _added(cast, receiver)
    review.approve(cast.ben, _sent(cast))
    review.approve(cast.ben, _sent(cast))

    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(cursors, "move", dies)
        with pytest.raises(RuntimeError):
            results.collect(clock.now())
    assert _log(cast) == []
    results.collect(clock.now())
    assert len(_log(cast)) == 2


def test_a_worker_that_dies_after_sending_sends_again_with_the_same_id(
    cast: Cast, receiver: Answer
) -> None:
    _added(cast, receiver)
    review.approve(cast.ben, _sent(cast))
    results.collect(clock.now())
    sending = Sending(_claimed(), (_origin(receiver),))
    until(lambda: receiver.got, "the message to arrive")
    sending.stop()  # before it has saved that it was taken
    with transaction() as tx:
        jobs.give_back(tx, sending.job)
    _work(receiver)
    first, second = (headers["webhook-id"] for _, headers, _ in receiver.got)
    assert first == second == _log(cast)[0].id
    assert receiver.got[0][2] == receiver.got[1][2]
    assert _log(cast)[0].state is State.DELIVERED


def test_a_receiver_that_fails_is_asked_again_for_a_day_and_then_switched_off(
    cast: Cast, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with answering(says(503, b"busy")) as receiver:
        _added(cast, receiver)
        review.approve(cast.ben, _sent(cast))
        _work(receiver)
        (first,) = _log(cast)
        assert (first.tries, first.status, first.answer) == (1, 503, "busy")
        began = clock.now()
        for _ in range(12):
            (waiting,) = _log(cast)
            if waiting.next_at is None:
                break
            at = waiting.next_at
            monkeypatch.setattr(clock, "now", lambda at=at: at)
            _work(receiver)
        (last,) = _log(cast)
        assert last.state is State.FAILED
        assert last.tries == len(receiver.got) == 8
        assert timedelta(hours=20) < clock.now() - began < timedelta(hours=27)
        assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1
        later = began + timedelta(hours=28)
        monkeypatch.setattr(clock, "now", lambda: later)
        review.approve(cast.ben, _sent(cast))
        _work(receiver)
    (hook,) = queries.webhooks(cast.amelie)
    assert hook.disabled is Why.FAILING
    assert "webhook.disabled" in _facts(cast)
    with reading() as tx:
        (cause,) = FAILING.find(Look(tx, cast.event.id, 30, clock.now(), files))
    assert cause.about["fr"] == "127.0.0.1"
    results.collect(clock.now())
    with reading() as tx:
        assert cursors.position(tx, results.CURSOR) is None, "retention need not wait"
    with pytest.raises(DisabledError):
        actions.test(cast.amelie, hook.id)
    assert actions.switch(cast.amelie, hook.id, on=True).disabled is None
    review.approve(cast.ben, _sent(cast))
    results.collect(clock.now())
    assert any(each.state is State.WAITING for each in _log(cast))


def test_a_receiver_that_is_gone_is_switched_off_at_once(cast: Cast) -> None:
    with answering(says(410)) as receiver:
        _added(cast, receiver)
        for _ in range(3):
            review.approve(cast.ben, _sent(cast))
        _work(receiver)
    (hook,) = queries.webhooks(cast.amelie)
    assert hook.disabled is Why.GONE
    assert {each.state for each in _log(cast)} == {State.FAILED}


def test_a_success_ends_the_failing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = iter([500, 200])

    def act(handler: BaseHTTPRequestHandler) -> None:
        says(next(statuses))(handler)

    with answering(act) as receiver:
        _added(cast, receiver)
        review.approve(cast.ben, _sent(cast))
        _work(receiver)
        assert queries.webhooks(cast.amelie)[0].failing_since
        later = clock.now() + timedelta(seconds=10)
        monkeypatch.setattr(clock, "now", lambda: later)
        _work(receiver)
    assert queries.webhooks(cast.amelie)[0].failing_since is None
    assert _log(cast)[0].state is State.DELIVERED


def test_a_test_and_a_repetition_are_sent_and_both_secrets_sign(
    cast: Cast, receiver: Answer
) -> None:
    before = _added(cast, receiver)
    after = assert_replays(cast, lambda: actions.rotate(cast.amelie, before.id))
    sent = actions.test(cast.amelie, before.id)
    _work(receiver)
    actions.send_again(cast.amelie, before.id, sent.id)
    _work(receiver)
    for each in receiver.got:
        assert _read(before, each) == _read(after, each)
        assert _read(after, each)["type"] == "webhook.test"
    assert len({headers["webhook-id"] for _, headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2


def test_only_leads_of_the_event_have_webhooks(cast: Cast, receiver: Answer) -> None:
    hook = _added(cast, receiver)
    with pytest.raises(NotAllowedError):
        actions.add(cast.ben, "https://museum.example.org", ALL, allowed=())
    for act in (actions.remove, actions.rotate, actions.test):
        with pytest.raises(NotFoundError):
            act(cast.eve, hook.id)
    with pytest.raises(NotFoundError):
        queries.deliveries(cast.eve, hook.id)
    actions.remove(cast.amelie, hook.id)
    assert queries.webhooks(cast.amelie) == []
    for _ in range(MAX_WEBHOOKS):
        _added(cast, receiver)
    with pytest.raises(InvalidError, match="url"):
        _added(cast, receiver)


def test_the_log_is_kept_for_thirty_days(cast: Cast, receiver: Answer) -> None:
    hook = _added(cast, receiver)
    actions.test(cast.amelie, hook.id)
    with transaction() as tx:
        assert store.forget(tx, clock.now() - KEPT_FOR, 10) == 0
        assert store.forget(tx, clock.now() + timedelta(seconds=1), 10) == 1
    assert _log(cast) == []


def test_one_receiver_does_not_take_the_place_of_the_others(cast: Cast, receiver: Answer) -> None:
    hooks = [_added(cast, receiver) for _ in range(3)]
    for each in hooks[:2]:
        for _ in range(12):
            actions.test(cast.amelie, each.id)
    actions.test(cast.amelie, hooks[2].id)
    chosen = [hook.id for hook, _ in queries.due(clock.now())]
    assert [chosen.count(each.id) for each in hooks] == [4, 4, 1]


@pytest.mark.parametrize("text", ["127.0.0.1", "ftp://x", "http://x/path", "https://X", "http://"])
def test_a_setting_that_is_no_origin_is_refused(tmp_path: Path, text: str) -> None:
    env = {"MIXROOM_VAR": str(tmp_path), "MIXROOM_WEBHOOK_HOSTS": text}
    with pytest.raises(SettingError, match="MIXROOM_WEBHOOK_HOSTS"):
        Settings.from_env(env)


def test_a_worker_that_stops_returns_what_is_on_its_way(cast: Cast, tmp_path: Path) -> None:
    over = threading.Event()
    with answering(lambda _handler: over.wait(30)) as hung:
        env = {
            "MIXROOM_VAR": str(tmp_path),
            "MIXROOM_UPLOADS": str(tmp_path),
            "MIXROOM_WEBHOOK_HOSTS": _origin(hung),
        }
        worker = Worker(Settings.from_env(env))
        actions.test(cast.amelie, _added(cast, hung).id)
        worker.step()
        until(lambda: worker.step() or hung.got, "the message to be on its way")
        worker.stop()
        worker.run()
        over.set()
    assert not worker.busy
    (waiting,) = _log(cast)
    assert (waiting.state, waiting.tries) == (State.WAITING, 0)


# The whole way, by the worker of a running server.


@pytest.fixture
def layout(tmp_path: Path, postgres: Postgres, redis_server: Redis) -> Server:
    """A server with a worker beside it, not yet running; SQLite's jobs have tests of their own."""
    return scaled_in(tmp_path, postgres, redis_server)


def test_the_whole_way_and_photos_wait_for_no_receiver(layout: Server, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photos.phone("coffee", 1, (1200, 900)).data)
    over = threading.Event()
    with answering(lambda _handler: over.wait(60)) as hung, answering(says(204)) as well:
        layout.env["MIXROOM_WEBHOOK_HOSTS"] = f"{_origin(hung)} {_origin(well)}"
        with (
            running(layout),
            cast_at(layout) as cast,
            Api(layout.url, cast.tokens["amelie"]) as amelie,
            Api(layout.url, cast.tokens["driss"]) as driss,
        ):
            refused = amelie.ask(
                "POST",
                "/webhooks",
                json={"url": "https://169.254.169.254/", "topics": ["alarm.raised"]},
            )
            assert refused.status_code == 422
            assert refused.json()["errors"][0]["field"] == "url"
            hook = _registered(amelie, f"{_origin(well)}/hook")
            assert "secret" not in amelie.ask("GET", "/webhooks").json()["items"][0]
            amelie.decide(driss.submit()["id"], "approval")
            until(lambda: well.got, "the message to arrive")
            body = well.got[0][2].decode()
            told = Receiver(hook["secret"]).verify(body, well.got[0][1])
            assert told["type"] == "submission.approved"

            slow = _registered(amelie, f"{_origin(hung)}/hook")
            amelie.ask("POST", f"/webhooks/{slow['id']}/test")
            until(lambda: hung.got, "the hung receiver to be asked")
            state = driss.developed(driss.upload(photo)["id"])
            assert state["status"] == "ready"
            path = f"/webhooks/{slow['id']}/deliveries"
            (waiting,) = amelie.ask("GET", path).json()["items"]
            assert waiting["tries"] == 0, "the receiver still has it"
            over.set()
            path = f"/webhooks/{hook['id']}/deliveries"

            def delivered() -> bool:
                (found,) = amelie.ask("GET", path).json()["items"]
                return bool(found["status"] == 204 and found["state"] == "delivered")

            until(delivered, "the delivery to be in the log")
            page = amelie.page(f"/webhooks/{hook['id']}").text
            assert "204" in page
            again = f"/webhooks/{hook['id']}/deliveries/{_log(cast, hook['id'])[0].id}"
            assert amelie.ask("POST", f"{again}/repetition").status_code == 202
            until(lambda: len(well.got) == 2, "the message to arrive again")
            assert well.got[0][1]["webhook-id"] == well.got[1][1]["webhook-id"]
            assert amelie.ask("DELETE", f"/webhooks/{hook['id']}").status_code == 204
    assert "Traceback" not in layout.log()


def test_a_secret_is_shown_once_on_the_page(server: Server, guests: Cast) -> None:
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        form = {"url": "https://museum.example.org/hook", "topics": "alarm.raised"}
        added = amelie.post("/webhooks", form, headers={"Accept": "text/html"})
        assert "whsec_" in added.text
        assert "whsec_" not in amelie.page("/webhooks").text
        wrong = form | {"url": "https://127.1/"}
        refused = amelie.post("/webhooks", wrong, headers={"Accept": "text/html"})
        assert refused.status_code == 422
        assert 'value="https://127.1/"' in refused.text
        (hook,) = queries.webhooks(guests.amelie)
        rotated = amelie.post(f"/webhooks/{hook.id}/secret", {}, headers={"Accept": "text/html"})
        assert rotated.text.count("whsec_") == 1
        off = amelie.post(f"/webhooks/{hook.id}/switch", {"on": "0"})
        assert off.ok
        said = amelie.post(f"/webhooks/{hook.id}/test", {}, headers={"Accept": "text/html"})
        assert said.status_code == 409


def _registered(amelie: Api, url: str) -> dict[str, Any]:
    asked = {"url": url, "topics": [each.value for each in Topic]}
    answer = amelie.ask("POST", "/webhooks", json=asked)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def _origin(receiver: Answer) -> str:
    return f"http://127.0.0.1:{receiver.port}"


def _added(cast: Cast, receiver: Answer, *topics: Topic) -> Webhook:
    origin = _origin(receiver)
    return actions.add(cast.amelie, f"{origin}/hook", topics or ALL, allowed=(origin,))


def _scheduled(cast: Cast, due: datetime, channels: tuple[Channel, ...]) -> str:
    text = Bilingual("Les portes ouvrent.")
    message = plan.add(cast.ben, Message("", "", title="", channels=channels, text=text, due=due))
    plan.mark_ready(cast.amelie, message.id)
    return plan.schedule(cast.ben, message.id).id


def _sent(cast: Cast) -> str:
    sent, _ = submissions.submit(cast.driss, Content(Kind.POST, Bilingual("Bonjour")))
    return str(sent["id"])


def _sent_at(cast: Cast, at: Any) -> None:
    key = _sent(cast)
    with transaction() as tx:
        tx.execute(rows.update().where(rows.c.id == key).values(submitted_at=at))


def _claimed() -> jobs.Job:
    with transaction() as tx:
        job = jobs.claim(tx, only={results.SEND_JOB})
    assert job is not None
    return job


def _work(receiver: Answer) -> None:
    """Collect, and send until nothing more is due."""
    results.collect(clock.now())
    while True:
        with transaction() as tx:
            job = jobs.claim(tx, only={results.SEND_JOB})
        if job is None:
            return
        sending = Sending(job, (_origin(receiver),))
        while not sending.over:
            select.select([sending], [], [], 1)
            sending.go_on()


def _log(cast: Cast, webhook_id: str | None = None) -> list[Delivery]:
    with reading() as tx:
        hooks = [webhook_id] if webhook_id else [e.id for e in store.list_all(tx, cast.event.id)]
        return [each for hook in hooks for each in store.log_of(tx, hook, most=100)]


def _read(hook: Webhook, got: tuple[str, dict[str, str], bytes]) -> dict[str, Any]:
    """Return what a message says, once its signature is verified by another implementation."""
    _, headers, body = got
    found: dict[str, Any] = Receiver(hook.secret).verify(body.decode(), headers)
    return found


def _unverified(got: tuple[str, dict[str, str], bytes]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(got[2])
    return found


def _facts(cast: Cast) -> list[str]:
    with reading() as tx:
        return [each.name for each in journal.since(tx, 0, event_id=cast.event.id)]
