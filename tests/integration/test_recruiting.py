"""Applications: sent by anyone, confirmed by letter, decided on by leads; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.event import actions as event_actions
from mixroom.features import listed
from mixroom.letters.store import letters
from mixroom.recruiting import actions, applying, queries, results, store
from mixroom.recruiting.limits import (
    COUNTED_FOR,
    LETTERS_AT_ONCE,
    MAX_LETTERS_UNCONFIRMED,
    MAX_UNCONFIRMED,
    TOLD_AFTER,
    UNCONFIRMED_KEPT,
)
from mixroom.recruiting.live import NEEDS, VIEW
from mixroom.recruiting.model import (
    Answers,
    Application,
    Consent,
    FormOldError,
    GateClosedError,
    Half,
    Opening,
    Part,
    Shelf,
    TooFastError,
)
from mixroom.recruiting.moves import Fact, Status, WrongStatusError
from mixroom.recruiting.signing import Seal, Way
from mixroom.retention import sweep
from tests.cast import Cast
from tests.replay import assert_replays

SEAL = Seal("key", "https://mixroom.example.org")
MORNING = Half(date(2015, 11, 6), Part.MORNING)
EVENING = Half(date(2015, 11, 7), Part.EVENING)
ANSWERS = Answers(
    "Zoé Tremblay",
    "zoe@example.org",
    (Role.PHOTOGRAPHER, Role.BLOGGER),
    ("fr", "en"),
    (MORNING, EVENING),
    telephone="514 555-0101",
    note="Parce que.",
    needs="Une rampe",
)


def consent(until: date | None = None) -> Consent:
    return Consent("Je veux bien.", "fr", "1", clock.now(), until or date(2999, 1, 1))


def send(cast: Cast, *, sent_from: str = "a", key: str | None = None, **changes: object) -> str:
    """Send an application; return its id."""
    made = applying.apply(
        cast.event,
        replace(ANSWERS, **changes),
        consent(),
        lang="fr",
        key=key or ids.new(),
        sent_from=sent_from,
        seal=SEAL,
        form=True,
    )
    return made.id


def get(key: str) -> Application:
    with reading() as tx:
        found = store.get(tx, key)
        assert found is not None
        return found


def letter_token(key: str) -> str:
    return SEAL.token(key, get(key).turn, Way.LETTER)


def outbox(**where: str) -> list[sa.Row]:
    """Return the letters, oldest first."""
    with reading() as tx:
        rows = tx.execute(sa.select(letters).order_by(letters.c.id)).all()
    return [row for row in rows if all(getattr(row, name) == x for name, x in where.items())]


def later(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + time)


def test_an_application_becomes_a_person_with_an_invite_and_a_letter(cast: Cast) -> None:
    key = assert_replays(cast, lambda: send(cast))
    (asked,) = outbox()
    assert (asked.template, asked.email) == ("application.confirm", "zoe@example.org")
    assert SEAL.link(key, 1, Way.LETTER) in asked.body
    assert get(key).shelf is Shelf.APART
    assert_replays(cast, lambda: applying.confirm(letter_token(key), SEAL))
    assert get(key).shelf is Shelf.STANDING
    accepted = assert_replays(cast, lambda: actions.accept(cast.amelie, key, SEAL))
    assert accepted.invite is not None
    assert accepted.url is not None
    person, secret = crew.redeem(accepted.invite.token, "Téléphone")
    assert (person.name, person.role) == ("Zoé Tremblay", Role.PHOTOGRAPHER)
    assert (person.email, person.telephone) == ("zoe@example.org", "514 555-0101")
    assert person.bilingual
    assert crew.signed_in(secret)
    (told,) = outbox(template="application.accepted")
    assert accepted.url in told.body
    assert f"{SEAL.base_url}/j et tapez ce code" in told.body
    assert told.person_id == person.id
    again = assert_replays(cast, lambda: actions.accept(cast.amelie, key, SEAL))
    assert (again.application.person_id, again.invite) == (person.id, None)
    assert len(outbox(template="application.accepted")) == 1


def test_two_leads_who_accept_the_same_at_once_make_one_person(cast: Cast) -> None:
    key = send(cast)
    other, _ = crew.token_from_server(cast.event.id, "Béa", Role.LEAD)
    with ThreadPoolExecutor(8) as pool:
        leads = [cast.amelie, other] * 4
        answers = list(pool.map(lambda lead: actions.accept(lead, key, SEAL), leads))
    assert sum(each.invite is not None for each in answers) == 1
    assert len({each.application.person_id for each in answers}) == 1
    with reading() as tx:
        people = crew_store.people_of(tx, cast.event.id)
    assert [each.name for each in people].count("Zoé Tremblay") == 1
    assert len(outbox(template="application.accepted")) == 1


def test_the_same_address_twice_is_one_application_that_its_owner_replaces(cast: Cast) -> None:
    first = send(cast)
    applying.confirm(letter_token(first), SEAL)
    actions.decide(cast.amelie, first, Fact.SHORTLISTED, SEAL)
    early = letter_token(first)
    second = send(cast, email="ZOE@example.org", note="Mieux dit.")
    assert get(first).answers.note == "Parce que."
    assert get(second).shelf is Shelf.APART
    with pytest.raises(NotFoundError):  # the sender's own link proves no address
        applying.confirm(SEAL.token(second, 1, Way.SENDER), SEAL)
    stands = assert_replays(cast, lambda: applying.confirm(letter_token(second), SEAL))
    assert (stands.id, stands.status) == (first, Status.SHORTLISTED)
    assert stands.answers.note == "Mieux dit."
    for gone in (early, SEAL.token(second, 1, Way.LETTER)):
        with pytest.raises(NotFoundError):
            queries.by_token(gone, SEAL)
    assert [each.id for each in queries.page(cast.amelie, limit=10)] == [first]


def test_an_earlier_letter_leaves_the_later_one_good(cast: Cast) -> None:
    first, second = send(cast, note="Un"), send(cast, note="Deux")
    later_letter = letter_token(second)
    applying.confirm(letter_token(first), SEAL)
    assert get(second).shelf is Shelf.APART
    assert applying.confirm(later_letter, SEAL).answers.note == "Deux"
    assert [each.id for each in queries.page(cast.amelie, limit=9)] == [first]


def test_two_letters_confirmed_at_once_leave_one_application(cast: Cast) -> None:
    tokens = [letter_token(send(cast, note=f"Version {n}")) for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(_confirmed, tokens))
    with reading() as tx:
        (stands,) = store.of_address(tx, cast.event.id, "zoe@example.org")
    assert stands.shelf is Shelf.STANDING
    assert stands.id in found


def _confirmed(token: str) -> str | None:
    """Return the id of the application that stands; None if the other letter was quicker."""
    try:
        return applying.confirm(token, SEAL).id
    except NotFoundError:
        return None


def test_a_form_sent_twice_is_one_application(cast: Cast) -> None:
    key = ids.new()
    assert send(cast, key=key) == send(cast, key=key) == key
    assert_replays(cast, lambda: send(cast, key=key, note="Corrigé."))
    assert get(key).answers.note == "Corrigé."
    assert len(outbox()) == 1
    with pytest.raises(applying.IdTakenError):
        applying.apply(
            cast.event,
            replace(ANSWERS, note="D’ailleurs."),
            consent(),
            lang="fr",
            key=key,
            sent_from="b",
            seal=SEAL,
            form=False,
        )


def test_nobody_is_buried_in_letters(cast: Cast) -> None:
    keys = [send(cast, note=f"Encore {n}") for n in range(20)]
    with reading() as tx:
        kept = store.of_address(tx, cast.event.id, "zoe@example.org")
    assert [each.id for each in kept] == [*keys[: MAX_LETTERS_UNCONFIRMED - 1], keys[-1]]
    assert len(outbox()) == MAX_LETTERS_UNCONFIRMED - 1  # that of the third went with it
    assert applying.confirm(letter_token(keys[0]), SEAL).id == keys[0]


def test_a_robot_pushes_out_its_own_applications_and_delays_its_own_letters(cast: Cast) -> None:
    pupils = [send(cast, sent_from="school", email=f"pupil{n}@example.org") for n in range(30)]
    robots = 20  # more than there is room for
    fill(cast, MAX_UNCONFIRMED - len(pupils))
    for n in range(robots):
        send(cast, sent_from="robot", email=f"robot{n}@example.com")
    with reading() as tx:
        sources = store.apart_by_source(tx, cast.event.id, 2 * MAX_UNCONFIRMED)
    assert sources["school"] == pupils
    assert sum(map(len, sources.values())) == MAX_UNCONFIRMED
    now = clock.now()
    by_address = {each.email: each.next_at for each in outbox()}
    assert all(by_address[f"pupil{n}@example.org"] <= now for n in range(30))
    late = {address: at for address, at in by_address.items() if address.startswith("robot")}
    assert list(late) == ["robot19@example.com"]  # those pushed out are never written to
    assert late["robot19@example.com"] > now + timedelta(hours=1)


def fill(cast: Cast, many: int) -> None:
    """Put unconfirmed applications of a robot into the database, without letters."""
    with transaction() as tx:
        for n in range(many):
            answers = replace(ANSWERS, email=f"old{n}@example.com")
            now = clock.now()
            store.add(
                tx,
                Application(
                    ids.new(), cast.event.id, answers, "fr", consent(), now, sent_from="robot"
                ),
            )


def test_letters_flow_again_once_the_flood_is_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(cast, LETTERS_AT_ONCE + 5)
    with reading() as tx:
        assert results.leaves_at(tx, cast.event.id, clock.now()) is not None
    later(monkeypatch, COUNTED_FOR)
    with reading() as tx:
        assert results.leaves_at(tx, cast.event.id, clock.now()) is None


def test_a_withdrawn_application_leaves_a_count_and_nothing_else(cast: Cast) -> None:
    key = send(cast)
    applying.confirm(letter_token(key), SEAL)
    actions.note(cast.amelie, key, "Très bien, à rappeler.")
    actions.decide(cast.amelie, key, Fact.WAITING, SEAL)
    token = letter_token(key)
    assert_replays(cast, lambda: applying.withdraw(token, SEAL))
    applying.withdraw(token, SEAL)  # again: nothing happens
    assert queries.recruiting(cast.amelie).withdrawn == 1
    with pytest.raises(NotFoundError):
        queries.opened(cast.amelie, key)
    with reading() as tx:
        for table in (store.applications, store.notes, letters):
            said = repr(tx.execute(sa.select(table)).all())
            for word in ("Zoé", "zoe", "514 555", "rampe", "rappeler", "Parce"):
                assert word not in said, table.name


def test_an_accepted_application_is_not_withdrawn_behind_the_lead(cast: Cast) -> None:
    key = send(cast)
    token = letter_token(key)
    actions.accept(cast.amelie, key, SEAL)
    with pytest.raises(WrongStatusError):
        applying.withdraw(token, SEAL)


def test_a_lead_erases_an_application_with_all_that_was_written_about_it(cast: Cast) -> None:
    key = send(cast)
    person = actions.accept(cast.amelie, key, SEAL).application.person_id
    actions.note(cast.amelie, key, "Très bien.")
    with pytest.raises(NotAllowedError):
        actions.erase(cast.ben, key)
    assert_replays(cast, lambda: actions.erase(cast.amelie, key))
    assert left([key]) == []
    assert outbox() == []
    with reading() as tx:
        assert crew_store.get_person(tx, person or "") is not None


def test_what_is_decided_is_told_after_a_while_and_not_at_all_if_taken_back(cast: Cast) -> None:
    key = send(cast)
    assert_replays(cast, lambda: actions.decide(cast.amelie, key, Fact.DECLINED, SEAL))
    (told,) = outbox(template="application.declined")
    assert told.next_at >= clock.now() + TOLD_AFTER - timedelta(seconds=5)
    with pytest.raises(WrongStatusError):
        actions.accept(cast.amelie, key, SEAL)
    assert_replays(cast, lambda: actions.decide(cast.amelie, key, Fact.REOPENED, SEAL))
    (gone,) = outbox(template="application.declined")
    assert gone.state == "cancelled"
    actions.decide(cast.amelie, key, Fact.DECLINED, SEAL)
    assert [each.state for each in outbox(template="application.declined")] == [
        "cancelled",
        "waiting",
    ]


def test_leads_write_notes_that_nobody_overwrites(cast: Cast) -> None:
    key = send(cast)
    assert_replays(cast, lambda: actions.note(cast.amelie, key, " Vue au salon. "))
    actions.note(cast.amelie, key, "À rappeler.")
    found = queries.opened(cast.amelie, key)
    assert [each.text for each in found.notes] == ["Vue au salon.", "À rappeler."]
    for text in ("", "x" * 2001):
        with pytest.raises(InvalidError, match="text"):
            actions.note(cast.amelie, key, text)


def test_many_are_decided_on_at_once_and_each_by_itself(cast: Cast) -> None:
    keys = [send(cast, email=f"{n}@example.org", name=f"Ana Roy {n}") for n in range(4)]
    actions.decide(cast.amelie, keys[3], Fact.DECLINED, SEAL)
    done, left = actions.decide_many(cast.amelie, [*keys, "nothing"], Fact.ACCEPTED, SEAL)
    assert (done, left) == (keys[:3], [keys[3], "nothing"])
    assert len(outbox(template="application.accepted")) == 3


def test_only_leads_of_the_event_see_and_decide(cast: Cast) -> None:
    key = send(cast)
    with pytest.raises(NotAllowedError):
        actions.accept(cast.ben, key, SEAL)
    with pytest.raises(NotAllowedError):
        queries.page(cast.driss, limit=10)
    for act in (
        lambda: actions.accept(cast.eve, key, SEAL),
        lambda: actions.note(cast.eve, key, "x"),
        lambda: queries.opened(cast.eve, key),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_whoever_leaves_the_crew_counts_no_longer_and_can_apply_again(cast: Cast) -> None:
    key = send(cast)
    applying.confirm(letter_token(key), SEAL)
    person = actions.accept(cast.amelie, key, SEAL).application.person_id or ""
    assert_replays(cast, lambda: crew.remove(cast.amelie, person, listed("leaves")))
    assert (get(key).status, get(key).role) == (Status.LEFT, None)
    again = send(cast, note="Je peux, finalement.")
    applying.confirm(letter_token(again), SEAL)
    assert (get(key).status, get(key).answers.note) == (Status.RECEIVED, "Je peux, finalement.")
    anew = actions.accept(cast.amelie, key, SEAL)
    assert anew.invite
    assert anew.application.person_id not in (None, person)


def test_whoever_is_on_the_crew_with_the_address_is_not_made_a_second_time(cast: Cast) -> None:
    there = crew.invite(cast.amelie, "Z. Tremblay", Role.PRESS, email="Zoe@example.org")
    accepted = actions.accept(cast.amelie, send(cast), SEAL)
    assert accepted.application.person_id == there.person.id
    assert accepted.application.role is Role.PRESS
    assert accepted.invite
    for token in (there.token, accepted.invite.token):
        assert crew.redeem(token, "Téléphone")[0].id == there.person.id


def test_look_alikes_are_shown(cast: Cast) -> None:
    one = send(cast)
    other = send(cast, name="TREMBLAY Zoe", email="z.tremblay@example.com")
    send(cast, name="Ana Roy", email="ana@example.com")
    assert [each.id for each in queries.opened(cast.amelie, one).twins] == [other]
    actions.accept(cast.amelie, other, SEAL)
    assert [each.name for each in queries.opened(cast.amelie, one).members] == ["TREMBLAY Zoe"]
    assert queries.opened(cast.amelie, other).members == []


def test_applications_are_taken_while_they_are_open(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    assert_replays(
        cast,
        lambda: actions.set_opening(
            cast.amelie, opens=now + timedelta(hours=1), closes=now + timedelta(hours=2)
        ),
    )
    for time, state in ((0, "soon"), (1, None), (2, "closed")):
        later(monkeypatch, timedelta(hours=1) if time else timedelta(0))
        if state is None:
            key = send(cast)
            continue
        with pytest.raises(GateClosedError) as refused:
            send(cast, email="late@example.org")
        assert refused.value.facts == {"state": state}
    actions.set_opening(cast.amelie, opens=None, closes=None, most=1)
    with reading() as tx:
        assert store.count(tx, cast.event.id, Shelf.STANDING, 10) == 0
    applying.confirm(letter_token(key), SEAL)
    with pytest.raises(GateClosedError):
        send(cast, email="late@example.org")


def test_what_is_needed_is_followed_and_the_next_edition_begins_with_it(cast: Cast) -> None:
    wanted = {(Role.PRESS, MORNING): 2, (Role.BLOGGER, EVENING): 1, (Role.PRESS, EVENING): 0}
    assert_replays(cast, lambda: actions.set_needs(cast.amelie, wanted))
    with reading() as tx:
        found = NEEDS.items(tx, cast.event.id)
    assert found["press"] == {"2015-11-06:morning": 2}
    with pytest.raises(InvalidError, match="need:press:2015-11-06:morning"):
        actions.set_needs(cast.amelie, {(Role.PRESS, MORNING): 100})
    actions.set_opening(cast.amelie, most=9, instead=Bilingual("Venez"), contact="Amélie")
    new = event_actions.create(
        f"next-{ids.new()}", Bilingual("2016"), date(2016, 11, 4), date(2016, 11, 4), "UTC"
    )
    with transaction() as tx:
        results.renew(tx, SimpleNamespace(old=cast.event, new=new, by=cast.amelie, people={}))
        assert store.get_needs(tx, new.id) == {(Role.PRESS, Half(new.starts_on, Part.MORNING)): 2}
        assert store.get_opening(tx, new.id) == Opening(
            instead=Bilingual("Venez"), contact="Amélie"
        )


def test_applications_are_forgotten_when_they_must_be(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = [send(cast, email=f"{n}@example.org") for n in range(3)]
    applying.confirm(letter_token(sent[0]), SEAL)
    applying.confirm(letter_token(sent[1]), SEAL)
    with transaction() as tx:
        today = clock.now().date()
        store.save(tx, replace(get(sent[0]), consent=consent(today + timedelta(days=9))))
    assert_replays(cast, sweep)
    assert all(get(key) for key in sent)
    later(monkeypatch, UNCONFIRMED_KEPT + timedelta(minutes=1))
    assert_replays(cast, sweep)
    assert left(sent) == sent[:2]
    assert [each.email for each in outbox()] == ["0@example.org", "1@example.org"]
    later(monkeypatch, timedelta(days=4))
    assert_replays(cast, sweep)
    assert left(sent) == sent[1:2]


def left(keys: list[str]) -> list[str]:
    with reading() as tx:
        return [key for key in keys if store.get(tx, key)]


def test_a_form_comes_back_neither_at_once_nor_after_days(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = SEAL.ticket("Je veux bien.", clock.now())
    with pytest.raises(TooFastError):
        applying.checked_ticket(SEAL, ticket)
    later(monkeypatch, timedelta(seconds=4))
    assert applying.checked_ticket(SEAL, ticket).key
    later(monkeypatch, timedelta(days=1))
    with pytest.raises(FormOldError):
        applying.checked_ticket(SEAL, ticket)


def test_the_list_has_what_stands_and_what_is_apart_but_nothing_withdrawn(cast: Cast) -> None:
    keys = [send(cast, email=f"{n}@example.org") for n in range(3)]
    applying.confirm(letter_token(keys[0]), SEAL)
    applying.withdraw(letter_token(keys[1]), SEAL)
    with reading() as tx:
        items = VIEW.items(tx, cast.event.id)
    assert {key: item["apart"] for key, item in items.items()} == {keys[0]: False, keys[2]: True}
    assert datetime.fromisoformat(items[keys[0]]["sent_at"])
