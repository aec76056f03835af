"""Messages on phones: to whom, what, where to; and what the push service's answers lead to."""

import base64
import json
import re
import stat
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from py_vapid import Vapid02

from mixroom.core import clock, db, ids, jobs
from mixroom.core.errors import InvalidError, NotAllowedError
from mixroom.core.files import Store
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.push import actions, queries, results, store
from mixroom.push.jobs import handlers
from mixroom.push.model import (
    MAX_FAILURES,
    MAX_TRIES,
    Message,
    Notice,
    checked_endpoint,
    checked_key,
    retry_after,
)
from mixroom.push.vapid import public_key
from mixroom.review import actions as review
from mixroom.review import translating
from mixroom.review.notices import RETURNED
from mixroom.settings import PUSH_SERVICES, SettingError, Settings
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content
from mixroom.submissions.content import Kind as Sort
from mixroom.submissions.model import Showing
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.servers import Server, env_in, running, until

SERVICES = tuple(PUSH_SERVICES.split())


@dataclass
class Service:
    """A push service: it keeps what it is sent, and answers what it is told to answer."""

    port: int = 0
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"


class Phone:
    """A browser that has subscribed, and can read what it is sent."""

    def __init__(self, service: Service, name: str = "phone") -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = ids.token().encode()[:16]
        self.endpoint = f"{service.origin}/push/{name}"
        point = self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.keys = {"p256dh": _base64(point), "auth": _base64(self._secret)}

    def read(self, body: bytes) -> dict[str, Any]:
        """Return what a message says."""
        said = http_ece.decrypt(
            body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"
        )
        said = re.sub("[\u00a0\u202f]", " ", said.decode())  # the spaces of good typography
        return json.loads(said)  # type: ignore[no-any-return]


@pytest.fixture
def service() -> Iterator[Service]:
    """A push service on loopback."""
    kept = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append((self.path, dict(self.headers), body))
            status, headers = kept.answers.pop(0) if kept.answers else (201, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def settings(service: Service, tmp_path: Path) -> Settings:
    """Settings that let messages go to the test's own service."""
    env = {
        "MIXROOM_VAR": str(tmp_path / "var"),
        "MIXROOM_PUSH_SERVICES": service.origin,
        "MIXROOM_BASE_URL": "https://mixroom.example.org",
    }
    return Settings.from_env(env)


def test_the_author_is_told_in_their_language_and_only_they_can_read_it(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    phone = Phone(service)
    _subscribe(cast, settings, phone, lang="fr")
    key = _sent(cast, "Une fusée.", "A rocket.")
    review.return_to_author(cast.ben, key, "credit_missing", "Qui l’a prise ?")
    assert _work(settings, files) == ["push.send"]

    [(path, headers, body)] = service.got
    assert path == "/push/phone"
    said = phone.read(body)
    assert said["title"] == "À corriger"
    assert said["body"] == "« Une fusée. » : Il manque le crédit"
    assert said["lang"] == "fr"
    assert said["url"] == f"/send#{key}"
    assert b"fus" not in body
    assert headers["TTL"] == "86400"
    assert headers["Urgency"] == "high"
    assert headers["Topic"] == key.replace("-", "")
    assert headers["Content-Encoding"] == "aes128gcm"
    _must_be_signed(headers["Authorization"], settings, service.origin)


def test_an_approval_is_told_in_english_to_who_reads_english(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    phone = Phone(service)
    _subscribe(cast, settings, phone, lang="en")
    review.approve(cast.ben, _sent(cast, "Une fusée.", "A rocket."))
    _work(settings, files)
    [(_, headers, body)] = service.got
    assert phone.read(body)["title"] == "Approved for the wall"
    assert phone.read(body)["body"] == "“A rocket.”"
    assert headers["Urgency"] == "normal"


def test_a_decision_that_is_undone_is_taken_back_on_the_phone_too(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    phone = Phone(service)
    _subscribe(cast, settings, phone)
    key = _sent(cast, "Une fusée.", "A rocket.")
    for decide in (review.approve, lambda by, key: review.return_to_author(by, key, "blurry")):
        service.got.clear()
        decide(cast.ben, key)
        assert _work(settings, files) == ["push.send"]
        review.reopen(cast.ben, key)
        assert _work(settings, files) == ["push.send"]
        (_, before, told), (_, after, back) = service.got
        assert after["Topic"] == before["Topic"]
        assert phone.read(back)["tag"] == phone.read(told)["tag"]
        assert phone.read(back)["title"] == "De retour en révision"
        assert phone.read(back)["body"] == "« Une fusée. »"
        assert int(after["TTL"]) >= int(before["TTL"])


def test_what_was_never_told_is_not_taken_back(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    _subscribe(cast, settings, Phone(service))
    key = _sent(cast, "Gardé.", None)
    review.hold(cast.ben, key, "later")
    review.reopen(cast.ben, key)
    review.approve(cast.ben, key, showing=Showing(clock.now() + timedelta(hours=1)))
    review.reopen(cast.ben, key)
    assert _work(settings, files) == []


def test_what_was_put_off_does_not_arrive_after_what_undid_it(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    phone = Phone(service)
    _subscribe(cast, settings, phone)
    key, other = _sent(cast, "Trop tôt.", None), _sent(cast, "Autre.", None)
    service.answers = [(503, {}), (503, {})]
    review.approve(cast.ben, key)
    review.approve(cast.ben, other)
    _work(settings, files)
    review.reopen(cast.ben, key)
    _work(settings, files)
    _make_due()
    _work(settings, files)
    said = [phone.read(body) for _, _, body in service.got[2:]]
    assert [(each["title"], each["tag"]) for each in said] == [
        ("De retour en révision", key),
        ("Approuvé pour le mur", other),
    ]
    assert _waiting() == []


def test_what_is_undone_while_its_message_is_refused_is_not_told_again(
    cast: Cast, service: Service, settings: Settings
) -> None:
    _subscribe(cast, settings, Phone(service))
    key = _sent(cast, "Trop tôt.", None)
    review.approve(cast.ben, key)
    with db.transaction() as tx:
        job = jobs.claim(tx, only=[results.SEND_JOB])
    assert job is not None
    found = queries.due(job)
    assert found is not None
    review.reopen(cast.ben, key)
    results.put_off(job, *found)
    [left] = _messages()
    assert left == "reopened"


def test_nobody_is_told_what_they_did_themselves_nor_what_is_not_theirs(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    _subscribe(cast, settings, Phone(service, "amelie"), who="amelie")
    _subscribe(cast, settings, Phone(service, "chloe"), who="chloe")
    own, _ = submissions.submit(cast.amelie, Content(Sort.POST, Bilingual("À moi.", None)))
    review.approve(cast.amelie, str(own["id"]))
    review.approve(cast.ben, _sent(cast, "À Driss.", None))
    review.hold(cast.ben, _sent(cast, "Gardé.", None), "later")
    assert _work(settings, files) == []
    assert service.got == []


def test_who_translates_is_told_what_is_asked_and_what_was_not_taken(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    phone = Phone(service)
    _subscribe(cast, settings, phone)
    crew.set_bilingual(cast.driss, cast.driss.id, on=True)
    driss = replace(cast.driss, bilingual=True)
    sent, _ = submissions.submit(cast.chloe, Content(Sort.POST, Bilingual("Le robot danse.")))
    key = str(sent["id"])
    review.approve(cast.ben, key)
    translating.ask(cast.ben, key, driss.id)
    _work(settings, files)
    translating.unask(cast.ben, key)  # nothing was written: nobody is told
    translating.translate(driss, key, {"text": "Robot is dancing."})
    translating.unask(driss, key)  # by themselves
    translating.translate(driss, key, {"text": "Robot is dancing."})
    translating.unask(cast.ben, key)
    _work(settings, files)
    said = [phone.read(body) for _, _, body in service.got]
    asked, declined = "Pouvez-vous traduire ceci?", "Votre traduction n’a pas été retenue"
    assert [each["title"] for each in said] == [asked, declined]
    assert {each["url"] for each in said} == {f"/translations#{key}"}


def test_a_feature_can_have_anyone_told(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    phone = Phone(service)
    _subscribe(cast, settings, phone)
    wish = Message(
        Notice("request", "Sent back to you", timedelta(hours=2), "/send#{key}"),
        ids.new(),
        Bilingual("L’atelier, maintenant", "The workshop"),
    )
    with db.transaction() as tx:
        actions.notify(tx, cast.driss.id, wish, by=cast.ben.id)
    _work(settings, files)
    [(_, _, body)] = service.got
    assert phone.read(body)["title"] == "À corriger"
    assert phone.read(body)["body"] == "« L’atelier, maintenant »"


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_is_gone_is_forgotten(
    cast: Cast, service: Service, settings: Settings, files: Store, status: int
) -> None:
    _subscribe(cast, settings, Phone(service))
    service.answers = [(status, {})]
    review.approve(cast.ben, _sent(cast, "Parti.", None))
    _work(settings, files)
    assert _phones(cast) == []
    assert _waiting() == []


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_that_is_busy_is_asked_again_later(
    cast: Cast, service: Service, settings: Settings, files: Store, status: int
) -> None:
    phone = Phone(service)
    _subscribe(cast, settings, phone)
    service.answers = [(status, {"Retry-After": "120"})]
    review.approve(cast.ben, _sent(cast, "Encore.", None))
    _work(settings, files)
    [later] = _waiting()
    assert timedelta(seconds=100) < later - clock.now() <= timedelta(seconds=120)
    assert [each.failures for each in _phones(cast)] == [1]

    _make_due()
    _work(settings, files)
    assert phone.read(service.got[1][2])["body"] == "« Encore. »"
    assert [each.failures for each in _phones(cast)] == [0]
    assert _waiting() == []


def test_a_service_that_stays_away_is_given_up_and_at_last_forgotten(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    _subscribe(cast, settings, Phone(service))
    for n in range(1, MAX_FAILURES + 1):
        service.answers = [(500, {})]
        if not _waiting():
            review.approve(cast.ben, _sent(cast, f"Essai {n}.", None))
        _make_due()
        _work(settings, files)
        left = [each.failures for each in _phones(cast)]
        assert left == ([n] if n < MAX_FAILURES else [])
        assert len(_waiting()) == (n % MAX_TRIES != 0 and n < MAX_FAILURES)
    assert len(service.got) == MAX_FAILURES


def test_a_service_that_leads_elsewhere_is_not_followed(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    _subscribe(cast, settings, Phone(service))
    service.answers = [(307, {"Location": f"{service.origin}/inside"})]
    review.approve(cast.ben, _sent(cast, "Ailleurs.", None))
    _work(settings, files)
    assert [path for path, *_ in service.got] == ["/push/phone"]


def test_a_phone_that_is_signed_out_is_told_nothing_more_and_is_forgotten(
    cast: Cast, service: Service, settings: Settings, files: Store
) -> None:
    _subscribe(cast, settings, Phone(service))
    key, late = _sent(cast, "Avant.", None), _sent(cast, "Après.", None)
    review.approve(cast.ben, key)  # on its way when the phone is signed out
    crew.revoke(cast.driss, _device(cast))
    review.approve(cast.ben, late)
    _work(settings, files)
    assert service.got == []
    results.sweep()
    with db.reading() as tx:
        assert tx.scalar(sa.select(sa.func.count()).select_from(store.subscriptions)) == 0


def test_an_address_is_whose_it_was_last_and_a_device_has_one(
    cast: Cast, service: Service, settings: Settings
) -> None:
    phone, new = Phone(service), Phone(service, "new")
    _subscribe(cast, settings, phone)
    _subscribe(cast, settings, phone, who="chloe")
    assert _phones(cast) == []
    assert [each.endpoint for each in _phones(cast, "chloe")] == [phone.endpoint]
    _subscribe(cast, settings, new, who="chloe")
    assert [each.endpoint for each in _phones(cast, "chloe")] == [new.endpoint]
    actions.unsubscribe(cast.driss, new.endpoint)  # not his
    assert len(_phones(cast, "chloe")) == 1
    actions.unsubscribe(cast.chloe, new.endpoint)
    assert _phones(cast, "chloe") == []


def test_a_screen_gets_no_messages(cast: Cast, service: Service, settings: Settings) -> None:
    with pytest.raises(NotAllowedError):
        _subscribe(cast, settings, Phone(service), who="mur")


def test_the_whole_way_over_http_and_by_the_worker(service: Service, tmp_path: Path) -> None:
    env = env_in(tmp_path, MIXROOM_PUSH_SERVICES=service.origin)
    phone = Phone(service)
    with running(Server(env, 1, tmp_path)) as own:
        with cast_at(own) as cast:
            pass
        with Api(own.url, cast.tokens["driss"]) as driss, Api(own.url, cast.tokens["ben"]) as ben:
            there = driss.ask("GET", "/me/push-subscriptions").json()
            assert there == {"key": public_key(own.settings.vapid_key)}
            told = {"endpoint": phone.endpoint, "keys": phone.keys}
            assert driss.ask("POST", "/me/push-subscriptions", json=told).status_code == 204
            inside = told | {"endpoint": "https://169.254.169.254/latest"}
            assert driss.ask("POST", "/me/push-subscriptions", json=inside).status_code == 422
            ben.decide(driss.submit(text={"fr": "Par le réseau."})["id"], "approval")
            until(lambda: service.got, "the message to be sent")
            assert phone.read(service.got[0][2])["body"] == "« Par le réseau. »"
            gone = {"endpoint": phone.endpoint}
            assert driss.ask("DELETE", "/me/push-subscriptions", json=gone).status_code == 204
            assert driss.ask("DELETE", "/me/push-subscriptions", json=gone).status_code == 204
    key = tmp_path / "var" / "vapid_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
        "https://web.push.apple.com/QGuQyavXutnMH",
        "https://wns2-par02p.notify.windows.com/w/?token=AwYAA",
        "https://fcm.googleapis.com:443/x",
    ],
)
def test_the_known_services_are_written_to(url: str) -> None:
    assert checked_endpoint(url, SERVICES) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:8443/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://fcm.googleapis.com@127.0.0.1/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://2130706433/x",
        "https://localhost/x",
        "https://10.0.0.1\\@fcm.googleapis.com/x",
        "https://fcm.googleapis.com\r\nHost: x/",
        "https://evil.example/#.fcm.googleapis.com",
        "https://evil.example?.fcm.googleapis.com",
        "ftp://fcm.googleapis.com/x",
        "//fcm.googleapis.com/x",
        "https://fcm.googleapis.com:99999/x",
        "https://[fcm.googleapis.com/x",
        "https://fcm.googleapis.com/" + "x" * 1000,
        "",
    ],
)
def test_nothing_else_is(url: str) -> None:
    with pytest.raises(InvalidError):
        checked_endpoint(url, SERVICES)


@given(st.text())
def test_whatever_is_no_address_of_a_service_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        checked_endpoint(text, SERVICES)


@given(st.one_of(st.text(), st.binary(max_size=80).map(base64.urlsafe_b64encode).map(bytes.decode)))
def test_a_key_is_kept_as_it_was_or_refused(text: str) -> None:
    try:
        kept = checked_key(text, "keys.auth", 16)
    except InvalidError:
        return
    assert kept == text.rstrip("=")
    assert len(base64.urlsafe_b64decode(f"{kept}==")) == 16


@given(st.integers(1, 40), st.one_of(st.none(), st.floats(-10, 10_000_000)))
def test_a_pause_is_neither_none_nor_without_end(tries: int, told: float | None) -> None:
    assert timedelta(seconds=5) <= retry_after(tries, told) <= timedelta(hours=1)


@given(st.text(max_size=3000), st.text(max_size=3000), st.sampled_from(["fr", "en"]))
def test_a_message_fits_into_what_services_take(fr: str, en: str, lang: Any) -> None:
    why = Bilingual.of(fr[:200], en[:200])
    message = Message(RETURNED, ids.new(), Bilingual.of(fr, en), why)
    assert len(message.encoded(lang)) <= 3000  # 4,096 with what encryption adds
    assert json.loads(message.encoded(lang))["title"]


@pytest.mark.parametrize(
    ("env", "variable"),
    [
        ({"MIXROOM_VAPID_KEY": "short"}, "MIXROOM_VAPID_KEY"),
        ({"MIXROOM_VAPID_KEY": "_" * 43}, "MIXROOM_VAPID_KEY"),
        ({"MIXROOM_VAPID_CONTACT": "media@museum.example.org"}, "MIXROOM_VAPID_CONTACT"),
        ({"MIXROOM_PUSH_SERVICES": "https://x/path"}, "MIXROOM_PUSH_SERVICES"),
    ],
)
def test_a_wrong_setting_is_named(env: dict[str, str], variable: str, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=variable):
        Settings.from_env({"MIXROOM_VAR": str(tmp_path), **env})


def _subscribe(
    cast: Cast, settings: Settings, phone: Phone, *, who: str = "driss", lang: Any = "fr"
) -> None:
    actions.subscribe(
        cast.people[who],
        _device(cast, who),
        phone.endpoint,
        phone.keys["p256dh"],
        phone.keys["auth"],
        lang=lang,
        services=settings.push_services,
    )


def _device(cast: Cast, who: str = "driss") -> str:
    found = crew.signed_in(cast.tokens[who])
    assert found is not None
    return found[1].id


def _sent(cast: Cast, fr: str | None, en: str | None) -> str:
    answer, _ = submissions.submit(cast.driss, Content(Sort.POST, Bilingual(fr, en)))
    return str(answer["id"])


def _work(settings: Settings, files: Store) -> list[str]:
    """Do what is due, as the worker does."""
    done = []
    known = handlers(settings).short
    while True:
        with db.transaction() as tx:
            job = jobs.claim(tx, only=known)
        if job is None:
            return done
        known[job.kind][0](job, files)
        done.append(job.kind)


def _phones(cast: Cast, who: str = "driss") -> list[store.Subscription]:
    with db.reading() as tx:
        return store.of_person(tx, cast.people[who].id, clock.now())


def _waiting() -> list[Any]:
    with db.reading() as tx:
        messages = (jobs.jobs.c.state == "waiting") & (jobs.jobs.c.kind == results.SEND_JOB)
        query = sa.select(jobs.jobs.c.run_at).where(messages)
        return list(tx.scalars(query))


def _messages() -> list[str]:
    with db.reading() as tx:
        waiting = (jobs.jobs.c.state == "waiting") & (jobs.jobs.c.kind == results.SEND_JOB)
        query = sa.select(jobs.jobs.c.payload).where(waiting)
        return [json.loads(each)["notice"]["name"] for each in tx.scalars(query)]


def _make_due() -> None:
    with db.transaction() as tx:
        tx.execute(jobs.jobs.update().values(run_at=clock.now()))


def _must_be_signed(authorization: str, settings: Settings, audience: str) -> None:
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert scheme == "vapid"
    assert parts["k"] == public_key(settings.vapid_key)
    assert Vapid02.verify(authorization)
    claims = json.loads(base64.urlsafe_b64decode(parts["t"].split(".")[1] + "=="))
    assert claims["aud"] == audience
    assert claims["sub"] == "https://mixroom.example.org"
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
