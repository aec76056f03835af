"""Requests: asked, taken by one, answered by a submission; also by the programme itself."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.kinds import Kind
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.event import actions as event_actions
from mixroom.event.programme import read_programme
from mixroom.push import results as push
from mixroom.push import store as push_store
from mixroom.push.model import Subscription
from mixroom.requests import actions, queries, results
from mixroom.requests.live import VIEW
from mixroom.requests.model import (
    GRACE,
    RequestIdTakenError,
    RequestOverError,
    RequestTakenError,
    Status,
    To,
    Wanted,
)
from mixroom.settings import Settings
from mixroom.submissions import actions as submissions
from mixroom.submissions import queries as submission_queries
from mixroom.submissions.content import Content
from mixroom.work import Worker
from tests.cast import Cast
from tests.client import Api, following
from tests.replay import assert_replays
from tests.servers import Server, env_in, until

Work = Callable[[], None]
WANTED = Wanted(
    Bilingual("Une photo de la maquette", "A photo of the model"),
    team=Bilingual("Équipe Pixel", "Team Pixel"),
    kind=Kind.PHOTO,
    tags=("nuit",),
    hour=datetime(2015, 11, 7, 19, tzinfo=UTC),
)
POST = Content(Kind.POST, Bilingual("La voici."))


@pytest.fixture
def work(tmp_path: Path) -> Work:
    """Return what does as a worker does, until nothing is due."""
    worker = Worker(Settings.from_env(env_in(tmp_path)))

    def work() -> None:
        while worker.step():
            pass

    return work


def ask(cast: Cast, by: str = "amelie", **more: Any) -> str:
    answer, new = assert_replays(cast, partial(actions.ask, cast.people[by], WANTED, **more))
    assert new
    return str(answer["id"])


def send(cast: Cast, key: str, by: str = "driss") -> str:
    sending = partial(submissions.submit, cast.people[by], POST, request_id=key)
    answer, _ = assert_replays(cast, sending)
    return str(answer["id"])


def item(cast: Cast, key: str) -> dict[str, Any]:
    with reading() as tx:
        return dict(VIEW.items(tx, cast.event.id)[key])


def test_a_request_is_asked_taken_answered_and_thanked_for(cast: Cast) -> None:
    key = ask(cast, to=To(Role.BLOGGER))
    shown = item(cast, key)
    assert shown["text"] == WANTED.text.as_dict()
    assert shown["team"] == {"fr": "Équipe Pixel", "en": "Team Pixel"}
    assert (shown["kind"], shown["tags"], shown["hour"]) == (
        "photo",
        ["nuit"],
        "2015-11-07T19:00:00Z",
    )
    assert shown["by"] == {"id": cast.amelie.id, "name": "Amélie Roy"}
    assert shown["to"] == {"role": "blogger", "person": None, "name": None}
    assert shown["status"] == "open"

    assert_replays(cast, partial(actions.take, cast.driss, key))
    assert item(cast, key)["taken_by"] == {"id": cast.driss.id, "name": "Driss Alaoui"}
    sent = send(cast, key)
    shown = item(cast, key)
    assert (shown["status"], shown["answers"]) == ("done", [sent])
    assert shown["answered_by"]["name"] == "Driss Alaoui"
    assert_replays(cast, partial(actions.thank, cast.amelie, key))
    assert item(cast, key)["thanked_by"]["name"] == "Amélie Roy"

    found = submission_queries.item(cast.driss, sent)
    assert found["request"] == {
        "id": key,
        "text": WANTED.text.as_dict(),
        "by": {"id": cast.amelie.id, "name": "Amélie Roy"},
    }
    with reading() as tx:
        assert queries.answered_by_person(tx, cast.event.id) == {cast.driss.id: 1}
        facts = [each.name for each in journal.about(tx, cast.event.id, key)]
    assert facts == [f"request.{fact}" for fact in ("opened", "taken", "done", "thanked")]


def test_one_person_holds_it_and_the_others_are_told_who(cast: Cast) -> None:
    key = ask(cast)
    actions.take(cast.driss, key)
    assert actions.take(cast.driss, key) == actions.take(cast.driss, key)  # a retry
    for refused in (actions.take, actions.give_back):
        with pytest.raises(RequestTakenError) as error:
            refused(cast.chloe, key)
        assert error.value.facts["by"] == {"id": cast.driss.id, "name": "Driss Alaoui"}
    assert_replays(cast, partial(actions.give_back, cast.driss, key))
    assert item(cast, key)["status"] == "open"
    actions.take(cast.chloe, key)
    assert item(cast, key)["taken_by"]["name"] == "Chloé Gagnon"


def test_of_all_who_take_it_at_once_exactly_one_gets_it(cast: Cast) -> None:
    key = ask(cast)
    start, got, refused = threading.Barrier(3), [], []

    def take(person: Person) -> None:
        start.wait()
        try:
            actions.take(person, key)
            got.append(person.id)
        except RequestTakenError as error:
            refused.append((person.id, error.facts["by"]))

    people = (cast.driss, cast.chloe, cast.flora)
    threads = [threading.Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1
    holder = item(cast, key)["taken_by"]
    assert holder["id"] == got[0]
    assert [by for _, by in refused] == [holder, holder]


def test_only_those_who_are_addressed_take_it(cast: Cast) -> None:
    key = ask(cast, to=To(person=cast.chloe.id))
    assert item(cast, key)["to"] == {"role": None, "person": cast.chloe.id, "name": "Chloé Gagnon"}
    with pytest.raises(NotAllowedError):
        actions.take(cast.driss, key)
    with pytest.raises(NotFoundError):
        actions.take(cast.eve, key)
    with pytest.raises(NotAllowedError):
        actions.take(cast.mur, key)
    actions.take(cast.chloe, key)


def test_leads_and_community_managers_ask_and_the_asker_or_a_lead_settles_it(cast: Cast) -> None:
    with pytest.raises(NotAllowedError):
        actions.ask(cast.driss, WANTED)
    key, other = ask(cast, "ben"), ask(cast, "amelie")
    with pytest.raises(NotAllowedError):
        actions.cancel(cast.ben, other)
    assert_replays(cast, partial(actions.cancel, cast.amelie, key))
    assert actions.cancel(cast.ben, key)["status"] == Status.CANCELLED  # a retry
    with pytest.raises(RequestOverError):
        actions.take(cast.driss, key)
    with pytest.raises(RequestOverError):
        actions.thank(cast.amelie, other)


@pytest.mark.parametrize("to", [To(Role.SCREEN), To(person="nobody"), To(Role.LEAD, "x")])
def test_a_request_to_nobody_is_refused(cast: Cast, to: To) -> None:
    with pytest.raises(InvalidError, match="to"):
        actions.ask(cast.amelie, WANTED, to=to)


def test_nor_can_people_of_another_event_or_screens_be_asked(cast: Cast) -> None:
    for person in (cast.eve, cast.mur):
        with pytest.raises(InvalidError, match=r"to\.person"):
            actions.ask(cast.amelie, WANTED, to=To(person=person.id))


def test_a_retry_is_the_same_request(cast: Cast) -> None:
    key = ids.new()
    due = clock.now() + timedelta(minutes=1)
    first, new = actions.ask(cast.amelie, WANTED, request_id=key, due=due)
    again, newer = actions.ask(cast.amelie, WANTED, request_id=key, due=due)
    assert (new, newer, again) == (True, False, first)
    for by, wanted in ((cast.ben, WANTED), (cast.amelie, Wanted(Bilingual("Autre chose")))):
        with pytest.raises(RequestIdTakenError):
            actions.ask(by, wanted, request_id=key)


def test_an_answer_to_a_request_that_has_ended_is_kept(cast: Cast) -> None:
    cancelled, lapsed = ask(cast), ask(cast)
    actions.cancel(cast.amelie, cancelled)
    _lapse(cast, lapsed)
    late = send(cast, cancelled)
    assert (item(cast, cancelled)["status"], item(cast, cancelled)["answers"]) == (
        "cancelled",
        [late],
    )
    send(cast, lapsed, "chloe")
    assert item(cast, lapsed)["status"] == "done"
    more = send(cast, lapsed)
    assert item(cast, lapsed)["answers"][-1] == more
    assert item(cast, lapsed)["answered_by"]["name"] == "Chloé Gagnon"


def test_it_stays_done_whatever_becomes_of_the_submission(cast: Cast) -> None:
    key = ask(cast)
    sent = send(cast, key)
    submissions.withdraw(cast.driss, sent)
    assert item(cast, key)["status"] == "done"


@pytest.mark.parametrize("by", ["driss", "eve"])
def test_a_submission_that_answers_no_request_of_the_event_is_refused(cast: Cast, by: str) -> None:
    key = ask(cast) if by == "eve" else ids.new()
    with pytest.raises(InvalidError) as refused:
        submissions.submit(cast.people[by], POST, key="k", request_id=key)
    assert refused.value.field == "request"
    _, new = submissions.submit(cast.people[by], POST, key="k")  # the key is free
    assert new


def test_a_retry_of_an_answer_answers_once(cast: Cast) -> None:
    key = ask(cast)
    first, _ = submissions.submit(cast.driss, POST, key="k", request_id=key)
    again, new = submissions.submit(cast.driss, POST, key="k", request_id=key)
    assert (first, False) == (again, new)
    assert item(cast, key)["answers"] == [first["id"]]


def test_a_request_lapses_when_it_is_due_and_its_holder_has_some_grace(
    cast: Cast, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, held = ask(cast), ask(cast)
    actions.take(cast.driss, held)
    _later(monkeypatch, timedelta(hours=1, seconds=1))
    assert_replays(cast, work)
    assert (item(cast, left)["status"], item(cast, held)["status"]) == ("lapsed", "taken")
    actions.give_back(cast.driss, held)
    assert_replays(cast, work)
    assert item(cast, held)["status"] == "lapsed"


def test_a_request_that_is_held_lapses_after_the_grace(
    cast: Cast, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ask(cast)
    actions.take(cast.driss, key)
    _later(monkeypatch, timedelta(hours=1, seconds=1))
    work()
    assert item(cast, key)["status"] == "taken"
    _later(monkeypatch, GRACE)
    work()
    assert item(cast, key)["status"] == "lapsed"
    with reading() as tx:
        assert jobs.counts(tx).get("dead", 0) == 0


def test_a_moment_of_the_programme_asks_by_itself_and_never_twice(
    cast: Cast, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "2 14:00 Table ronde | Round table > photo fr en +10\n2 14:00 Démo | Demo"
    event_actions.edit(cast.amelie, programme=read_programme(lines))
    assert _moments(cast) == {}
    monkeypatch.setattr(clock, "now", lambda: datetime(2015, 11, 7, 19, 10, 5, tzinfo=UTC))
    assert_replays(cast, work)
    results.ask_for_moments(clock.now())
    [asked] = _moments(cast).values()
    assert asked["by"] is None
    assert asked["moment"] == "2 14:00 Table ronde"
    assert asked["text"]["en"] == "A photo, in French and English: Round table"
    moved = "2 14:05 Table ronde | Round table > photo fr en +1\n2 14:00 Démo > post"
    event_actions.edit(cast.amelie, programme=read_programme(moved))
    results.ask_for_moments(clock.now())
    assert sorted(each["moment"] for each in _moments(cast).values()) == [
        "2 14:00 Démo",
        "2 14:00 Table ronde",
    ]
    monkeypatch.setattr(clock, "now", lambda: datetime(2015, 11, 7, 20, 30, tzinfo=UTC))
    assert_replays(cast, work)
    assert {each["status"] for each in _moments(cast).values()} == {"lapsed"}


def test_what_was_removed_from_the_programme_does_not_ask(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_actions.edit(cast.amelie, programme=read_programme("2 14:00 Table ronde > photo"))
    event_actions.edit(cast.amelie, programme=read_programme("2 14:00 Table ronde"))
    monkeypatch.setattr(clock, "now", lambda: datetime(2015, 11, 7, 19, 0, 5, tzinfo=UTC))
    results.ask_for_moments(clock.now())
    assert _moments(cast) == {}


def test_phones_are_told_until_it_is_due_and_the_asker_and_the_taker_hear_of_it(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("amelie", "driss", "chloe", "ben"):
        _subscribe(cast, name)
    with transaction() as tx:  # Chloé has not been here for a while
        lately = clock.now() - timedelta(minutes=20)
        device = _device(cast, "chloe")
        results.device_store.set_last_seen(tx, [device], lately)
    key = ask(cast, due=clock.now() + timedelta(minutes=40))
    told = _messages()
    assert {who for who, _ in told} == {cast.driss.id, cast.ben.id}
    payload = told[0][1]
    assert 2390 < payload["notice"]["lasts"] <= 2400
    assert payload["notice"]["page"] == "/send#request-{key}"
    ask(cast, to=To(Role.PHOTOGRAPHER))
    assert [who for who, _ in _messages()] == [cast.chloe.id]
    actions.take(cast.driss, key)
    send(cast, key)
    [(who, payload)] = _messages()
    assert (who, payload["notice"]["name"], payload["key"]) == (cast.amelie.id, "answered", key)
    actions.thank(cast.amelie, key)
    [(who, payload)] = _messages()
    assert (who, payload["notice"]["name"]) == (cast.driss.id, "thanked")
    assert payload["why"]["fr"] == "Amélie Roy"
    key = ask(cast, to=To(person=cast.driss.id))
    actions.take(cast.driss, key)
    actions.cancel(cast.amelie, key)
    assert [payload["notice"]["name"] for _, payload in _messages()] == ["request", "cancelled"]


def test_requests_over_http(server: Server, guests: Cast) -> None:
    body = {
        "id": ids.new(),
        "text": {"fr": "Une photo", "en": None},
        "team": "Team Pixel",
        "kind": "photo",
        "to": {"role": "blogger"},
        "hour": "2015-11-07T19:00:00Z",
        "moment": "2 14:00 Table ronde",
    }
    with (
        Api(server.url, guests.tokens["amelie"]) as amelie,
        Api(server.url, guests.tokens["driss"]) as driss,
        Api(server.url, guests.tokens["chloe"]) as chloe,
        following(driss, "requests") as screen,
    ):
        first = amelie.ask("POST", "/requests", json=body)
        again = amelie.ask("POST", "/requests", json=body)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        key = first.json()["id"]
        until(lambda: key in screen.items, "the request to arrive")
        assert screen.items[key]["team"]["fr"] == "Équipe Pixel"
        assert driss.ask("POST", f"/requests/{key}/taking").json()["status"] == "taken"
        assert chloe.ask("POST", f"/requests/{key}/taking").status_code == 403
        assert driss.ask("POST", f"/requests/{key}/giving-back").json()["status"] == "open"
        driss.ask("POST", f"/requests/{key}/taking")
        taken = amelie.ask("POST", f"/requests/{key}/taking")
        assert taken.status_code == 403  # it is for bloggers
        receipt = driss.submit(request=key)
        until(lambda: screen.items[key]["status"] == "done", "the request to be done")
        assert amelie.ask("POST", f"/requests/{key}/thanks").json()["status"] == "done"
        found = driss.ask("GET", f"/requests/{key}").json()
        assert found["answers"] == [receipt["id"]]
        assert driss.ask("GET", f"/submissions/{receipt['id']}").json()["request"]["id"] == key
        public = driss.view("public")["changes"]
        assert all("request" not in each for each in public.values())
        unknown = driss.ask(
            "POST", "/submissions", json={"text": {"fr": "x"}, "request": ids.new()}
        )
        assert unknown.status_code == 422
        assert unknown.json()["errors"][0]["field"] == "request"
        patched = {"text": {"fr": "Mieux"}, "request": None}
        assert driss.ask("PATCH", f"/submissions/{receipt['id']}", json=patched).status_code == 200
        assert driss.ask("GET", f"/submissions/{receipt['id']}").json()["request"]["id"] == key

        more = [
            amelie.ask("POST", "/requests", json={"text": f"n {n}"}).json()["id"] for n in range(3)
        ]
        page = amelie.ask("GET", "/requests?status=open&limit=2")
        assert [each["id"] for each in page.json()["items"]] == more[:2]
        rest = amelie.page(page.headers["Link"].split(">")[0].strip("<")).json()
        assert [each["id"] for each in rest["items"]] == more[2:]
        assert amelie.ask("GET", "/requests?status=lost").status_code == 422
        cancelled = amelie.ask("POST", f"/requests/{more[0]}/cancellation")
        assert cancelled.json()["status"] == "cancelled"
        over = driss.ask("POST", f"/requests/{more[0]}/taking")
        assert (over.status_code, over.json()["code"]) == (409, "request_over")
        driss.ask("POST", f"/requests/{more[1]}/taking")
        taken = chloe.ask("POST", f"/requests/{more[1]}/taking")
        assert (taken.status_code, taken.json()["code"]) == (409, "request_taken")
        assert taken.json()["by"]["name"] == "Driss Alaoui"
        past = {"text": "x", "due": "2015-11-07T19:00:00Z"}
        assert amelie.ask("POST", "/requests", json=past).json()["errors"][0]["field"] == "due"


def _moments(cast: Cast) -> dict[str, Any]:
    with reading() as tx:
        items = VIEW.items(tx, cast.event.id)
    return {key: each for key, each in items.items() if each["moment"]}


def _lapse(cast: Cast, key: str) -> None:
    with transaction() as tx:
        before = results.store.get_locked(tx, cast.event.id, key)
        results.store.save(tx, before.lapsed(before.due))
        results.record(tx, results.Fact.LAPSED, before, "")


def _later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    there = clock.now() + by
    monkeypatch.setattr(clock, "now", lambda: there)


def _device(cast: Cast, name: str) -> str:
    with reading() as tx:
        devices = results.device_store.list_signed_in(tx, cast.event.id, clock.now())
    return next(each.id for each in devices if each.person_id == cast.people[name].id)


def _subscribe(cast: Cast, name: str) -> None:
    phone = Subscription(
        ids.new(),
        cast.people[name].id,
        _device(cast, name),
        f"https://push.example/{ids.new()}",
        "k",
        "s",
        "fr",
        clock.now(),
    )
    with transaction() as tx:
        push_store.put(tx, phone)


def _messages() -> list[tuple[str, Any]]:
    """Take the messages that wait: for whom, and what the job says."""
    found = []
    while True:
        with transaction() as tx:
            job = jobs.claim(tx, only=[push.SEND_JOB])
            if job is None:
                return found
            jobs.finish(tx, job)
            phone = push_store.get(tx, job.payload["subscription_id"], clock.now())
            found.append((phone.person_id, job.payload))
