"""Rules at their edges: what a small change to them would break."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual
from mixroom.review.model import read_reasons
from mixroom.sponsors.model import (
    MAX_NAME,
    MAX_SHARE,
    MAX_URL,
    Blackout,
    Promise,
    Sponsor,
    Tier,
    Unit,
    checked_blackout,
    checked_sponsor,
)
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.model import (
    CLAIM_LASTS,
    GRACE_LASTS,
    MAX_AHEAD,
    UNDO_LASTS,
    Claim,
    Decision,
    Showing,
    Submission,
    TooLateError,
)
from mixroom.submissions.moves import Fact, Status
from mixroom.submissions.reasons import MAX_REASON_LENGTH

NOW = datetime(2015, 11, 7, 14, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
MOMENT = timedelta(microseconds=1)
TEXT = Content(Kind.POST, Bilingual("Un", "One"))
SENT = Submission("s1", "e1", "chloe", TEXT, NOW)
MENDED = replace(TEXT, text=Bilingual("Deux", "Two"))


def test_what_was_returned_waits_from_when_it_was_mended_and_nothing_else_does() -> None:
    returned = SENT.decided(Decision(Fact.RETURNED, "ben", NOW))
    assert returned.edited(MENDED, LATER).submitted_at == LATER
    assert SENT.edited(MENDED, LATER).submitted_at == NOW


def test_only_what_goes_by_itself_is_with_new_grace() -> None:
    assert SENT.with_new_grace(LATER).goes_at is None
    assert replace(SENT, goes_at=NOW).with_new_grace(LATER).goes_at == LATER + GRACE_LASTS


def test_a_side_is_stale_only_while_both_sides_say_something() -> None:
    stale = SENT.edited(replace(TEXT, text=Bilingual("Deux", "One")), LATER)
    assert stale.stale == "en"
    again = replace(stale.content, tags=("robot",))
    assert stale.edited(again, LATER).stale == "en", "no word was changed"
    assert stale.edited(MENDED, LATER).stale is None
    assert stale.edited(replace(TEXT, text=Bilingual("Trois", "Three")), LATER).stale is None
    for text in (Bilingual("Deux", None), Bilingual(None, "One"), Bilingual(None, None)):
        assert stale.edited(replace(TEXT, text=text), LATER).stale is None
        before = replace(SENT, content=replace(TEXT, text=text))
        assert before.edited(TEXT, LATER).stale is None


def test_a_claim_bars_the_others_until_it_ends_and_never_for_longer_than_it_may_last() -> None:
    claim = Claim("ben", NOW + CLAIM_LASTS)
    assert not claim.bars("ben", NOW)
    assert claim.bars("lea", NOW)
    assert claim.bars("lea", NOW + CLAIM_LASTS - MOMENT)
    assert not claim.bars("lea", NOW + CLAIM_LASTS)
    assert not claim.bars("lea", NOW - MOMENT), "the clock was set back"


def test_a_decision_is_undone_by_its_reviewer_until_the_time_for_it_is_over() -> None:
    rejected = SENT.decided(Decision(Fact.REJECTED, "ben", NOW))
    after = rejected.reopened("ben", NOW + UNDO_LASTS)
    assert (after.status, after.decision) == (Status.SUBMITTED, None)
    assert after.claim == Claim("ben", NOW + UNDO_LASTS + CLAIM_LASTS, after.version)
    for by, at in (("lea", NOW), ("ben", NOW + UNDO_LASTS + MOMENT)):
        with pytest.raises(TooLateError):
            rejected.reopened(by, at)


def test_an_approval_is_set_ahead_by_thirty_days_at_most_and_pinned_until_after_it_begins() -> None:
    assert timedelta(days=30) == MAX_AHEAD
    Showing(at=NOW + MAX_AHEAD, pinned_until=NOW + MAX_AHEAD + MOMENT).must_make_sense(NOW)
    Showing(at=NOW - MOMENT, pinned_until=NOW + MOMENT).must_make_sense(NOW)
    for showing, rule in (
        (Showing(at=NOW + MAX_AHEAD + MOMENT), "too_far"),
        (Showing(pinned_until=NOW), "before_start"),
        (Showing(at=LATER, pinned_until=LATER), "before_start"),
    ):
        with pytest.raises(InvalidError) as refused:
            showing.must_make_sense(NOW)
        assert refused.value.rule == rule


def test_what_is_shown_says_when_it_was_corrected_and_what_waits_does_not() -> None:
    approved = SENT.decided(Decision(Fact.APPROVED, "ben", NOW))
    assert approved.amended(MENDED, LATER).corrected_at == LATER
    assert SENT.amended(MENDED, LATER).corrected_at is None


def test_a_reason_of_the_leads_own_may_be_as_long_as_a_reviewers_and_no_longer() -> None:
    assert read_reasons("x" * MAX_REASON_LENGTH) == ("x" * MAX_REASON_LENGTH,)
    with pytest.raises(InvalidError) as refused:
        read_reasons("x" * (MAX_REASON_LENGTH + 1))
    assert (refused.value.field, refused.value.rule) == ("reasons", "too_long")


THANKED = Sponsor("p1", "e1", Bilingual("Lumen"), Tier.FRIEND, Promise(), 0)
LONG_URL = "https://lumen.ca/".ljust(MAX_URL, "x")


def test_a_sponsors_name_address_and_promise_end_at_a_sharp_line() -> None:
    for sponsor in (
        replace(THANKED, name=Bilingual("x" * MAX_NAME)),
        replace(THANKED, url=LONG_URL),
        replace(THANKED, url="http://lumen.ca"),
        replace(THANKED, promise=Promise(MAX_SHARE)),
        replace(THANKED, promise=Promise(0)),
    ):
        assert checked_sponsor(sponsor) == sponsor
    for sponsor, field, rule in (
        (replace(THANKED, name=Bilingual()), "name", "missing"),
        (replace(THANKED, name=Bilingual("x" * (MAX_NAME + 1))), "name", "too_long"),
        (replace(THANKED, url=f"{LONG_URL}x"), "url", "too_long"),
        (replace(THANKED, url="https://lumen.ca/\u202e"), "url", "malformed"),
        (replace(THANKED, promise=Promise(-1)), "promise", "malformed"),
        (replace(THANKED, promise=Promise(MAX_SHARE + 1)), "promise", "more_than_a_third"),
    ):
        with pytest.raises(InvalidError) as refused:
            checked_sponsor(sponsor)
        assert (refused.value.field, refused.value.rule) == (field, rule)


def test_a_promise_of_seconds_a_day_is_a_share_of_ten_hours() -> None:
    assert Promise(360, Unit.SECONDS).percent == 1
    assert Promise(360, Unit.SECONDS).over(timedelta(hours=1)) == 36
    assert Promise(10).over(timedelta(hours=1)) == 360


def test_a_blackout_ends_after_it_begins_and_at_midnight_at_the_latest() -> None:
    whole = Blackout("b1", 2, "00:00", "24:00")
    assert checked_blackout(whole, 3) == whole
    for wrong, field in (
        (replace(whole, day=3), "day"),
        (replace(whole, day=-1), "day"),
        (replace(whole, starts="9:00"), "from"),
        (replace(whole, ends="24:01"), "to"),
        (replace(whole, starts="10:00", ends="10:00"), "to"),
    ):
        with pytest.raises(InvalidError) as refused:
            checked_blackout(wrong, 3)
        assert refused.value.field == field
