"""The rules of connectors, and what they make of texts and answers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.connectors.bluesky import facets_of
from mixroom.connectors.courier import Task, as_message, from_message
from mixroom.connectors.mastodon import _plain, _text
from mixroom.connectors.model import (
    MAX_WAIT,
    PAUSES,
    TID_SIGNS,
    Dispatch,
    Fault,
    State,
    checked_origin,
    checked_secret,
    new_marker,
    pause_after,
)
from mixroom.connectors.plugs import Copy, Image, Login, Outgoing, trouble, words
from mixroom.connectors.sealing import SealedError, seal, unseal
from mixroom.connectors.words import FAULTS
from mixroom.core.errors import InvalidError
from mixroom.core.public_http import Answer
from mixroom.plan.channels import Channel

NOW = datetime(2015, 11, 7, 19, tzinfo=UTC)
TIMES = st.timedeltas(timedelta(days=-4000), timedelta(days=20_000)).map(lambda each: NOW + each)
CHANCES = st.integers(0, 1023)


def dispatch(**more: object) -> Dispatch:
    usual = {"marker": new_marker(NOW, 1), "due": NOW, "created_at": NOW, "next_at": NOW}
    return Dispatch("1", "e", "a", "m", Channel.BLUESKY, "fr", **(usual | more))  # type: ignore[arg-type]


@given(TIMES, TIMES, CHANCES, CHANCES)
def test_markers_are_keys_of_records_in_the_order_of_their_times(
    one: datetime, other: datetime, chance: int, other_chance: int
) -> None:
    first, second = new_marker(one, chance), new_marker(other, other_chance)
    assert len(first) == 13
    assert set(first) <= set(TID_SIGNS)
    assert first[0] in "234567abcdefghij"  # the highest bit is zero
    if other - one > timedelta(milliseconds=1):
        assert first < second
    assert (first == second) == (
        int(one.timestamp() * 1_000_000) == int(other.timestamp() * 1_000_000)
        and chance == other_chance
    )


@given(st.integers(1, 40), st.floats(0, 1), st.none() | st.integers(0, 10**6))
def test_a_post_is_tried_again_ever_later_and_then_no_more(
    tries: int, chance: float, wait: int | None
) -> None:
    pause = pause_after(tries, chance, wait)
    assert (pause is None) == (tries > len(PAUSES))
    if pause:
        assert PAUSES[tries - 1] <= pause
        assert pause <= max(PAUSES[tries - 1] * 1.1, MAX_WAIT)
        assert pause >= min(timedelta(seconds=wait or 0), MAX_WAIT)


def test_what_the_network_may_have_stays_uncertain_until_it_is_known() -> None:
    taken = dispatch().taken("lease")
    assert taken.lost(NOW).state is State.WAITING
    given_away = taken.given(NOW, "Bonjour")
    assert given_away.lost(NOW).state is State.UNCERTAIN
    put_off = given_away.put_off(NOW, Fault.TIMEOUT, "", 0.5)
    assert (put_off.state, put_off.marker) == (State.UNCERTAIN, taken.marker)
    again = put_off.taken("other").given(NOW + timedelta(hours=1), "Rebonjour")
    assert again.given_at == NOW, "it may be out since then"
    sent = again.sent(NOW, "at://x", "https://x")
    assert (sent.state, sent.fault, sent.lease, sent.next_at) == (State.SENT, None, None, None)


def test_after_the_last_try_it_is_refused() -> None:
    one = dispatch()
    for number in range(len(PAUSES)):
        one = one.taken("lease").put_off(NOW, Fault.SERVER, "", 0)
        assert (one.state, one.tries) == (State.WAITING, number + 1)
    assert one.taken("lease").put_off(NOW, Fault.SERVER, "", 0).state is State.FAILED


@given(st.text(st.characters(max_codepoint=127), min_size=1), st.text(min_size=1))
def test_a_token_is_read_only_with_the_same_key_and_for_the_same_account(
    token: str, account: str
) -> None:
    sealed = seal("k" * 32, account, token)
    assert unseal("k" * 32, account, sealed) == token
    assert seal("k" * 32, account, token) != sealed
    for key, whose in (("K" * 32, account), ("k" * 32, f"{account}2")):
        with pytest.raises(SealedError):
            unseal(key, whose, sealed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" https://Mastodon.QUEBEC/ ", "https://mastodon.quebec"),
        ("https://social.museum:8443", "https://social.museum:8443"),
    ],
)
def test_a_server_is_kept_as_its_origin(typed: str, kept: str) -> None:
    assert checked_origin(Channel.MASTODON, typed, ()) == kept


def test_an_origin_of_the_setting_is_taken_literally() -> None:
    allowed = ("http://127.0.0.1:3000",)
    assert checked_origin(Channel.BLUESKY, allowed[0], allowed) == allowed[0]
    assert checked_origin(Channel.BLUESKY, "", ()) == "https://bsky.social"
    with pytest.raises(InvalidError):
        checked_origin(Channel.BLUESKY, "http://127.0.0.1:3001", allowed)


@pytest.mark.parametrize("token", ["", "  ", "deux mots", "clé", "x" * 501])
def test_what_cannot_be_a_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidError, match="secret"):
        checked_secret(token)


def test_addresses_and_hashtags_become_links_at_their_bytes() -> None:
    text = "Équipe Écho (https://museomix.org/écho). #Été2025 #2025 a#b"
    found = {
        text.encode()[each["index"]["byteStart"] : each["index"]["byteEnd"]].decode(): feature
        for each in facets_of(text)
        for feature in each["features"]
    }
    link, tag = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#tag"
    address = "https://museomix.org/écho"
    assert found == {
        address: {"$type": link, "uri": address},
        "#Été2025": {"$type": tag, "tag": "Été2025"},
    }


@given(st.text(max_size=100))
def test_facets_lie_within_the_text(text: str) -> None:
    for each in facets_of(text):
        index = each["index"]
        assert 0 <= index["byteStart"] < index["byteEnd"] <= len(text.encode())
        text.encode()[index["byteStart"] : index["byteEnd"]].decode()


def test_a_post_is_known_again_by_its_words_however_the_server_shows_them() -> None:
    sent = "Merci à @museomix@mastodon.social !\n\n#Été & <3\nhttps://museomix.org/montreal"
    shown = (
        '<p>Merci à <span class="h-card"><a href="https://mastodon.social/@museomix">@'
        "<span>museomix</span></a></span> !</p><p>"
        '<a href="https://x/tags/ete" class="hashtag">#<span>Été</span></a> &amp; &lt;3<br />'
        '<a href="https://museomix.org/montreal"><span class="invisible">https://</span>'
        "<span>museomix.org/montreal</span></a></p>"
    )
    assert _plain(_text(shown)) == _plain(sent)
    assert _plain(_text(shown)) != _plain(f"{sent}.")


@pytest.mark.parametrize(
    ("status", "fault", "for_good"),
    [
        (301, "malformed", True),
        (400, "refused", True),
        (401, "sign_in", True),
        (403, "forbidden", True),
        (404, "malformed", True),
        (413, "picture_too_large", True),
        (422, "refused", True),
        (429, "busy", False),
        (500, "server", False),
        (503, "server", False),
    ],
)
def test_each_status_has_its_fault(status: int, fault: str, for_good: bool) -> None:
    found = trouble(Answer(status, {"retry-after": "90"}, b'{"error": "No"}'))
    assert (found.fault, found.for_good, found.reply) == (fault, for_good, f"{status} No")
    assert found.wait == (None if for_good else 90)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"error": "InvalidRequest", "message": "Too long"}', "400 Too long"),
        (b"<html><body><h1>Bad\x00 Gateway</h1></body></html>", "400 Bad Gateway"),
        (b'["x"]', '400 ["x"]'),
        (b"", "400"),
    ],
)
def test_the_words_of_an_answer_are_one_line(body: bytes, said: str) -> None:
    assert words(Answer(400, {}, body)) == said


def test_every_fault_has_its_words() -> None:
    assert set(FAULTS) == set(Fault)


def test_a_task_goes_over_the_line_as_it_is() -> None:
    image = Image((Copy(2, 1, b"\xff\xd8"),), "Un robot", (0.25, 0.75))
    login = Login("https://x.example", "n", "s", "did:plc:1", 900, ("http://127.0.0.1:1",))
    post = Outgoing("é", "fr", "3m", "2015-11-07T19:00:00Z", (image,), known=frozenset({"1"}))
    for task in (Task("1", "bluesky", login, post, looks=True, at=1.5), Task("2", "x", login)):
        assert from_message(as_message(task)) == task
