"""The rules of applications: their moves, their consent, who is lacking, and the tokens."""

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.errors import InvalidError
from mixroom.core.roles import Role
from mixroom.core.text import LANGS, Bilingual
from mixroom.event.model import Event
from mixroom.features import features
from mixroom.recruiting.coverage import matrix
from mixroom.recruiting.formats import VERSION, WORDINGS, consent_texts
from mixroom.recruiting.items import item_of
from mixroom.recruiting.model import (
    Answers,
    Application,
    Consent,
    Gate,
    Half,
    Keep,
    Opening,
    Part,
    Shelf,
    alike,
    checked_answers,
    checked_links,
    halves_of,
    twins,
    until,
)
from mixroom.recruiting.moves import MOVES, Fact, Status, WrongStatusError
from mixroom.recruiting.signing import Seal, Way, digest, key_of

EVENT = Event(
    "e", "mtl", Bilingual("Museomix"), date(2015, 11, 6), date(2015, 11, 8), "America/Toronto"
)
NOON = datetime(2015, 10, 7, 17, tzinfo=UTC)
KEY = "01a22718-e22a-7337-8220-630f422ba4f8"
ANSWERS = Answers(
    "Zoé Tremblay",
    "zoe@example.org",
    (Role.PHOTOGRAPHER,),
    ("fr",),
    (Half(date(2015, 11, 6), Part.MORNING),),
    telephone="514 555-0101",
    note="Parce que.",
    needs="Une rampe",
)
CONSENT = Consent("Je veux bien.", "fr", VERSION, NOON, date(2015, 12, 8))
APPLICATION = Application(KEY, "e", ANSWERS, "fr", CONSENT, NOON)
SEAL = Seal("key", "https://mixroom.example.org")
PERSONAL = {"person_id", "author_id", "owner_id", "by", "email", "taken_by", "endpoint", "who"}
OF_SCREENS = {"wall"}  # whose `person_id` is that of a screen

facts = st.sampled_from(sorted(MOVES))
texts = st.text(st.characters(codec="utf-8"), max_size=100)
names = st.lists(
    st.text(st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=2, max_size=12),
    min_size=1,
    max_size=3,
)


@given(st.lists(facts, max_size=12))
def test_only_the_moves_of_the_table_happen_and_two_states_are_ends(steps: list[Fact]) -> None:
    application = APPLICATION
    for fact in steps:
        starts, ends = MOVES[fact]
        before = application
        if before.status in starts or (before.status, fact) == (Status.ACCEPTED, Fact.ACCEPTED):
            application = (
                before.withdrawn(NOON)
                if fact is Fact.WITHDRAWN
                else before.decided(fact, "lead", NOON)
            )
            assert application.status is ends
        else:
            with pytest.raises(WrongStatusError):
                before.decided(fact, "lead", NOON)
        assert application.version >= before.version
        assert (application.version == before.version) == (application is before)
        if before.status in (Status.ACCEPTED, Status.WITHDRAWN):
            assert application is before


@given(st.lists(facts, max_size=6))
def test_nothing_about_the_person_is_left_of_a_withdrawn_application(steps: list[Fact]) -> None:
    application = replace(APPLICATION, confirmed_at=NOON, notes=3, sent_from="x")
    for fact in steps:
        if application.status in MOVES[fact][0] and fact is not Fact.WITHDRAWN:
            application = application.decided(fact, "lead", NOON)
    if application.status is Status.ACCEPTED:
        with pytest.raises(WrongStatusError):
            application.withdrawn(NOON)
        return
    after = application.withdrawn(NOON)
    assert after.shelf is Shelf.GONE
    said = repr(after)
    for secret in ("Zoé", "zoe", "514", "rampe", "Parce", "veux bien", "sent_from='x'"):
        assert secret not in said


def test_an_application_stands_once_its_address_is_confirmed_or_a_lead_has_decided() -> None:
    assert APPLICATION.shelf is Shelf.APART
    assert APPLICATION.confirmed(NOON).shelf is Shelf.STANDING
    assert APPLICATION.decided(Fact.SHORTLISTED, "lead", NOON).shelf is Shelf.STANDING
    reopened = APPLICATION.decided(Fact.SHORTLISTED, "lead", NOON).decided(
        Fact.REOPENED, "lead", NOON
    )
    assert reopened.shelf is Shelf.APART


def test_a_newer_application_brings_its_answers_and_closes_the_links_of_the_earlier() -> None:
    standing = APPLICATION.confirmed(NOON).decided(Fact.SHORTLISTED, "lead", NOON)
    newer = replace(APPLICATION, id="b", answers=replace(ANSWERS, note="Mieux dit."))
    after = standing.replaced_by(newer, NOON)
    assert (after.id, after.status, after.answers.note) == (KEY, Status.SHORTLISTED, "Mieux dit.")
    old = SEAL.token(KEY, standing.turn, Way.SENDER)
    assert SEAL.way(old, KEY, after.turn) is None


def test_what_is_decided_is_not_changed_by_the_applicant() -> None:
    other = replace(ANSWERS, email="other@example.org", note="Non.")
    assert APPLICATION.changed(other, CONSENT, NOON).answers.email == "zoe@example.org"
    for fact in (Fact.ACCEPTED, Fact.DECLINED):
        with pytest.raises(WrongStatusError):
            APPLICATION.decided(fact, "lead", NOON).changed(other, CONSENT, NOON)


@given(texts)
def test_no_text_is_a_token_or_a_ticket_but_ours(text: str) -> None:
    assert SEAL.way(text, KEY, 1) is None
    assert SEAL.read_ticket(text) is None
    key_of(text)


def test_a_token_names_its_application_and_the_way_its_bearer_came() -> None:
    tokens = {way: SEAL.token(KEY, 1, way) for way in Way}
    assert len(set(tokens.values())) == 2
    for way, token in tokens.items():
        assert key_of(token) == KEY
        assert SEAL.way(token, KEY, 1) is way
        assert Seal("other", "").way(token, KEY, 1) is None
    ticket = SEAL.read_ticket(SEAL.ticket("Je veux bien.", NOON))
    assert ticket is not None
    assert (ticket.shown_at, ticket.wording) == (NOON, digest("Je veux bien."))
    assert Seal("other", "").read_ticket(SEAL.ticket("Je veux bien.", NOON)) is None


@given(names, st.permutations(range(3)))
def test_names_are_alike_whatever_their_order_case_and_accents(
    words: list[str], order: list[int]
) -> None:
    written = " ".join(words)
    other = [words[at] for at in order if at < len(words)]
    plain = unicodedata.normalize("NFD", " ".join(other))
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    assert alike(written) == alike(bare) == alike(bare.casefold())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Amélie Roy", "ROY Amelie", True),
        ("Amélie Roy", "Amélie B. Roy", True),
        ("Jean-Philippe Côté", "Jean Filipe Cote", True),
        ("Amélie Roy", "Émilie Roy", False),
        ("Nguyễn Thị Hoa", "Nguyen Thi Hoa", True),
        ("محمد علي", "محمد علي", True),
        ("山田 太郎", "山田 花子", False),
    ],
)
def test_names_that_are_alike(one: str, other: str, same: bool) -> None:
    assert (alike(one) == alike(other)) is same


def test_twins_share_an_address_or_a_name() -> None:
    items = [
        {"id": "1", "address": "a@x.org", "alike": "rene"},
        {"id": "2", "address": "b@x.org", "alike": "rene"},
        {"id": "3", "address": "a@x.org", "alike": "zoe"},
        {"id": "4", "address": "c@x.org", "alike": "ana"},
    ]
    assert twins(items) == {"1", "2", "3"}


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("name", {"name": "x" * 81}),
        ("name", {"name": " "}),
        ("name", {"name": "!!!"}),
        ("email", {"email": "zoe"}),
        ("telephone", {"telephone": "call me"}),
        ("roles", {"roles": ()}),
        ("roles", {"roles": (Role.LEAD,)}),
        ("languages", {"languages": ()}),
        ("availability", {"halves": ()}),
        ("availability", {"halves": (Half(date(2015, 11, 9), Part.MORNING),)}),
        ("links", {"links": ("javascript:alert(1)",)}),
        ("links", {"links": ("a.ca",) * 6 + tuple(f"b{n}.ca" for n in range(6))}),
        ("note", {"note": "x" * 2001}),
        ("needs", {"needs": "x" * 501}),
    ],
)
def test_a_wrong_answer_names_its_field(field: str, change: dict[str, object]) -> None:
    with pytest.raises(InvalidError) as refused:
        checked_answers(replace(ANSWERS, **change), EVENT)
    assert refused.value.field == field


@pytest.mark.parametrize("name", ["x" * 80, "محمد علي", "山田 太郎", "Ng", "O’Neill-Côté"])
def test_names_of_any_length_and_script_are_kept_as_they_are(name: str) -> None:
    assert checked_answers(replace(ANSWERS, name=f" {name} "), EVENT).name == name


def test_an_address_of_a_page_needs_no_scheme() -> None:
    assert checked_links(["instagram.com/zoe ", "", "http://zoe.ca"]) == (
        "https://instagram.com/zoe",
        "http://zoe.ca",
    )


@pytest.mark.parametrize(
    ("opening", "standing", "gate"),
    [
        (Opening(), 10_000, Gate.OPEN),
        (Opening(opens=NOON + timedelta(minutes=1)), 0, Gate.SOON),
        (Opening(opens=NOON), 0, Gate.OPEN),
        (Opening(closes=NOON), 0, Gate.CLOSED),
        (Opening(closes=NOON + timedelta(minutes=1)), 0, Gate.OPEN),
        (Opening(most=3), 3, Gate.FULL),
        (Opening(most=3), 2, Gate.OPEN),
        (Opening(closes=NOON, most=3), 3, Gate.CLOSED),
    ],
)
def test_applications_are_taken_between_two_times_and_up_to_a_number(
    opening: Opening, standing: int, gate: Gate
) -> None:
    assert opening.gate(NOON, standing) is gate


@given(
    st.lists(
        st.tuples(
            st.sampled_from([Status.RECEIVED, Status.ACCEPTED, Status.DECLINED]),
            st.sets(st.sampled_from([Role.PRESS, Role.BLOGGER]), min_size=1),
            st.sets(st.sampled_from(halves_of(EVENT)), min_size=1),
        ),
        max_size=8,
    )
)
def test_whoever_is_accepted_counts_once_for_each_half_day_and_nobody_else_does(
    people: list[tuple[Status, set[Role], set[Half]]],
) -> None:
    items = [
        item_of(
            replace(
                APPLICATION.confirmed(NOON),
                answers=replace(ANSWERS, roles=tuple(roles), halves=tuple(halves)),
                status=status,
                role=next(iter(roles)) if status is Status.ACCEPTED else None,
            )
        )
        for status, roles, halves in people
    ]
    cells = [cell for _, row in matrix(items, {}, EVENT) for cell in row]
    accepted = [halves for status, _, halves in people if status is Status.ACCEPTED]
    assert sum(cell["have"] for cell in cells) == sum(map(len, accepted))
    offered = [len(r) * len(h) for status, r, h in people if status is Status.RECEIVED]
    assert sum(cell["offer"] for cell in cells) == sum(offered)


def test_the_consent_says_who_until_when_and_that_it_can_be_taken_back() -> None:
    for lang in LANGS:
        texts = consent_texts(EVENT, lang, date(2015, 10, 1))
        year = {"fr": "8 décembre 2015", "en": "December 8, 2015"}[lang]
        assert year in texts[Keep.EVENT]
        assert "2016" in texts[Keep.NEXT]
        assert all("Museomix" in text for text in texts.values())
    assert until(EVENT, Keep.EVENT, date(2016, 3, 1)) == date(2016, 3, 31)


def test_a_wording_of_the_consent_has_a_version() -> None:
    """If this fails, give the new wording another VERSION, and write its digest here."""
    assert (VERSION, digest("\n".join(WORDINGS.values()))) == ("2026-11", "1b39c0014e61ad15a9d1")


def test_every_feature_that_keeps_something_about_people_says_so() -> None:
    for feature in features():
        columns = {column.name for table in feature.tables for column in table.c}
        if columns & PERSONAL and feature.name not in OF_SCREENS:
            assert feature.privacy, f"{feature.name}: what does it keep, why, and how long?"


def test_the_page_about_privacy_names_the_times_by_which_rows_are_really_deleted() -> None:
    for feature in features():
        times = {time for time, _ in feature.keeps}
        for kept in feature.privacy:
            assert ("%(days)s" in kept.until) == (kept.after is not None), kept.what
            assert kept.after is None or kept.after in times, kept.what
    positions = [kept.position for feature in features() for kept in feature.privacy]
    assert len(positions) == len(set(positions))
