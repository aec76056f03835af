"""The rules of supports: at most one version is valid, whatever people do."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core import clock
from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.text import Bilingual
from mixroom.supports import model
from mixroom.supports.forms import due_text, read_copies, read_due
from mixroom.supports.model import VALID, Checking, Status, Support, Version
from mixroom.supports.public import slug
from mixroom.supports.signing import page_of, partner_token
from tests.documents import EXECUTABLE, pdf

MONTREAL = ZoneInfo("America/Toronto")
POSTER = Support(
    "s", "e", "k", Bilingual("L’affiche", "Poster"), model.SupportKind.POSTER, model.SupportLang.FR
)
MOVES = st.one_of(
    st.sampled_from(["send", "invalidate", "distribute", "gather", "drop", "reopen"]).map(
        lambda name: (name, 0)
    ),
    st.tuples(st.sampled_from(["ready", "refuse", "validate"]), st.integers(1, 5)),
)


@given(st.lists(MOVES, max_size=40))
def test_exactly_one_version_is_valid_while_a_support_is_valid(
    moves: list[tuple[str, int]],
) -> None:
    support, versions = POSTER, {}
    for name, number in moves:
        version = versions.get(number)
        with suppress(ConflictError):
            if name == "send":
                support = model.with_version(support)
                versions[support.newest] = Version("s", support.newest, "f", "PDF", 1, "p", NOW)
            elif name == "ready" and version:
                versions[number] = replace(version, checking=Checking.READY)
                support = model.checked(support)
            elif name == "refuse" and version and support.valid != number:
                versions[number] = replace(version, checking=Checking.REFUSED)
            elif name == "validate" and version:
                support = model.validated(support, version)
                assert support.valid == number
            elif name in SIMPLE:
                support = SIMPLE[name](support)
        assert (support.valid is not None) == (support.status in VALID)
        assert support.newest == len(versions)
        if support.valid:
            assert versions[support.valid].checking is Checking.READY
        if support.status is Status.BRIEF:
            assert all(each.checking is not Checking.READY for each in versions.values())


NOW = datetime(2015, 11, 6, tzinfo=UTC)
SIMPLE = {
    "invalidate": model.invalidated,
    "distribute": model.distributed,
    "gather": model.gathered,
    "drop": model.dropped,
    "reopen": model.reopened,
}


def test_a_newer_valid_version_has_not_been_distributed_yet() -> None:
    first, second = (
        Version("s", n, "f", "PDF", 1, "p", NOW, checking=Checking.READY) for n in (1, 2)
    )
    support = model.with_version(model.with_version(POSTER))
    support = model.distributed(model.validated(support, first))
    assert model.validated(support, first) == support
    assert model.validated(support, second).status is Status.VALIDATED


def test_late_is_what_was_due_and_has_no_valid_version() -> None:
    due = replace(POSTER, due=NOW)
    assert due.is_late(clock.now())
    assert not replace(due, status=Status.VALIDATED, valid=1).is_late(clock.now())
    assert not replace(due, status=Status.DROPPED).is_late(clock.now())
    assert not POSTER.is_late(clock.now())


def test_the_type_is_told_from_the_bytes() -> None:
    assert model.type_of(pdf()[:64]) == "PDF"
    assert model.type_of(b"\x89PNG\r\n\x1a\n") == "PNG"
    for head, rule in (
        (EXECUTABLE[:64], "not_a_support"),
        (b"#!/bin/sh", "not_a_support"),
        (b"\x7fELF", "not_a_support"),
        (b"<html><script>", "not_a_support"),
        (b"\x1aE\xdf\xa3", "not_a_support"),  # a clip
        (b"", "empty"),
    ):
        with pytest.raises(InvalidError, match=rule):
            model.type_of(head)


def test_a_due_time_is_by_the_museums_clock() -> None:
    due = read_due("2015-11-06T17:30", MONTREAL)
    assert due == datetime(2015, 11, 6, 22, 30, tzinfo=UTC)
    assert due_text(due, MONTREAL) == "2015-11-06T17:30"
    assert read_due("2015-11-06", MONTREAL) == datetime(2015, 11, 6, 22, tzinfo=UTC)
    assert read_due(" ", MONTREAL, due) is None


def test_an_hour_that_the_clocks_skip_is_refused_and_one_that_comes_twice_is_kept() -> None:
    with pytest.raises(InvalidError, match="skipped_hour"):
        read_due("2016-03-13T02:30", MONTREAL)
    second = datetime(2015, 11, 1, 6, 30, tzinfo=UTC)  # half past one, for the second time
    assert read_due("2015-11-01T01:30", MONTREAL, second) == second
    for text in ("demain", "2015-11-06T17:30Z", "1015-11-06T17:30", "2015-13-01"):
        with pytest.raises(InvalidError, match="malformed"):
            read_due(text, MONTREAL)


def test_copies_are_read_as_people_write_them() -> None:
    assert read_copies("1 500") == 1500
    assert read_copies("") is None
    for text in ("-3", "many", "٣", "9" * 12):
        with pytest.raises(InvalidError):
            read_copies(text)


@given(st.text(max_size=80))
def test_no_token_opens_a_page_but_its_own(text: str) -> None:
    page = "0197a0b0-0000-7000-8000-000000000001"
    token = partner_token(page, "secret")
    assert page_of(token, "secret") == page
    assert page_of(token, "another") is None
    assert page_of(text, "secret") is None
    assert page_of(token[:32] + text, "secret") is None


def test_a_saved_file_is_called_by_its_title() -> None:
    assert slug(POSTER) == "l-affiche-fr"
    japanese = replace(POSTER, title=Bilingual("山田"), lang=model.SupportLang.BOTH)
    assert slug(japanese) == "support-fr-en"
