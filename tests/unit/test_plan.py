"""The rules of the plan: the life of a message, what it wants, and times by the museum's clock."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mixroom.core.errors import InvalidError, MixroomError
from mixroom.core.roles import Role
from mixroom.core.text import LANGS, Bilingual
from mixroom.crew.model import Person
from mixroom.event.model import Moment
from mixroom.plan.aims import Campaign, Objective, checked_campaign, checked_objective
from mixroom.plan.channels import SPECS, Channel, Crop
from mixroom.plan.cropping import placed
from mixroom.plan.hours import MINUTE, read_local, written_local
from mixroom.plan.model import (
    MAX_TITLE,
    Message,
    MessageStaleError,
    OwnMessageError,
    Picture,
    SiteChange,
    beginning,
    checked,
    checked_url,
)
from mixroom.plan.moves import OPEN, Fact, MessageStatusError, Status

NOW = datetime(2015, 11, 7, 14, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
AMELIE = Person("amelie", "e", "Amélie", Role.LEAD)
BEN = Person("ben", "e", "Ben", Role.COMMUNITY_MANAGER)
LEA = Person("lea", "e", "Léa", Role.COMMUNITY_MANAGER)
BOTH = Bilingual("Bonjour", "Hello")
DRAFT = Message(
    "m",
    "e",
    "",
    (Channel.MASTODON, Channel.X),
    BOTH,
    due=SOON,
    status=Status.DRAFT,
    written_by="ben",
)
MONTREAL = ZoneInfo("America/Toronto")


class Life(RuleBasedStateMachine):
    """Whatever people do in whatever order, a message is only out once all that it wants is."""

    def __init__(self) -> None:
        super().__init__()
        self.message = replace(DRAFT, text=Bilingual(), status=Status.IDEA, written_by="ben")
        self.out: set[tuple[Channel, str]] = set()

    def _try(self, act) -> None:
        before = self.message
        try:
            self.message = act()
        except MixroomError:
            assert self.message == before

    @rule(text=st.sampled_from([BOTH, Bilingual("Salut"), Bilingual(None, "Hi"), Bilingual()]))
    def write(self, text: Bilingual) -> None:
        new = replace(self.message, text=text)
        self._try(lambda: self.message.changed(new, "ben"))

    @rule(channels=st.sampled_from([(Channel.X,), (Channel.MASTODON, Channel.X)]))
    def choose(self, channels: tuple[Channel, ...]) -> None:
        new = replace(self.message, channels=channels)
        self._try(lambda: self.message.changed(new, "ben"))

    @rule(due=st.sampled_from([None, SOON, NOW - timedelta(hours=1)]))
    def date(self, due: datetime | None) -> None:
        new = replace(self.message, due=due)
        self._try(lambda: self.message.changed(new, "ben"))

    @rule(by=st.sampled_from([AMELIE, BEN, LEA]))
    def read(self, by: Person) -> None:
        self._try(lambda: self.message.read(by, NOW))

    @rule()
    def schedule(self) -> None:
        self._try(lambda: self.message.scheduled(NOW, {}))

    @rule()
    def take_back(self) -> None:
        self._try(self.message.drafted)

    @rule()
    def drop(self) -> None:
        self._try(lambda: self.message.moved(Fact.DROPPED))

    @rule(stale=st.booleans())
    def recall(self, stale: bool) -> None:
        self.message = replace(self.message, stale_since=NOW if stale else None)

    @precondition(lambda self: self.message.status is not Status.DROPPED)
    @rule(channel=st.sampled_from([Channel.MASTODON, Channel.X]), lang=st.sampled_from(LANGS))
    def publish(self, channel: Channel, lang: str) -> None:
        self.out.add((channel, lang))
        self.message = self.message.out(frozenset(self.out))

    @invariant()
    def ready_was_read_by_somebody_else(self) -> None:
        if self.message.status in (Status.READY, Status.SCHEDULED):
            assert self.message.ready_by
            assert self.message.ready_by == AMELIE.id or self.message.ready_by != BEN.id

    @invariant()
    def what_is_not_read_has_no_reader(self) -> None:
        if self.message.status in (Status.IDEA, Status.DRAFT):
            assert self.message.ready_by is None

    @invariant()
    def published_is_all_out(self) -> None:
        if self.message.status is Status.PUBLISHED:
            assert self.out
            assert self.message.wanted <= self.out

    @invariant()
    def an_idea_has_no_words(self) -> None:
        if self.message.status is Status.IDEA:
            assert not self.message.wanted

    @invariant()
    def late_is_due_and_not_out(self) -> None:
        late = self.message.is_late(NOW)
        assert late == (
            self.message.status in OPEN and self.message.due is not None and self.message.due < NOW
        )


Life.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestLife = Life.TestCase


def test_nobody_but_a_lead_reads_their_own_words_and_nobody_reads_an_idea() -> None:
    with pytest.raises(OwnMessageError):
        DRAFT.read(BEN, NOW)
    assert DRAFT.read(LEA, NOW).ready_by == "lea"
    assert replace(DRAFT, written_by="amelie").read(AMELIE, NOW).status is Status.READY
    with pytest.raises(MessageStatusError):
        replace(DRAFT, status=Status.IDEA).read(LEA, NOW)
    with pytest.raises(MessageStaleError):
        replace(DRAFT, stale_since=NOW).read(LEA, NOW)


def test_other_words_are_read_anew_and_another_time_is_not() -> None:
    ready = DRAFT.read(LEA, NOW)
    later = ready.changed(replace(ready, due=SOON + timedelta(days=1), title="Titre"), "ben")
    assert (later.status, later.ready_by) == (Status.READY, "lea")
    for change in (
        {"text": Bilingual("Autre")},
        {"overrides": {(Channel.X, "fr"): "Court"}},
        {"channels": (Channel.X,)},
        {"pictures": (Picture("p"),)},
    ):
        after = ready.changed(replace(ready, **change), "lea")
        assert (after.status, after.ready_by, after.written_by) == (Status.DRAFT, None, "lea")
    assert ready.changed(ready, "lea") == ready, "the same is no change"


def test_a_published_message_keeps_its_words_and_a_dropped_one_everything() -> None:
    out = replace(DRAFT, status=Status.PUBLISHED)
    assert out.changed(replace(out, title="Ensuite"), "ben").title == "Ensuite"
    with pytest.raises(MessageStatusError):
        out.changed(replace(out, text=Bilingual("Non")), "ben")
    dropped = DRAFT.moved(Fact.DROPPED)
    with pytest.raises(MessageStatusError):
        dropped.changed(replace(dropped, title="Non"), "ben")
    assert dropped.drafted().status is Status.DRAFT


def test_what_a_message_wants_follows_from_its_words() -> None:
    everything = {(channel, lang) for channel in DRAFT.channels for lang in LANGS}
    assert everything == DRAFT.wanted
    left_out = replace(DRAFT, overrides={(Channel.X, "en"): ""})
    assert left_out.wanted == everything - {(Channel.X, "en")}
    own = replace(DRAFT, text=Bilingual(), overrides={(Channel.X, "fr"): "Ici"})
    assert own.wanted == {(Channel.X, "fr")}
    site = replace(
        DRAFT,
        channels=(Channel.SITE,),
        text=Bilingual(),
        change=SiteChange("https://museomix.org/mtl", Bilingual("Les dates")),
    )
    assert site.wanted == {(Channel.SITE, "fr")}


def test_a_message_without_words_is_published_once_it_is_out_in_each_channel() -> None:
    silent = replace(DRAFT, text=Bilingual(), status=Status.IDEA)
    assert silent.out(frozenset({(Channel.X, "fr")})).status is Status.IDEA
    out = frozenset({(Channel.X, "fr"), (Channel.MASTODON, "en")})
    assert silent.out(out).status is Status.PUBLISHED
    assert silent.out(frozenset()).status is Status.IDEA


def test_what_is_too_long_is_shown_everywhere_and_bars_only_what_a_program_sends() -> None:
    for channel in Channel:
        limit = SPECS[channel].limit
        if limit is None:
            continue
        long = replace(
            DRAFT.read(LEA, NOW), channels=(channel,), text=Bilingual("Court", "x" * (limit + 1))
        )
        counts = long.counts({})[channel]
        assert counts["en"].over
        assert counts["en"].length == limit + 1, "over is shown, never cut"
        assert not counts["fr"].over
        if SPECS[channel].by_program:
            with pytest.raises(InvalidError, match=r"text\.en"):
                long.scheduled(NOW, {})
            longer = {channel: limit + 1}  # an instance that takes more
            assert long.scheduled(NOW, longer).status is Status.SCHEDULED
        else:
            assert long.scheduled(NOW, {}).status is Status.SCHEDULED


def test_a_message_is_scheduled_only_for_a_time_ahead_and_while_all_of_it_is_shown() -> None:
    ready = DRAFT.read(LEA, NOW)
    for due in (None, NOW, NOW - timedelta(minutes=1)):
        with pytest.raises(InvalidError, match="due"):
            replace(ready, due=due).scheduled(NOW, {})
    with pytest.raises(MessageStaleError):
        replace(ready, stale_since=NOW).scheduled(NOW, {})
    crowded = replace(ready, pictures=tuple(Picture(str(n)) for n in range(5)))
    with pytest.raises(InvalidError, match="pictures"):
        crowded.scheduled(NOW, {})
    with pytest.raises(MessageStatusError):
        DRAFT.scheduled(NOW, {})


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (Message("", "", "", (), BOTH), "channels"),
        (Message("", "", "", (Channel.X,)), "title"),
        (Message("", "", "x" * (MAX_TITLE + 1), (Channel.X,)), "title"),
        (Message("", "", "", (Channel.X,), Bilingual("x" * 20_001)), "text"),
        (Message("", "", "T", (Channel.SITE,), change=SiteChange("museomix")), "change.address"),
        (Message("", "", "T", (Channel.X,), pictures=(Picture("p", focus=(2, 0)),)), "focus"),
        (Message("", "", "T", (Channel.X,), submissions=tuple(map(str, range(51)))), "submissions"),
        (Message("", "", "T", (Channel.X,), pictures=(Picture("p", credit="x" * 201),)), "credit"),
        (
            Message("", "", "T", (Channel.X,), pictures=(Picture("p", Bilingual("x" * 1501)),)),
            "alt",
        ),
    ],
)
def test_a_message_that_cannot_be_used_is_refused_at_its_field(text: Message, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        checked(text)
    assert refused.value.field == field


def test_a_message_is_tidied() -> None:
    loose = replace(
        DRAFT,
        title=" Un  titre ",
        channels=(Channel.X, Channel.X),
        submissions=("a", "a"),
        pictures=(Picture("p"), Picture("p", credit=" Chloé ")),
        overrides={(Channel.X, "fr"): " ici ", (Channel.SITE, "fr"): "ailleurs"},
    )
    after = checked(loose)
    assert (after.title, after.channels, after.submissions) == ("Un titre", (Channel.X,), ("a",))
    assert after.overrides == {(Channel.X, "fr"): "ici"}
    assert after.pictures == (Picture("p", credit="Chloé"),)


def test_a_message_without_a_title_has_the_beginning_of_its_words() -> None:
    assert DRAFT.name == BOTH
    assert beginning("un mot " * 20, 20) == "un mot un mot un…"
    assert replace(DRAFT, title="Titre").name["en"] == "Titre"


@pytest.mark.parametrize(
    "url", ["", "museomix.org", "javascript:alert(1)", "http://", "https://a b"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InvalidError):
        checked_url(url)
    assert checked_url(" https://x.com/museomix/1 ") == "https://x.com/museomix/1"


def test_campaigns_and_objectives_say_what_they_are() -> None:
    name = Bilingual("Avant", "Before")
    good = Campaign("c", "e", name, Moment.BEFORE)
    assert checked_campaign(good) == good
    first, last = datetime(2015, 11, 6).date(), datetime(2015, 11, 8).date()  # noqa: DTZ001
    for bad in (
        replace(good, name=Bilingual()),
        replace(good, name=Bilingual("x" * 201)),
        replace(good, starts_on=last, ends_on=first),
    ):
        with pytest.raises(InvalidError):
            checked_campaign(bad)
    aim = Objective("o", "e", name, 50)
    assert checked_objective(aim) == aim
    for wrong in (
        replace(aim, what=Bilingual()),
        replace(aim, unit=Bilingual("x" * 201)),
        replace(aim, target=-1),
        replace(aim, target=float("nan")),
    ):
        with pytest.raises(InvalidError):
            checked_objective(wrong)


def test_the_hour_that_the_clocks_skip_is_refused_and_of_one_that_comes_twice_it_is_the_first() -> (
    None
):
    with pytest.raises(InvalidError) as refused:
        read_local("2026-03-08T02:30", MONTREAL)
    assert (refused.value.field, refused.value.rule) == ("due", "skipped_hour")
    assert read_local("2026-11-01T01:30", MONTREAL) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert read_local("2026-03-08T03:00", MONTREAL) == datetime(2026, 3, 8, 7, tzinfo=UTC)
    assert read_local(" ", MONTREAL) is None
    for text in ("demain", "2026-13-01T00:00", "0001-01-01T00:00"):
        with pytest.raises(InvalidError, match="due"):
            read_local(text, MONTREAL)


CASES = json.loads((Path(__file__).parents[1] / "data" / "cropping.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_a_picture_fills_the_frame_of_a_channel(case: dict[str, Any]) -> None:
    crop = Crop(*case["crop"])
    assert list(placed(case["width"], case["height"], crop, tuple(case["focus"]))) == case["place"]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001
def test_a_time_that_was_read_is_written_the_same(local: datetime) -> None:
    text = local.strftime(MINUTE)
    fits = local.replace(tzinfo=MONTREAL).astimezone(UTC).astimezone(MONTREAL)
    if fits.strftime(MINUTE) != text:
        with pytest.raises(InvalidError, match="skipped_hour"):
            read_local(text, MONTREAL)
        return
    assert written_local(read_local(text, MONTREAL), MONTREAL) == text
