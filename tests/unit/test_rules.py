"""Rules at their edges: what a small change to them would break."""

import base64
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from mixroom.core.errors import InvalidError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.model import (
    INVITE_STAYS_OPEN,
    MAX_CODE,
    DeviceKind,
    Invite,
    InviteClosedError,
    Person,
    checked_name,
    expiry,
    hash_secret,
)
from mixroom.crew.model import MAX_NAME as MAX_PERSON
from mixroom.event.model import (
    FIRST_DAY,
    LAST_DAY,
    MAX_HASHTAGS,
    MAX_LABEL,
    Event,
    Group,
    GroupKind,
    Languages,
    checked_event,
    read_hashtags,
    read_languages,
)
from mixroom.event.programme import MAX_DAYS
from mixroom.media.filetypes import MediaKind
from mixroom.media.model import Media, MediaRole, MediaStatus, Original, Rendition
from mixroom.media.retouch import PLAIN, WHOLE, Retouch, Retouching
from mixroom.media.twins import MAX_DISTANCE, alike
from mixroom.push.model import (
    MAX_ABOUT_LENGTH,
    MAX_ENDPOINT_LENGTH,
    PUBLIC_KEY_BYTES,
    SECRET_BYTES,
    Notice,
    checked_endpoint,
    checked_key,
    retry_after,
)
from mixroom.push.model import Message as PushMessage
from mixroom.review.model import (
    BROWSER_WINDOW,
    EVENT_WINDOW,
    MAX_HIDDEN_BY_BROWSER,
    MAX_HIDDEN_OF_EVENT,
    MAX_HIDES_OF_PHOTO,
    MAX_REASONS,
    JournalLine,
    SubmissionHistory,
    hides_at_once,
    read_reasons,
)
from mixroom.review.model import Report as Reported
from mixroom.sponsors.model import (
    MAX_CLOCK_AHEAD,
    MAX_EXPOSURE,
    MAX_NAME,
    MAX_SHARE,
    MAX_URL,
    Blackout,
    Exposure,
    Logo,
    Promise,
    ShownTime,
    Sponsor,
    Tier,
    Unit,
    Where,
    check_promises,
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
    OwnSubmissionError,
    Revision,
    Showing,
    Submission,
    TooLateError,
    Translation,
)
from mixroom.submissions.moves import (
    Fact,
    Status,
    WrongStatusError,
)
from mixroom.submissions.reasons import MAX_REASON_LENGTH
from mixroom.wall.model import (
    DISTANCE,
    IMAGE_HEIGHT,
    MAX_DIM_PERCENT,
    MAX_DIMS,
    MAX_MESSAGE,
    MAX_MESSAGE_MINUTES,
    PRESENT_FOR,
    Commands,
    CountedCommand,
    Dim,
    Filters,
    LastReport,
    Room,
    ScreenMessage,
    ScreenSettings,
    checked_message,
    checked_settings,
    edition,
)

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


def test_an_approval_says_nothing_of_key_moments_and_allows_nobody_else_to_use_it() -> None:
    usual = Showing()
    assert not any((usual.key_moment, usual.press, usual.everywhere))


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
    for right in (whole, replace(whole, day=0), replace(whole, starts="23:58", ends="23:59")):
        assert checked_blackout(right, 3) == right
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


def test_all_promises_together_are_the_whole_time_at_most() -> None:
    three = [replace(THANKED, promise=Promise(share)) for share in (33.3, 33.3, 33.4)]
    check_promises(three)
    check_promises([])
    with pytest.raises(InvalidError) as refused:
        check_promises([*three, replace(THANKED, promise=Promise(0.1))])
    assert (refused.value.field, refused.value.rule) == ("promise", "more_than_all")


def test_an_exposure_counts_for_its_hour_if_it_can_be_true() -> None:
    began = NOW + timedelta(minutes=59, seconds=59, microseconds=9)
    shown = Exposure("x1", None, began, 0.1, Where.STRIP)
    assert shown.hour == NOW
    assert shown.is_sound(NOW + timedelta(hours=1))
    for wrong in (0, -1, MAX_EXPOSURE + 0.1):
        assert not replace(shown, seconds=wrong).is_sound(NOW + timedelta(hours=1))
    assert replace(shown, seconds=MAX_EXPOSURE).is_sound(NOW + timedelta(hours=1))
    assert shown.is_sound(began - MAX_CLOCK_AHEAD + MOMENT)
    assert not shown.is_sound(began - MAX_CLOCK_AHEAD)
    assert ShownTime("p1", NOW, 1.26, Where.CARD).as_dict()["seconds"] == 1.3


EVENT = Event("e1", "2015", Bilingual("Museomix"), date(2015, 11, 6), date(2015, 11, 8), "UTC")


def test_an_event_has_days_a_name_and_a_zone_within_bounds() -> None:
    longest = replace(EVENT, ends_on=EVENT.starts_on + timedelta(days=MAX_DAYS - 1))
    for event in (
        EVENT,
        longest,
        replace(EVENT, ends_on=EVENT.starts_on),
        replace(EVENT, starts_on=FIRST_DAY, ends_on=FIRST_DAY),
        replace(EVENT, starts_on=LAST_DAY, ends_on=LAST_DAY),
        replace(EVENT, name=Bilingual("x" * MAX_LABEL)),
    ):
        assert checked_event(event) == event
    a_day = timedelta(days=1)
    for event, field, rule in (
        (replace(EVENT, name=Bilingual()), "name", "missing"),
        (replace(EVENT, name=Bilingual("x" * (MAX_LABEL + 1))), "name", "too_long"),
        (replace(EVENT, starts_on=FIRST_DAY - a_day), "starts_on", "malformed"),
        (replace(EVENT, ends_on=LAST_DAY + a_day), "ends_on", "malformed"),
        (replace(EVENT, starts_on=FIRST_DAY, ends_on=LAST_DAY + a_day), "ends_on", "malformed"),
        (replace(EVENT, ends_on=EVENT.starts_on - a_day), "ends_on", "before_start"),
        (replace(longest, ends_on=longest.ends_on + a_day), "ends_on", "too_long"),
        (replace(EVENT, timezone="Mars/Olympus"), "timezone", "unknown"),
    ):
        with pytest.raises(InvalidError) as refused:
            checked_event(event)
        assert (refused.value.field, refused.value.rule) == (field, rule)


def test_an_event_knows_its_days_its_teams_and_its_places() -> None:
    assert not EVENT.rehearsal
    assert EVENT.days == (date(2015, 11, 6), date(2015, 11, 7), date(2015, 11, 8))
    team = Group("g1", GroupKind.TEAM, Bilingual("Écho", "Echo"))
    place = Group("g2", GroupKind.PLACE, Bilingual("Écho"))
    event = replace(EVENT, groups=(place, team))
    assert (event.teams, event.places) == ((team,), (place,))
    for label in ("g1", "Écho", "Echo"):
        assert event.named(GroupKind.TEAM, label) == team.name
    assert event.named(GroupKind.PLACE, "Écho") == place.name
    assert event.named(GroupKind.TEAM, "g2") == Bilingual("g2", "g2")
    assert event.named(GroupKind.TEAM, "") is None


def test_hashtags_are_letters_digits_and_dashes_below_each_once() -> None:
    assert read_hashtags(" #Museomix, été_2015;#Museomix ") == ("Museomix", "été_2015")
    most = [f"t{n}" for n in range(MAX_HASHTAGS)]
    assert read_hashtags(" ".join(most)) == tuple(most)
    assert read_hashtags("x" * 50) == ("x" * 50,)
    for text, rule in (
        (" ".join([*most, "more"]), "too_many"),
        ("muse-omix", "malformed"),
        ("x" * 51, "malformed"),
    ):
        with pytest.raises(InvalidError) as refused:
            read_hashtags(text)
        assert (refused.value.field, refused.value.rule) == ("hashtags", rule)


def test_the_walls_own_words_begin_with_english_only_where_it_comes_first() -> None:
    firsts = {read_languages(each.value): each.first for each in Languages}
    assert firsts.pop(Languages.ENGLISH_FIRST) == "en"
    assert set(firsts.values()) == {"fr"}
    with pytest.raises(InvalidError):
        read_languages("german_first")


def test_an_invite_is_open_for_so_many_devices_and_so_long() -> None:
    invite = Invite("i1", "ben", NOW, most=2)
    used = replace(invite, uses=1, first_used_at=NOW - INVITE_STAYS_OPEN)
    for still in (invite, used):
        still.must_be_open(NOW)
    for closed in (
        replace(invite, expires_at=NOW - MOMENT),
        replace(invite, uses=2),
        replace(invite, uses=3),
        replace(used, first_used_at=NOW - INVITE_STAYS_OPEN - MOMENT),
    ):
        with pytest.raises(InviteClosedError):
            closed.must_be_open(NOW)


def test_a_sign_in_ends_after_the_event_and_no_sooner_than_in_five_days() -> None:
    midnight = datetime(2015, 11, 9, tzinfo=UTC)
    days = timedelta(days=1)
    for role, kind, now, end in (
        (Role.PRESS, DeviceKind.DEVICE, midnight - 9 * days, midnight + days),
        (Role.SCREEN, DeviceKind.SCREEN, midnight - 9 * days, midnight + days / 2),
        (Role.PRESS, DeviceKind.DEVICE, midnight, midnight + 5 * days),
        (Role.LEAD, DeviceKind.TOKEN, midnight, None),
    ):
        assert expiry(role, kind, EVENT, now) == end


def test_whoever_is_bilingual_and_of_the_crew_translates_and_every_reviewer() -> None:
    person = Person("p1", "e1", "Ben", Role.PRESS)
    assert not person.translates
    assert replace(person, bilingual=True).translates
    assert not replace(person, bilingual=True, role=Role.SCREEN).translates
    assert replace(person, role=Role.COMMUNITY_MANAGER).translates


def test_a_name_is_trimmed_and_ends_at_a_sharp_line() -> None:
    assert checked_name("  Léa \n Côté ") == "Léa Côté"
    assert checked_name("x" * MAX_PERSON) == "x" * MAX_PERSON
    for name, rule in ((" \t ", "missing"), ("x" * (MAX_PERSON + 1), "too_long")):
        with pytest.raises(InvalidError) as refused:
            checked_name(name, "label")
        assert (refused.value.field, refused.value.rule) == ("label", rule)


def test_a_screen_is_set_to_a_room_a_day_and_hours_that_there_are() -> None:
    usual = Room(2, 10)
    dims = (Dim("23:00", "07:00", MAX_DIM_PERCENT), Dim("07:00", "23:00", 1))
    for settings in (
        ScreenSettings(),
        ScreenSettings(filters=Filters(day=0)),
        ScreenSettings(filters=Filters(day=2)),
        ScreenSettings(room=Room(IMAGE_HEIGHT[0], DISTANCE[0])),
        ScreenSettings(room=Room(IMAGE_HEIGHT[1], DISTANCE[1])),
        ScreenSettings(dims=(dims * MAX_DIMS)[:MAX_DIMS]),
    ):
        assert checked_settings(settings, 3) == settings
    for settings, field in (
        (ScreenSettings(filters=Filters(day=3)), "filters.day"),
        (ScreenSettings(filters=Filters(day=-1)), "filters.day"),
        (ScreenSettings(room=replace(usual, height=IMAGE_HEIGHT[0] / 2)), "room.height"),
        (ScreenSettings(room=replace(usual, height=IMAGE_HEIGHT[1] * 2)), "room.height"),
        (ScreenSettings(room=replace(usual, distance=DISTANCE[0] / 2)), "room.distance"),
        (ScreenSettings(room=replace(usual, distance=DISTANCE[1] * 2)), "room.distance"),
        (ScreenSettings(dims=(dims[0],) * (MAX_DIMS + 1)), "dims"),
        (ScreenSettings(dims=(Dim("7:00", "23:00", 5),)), "dims"),
        (ScreenSettings(dims=(Dim("07:00", "24:00", 5),)), "dims"),
        (ScreenSettings(dims=(Dim("07:00", "07:00", 5),)), "dims"),
        (ScreenSettings(dims=(Dim("07:00", "08:00", 0),)), "dims"),
        (ScreenSettings(dims=(Dim("07:00", "08:00", MAX_DIM_PERCENT + 1),)), "dims"),
    ):
        with pytest.raises(InvalidError) as refused:
            checked_settings(settings, 3)
        assert refused.value.field == field


def test_a_message_is_read_from_the_last_row_and_goes_by_itself() -> None:
    text = Bilingual("x" * MAX_MESSAGE)
    for minutes in (1, MAX_MESSAGE_MINUTES):
        end = NOW + timedelta(minutes=minutes)
        assert checked_message(text, minutes, NOW) == ScreenMessage(text, end)
    for words, minutes, field, rule in (
        (Bilingual(), 5, "text", "missing"),
        (Bilingual("x" * (MAX_MESSAGE + 1)), 5, "text", "too_long"),
        (text, 0, "minutes", "malformed"),
        (text, MAX_MESSAGE_MINUTES + 1, "minutes", "malformed"),
    ):
        with pytest.raises(InvalidError) as refused:
            checked_message(words, minutes, NOW)
        assert (refused.value.field, refused.value.rule) == (field, rule)


def test_what_is_asked_of_a_screen_is_counted_one_by_one() -> None:
    asked = Commands()
    for command in (CountedCommand.NEXT, CountedCommand.NEXT, CountedCommand.RELOAD):
        asked = asked.with_one_more(command)
    asked = asked.with_spotlight("k1").with_spotlight("k2")
    assert (asked.next, asked.identify, asked.reload) == (2, 0, 1)
    told = asked.as_dict()
    assert told["spotlight"] == {"key": "k2", "n": 2}
    assert told["message"] is None
    assert not {"spotlights"} & told.keys()
    assert not any(told[state] for state in ("paused", "blank", "panic", "testcard"))
    until = replace(asked, message=ScreenMessage(Bilingual("Oui"), NOW)).as_dict()["message"]
    assert until == {"fr": "Oui", "en": None, "until": "2015-11-07T14:00:00Z"}


def test_a_screen_is_there_while_its_last_report_is_fresh() -> None:
    report = LastReport(NOW, {})
    assert report.is_here(NOW + PRESENT_FOR)
    assert not report.is_here(NOW + PRESENT_FOR + MOMENT)


def test_a_page_of_the_wall_is_told_apart_by_what_it_says_of_the_event() -> None:
    renamed = replace(EVENT, name=Bilingual("Museomix", "Museomix"))
    assert len(edition(EVENT)) == len(edition(renamed)) == 12
    assert edition(EVENT) == edition(replace(EVENT, slug="other", hashtags=("x",)))
    assert edition(EVENT) != edition(renamed)


PHOTO = Media("m1", "e1", "chloe", None, MediaRole.ORIGINAL, 1, "0" * 64, NOW)
BLURRED = Retouch(blurs=(WHOLE,))
ASKED_FOR = Retouching(BLURRED, 1, "ben", NOW)


def test_two_photos_are_alike_where_both_hashes_are_near() -> None:
    near, far = f"{2**MAX_DISTANCE - 1:016x}", f"{2 ** (MAX_DISTANCE + 1) - 1:016x}"
    zero = replace(PHOTO, dhash="0" * 16, phash="0" * 16)
    assert alike(zero, replace(PHOTO, dhash=near, phash=near))
    for dhash, phash in ((far, near), (near, far), (None, near), (near, None)):
        assert not alike(zero, replace(PHOTO, dhash=dhash, phash=phash))
        assert not alike(replace(PHOTO, dhash=dhash, phash=phash), zero)
    assert not alike(PHOTO, PHOTO), "what has no hash is like nothing"


def test_an_original_is_promised_by_its_preview_or_is_itself() -> None:
    preview = replace(PHOTO, role=MediaRole.PREVIEW)
    assert PHOTO.promised_sha256 == PHOTO.sha256
    assert preview.promised_sha256 == ""
    assert replace(preview, original_sha256="1" * 64).promised_sha256 == "1" * 64


def test_a_preview_was_seen_unless_it_could_never_be_used() -> None:
    preview = replace(PHOTO, role=MediaRole.PREVIEW)
    refused = replace(preview, status=MediaStatus.REFUSED)
    assert preview.was_seen_as_a_preview
    assert not PHOTO.was_seen_as_a_preview
    assert not refused.was_seen_as_a_preview
    assert replace(refused, retouching=ASKED_FOR).was_seen_as_a_preview


def test_a_photo_is_rendered_until_it_is_as_a_reviewer_wants_it() -> None:
    ready = replace(PHOTO, status=MediaStatus.READY, original=Original.KEPT)
    asked = replace(ready, retouching=ASKED_FOR)
    assert (ready.wanted, asked.wanted) == (PLAIN, BLURRED)
    assert not ready.needs_rendering
    assert not ready.is_being_rendered
    assert asked.needs_rendering
    assert asked.is_being_rendered
    done = replace(asked, burnt=BLURRED)
    assert not done.needs_rendering
    assert replace(done, status=MediaStatus.PROCESSING).needs_rendering
    assert not replace(ready, status=MediaStatus.PROCESSING).needs_rendering
    assert replace(ready, status=MediaStatus.PROCESSING).is_being_rendered
    assert replace(ready, original=Original.RECEIVED).is_being_rendered


def test_of_a_retouched_photo_only_the_present_pictures_are_shown_and_never_the_whole_one() -> None:
    made = {name: Rendition(f"{name}.jpg", 4, 3, 1) for name in ("thumb", "card", "wall", "plain")}
    untouched = replace(PHOTO, renditions=made)
    assert untouched.shows("anything.jpg")
    retouched = replace(untouched, retouching=ASKED_FOR)
    assert retouched.shows("card.jpg")
    assert not retouched.shows("plain.jpg")
    assert not retouched.shows("anything.jpg")
    assert (PHOTO.original_file, PHOTO.preview_file) == ("m1/original", "m1/preview")
    assert not PHOTO.is_clip
    assert not PHOTO.muted
    assert replace(PHOTO, kind=MediaKind.VIDEO).is_clip


SERVICES = ("push.example", "http://127.0.0.1:9")


def test_messages_go_to_push_services_and_nowhere_else() -> None:
    longest = "https://push.example/".ljust(MAX_ENDPOINT_LENGTH, "x")
    for url in (
        longest,
        "https://push.example:443/x",
        "https://a.push.example/x",
        "http://127.0.0.1:9/x",
    ):
        assert checked_endpoint(url, SERVICES) == url
    for url, rule in (
        (f"{longest}x", "too_long"),
        ("https://push.example/\\x", "malformed"),
        ("ftp://push.example/x", "malformed"),
        ("https://push.example:port/x", "malformed"),
        ("https://me@push.example/x", "malformed"),
        ("http://push.example/x", "unknown"),
        ("https://push.example:444/x", "unknown"),
        ("https://notpush.example/x", "unknown"),
        ("https://elsewhere.example/push.example", "unknown"),
        ("http://127.0.0.1:91/x", "unknown"),
    ):
        with pytest.raises(InvalidError) as refused:
            checked_endpoint(url, SERVICES)
        assert (refused.value.field, refused.value.rule) == ("endpoint", rule)


def test_a_browsers_key_has_its_length_and_a_point_is_uncompressed() -> None:
    def typed(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).decode()

    point = b"\x04" + bytes(PUBLIC_KEY_BYTES - 1)
    kept = typed(point).rstrip("=")
    for text in (kept, typed(point)):
        assert checked_key(text, "p256dh", PUBLIC_KEY_BYTES) == kept
    secret = typed(bytes(SECRET_BYTES)).rstrip("=")
    assert checked_key(secret, "auth", SECRET_BYTES) == secret
    for text, length in (
        (typed(b"\x05" + point[1:]), PUBLIC_KEY_BYTES),
        (typed(point[:-1]), PUBLIC_KEY_BYTES),
        (typed(bytes(SECRET_BYTES - 1)), SECRET_BYTES),
        (typed(bytes(SECRET_BYTES + 1)), SECRET_BYTES),
        ("é", SECRET_BYTES),
        ("A", SECRET_BYTES),
    ):
        with pytest.raises(InvalidError) as refused:
            checked_key(text, "key", length)
        assert (refused.value.field, refused.value.rule) == ("key", "malformed")


def test_a_failure_is_followed_by_a_pause_that_doubles_or_is_told() -> None:
    asked = [retry_after(tries, None).total_seconds() for tries in (1, 2, 3, 20)]
    assert asked == [30, 60, 120, 3600]
    told = [retry_after(1, seconds).total_seconds() for seconds in (0, 5, 9.5, 3600, 10**9)]
    assert told == [5, 5, 9.5, 3600, 3600]


def test_a_message_is_short_and_says_where_it_leads() -> None:
    notice = Notice("x", "Returned", timedelta(days=1), "/send#{key}")
    key = "-".join(["abcd"] * 9)
    for words, about in (
        ("x" * MAX_ABOUT_LENGTH, "x" * MAX_ABOUT_LENGTH),
        ("x" * (MAX_ABOUT_LENGTH + 1), "x" * (MAX_ABOUT_LENGTH - 1) + "…"),
        (" two\n words ", "two words"),
        ("", "Photo without words"),
    ):
        message = PushMessage(notice, key, Bilingual(words, words))
        said = json.loads(message.encoded("en"))
        assert said["body"] == f"“{about}”"
        assert (said["url"], said["tag"], said["lang"]) == (f"/send#{key}", key, "en")
    assert message.topic == "abcd" * 8
    why = json.loads(replace(message, why=Bilingual("Flou", "Blurry")).encoded("en"))
    assert why["body"] == "“Photo without words”: Blurry"


def test_what_is_not_waiting_and_not_approved_cannot_be_amended() -> None:
    for fact in (Fact.RETURNED, Fact.REJECTED):
        closed = SENT.decided(Decision(fact, "ben", NOW))
        with pytest.raises(WrongStatusError):
            closed.amended(MENDED, LATER)
        with pytest.raises(WrongStatusError):
            closed.claimed("ben", NOW)
    assert SENT.decided(Decision(Fact.HELD, "ben", NOW)).amended(MENDED, LATER).content == MENDED


def test_the_version_on_the_screen_of_who_holds_it_counts() -> None:
    claimed = SENT.claimed("ben", NOW)
    assert claimed.claim == Claim("ben", NOW + CLAIM_LASTS, 1)
    later = replace(claimed, version=3)
    assert later.claimed_version == 1
    assert later.released().claimed_version == 3
    assert replace(later, claim=Claim("ben", NOW)).claimed_version == 3


def test_who_sent_it_and_who_reviews_see_it_and_an_author_does_not_decide_on_it() -> None:
    chloe = Person("chloe", "e1", "Chloé", Role.COMMUNITY_MANAGER)
    lead, press = replace(chloe, role=Role.LEAD), replace(chloe, id="flora", role=Role.PRESS)
    assert SENT.is_visible_to(chloe)
    assert SENT.is_visible_to(replace(press, id="chloe"))
    assert SENT.is_visible_to(replace(chloe, id="ben"))
    assert not SENT.is_visible_to(press)
    assert not SENT.is_visible_to(replace(lead, event_id="e2"))
    SENT.must_be_decidable_by(lead)
    SENT.must_be_decidable_by(replace(chloe, id="ben"))
    with pytest.raises(OwnSubmissionError):
        SENT.must_be_decidable_by(chloe)


def test_a_request_to_translate_ends_once_its_language_is_there() -> None:
    lacking = replace(SENT, content=replace(TEXT, text=Bilingual("Un", None)))
    asked = replace(lacking, translation=Translation("en", "driss"))
    assert asked.lacks == "en"
    assert asked.amended(replace(TEXT, text=Bilingual("Deux", None)), LATER).translation
    assert asked.amended(TEXT, LATER).translation is None


def test_a_list_of_reasons_has_one_less_than_the_keys_for_them() -> None:
    lines = [f"Raison {n}" for n in range(MAX_REASONS)]
    assert read_reasons("\n".join(["", *lines[1:], " | "])) == tuple(lines[1:])
    with pytest.raises(InvalidError) as refused:
        read_reasons("\n".join(lines))
    assert (refused.value.rule, refused.value.facts) == ("too_many", {"most": MAX_REASONS - 1})


def test_reports_hide_at_once_within_the_limits_of_a_browser_an_event_and_a_photo() -> None:
    def hid(key: str, who: str, ago: timedelta = timedelta(0), *, really: bool = True) -> Reported:
        return Reported(f"{key}{who}", "e1", key, NOW - ago, who, really)

    mine = [hid(f"k{n}", "me") for n in range(MAX_HIDDEN_BY_BROWSER)]
    others = [hid(f"k{n}", f"w{n}") for n in range(MAX_HIDDEN_OF_EVENT)]
    same = [hid("k", f"w{n}") for n in range(MAX_HIDES_OF_PHOTO)]
    for recent in (
        [],
        mine[1:],
        others[1:],
        same[1:],
        [replace(each, hid=False) for each in [*mine, *others, *same, hid("k", "me")]],
        [replace(each, at=NOW - BROWSER_WINDOW) for each in [*mine, *others, *same]],
        [hid("k", "me", BROWSER_WINDOW)],
        [replace(each, at=NOW - EVENT_WINDOW) for each in others],
    ):
        assert hides_at_once(recent, "k", "me", NOW)
    assert hides_at_once([*others[1:], hid("k", "w9")], "k", "me", NOW)
    for recent in (
        mine,
        others,
        same,
        [hid("k", "me", BROWSER_WINDOW - MOMENT)],
        [replace(each, at=NOW - EVENT_WINDOW + MOMENT) for each in others],
    ):
        assert not hides_at_once(recent, "k", "me", NOW)


def test_a_logos_address_is_below_its_sponsors() -> None:
    logo = Logo("logo-1.png", 700, 300, 0.5, pale=False)
    assert THANKED.address is None
    assert replace(THANKED, logo=logo).address == "/sponsors/p1/logo-1.png"
    assert Promise().percent == 0


def test_everyone_who_wrote_decided_or_did_something_is_in_a_history() -> None:
    revision = Revision(1, "chloe", NOW, TEXT)
    decision = Decision(Fact.APPROVED, "ben", NOW)
    line = JournalLine(3, NOW, "screen.acknowledged", "mur", "s1", "s1")
    history = SubmissionHistory("chloe", [revision], [(2, decision)], [line])
    assert history.people == {"chloe", "ben", "mur"}


def test_a_code_is_known_however_it_is_typed_and_a_token_only_as_it_is() -> None:
    typed = "abcd-1234".ljust(MAX_CODE)
    assert hash_secret(typed) == hash_secret("ABCD1234")
    token = "abcd-1234".ljust(MAX_CODE + 1, "x")
    assert hash_secret(token) != hash_secret(token.upper())
