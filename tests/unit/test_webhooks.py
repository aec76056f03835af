"""Webhooks: which addresses may be asked, how messages are signed, when they are tried again."""

import base64
import http.server
import json
import socket
import ssl
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook as Receiver
from standardwebhooks.webhooks import WebhookVerificationError

from mixroom.core.errors import InvalidError
from mixroom.core.public_addresses import is_public, target_of
from mixroom.webhooks.courier import Outcome, Parcel, deliver
from mixroom.webhooks.model import (
    GIVEN_UP_AFTER,
    MAX_WAIT,
    PAUSES,
    Topic,
    Webhook,
    Why,
    checked_topics,
    checked_url,
    pause_after,
    why_disabled,
)
from mixroom.webhooks.signing import new_secret, signature
from tests.certificates import made
from tests.receivers import answering, says

NOW = datetime(2026, 11, 7, 14, tzinfo=UTC)
PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
INSIDE = (
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",  # the metadata of most clouds
    "169.254.0.1",
    "100.64.0.1",  # carrier-grade NAT
    "100.100.100.200",  # the metadata of a cloud
    "192.0.0.192",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:2800:21f:cb07::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "4000::1",
    "not an address",
    "",
)
REFUSED = (
    "",
    "museum.example.org/hook",
    "http://museum.example.org/hook",
    "ftp://museum.example.org/",
    "https://",
    "https:///hook",
    "https://localhost/hook",
    "https://localhost.",
    "https://wiki/",
    "https://printer.local/",
    "https://db.internal/",
    "https://router.lan/",
    "https://x.localhost/",
    "https://nas.home.arpa/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.0.0.1.:443/",
    "https://93.184.215.14/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    "https://①②⑦.0.0.1/",
    "https://127。0。0。1/",
    "https://user:secret@museum.example.org/",
    "https://museum.example.org@127.0.0.1/",
    "https://museum.example.org\\@127.0.0.1/",
    "https://127.0.0.1\\@museum.example.org/",
    "https://museum.example.org#@127.0.0.1/",
    "https://museum.example.org:99999/",
    "https://museum.example.org:x/",
    "https://museum.example.org./",
    "https://museum .example.org/",
    "https://museum.example.org/\r\nX: y",
    "https://-museum.example.org/",
    "https://museum..example.org/",
    "https://museum.example.123/",
    "https://museum.example.0x1/",
    "https://muséum.example.org/",
    "https://museum.example.org/" + "a" * 500,
)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [*PUBLIC, "8.8.8.8", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_an_address_outside_is(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="100.64.0.0/10"))
def test_no_spelling_in_ipv6_makes_an_inner_address_public(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    high, low = number >> 16, number & 0xFFFF
    for text in (
        f"::ffff:{address}",
        f"::{address}",
        f"64:ff9b::{high:x}:{low:x}",
        f"2002:{high:x}:{low:x}::1",
    ):
        assert not is_public(text), text


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_may_lead_inside_is_refused(url: str) -> None:
    assert target_of(url) is None
    with pytest.raises(InvalidError, match="url"):
        checked_url(url, ())


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://museum.example.org", "museum.example.org", 443, "/"),
        ("https://Museum.Example.ORG:8443/a?b=c", "museum.example.org", 8443, "/a?b=c"),
        ("https://xn--muse-dpa.xn--p1ai/", "xn--muse-dpa.xn--p1ai", 443, "/"),
    ],
)
def test_a_public_name_may_be_asked(url: str, host: str, port: int, path: str) -> None:
    assert target_of(url) == ("https", host, port, path, False)


def test_a_setting_lets_exactly_its_origin_through() -> None:
    allowed = ("http://127.0.0.1:9000",)
    assert target_of("http://127.0.0.1:9000/hook", allowed)
    for url in (
        "http://127.0.0.1:9001/",
        "https://127.0.0.1:9000/",
        "http://127.0.0.1:9000@example.org/",
        "http://localhost:9000/",
        "http://127.0.0.1:90000/",
    ):
        assert target_of(url, allowed) is None


# Signatures.


def test_a_signature_is_that_of_the_specification() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    signed = signature([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.text(), st.integers(1, 2))
def test_an_independent_receiver_verifies_each_of_several_signatures(body: str, both: int) -> None:
    secrets = [new_secret() for _ in range(both)]
    at = int(time.time())
    body = json.dumps(body)
    headers = {
        "webhook-id": "msg",
        "webhook-timestamp": str(at),
        "webhook-signature": signature(secrets, "msg", at, body),
    }
    for secret in secrets:
        assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
        assert Receiver(secret).verify(body, headers) == json.loads(body)
    for wrong in (headers | {"webhook-id": "other"}, headers | {"webhook-timestamp": str(at + 1)}):
        with pytest.raises(WebhookVerificationError):
            Receiver(secrets[0]).verify(body, wrong)
    with pytest.raises(WebhookVerificationError):
        Receiver(new_secret()).verify(body, headers)


def test_the_old_secret_signs_for_a_day() -> None:
    until = NOW + timedelta(days=1)
    hook = Webhook("1", "e", "https://x.org", frozenset(Topic), "new", NOW, "old", until)
    assert hook.secrets(until - timedelta(seconds=1)) == ("new", "old")
    assert hook.secrets(until) == ("new",)


# Tries.


@given(st.integers(1, 20), st.floats(0, 1), st.none() | st.integers(0, 99_999))
def test_pauses_grow_to_about_a_day_and_end(tries: int, chance: float, wait: int | None) -> None:
    pause = pause_after(tries, chance, wait)
    assert (pause is None) == (tries > len(PAUSES))
    if pause is not None:
        assert pause >= PAUSES[tries - 1]
        assert pause <= max(PAUSES[tries - 1] * 1.1, MAX_WAIT)


def test_all_pauses_together_are_about_a_day() -> None:
    assert timedelta(hours=20) < sum(PAUSES, timedelta()) < timedelta(hours=26)
    assert list(PAUSES) == sorted(PAUSES)


def test_a_receiver_that_is_gone_or_fails_for_a_day_is_given_up() -> None:
    hook = Webhook("1", "e", "https://x.org", frozenset(Topic), "s", NOW, failing_since=NOW)
    assert why_disabled(hook, 410, NOW) is Why.GONE
    assert why_disabled(hook, 500, NOW + GIVEN_UP_AFTER - timedelta(seconds=1)) is None
    assert why_disabled(hook, 500, NOW + GIVEN_UP_AFTER) is Why.FAILING


@pytest.mark.parametrize("topics", [(), ("submission.approved", "submission.sneezed")])
def test_topics_that_are_not_known_are_refused(topics: tuple[str, ...]) -> None:
    with pytest.raises(InvalidError, match="topics"):
        checked_topics(topics)


# The courier.


def sent(port: int, path: str = "/hook") -> Outcome:
    origin = f"http://127.0.0.1:{port}"
    return deliver(Parcel("1", origin + path, '{"é":1}', {"webhook-id": "1"}, (origin,)))


def test_a_message_arrives_with_its_headers_and_the_answer_is_kept_short() -> None:
    with answering(says(200, b"ok \x00\r\n" + b"x" * 9000)) as answer:
        outcome = sent(answer.port, "/hook?a=b")
    [(path, headers, body)] = answer.got
    assert (path, headers["webhook-id"], body) == ("/hook?a=b", "1", '{"é":1}'.encode())
    assert headers["Host"] == f"127.0.0.1:{answer.port}"
    assert outcome.status == 200
    assert outcome.answer.startswith("ok    x")
    assert len(outcome.answer) == 200


def test_a_redirect_is_not_followed() -> None:
    with answering(says(302, Location="http://169.254.169.254/latest")) as answer:
        assert sent(answer.port).status == 302


def test_a_receiver_may_ask_for_patience() -> None:
    for said, wait in (("120", 120), ("Wed, 21 Oct 2015 07:28:00 GMT", None), ("9" * 30, None)):
        with answering(says(429, Retry_After=said)) as answer:
            assert (sent(answer.port).status, sent(answer.port).wait) == (429, wait)


def test_nobody_there_and_an_answer_that_breaks_off_have_names() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert sent(port).fault == "unreachable"
    with answering(lambda handler: handler.connection.close()) as answer:
        assert sent(answer.port).fault == "broken"
    with answering(lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH\r\n\r\n")) as answer:
        assert sent(answer.port).fault == "broken"


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254"])
def test_a_public_name_that_leads_inside_is_not_asked(address: str) -> None:
    def connect(*_: object) -> socket.socket:
        raise AssertionError("it was asked")

    parcel = Parcel("1", "https://museum.example.org/", "{}")
    for found in ([address], [PUBLIC[0], address], [address, PUBLIC[0]]):
        outcome = deliver(parcel, resolve=lambda *_, found=found: found, connect=connect)
        assert outcome.fault == "private"
    refused = Parcel("1", "https://127.1/", "{}")
    assert deliver(refused, resolve=lambda *_: [PUBLIC[0]], connect=connect).fault == "private"


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    looked_up: list[str] = []
    asked: list[tuple[str, int]] = []

    def resolve(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return [PUBLIC[0]] if len(looked_up) == 1 else ["127.0.0.1"]  # it changes its mind

    def connect(address: tuple[str, int], _timeout: float) -> socket.socket:
        asked.append(address)
        raise ConnectionRefusedError

    parcel = Parcel("1", "https://museum.example.org/", "{}")
    assert deliver(parcel, resolve=resolve, connect=connect).fault == "unreachable"
    assert (looked_up, asked) == (["museum.example.org"], [(PUBLIC[0], 443)])


def test_tls_is_verified_for_the_name(tmp_path: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = made(tmp_path, "museum.example.org")
    server.load_cert_chain(certificate.cert, certificate.key)
    trusting = ssl.create_default_context(cafile=str(certificate.cert))
    with answering(says(204), server) as answer:

        def connect(_address: object, _timeout: float) -> socket.socket:
            return socket.create_connection(("127.0.0.1", answer.port))

        def ask(host: str, context: ssl.SSLContext | None = None) -> Outcome:
            parcel = Parcel("1", f"https://{host}/", "{}")
            return deliver(parcel, resolve=lambda *_: [PUBLIC[0]], connect=connect, context=context)

        assert ask("museum.example.org", trusting).status == 204
        assert ask("other.example.org", trusting).fault == "tls"
        assert ask("museum.example.org").fault == "tls"
    [(_, headers, _)] = answer.got
    assert headers["Host"] == "museum.example.org"


def test_a_courier_ends_in_time_whatever_its_receivers_do() -> None:
    over = threading.Event()

    def drips(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not over.wait(0.1):
            try:
                handler.wfile.write(b"X: y\r\n")
            except OSError:
                return

    program = "import mixroom.webhooks.courier as it; it.LASTS = 1.5; it.main()"
    with answering(drips) as slow, answering(says(200)) as quick:
        parcels = [
            {"id": name, "url": f"http://127.0.0.1:{port}/", "body": "{}", "allowed": [origin]}
            for name, port in (("slow", slow.port), ("quick", quick.port))
            for origin in [f"http://127.0.0.1:{port}"]
        ]
        began = time.monotonic()
        ended = subprocess.run(
            [sys.executable, "-c", program],
            input="\n".join(map(json.dumps, parcels)),
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
        took = time.monotonic() - began
        over.set()
    outcomes = {each["id"]: each for each in map(json.loads, ended.stdout.splitlines())}
    assert outcomes["quick"]["status"] == 200
    assert outcomes["slow"]["fault"] == "timeout"
    assert took < 10
