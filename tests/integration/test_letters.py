"""Letters: written once, sent once, whatever dies; and what a lead decides meanwhile."""

import select
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from mixroom.app import create_app
from mixroom.check import check
from mixroom.core import clock, jobs, journal
from mixroom.core.alarm_rules import Look
from mixroom.core.db import connect, engine, reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.files import Store
from mixroom.core.jobs import LEASE
from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.materialized import MaterializedViews
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.notices import INVITE
from mixroom.crew.roster import Guest
from mixroom.event import store as events
from mixroom.features import views
from mixroom.letters import actions, courier, queries, results, store
from mixroom.letters.alarms import STUCK
from mixroom.letters.courier import MailServer, UnreachableError, signed_in
from mixroom.letters.live import LETTERS, OUTBOX_VIEW
from mixroom.letters.model import (
    KEPT_AFTER_EVENT,
    STRUCK_OUT,
    Addressee,
    Fault,
    Letter,
    LetterMovedError,
    Move,
    State,
    Wording,
)
from mixroom.letters.sending import Sending
from mixroom.settings import Settings
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content, Kind
from mixroom.work import Worker
from tests.cast import Cast
from tests.certificates import made
from tests.mailbox import PASSWORD, USER, Mailbox, receiving
from tests.replay import assert_replays
from tests.servers import until

SENDER = "Museomix Montréal <media@museomix.example>"
REMINDER = LetterTemplate(
    "test.reminder", "Reminder", "%(what)s", "%(what)s!", ("what",), optional=True
)
TOGETHER = 200


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mail server that takes everything."""
    with receiving() as found:
        yield found


@pytest.fixture
def settings(tmp_path: Path, box: Mailbox) -> Settings:
    """The settings of a server with that mail server."""
    return _settings(tmp_path, box.url)


def test_two_hundred_arrive_once_each_though_the_server_dies_in_the_middle(
    cast: Cast, box: Mailbox, settings: Settings
) -> None:
    _write(cast, TOGETHER)
    box.dies_at = 88
    _send(settings)
    assert len(box.got) == 87
    assert _states(cast) == {State.SENT: 87, State.WAITING: 113}
    (progress,) = _outbox(cast)
    assert (progress["done"], progress["total"]) == (87, TOGETHER)
    box.revive()
    _later(hours=2)
    _send(settings)
    assert len(box.times) == TOGETHER
    assert set(box.times.values()) == {1}
    assert _states(cast) == {State.SENT: TOGETHER}
    assert len({each["Message-ID"] for each in box.got}) == TOGETHER
    assert all(len(to) == 1 for _, to in box.envelopes), "one address at a time"
    assert {sender for sender, _ in box.envelopes} == {"media@museomix.example"}
    (over,) = _outbox(cast)
    assert (over["done"], over["total"], over["counts"]["sent"]) == (0, 0, TOGETHER)


def test_a_letter_that_may_have_arrived_is_not_sent_again_by_itself(
    cast: Cast, box: Mailbox, settings: Settings
) -> None:
    _write(cast, 3)
    box.dies_at, box.keeps_it = 2, True
    _send(settings)
    box.revive()
    for _ in range(3):
        _later(days=1)
        _send(settings)
    assert sorted(box.times.values()) == [1, 1, 1]
    assert _states(cast) == {State.SENT: 2, State.UNCERTAIN: 1}
    (doubted,) = (each for each in _all(cast) if each.state is State.UNCERTAIN)
    assert doubted.given_at is None
    with pytest.raises(LetterMovedError):
        actions.move(cast.amelie, doubted.id, Move.SEND)
    actions.move_found(cast.amelie, [], "", Move.SEND)
    _send(settings)
    assert len(box.got) == 3, "not even by a move for all"
    assert_replays(cast, partial(actions.move, cast.amelie, doubted.id, Move.AGAIN))
    _send(settings)
    assert len(box.got) == 4
    again = [each["Message-ID"] for each in box.got]
    assert len(again) - len(set(again)) == 1, "the same letter, so that programs show it once"


def test_a_worker_that_dies_with_a_letter_in_hand_leaves_it_to_the_lead(
    cast: Cast, box: Mailbox, settings: Settings
) -> None:
    _write(cast, 5)
    box.hangs = threading.Event()
    sending = _begin(settings)
    _go_on(sending, lambda: len(box.got) == 1)
    sending.courier.kill()  # and nobody hears what it would have said
    sending.courier.close()
    box.hangs.set()
    _later(seconds=LEASE.total_seconds() + 1)
    _send(settings)
    assert set(box.times.values()) == {1}
    assert _states(cast) == {State.SENT: 4, State.UNCERTAIN: 1}


def test_a_worker_that_stops_waits_for_the_letter_in_hand(
    cast: Cast, box: Mailbox, settings: Settings
) -> None:
    _write(cast, 5)
    box.hangs = threading.Event()
    sending = _begin(settings)
    _go_on(sending, lambda: len(box.got) == 1)
    threading.Timer(0.2, box.hangs.set).start()
    sending.stop()
    with transaction() as tx:
        jobs.give_back(tx, sending.job)
    assert State.UNCERTAIN not in _states(cast)
    _send(settings)
    assert _states(cast) == {State.SENT: 5}
    assert set(box.times.values()) == {1}


def test_one_address_of_two_hundred_is_refused_and_the_others_get_theirs(
    cast: Cast, box: Mailbox, settings: Settings
) -> None:
    many = TOGETHER if engine().dialect.name == "sqlite" else 20
    _write(cast, many)
    box.refuses["p7@example.org"] = "550 5.1.1 No such user here"
    box.defers["p9@example.org"] = "450 4.2.1 Mailbox busy"
    _send(settings)
    assert len(box.got) == many - 2
    found = {each.to.email: each for each in _all(cast)}
    refused, put_off = found["p7@example.org"], found["p9@example.org"]
    assert (refused.state, refused.fault) == (State.FAILED, Fault.REFUSED)
    assert refused.reply == "550 5.1.1 No such user here"
    assert (put_off.state, put_off.fault, put_off.tries) == (State.WAITING, Fault.LATER, 1)
    box.defers.clear()
    _later(minutes=2)
    _send(settings)
    assert box.times["p9@example.org"] == 1
    edit = partial(
        actions.edit,
        cast.amelie,
        refused.id,
        email="p7@example.com",
        subject=refused.subject,
        body=refused.body,
    )
    edit()
    actions.move(cast.amelie, refused.id, Move.SEND)
    _send(settings)
    assert box.times["p7@example.com"] == 1
    assert _states(cast) == {State.SENT: many}


def test_a_server_that_hangs_holds_up_nothing_else(
    cast: Cast, tmp_path: Path, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # it lets in, and says nothing
        port = mute.getsockname()[1]
        _write(cast, 2)
        worker = Worker(_settings(tmp_path, f"smtp://127.0.0.1:{port}"))
        until(
            lambda: not worker.step() and "letters" in worker._under_way,
            "the letters to be under way",
        )
        # Another lane goes on: a push message, which is a short job, is done meanwhile.
        with transaction() as tx:
            key = jobs.enqueue(tx, "push.sweep", {})
        until(lambda: not worker.step(), "the other jobs to be done")
        with reading() as tx:
            assert jobs.counts(tx).get("running") == 1, "the letters' own"
        assert key
        worker._stop_long_job("letters")
        assert State.UNCERTAIN not in _states(cast)
        monkeypatch.setattr(courier, "CONNECTS", 0.1)
        with pytest.raises(UnreachableError) as refused:
            signed_in(MailServer("smtp", "127.0.0.1", port), "example.org")
        assert refused.value.fault == "timeout"


def test_without_a_server_at_the_address_letters_wait_and_are_tried_again(
    cast: Cast, box: Mailbox, tmp_path: Path
) -> None:
    _write(cast, 2)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    nowhere = _settings(tmp_path, f"smtp://127.0.0.1:{port}")
    _send(nowhere)
    assert {(each.state, each.fault) for each in _all(cast)} == {(State.WAITING, Fault.UNREACHABLE)}
    _later(minutes=2)
    _send(_settings(tmp_path, box.url))
    assert _states(cast) == {State.SENT: 2}


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # it is there
@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_the_server_must_prove_who_it_is_and_gets_the_password_only_then(
    scheme: str, tmp_path: Path
) -> None:
    certificate = made(tmp_path / "ours")
    stranger = made(tmp_path / "theirs", "elsewhere.example")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate.cert, certificate.key)
    trusting = ssl.create_default_context(cafile=certificate.cert)
    with receiving(tls, implicit=scheme == "smtps") as box:
        server = MailServer(scheme, "localhost", box.port, USER, PASSWORD)
        line = signed_in(server, "example.org", trusting)
        letter = {"id": "1", "to": "a@example.org", "text": "Subject: x\r\n\r\n.dot\r\n"}
        outcome, stands = courier.hand_over(line, "m@example.org", letter, lambda: True)
        line.quit()
        assert outcome
        assert (outcome.result, stands) == ("accepted", True)
        assert box.got[0].get_content() == ".dot\r\n"
        for context, user, fault in (
            (ssl.create_default_context(), USER, "tls"),
            (ssl.create_default_context(cafile=stranger.cert), USER, "tls"),
            (trusting, "someone", "sign_in"),
        ):
            with pytest.raises(UnreachableError) as refused:
                signed_in(replace(server, user=user), "example.org", context)
            assert refused.value.fault == fault


def test_a_server_without_starttls_gets_nothing(box: Mailbox) -> None:
    server = MailServer("smtp+starttls", "127.0.0.1", box.port, USER, PASSWORD)
    with pytest.raises(UnreachableError) as refused:
        signed_in(server, "example.org")
    assert refused.value.fault == "tls"


def test_no_word_of_the_worker_no_letter(box: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", box.port) as line:
        line.ehlo()
        letter = {"id": "1", "to": "a@example.org", "text": "Subject: x\r\n\r\n"}
        assert courier.hand_over(line, "m@example.org", letter, lambda: False) == (None, False)
    assert box.got == []


def test_a_key_is_written_once(cast: Cast) -> None:
    first = assert_replays(cast, lambda: _one(cast, "a@example.org", key="k"))
    assert _one(cast, "b@example.org", key="k") == first
    assert [each.to.email for each in _all(cast)] == ["a@example.org"]
    with pytest.raises(InvalidError, match="email"):
        _one(cast, "nobody", key="other")


def test_letters_wait_for_the_lead_if_she_wants_it(
    cast: Cast, box: Mailbox, settings: Settings
) -> None:
    actions.choose(cast.amelie, hold=True, reply_to="amelie@example.org")
    tomorrow = clock.now() + timedelta(days=1)
    now, later = _one(cast, "a@example.org"), _one(cast, "b@example.org", at=tomorrow)
    _send(settings)
    assert box.got == []
    done = assert_replays(cast, partial(actions.move_some, cast.amelie, [now, later], Move.RELEASE))
    assert (done.made, done.left) == (2, 0)
    _send(settings)
    assert [each["Reply-To"] for each in box.got] == ["amelie@example.org"]
    assert_replays(cast, partial(actions.move, cast.amelie, later, Move.HOLD))
    _later(days=2)
    _send(settings)
    assert len(box.got) == 1
    assert_replays(cast, partial(actions.move, cast.amelie, later, Move.CANCEL))
    done = actions.move_some(cast.amelie, [now, later], Move.SEND)
    assert (done.made, done.left) == (0, 2)


def test_a_letter_goes_at_its_time(cast: Cast, box: Mailbox, settings: Settings) -> None:
    key = _one(cast, "a@example.org")
    noon = clock.now() + timedelta(hours=20)
    schedule = partial(actions.move, cast.amelie, key, Move.SCHEDULE)
    assert_replays(cast, partial(schedule, at=noon))
    far = noon + timedelta(days=1000)
    for wrong, rule in ((None, "missing"), (clock.now(), "not_ahead"), (far, "too_far")):
        with pytest.raises(InvalidError) as refused_at:
            schedule(at=wrong)
        assert refused_at.value.rule == rule
    headers = {"Authorization": f"Bearer {cast.tokens['amelie']}", "Accept": "text/html"}
    form = {"how": "schedule", "at": "2015-11-06T09:00"}
    refused = _browser(settings).post(f"/letters/{key}/moves", data=form, headers=headers)
    assert 'value="2015-11-06T09:00"' in refused.text
    _send(settings)
    assert box.got == []
    _later(hours=21)
    results.look(clock.now())
    _send(settings)
    assert len(box.got) == 1


def test_without_a_mail_server_they_are_sent_by_hand(cast: Cast, tmp_path: Path) -> None:
    key = _one(cast, "a@example.org")
    _send(_settings(tmp_path, None))
    (held,) = _all(cast)
    assert (held.state, held.fault) == (State.HELD, Fault.NO_SERVER)
    assert_replays(cast, partial(actions.move, cast.amelie, key, Move.BY_HAND))
    assert [(each.state, each.by_hand) for each in _all(cast)] == [(State.SENT, True)]


def test_only_leads_of_the_event_touch_letters(cast: Cast) -> None:
    key = _one(cast, "a@example.org")
    for who, error in ((cast.ben, NotAllowedError), (cast.eve, NotFoundError)):
        for act in (
            partial(actions.move, who, key, Move.HOLD),
            partial(queries.letter, who, key),
            partial(actions.edit, who, key, email="a@b.ca", subject="x", body="y"),
        ):
            with pytest.raises(error):
                act()
    with pytest.raises(NotAllowedError):
        queries.outbox(cast.ben, [], "", "")
    assert queries.outbox(cast.eve, [], "", "").letters == []


def test_a_leads_words_are_those_of_her_event(cast: Cast) -> None:
    words = Wording("Salut de %(event)s", "%(name)s: %(link)s", "Hi", "%(link)s")
    actions.set_wording(cast.amelie, INVITE, words)
    post = crew.Post(results.write_to, "https://mixroom.example.org")
    invite = crew.invite(cast.amelie, "Noé", Role.PRESS, "fr", email="noe@example.org", post=post)
    (letter,) = _all(cast)
    assert letter.id == invite.letter
    assert letter.subject == "Salut de Museomix Montréal"
    assert letter.body == f"Noé: https://mixroom.example.org/j#{invite.token}"
    assert queries.wordings(cast.amelie) == {INVITE.name}
    assert queries.wordings(cast.eve) == set()
    actions.put_back(cast.amelie, INVITE)
    assert queries.wording(cast.amelie, INVITE.name) is None


def test_a_list_is_invited_by_letter_and_each_link_signs_in(
    cast: Cast, box: Mailbox, settings: Settings
) -> None:
    guests = [
        Guest("Chloé Roy", Role.PHOTOGRAPHER, "fr", "c@example.org"),
        Guest("Ben Li", Role.BLOGGER, "en", "b@example.org"),
        Guest("山田 花子", Role.PRESS, "fr"),
    ]
    post = crew.Post(results.write_to, settings.base_url)
    people, letters = assert_replays(cast, partial(crew.invite_all, cast.amelie, guests, post))
    assert (len(people), len(letters)) == (3, 2)
    assert crew.invite_all(cast.amelie, guests, post) == ([], [])  # by another lead, or by F5
    with pytest.raises(InvalidError, match="email"):
        crew.invite(cast.amelie, "C. Roy", Role.PRESS, email="C@example.org", post=post)
    _send(settings)
    for message in box.got:
        text = message.get_body(("plain",))
        assert text
        (link,) = (line for line in text.get_content().split() if "/j#" in line)
        person, _ = crew.redeem(urlsplit(link).fragment, "phone")
        assert person.email == message["To"].addresses[0].addr_spec
        words = {"fr": "vous invite", "en": "invites you"}[person.lang]
        days = {"fr": "du 6 au 8 novembre 2015", "en": "November 6–8, 2015"}[person.lang]
        assert words in text.get_content()
        assert days in text.get_content()
    assert all(STRUCK_OUT in each.body and "/j#" not in each.body for each in _all(cast))


def test_a_badge_closes_the_earlier_invitation_and_works_until_the_event_is_over(
    cast: Cast,
) -> None:
    earlier = crew.invite(cast.amelie, "Noé", Role.PRESS)
    (badge,) = assert_replays(cast, partial(crew.make_badges, cast.amelie, [earlier.person.id]))
    with pytest.raises(crew.InviteUnknownError):
        crew.redeem(earlier.token, "phone")
    assert crew.redeem(badge.code, "phone")[0].id == earlier.person.id
    for who in (cast.ben, cast.eve):
        with pytest.raises((NotAllowedError, NotFoundError)):
            crew.make_badges(who, [earlier.person.id])


def test_a_person_who_leaves_is_written_nothing_more_and_forgotten(
    cast: Cast, box: Mailbox, settings: Settings
) -> None:
    post = crew.Post(results.write_to, settings.base_url)
    invite = partial(crew.invite, cast.amelie, role=Role.PRESS, post=post)
    first, second = invite("Noé", email="n@example.org"), invite("Zoé", email="z@example.org")
    leave = partial(crew.remove, cast.amelie, first.person.id, (results.forget_person,))
    assert_replays(cast, leave)
    crew.remove(cast.amelie, second.person.id)  # by a way that does not know of letters
    _send(settings)
    assert box.got == []
    for each in _all(cast):
        assert (each.state, each.fault) == (State.CANCELLED, Fault.GONE)
        assert (each.to.name, each.to.email, each.subject, each.body) == ("", "", "", "")


def test_texts_are_forgotten_some_time_after_the_event(cast: Cast) -> None:
    _one(cast, "a@example.org")
    with transaction() as tx:
        event = events.get(tx, cast.event.id)
        assert event
        today = clock.now().date()
        events.save(tx, replace(event, starts_on=today, ends_on=today))
    _later(days=KEPT_AFTER_EVENT.days - 2)
    assert _forget() == 0
    _later(days=4)
    assert _forget() == 1
    assert _all(cast) == []


def test_who_unsubscribes_gets_no_more_reminders_but_still_invitations(
    cast: Cast, box: Mailbox, settings: Settings, tmp_path: Path
) -> None:
    _one(cast, "a@example.org", template=REMINDER, key="r1")
    _send(settings)
    (sent,) = box.got
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = urlsplit(sent["List-Unsubscribe"].strip("<>"))
    tomorrow = clock.now() + timedelta(days=1)
    _one(cast, "A@example.org", template=REMINDER, key="r2", at=tomorrow)
    browser = _browser(settings)
    assert "Ne plus recevoir" in browser.get(link.path).text
    assert len([each for each in _all(cast) if each.state is State.CANCELLED]) == 0
    # As a mail program does it: without a session, without a page (RFC 8058).
    answer = browser.post(link.path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    _one(cast, "a@example.org", template=REMINDER, key="r3")
    _one(cast, "a@example.org", key="i1")
    faults = {each.key: each.fault for each in _all(cast)}
    assert faults == {
        "r1": None,
        "r2": Fault.UNSUBSCRIBED,
        "r3": Fault.UNSUBSCRIBED,
        "i1": None,
    }
    assert browser.post(f"{link.path}/again").status_code == 303
    _one(cast, "a@example.org", template=REMINDER, key="r4")
    _later(days=2)
    _send(settings)
    assert len(box.got) == 3
    assert browser.post("/u/nothing").status_code == 404


def test_a_rehearsals_letters_reach_nobody(cast: Cast, box: Mailbox, settings: Settings) -> None:
    with transaction() as tx:
        events.save(tx, replace(cast.event, rehearsal=True))
    _one(cast, "a@example.org")
    _send(settings)
    assert _states(cast) == {State.SENT: 1}
    assert box.got == []


def test_what_does_not_go_rings_and_what_was_decided_is_quiet(
    cast: Cast, box: Mailbox, settings: Settings, files: Store
) -> None:
    def rings() -> list[str]:
        with reading() as tx:
            look = Look(tx, cast.event.id, 30, clock.now(), files)
            return [each.path for each in STUCK.find(look)]

    box.refuses["p0@example.org"] = "550 No such user"
    box.defers["p1@example.org"] = "450 Later"
    _write(cast, 3)
    _send(settings)
    assert rings() == []
    _later(minutes=31)
    assert sorted(rings()) == ["/letters?show=failed", "/letters?show=waiting"]
    (failed,) = (each for each in _all(cast) if each.state is State.FAILED)
    actions.move(cast.amelie, failed.id, Move.CANCEL)
    box.defers.clear()
    _send(settings)
    assert rings() == []


def test_the_check_says_in_one_line_what_is_wrong_with_the_mail_server(
    box: Mailbox, tmp_path: Path
) -> None:
    connect(f"sqlite:///{tmp_path}/check.db")
    assert check(_settings(tmp_path, box.url))["mail server"] is None
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    said = check(_settings(tmp_path, f"smtp://127.0.0.1:{port}"))["mail server"]
    assert said
    assert said.startswith("The mail server of MIXROOM_SMTP_URL cannot be used (unreachable)")
    assert "mail server" not in check(_settings(tmp_path, None))
    assert box.got == []


def test_the_outbox_is_searched_by_name_and_turned_over(cast: Cast) -> None:
    _write(cast, 60)
    _one(cast, "chloe@example.org", name="Chloé D’Amours")
    for search in ("CHLOE amours", "chloé", "chloe@"):
        (found,) = queries.outbox(cast.amelie, [], search, "").letters
        assert found.to.name == "Chloé D’Amours"
    first = queries.outbox(cast.amelie, [State.WAITING], "", "")
    assert first.older
    second = queries.outbox(cast.amelie, [State.WAITING], "", first.older)
    keys = [each.id for each in (*first.letters, *second.letters)]
    assert keys == sorted(keys, reverse=True)
    assert len(keys) == 61


def test_renaming_shows_everywhere_and_contacts_only_to_leads(
    cast: Cast, settings: Settings
) -> None:
    submissions.submit(cast.ben, Content(Kind.POST, Bilingual("Bonjour")))
    lists = MaterializedViews()
    (queue,) = (view for view in views() if view.name == "review")
    (seen,) = lists.get(queue, cast.event.id).items.values()
    assert "Ben Carter" in seen
    before = _seq()
    edit = partial(crew.edit, telephone="514 555-0199", email="ben@example.org")
    edit(cast.amelie, cast.ben.id, name="Benoît Carter")
    assert _seq() == before + 2, "the gap by which all lists are read anew"
    (seen,) = lists.get(queue, cast.event.id).items.values()
    assert "Beno\\u00eet Carter" in seen
    edit(cast.ben, cast.ben.id, name="Benoît Carter")
    assert _seq() == before + 2, "nothing changed"
    for who in (cast.chloe, cast.eve):
        with pytest.raises((NotAllowedError, NotFoundError)):
            edit(who, cast.ben.id, name="x")
    browser = _browser(settings)

    def seen_by(who: str) -> dict[str, object]:
        headers = {"Authorization": f"Bearer {cast.tokens[who]}"}
        items = browser.get("/api/v1/people", headers=headers).json["items"]
        found: dict[str, object] = next(each for each in items if each["id"] == cast.ben.id)
        return found

    assert {seen_by(who)["name"] for who in ("amelie", "chloe")} == {"Benoît Carter"}
    for who in ("amelie", "ben"):
        assert seen_by(who)["email"] == "ben@example.org"
    assert (seen_by("chloe")["email"], seen_by("chloe")["telephone"]) == (None, None)
    crew.remove(cast.amelie, cast.ben.id)
    with reading() as tx:
        rows = tx.exec_driver_sql(
            "SELECT email, telephone FROM person WHERE removed_at IS NOT NULL"
        )
        assert rows.all() == [(None, None)]


def _settings(folder: Path, url: str | None) -> Settings:
    env = {
        "MIXROOM_VAR": str(folder),
        "MIXROOM_UPLOADS": str(folder / "uploads"),
        "MIXROOM_BASE_URL": "https://mixroom.example.org",
    }
    mail = {"MIXROOM_SMTP_URL": url, "MIXROOM_MAIL_FROM": SENDER} if url else {}
    return Settings.from_env(env | mail)


def _browser(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def _one(
    cast: Cast,
    address: str,
    *,
    name: str = "Quelqu’un",
    template: LetterTemplate | None = None,
    key: str | None = None,
    at: object = None,
) -> str:
    """Write a letter."""
    template = template or replace(REMINDER, optional=False)
    to = Addressee(name, address, "fr")
    with transaction() as tx:
        return results.write(
            tx,
            cast.event.id,
            template,
            to,
            {"what": "Bonjour"},
            key=key or address,
            by=cast.amelie.id,
            at=at,  # type: ignore[arg-type]
        )


def _write(cast: Cast, many: int) -> None:
    template = replace(REMINDER, optional=False)
    with transaction() as tx:
        for n in range(many):
            to = Addressee(f"Personne {n}", f"p{n}@example.org", "fr")
            fields = {"what": f"Lettre {n}"}
            results.write(tx, cast.event.id, template, to, fields, key=f"k{n}", by=cast.amelie.id)


def _begin(settings: Settings) -> Sending:
    with transaction() as tx:
        job = jobs.claim(tx, only={results.SEND_JOB})
    assert job
    return Sending(job, settings)


def _send(settings: Settings) -> None:
    """Send until nothing more is due."""
    results.look(clock.now())
    while True:
        with transaction() as tx:
            job = jobs.claim(tx, only={results.SEND_JOB})
        if job is None:
            return
        _go_on(Sending(job, settings), lambda: False)


def _go_on(sending: Sending, enough: Callable[[], bool]) -> None:
    while not sending.over and not enough():
        select.select([sending], [], [], 0.05)
        sending.go_on()


def _later(**time: float) -> None:
    now = clock.now
    pytest.MonkeyPatch().setattr(clock, "now", lambda: now() + timedelta(**time))


def _all(cast: Cast) -> list[Letter]:
    with reading() as tx:
        keys = store.keys(tx, cast.event.id, (), before="", most=500)
        return store.some(tx, cast.event.id, keys)


def _states(cast: Cast) -> dict[State, int]:
    with reading() as tx:
        return {state: n for state, n in store.counts(tx, cast.event.id).items() if n}


def _outbox(cast: Cast) -> list[dict[str, dict[str, int]]]:
    with reading() as tx:
        assert len(LETTERS.items(tx, cast.event.id)) <= 100
        return list(OUTBOX_VIEW.items(tx, cast.event.id).values())  # type: ignore[arg-type]


def _forget() -> int:
    with transaction() as tx:
        return results.forget(tx, clock.now() - KEPT_AFTER_EVENT, 100)


def _seq() -> int:
    with reading() as tx:
        return journal.latest(tx)
