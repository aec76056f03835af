"""The dashboard: the coverage over HTTP and as a live list, and the panels of the features."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from mixroom.core import clock
from mixroom.core.alarm_rules import Look
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError
from mixroom.core.jobs import claim, enqueue
from mixroom.core.text import Bilingual
from mixroom.crew.api import home
from mixroom.dashboard import queries
from mixroom.dashboard.alarms import RULES
from mixroom.dashboard.coverage import By, label_key
from mixroom.event import actions as event_actions
from mixroom.event.model import GroupKind
from mixroom.event.programme import read_programme
from mixroom.features import views
from mixroom.media import store as media_store
from mixroom.media.model import DATE_JOB
from mixroom.review import actions as review
from mixroom.submissions import actions as submissions
from mixroom.submissions import results
from mixroom.submissions.content import Consent, Content, Kind
from tests.cast import Cast, ready_photo
from tests.replay import SECONDS_LATER, assert_replays

TWO = datetime(2015, 11, 7, 19, 0, tzinfo=UTC)  # two in the afternoon, on the second day
NOW = TWO + timedelta(minutes=20)
PROGRAMME = "2 12h Dîner | Lunch\n2 14h Table ronde | Round table\n2 16h Plénière | Plenary"


@pytest.fixture
def saturday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it be twenty past two on Saturday."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def _with_programme(cast: Cast, programme: str = PROGRAMME) -> None:
    event = cast.event
    event_actions.edit(
        cast.amelie,
        name=event.name,
        starts_on=event.starts_on,
        ends_on=event.ends_on,
        timezone=event.timezone,
        programme=read_programme(programme),
        hashtags=(),
    )


def _sent(cast: Cast, at: datetime = TWO, team: str | None = "Équipe Pixel", **words: str) -> str:
    label = cast.event.named(GroupKind.TEAM, team)
    content = Content(Kind.POST, Bilingual(**(words or {"fr": "Un"})), team=label)
    answer, _ = submissions.submit(cast.driss, content, captured_at=at)
    return str(answer["id"])


def _cells(cast: Cast) -> dict[str, dict[str, object]]:
    (view,) = (each for each in views() if each.name == "dashboard")
    with reading() as tx:
        items = view.items(tx, cast.event.id)
    mark = "coverage:"
    return {
        key.removeprefix(mark): dict(item) for key, item in items.items() if key.startswith(mark)
    }


@pytest.mark.usefixtures("saturday")
def test_an_approval_turns_one_cell_of_each_kind_and_a_recall_turns_them_back(cast: Cast) -> None:
    key = _sent(cast, en="One", fr="Un")
    assert list(_cells(cast)) == ["event"]
    assert_replays(cast, partial(review.approve, cast.amelie, key))
    hour, pixel = "20151107T1900", label_key(cast.event.teams[0].name)
    cell = {"count": 1, "kinds": {"post": 1}, "langs": {"both": 1}}
    assert _cells(cast) == {
        "event": _cells(cast)["event"],
        f"team.{hour}.{pixel}": cell,
        f"place.{hour}.none": cell,
        f"lang.{hour}.both": cell,
        f"kind.{hour}.post": cell,
        f"person.{hour}.{cast.driss.id}": cell,
    }
    assert_replays(cast, partial(review.recall, cast.amelie, key))
    assert list(_cells(cast)) == ["event"]


@pytest.mark.usefixtures("saturday")
def test_an_item_that_a_reviewer_moves_to_another_team_leaves_its_cell(cast: Cast) -> None:
    key = _sent(cast)
    review.approve(cast.amelie, key)
    echo = cast.event.teams[1].name
    content = Content(Kind.POST, Bilingual("Un", "One"), team=echo)
    assert_replays(cast, partial(submissions.amend, cast.amelie, key, content))
    teams = [cell for cell in _cells(cast) if cell.startswith("team.")]
    assert teams == [f"team.20151107T1900.{label_key(echo)}"]


@pytest.mark.usefixtures("saturday")
def test_a_photo_that_says_when_it_was_taken_moves_its_submission(cast: Cast) -> None:
    photo = ready_photo(cast.driss)
    content = Content(Kind.PHOTO, Bilingual("Un"), media=(photo,), consent=Consent.CLEARED)
    key = str(submissions.submit(cast.driss, content)[0]["id"])
    review.approve(cast.amelie, key)
    assert f"kind.20151107T1900.{Kind.PHOTO}" in _cells(cast)
    with transaction() as tx:
        media = media_store.get_locked(tx, photo)
        assert media is not None
        media_store.save(tx, replace(media, taken_at=TWO - timedelta(hours=1)))
        enqueue(tx, DATE_JOB, {"key": key})
    with transaction() as tx:
        job = claim(tx, only=[DATE_JOB])
    assert job is not None
    assert_replays(cast, partial(results.date, job, key))
    kinds = [cell for cell in _cells(cast) if cell.startswith("kind.")]
    assert kinds == [f"kind.20151107T1800.{Kind.PHOTO}"]


@pytest.mark.usefixtures("saturday")
def test_gaps_are_hours_of_the_programme_without_an_item(cast: Cast) -> None:
    _with_programme(cast)
    review.approve(cast.amelie, _sent(cast, TWO - timedelta(hours=1)))
    found = queries.coverage(cast.ben, None, By.TEAM)
    pixel, echo = (label_key(team.name) for team in cast.event.teams)
    noon = TWO - timedelta(hours=2)
    gaps = [(gap.row, gap.start, gap.end) for gap in found.gaps]
    hour = timedelta(hours=1)
    assert gaps == [
        (pixel, noon, noon + hour),
        (pixel, TWO, TWO + hour),
        (echo, noon, TWO + hour),
    ]
    langs = queries.coverage(cast.ben, None, By.LANG).gaps
    assert [gap.row for gap in langs] == ["fr", "fr", "en"]
    assert not queries.coverage(cast.ben, None, By.KIND).gaps


@pytest.mark.usefixtures("saturday")
def test_without_a_programme_there_are_rows_and_no_gaps(cast: Cast) -> None:
    review.approve(cast.amelie, _sent(cast))
    found = queries.coverage(cast.ben, None, By.TEAM)
    assert not found.gaps
    assert sum(sum(row.counts.values()) for row in found.rows) == 1


@pytest.mark.usefixtures("saturday")
def test_a_team_that_is_removed_keeps_its_items_in_a_row(cast: Cast) -> None:
    _with_programme(cast)
    review.approve(cast.amelie, _sent(cast))
    pixel = cast.event.teams[0]
    assert_replays(cast, partial(event_actions.remove_group, cast.amelie, pixel.id))
    found = queries.coverage(cast.ben, None, By.TEAM)
    rows = {row.label.fr: sum(row.counts.values()) for row in found.rows}
    assert rows == {"Équipe Écho": 0, "Équipe Pixel": 1, "Sans mention": 0}
    assert label_key(pixel.name) not in {gap.row for gap in found.gaps}


@pytest.mark.usefixtures("saturday")
def test_a_wrong_clock_is_told_and_the_item_counts_where_it_arrived(cast: Cast) -> None:
    for wrong in (datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=1)):
        review.approve(cast.amelie, _sent(cast, wrong))
    found = queries.coverage(cast.ben, None, By.TEAM)
    counted = {hour: n for row in found.rows for hour, n in row.counts.items()}
    assert counted == {TWO: 2}


@pytest.mark.usefixtures("saturday")
def test_sixty_teams_and_twenty_one_days_are_all_there(cast: Cast) -> None:
    for n in range(58):
        event_actions.add_group(cast.amelie, GroupKind.TEAM, Bilingual(f"Équipe {n}"))
    end = cast.event.starts_on + timedelta(days=20)
    event_actions.edit(
        cast.amelie,
        name=cast.event.name,
        starts_on=cast.event.starts_on,
        ends_on=end,
        timezone=cast.event.timezone,
        programme=read_programme(PROGRAMME),
        hashtags=(),
    )
    assert len(queries.coverage(cast.ben, end, By.TEAM).rows) == 61
    event = _cells(cast)["event"]
    assert (len(event["teams"]), len(event["days"])) == (60, 21)  # type: ignore[arg-type]


def test_a_day_far_from_the_event_and_other_roles_are_refused(cast: Cast) -> None:
    with pytest.raises(InvalidError, match="day"):
        queries.coverage(cast.ben, datetime(1970, 1, 1, tzinfo=UTC).date(), By.TEAM)
    with pytest.raises(NotAllowedError):
        queries.coverage(cast.chloe, None, By.TEAM)


@pytest.mark.usefixtures("saturday")
def test_the_panel_of_the_queue_says_what_waits_and_who_reviews(cast: Cast) -> None:
    (view,) = (each for each in views() if each.name == "dashboard")

    def state() -> dict[str, object]:
        with reading() as tx:
            return dict(view.find(tx, cast.event.id, ["queue:state"])["queue:state"])

    assert (state()["waiting"], state()["oldest"], state()["usual"]) == (0, None, None)
    key = assert_replays(cast, partial(_sent, cast))
    assert (state()["waiting"], state()["oldest"]) == (1, rfc3339(clock.now()))
    assert_replays(cast, partial(review.claim, cast.ben, key))
    assert [each["name"] for each in state()["reviewing"]] == ["Ben Carter"]  # type: ignore[attr-defined]
    assert_replays(cast, partial(review.approve, cast.ben, key))
    assert (state()["waiting"], state()["reviewing"]) == (0, [])
    assert state()["usual"] == SECONDS_LATER * 2


@pytest.mark.usefixtures("saturday")
def test_the_panel_of_people_says_who_has_sent_what(cast: Cast) -> None:
    (view,) = (each for each in views() if each.name == "dashboard")
    assert_replays(cast, partial(_sent, cast))
    with reading() as tx:
        items = view.items(tx, cast.event.id)
    driss, chloe = (items[f"people:{who.id}"] for who in (cast.driss, cast.chloe))
    assert (driss["sent"], driss["last_at"]) == (1, rfc3339(clock.now()))
    assert (chloe["sent"], chloe["last_at"]) == (0, None)
    assert f"people:{cast.mur.id}" not in items


@pytest.mark.parametrize(("days", "page"), [(-9, "/event"), (0, "/dashboard"), (9, "/wrap")])
def test_a_lead_lands_where_the_work_of_the_moment_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, days: int, page: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=days))
    assert home(cast.amelie) == page


def _rings(cast: Cast, rule: str, hours: float = 2, now: datetime = NOW) -> dict[str, datetime]:
    (found,) = (each for each in RULES if each.name == f"coverage.{rule}")
    with reading() as tx:
        causes = found.find(Look(tx, cast.event.id, hours, now, files=None))  # type: ignore[arg-type]
    return {str(each.about.fr): each.since for each in causes}


@pytest.mark.usefixtures("saturday")
def test_a_team_of_which_nothing_came_for_hours_rings_until_something_is_approved(
    cast: Cast,
) -> None:
    _with_programme(cast)
    noon = TWO - timedelta(hours=2)
    assert _rings(cast, "team") == {"Équipe Pixel": noon, "Équipe Écho": noon}
    key = _sent(cast, TWO - timedelta(minutes=30))
    assert "Équipe Pixel" in _rings(cast, "team"), "it waits for a decision"
    review.approve(cast.amelie, key)
    assert _rings(cast, "team") == {"Équipe Écho": noon}
    later = TWO + timedelta(hours=2)
    assert _rings(cast, "team", now=later)["Équipe Pixel"] == TWO - timedelta(minutes=30)


@pytest.mark.usefixtures("saturday")
def test_a_language_rings_where_only_the_other_is_spoken(cast: Cast) -> None:
    _with_programme(cast)
    review.approve(cast.amelie, _sent(cast, fr="Un"))
    assert set(_rings(cast, "lang")) == {"anglais"}
    review.approve(cast.amelie, _sent(cast, fr="Un", en="One"))
    assert not _rings(cast, "lang")


@pytest.mark.usefixtures("saturday")
def test_nothing_rings_before_the_programme_after_it_or_without_one(cast: Cast) -> None:
    assert not _rings(cast, "team")
    _with_programme(cast)
    for now in (TWO - timedelta(hours=3), TWO + timedelta(hours=4), TWO + timedelta(days=1)):
        assert not _rings(cast, "team", now=now)
    assert not _rings(cast, "place", hours=4)
    assert set(_rings(cast, "place", hours=1)) == {"Atelier"}
