"""The wrap of a day: proposed, changed by hand, published; and never more than may be shown."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mixroom.app import create_app
from mixroom.core.db import reading
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.text import Bilingual
from mixroom.event import actions as event_actions
from mixroom.event.model import GroupKind
from mixroom.review import actions as review
from mixroom.settings import Settings
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Piece as PhotoPiece
from mixroom.submissions.content import Purpose, Rights
from mixroom.submissions.model import LostRaceError
from mixroom.wall import actions as wall
from mixroom.wrap import actions, queries
from mixroom.wrap.live import STORIES, WRAPS
from mixroom.wrap.model import Draft, EmptyWrapError, Piece, Use
from tests.cast import Cast
from tests.pages import Pages, form_of
from tests.replay import assert_replays
from tests.servers import env_in
from tests.wraps import approved, approved_photo, under_way

DAY = 1  # today, from 0
TITLE = Bilingual("Une nuit blanche", "A sleepless night")


@pytest.fixture
def today(cast: Cast) -> Cast:
    under_way(cast)
    return cast


def test_a_day_is_proposed_changed_published_and_taken_down(today: Cast) -> None:
    cast = today
    moment = approved(cast, "Le lancement", key_moment=True)
    photo = approved_photo(cast, by=cast.chloe, team=cast.event.teams[0].name)
    made = assert_replays(cast, partial(actions.propose, cast.ben, DAY))
    assert _keys(made) == [moment, photo]
    assert made["numbers"] == {
        "items": 2,
        "photos": 1,
        "people": 2,
        "teams": 1,
        "all_teams": 2,
        "places": 0,
        "requests": 0,
    }
    assert [each["name"] for each in made["people"]] == ["Chloé Gagnon", "Driss Alaoui"]
    draft = Draft(title=TITLE, pieces=(Piece(photo), Piece(moment)))
    draft = replace(draft, unnamed=frozenset({cast.driss.id, "nobody"}))
    saved = assert_replays(cast, partial(actions.save, cast.amelie, DAY, draft, version=1))
    assert saved["version"] == 2
    assert saved["name"] == TITLE.as_dict()
    assert [each["named"] for each in saved["people"]] == [True, False]
    assert not _published(cast)
    assert_replays(cast, partial(actions.publish, cast.ben, DAY))
    assert [each["title"] for each in _published(cast).values()] == [TITLE.as_dict()]
    story, days = queries.published_story(cast.event.id, DAY)
    assert (story["people"], days) == (["Chloé Gagnon"], [DAY])
    assert_replays(cast, partial(actions.save, cast.amelie, DAY, replace(draft, title=Bilingual())))
    assert_replays(cast, partial(actions.take_down, cast.ben, DAY))
    assert not _published(cast)
    with pytest.raises(NotFoundError):
        queries.published_story(cast.event.id, DAY)


def test_the_choice_of_a_person_stays_when_the_day_is_proposed_again(today: Cast) -> None:
    cast = today
    first, second, third = (approved(cast, f"Moment {n}", key_moment=True) for n in range(3))
    made = actions.propose(cast.ben, DAY)
    assert _keys(made) == [first, second, third]
    actions.save(cast.ben, DAY, Draft(pieces=(Piece(third, Bilingual("Ici")), Piece(first))))
    fourth = approved(cast, "Moment 4", key_moment=True)
    again = actions.propose(cast.ben, DAY)
    assert _keys(again) == [third, first, fourth]
    assert again["pieces"][0]["caption"]["fr"] == "Ici"


def test_what_is_recalled_leaves_every_place_at_once_and_keeps_its_place(today: Cast) -> None:
    cast = today
    keys = [approved_photo(cast, f"Photo {n}", press=True) for n in range(3)]
    actions.save(cast.ben, DAY, Draft(pieces=tuple(map(Piece, keys))))
    actions.publish(cast.ben, DAY)
    wall.recall(cast.ben, keys[0])
    submissions.withdraw(cast.driss, keys[1])
    story, _ = queries.published_story(cast.event.id, DAY)
    assert _keys(story) == keys[2:]
    for use in Use:
        assert _keys(queries.story(cast.ben, DAY, use)) == keys[2:]
    desk = queries.desk(cast.ben, DAY)
    assert _keys(desk.item) == keys
    assert set(desk.pieces) == {keys[2]}


def test_each_place_shows_only_what_is_cleared_for_it(today: Cast) -> None:
    cast = today
    everywhere = approved_photo(cast, "Partout", press=True)
    not_press = approved_photo(cast, "Sans la presse")
    wall_only = approved_photo(cast, "Au mur")
    with reading() as tx:
        from mixroom.submissions import store

        content = store.get(tx, wall_only).content  # type: ignore[union-attr]
    rights = Rights(cleared_for=frozenset({Purpose.WALL}))
    cleared = replace(content, pieces=(PhotoPiece(content.media[0], rights=rights),))
    submissions.amend(cast.ben, wall_only, cleared)
    keys = [everywhere, not_press, wall_only]
    actions.save(cast.ben, DAY, Draft(pieces=tuple(map(Piece, keys))))
    actions.publish(cast.ben, DAY)
    assert _keys(queries.story(cast.ben, DAY, Use.WALL)) == keys
    assert _keys(queries.story(cast.ben, DAY, Use.WEB)) == keys[:2]
    assert _keys(queries.story(cast.ben, DAY, Use.PRESS)) == keys[:1]
    assert _keys(queries.published_story(cast.event.id, DAY)[0]) == keys[:2]


def test_of_two_who_save_at_once_the_second_learns_both_texts(today: Cast) -> None:
    cast = today
    actions.save(cast.ben, DAY, Draft(title=Bilingual("Le mien")), version=0)
    with pytest.raises(LostRaceError) as lost:
        actions.save(cast.amelie, DAY, Draft(title=Bilingual("Le sien")), version=0)
    assert lost.value.facts["now"]["title"]["fr"] == "Le mien"
    assert lost.value.facts["sent"]["title"]["fr"] == "Le sien"
    with reading() as tx:
        (item,) = WRAPS.items(tx, cast.event.id).values()
    assert item["title"]["fr"] == "Le mien"


def test_at_the_form_of_a_day_two_people_each_keep_the_fields_that_they_changed(
    today: Cast, tmp_path: Path
) -> None:
    cast, path = today, f"/wrap/{DAY + 1}"
    one, two, three, new = (approved(cast, text) for text in ("Un", "Deux", "Trois", "Neuf"))
    pieces = tuple(map(Piece, (one, two, three)))
    actions.save(cast.ben, DAY, Draft(title=Bilingual("Le soir"), pieces=pieces))
    client = create_app(Settings.from_env(env_in(tmp_path))).test_client()
    pages = Pages(client, cast.tokens["amelie"])
    typed = pages.form(path, path) | {
        "title_fr": "La nuit",
        "thanks_fr": "Merci",
        f"fr:{one}": "Le début",
        "piece": [one, two, three, new],
        "do": "save",
    }
    theirs = (Piece(three, Bilingual("La fin")), Piece(two))
    other = Draft(Bilingual("Le jour"), Bilingual("Bonsoir"), Bilingual(), theirs)
    actions.save(cast.ben, DAY, replace(other, unnamed=frozenset({cast.driss.id})))
    lost = pages.post(path, typed | {"named": [cast.driss.id]})
    assert lost.status_code == 412
    assert re.findall(r'id="theirs-([\w:-]+)".*?</b> <span[^>]*>([^<]*)<', lost.text) == [
        ("title_fr", "Le jour")
    ]
    again = form_of(lost.text, path)
    shown = re.findall(r'name="piece" value="([^"]+)"', lost.text)
    assert shown == [three, two, new, one], "what one took out and the other wrote on stays"
    assert pages.post(path, again | {"piece": shown, "do": "save"}).status_code == 303
    saved = queries.wrap(cast.ben, DAY)
    assert [saved[name]["fr"] for name in ("title", "opening", "thanks")] == [
        "La nuit",
        "Bonsoir",
        "Merci",
    ]
    assert [each["caption"]["fr"] for each in saved["pieces"]] == ["La fin", None, None, "Le début"]
    assert [each["named"] for each in saved["people"]] == [False], "the other unticked it"


def test_only_leads_and_community_managers_of_the_event_wrap_a_day_of_it(today: Cast) -> None:
    cast = today
    for by in (cast.chloe, cast.driss, cast.flora, cast.mur):
        for act in (actions.propose, actions.publish, actions.take_down, queries.desk):
            with pytest.raises(NotAllowedError):
                act(by, DAY)  # type: ignore[operator]
    for day in (-1, 3, 99):
        with pytest.raises(NotFoundError):
            actions.propose(cast.ben, day)
    theirs = approved(cast)
    with pytest.raises(InvalidError, match="pieces"):
        actions.save(cast.eve, 0, Draft(pieces=(Piece(theirs),)))


def test_a_day_without_items_has_a_page_and_nothing_to_publish(today: Cast) -> None:
    made = actions.propose(today.ben, DAY)
    assert (made["pieces"], made["counts"], made["people"]) == ([], [], [])
    with pytest.raises(EmptyWrapError):
        actions.publish(today.ben, DAY)
    assert queries.desk(today.ben, 0).offered == []
    assert queries.pinned_story(today.event.id) is None


def test_a_wall_plays_a_wrap_until_it_is_over_or_taken_down(today: Cast) -> None:
    cast = today
    made = actions.save(cast.ben, DAY, Draft(title=TITLE))
    assert_replays(cast, partial(wall.show_wrap, cast.ben, "all", made["id"], loop=True))
    assert _asked(cast)["wrap"] == {"id": made["id"], "n": 1, "loop": True}
    assert_replays(cast, partial(wall.show_wrap, cast.ben, cast.mur.id, made["id"]))
    assert _asked(cast)["wrap"] == {"id": made["id"], "n": 2, "loop": False}
    assert_replays(cast, partial(wall.hide_wrap, cast.ben, "all"))
    assert _asked(cast)["wrap"] is None
    actions.take_down(cast.ben, DAY)
    for key in (made["id"], "nothing"):
        with pytest.raises(NotFoundError):
            wall.show_wrap(cast.ben, "all", key)
    with pytest.raises(NotFoundError):
        wall.show_wrap(cast.eve, "all", made["id"])


def test_a_day_with_many_items_and_sixty_teams_is_offered_in_part(today: Cast) -> None:
    cast = today
    for n in range(58):
        event_actions.add_group(cast.amelie, GroupKind.TEAM, Bilingual(f"Équipe {n} 🦊 ليلى"))
    for n in range(50):
        approved(cast, f"Parole {n}", team=Bilingual(f"Équipe {n % 5} 🦊 ليلى"))
    desk = queries.desk(cast.ben, DAY)
    assert (len(desk.offered), desk.more) == (queries.MAX_OFFERED, 10)
    one = queries.desk(cast.ben, DAY, team="Équipe 3 🦊 ليلى")
    assert (len(one.offered), one.more) == (10, 0)
    assert len(queries.desk(cast.ben, DAY, words="parole 49").offered) == 1
    assert actions.propose(cast.ben, DAY)["numbers"]["all_teams"] == 60


def test_a_day_is_found_by_its_number_or_its_date(today: Cast) -> None:
    with reading() as tx:
        from mixroom.event import store

        event = store.get(tx, today.event.id)
    assert event is not None
    assert queries.day_number(today.ben, "2") == DAY
    assert queries.day_number(today.ben, event.days[DAY].isoformat()) == DAY
    for day in ("0", "4", "2015-11-06", "x", "١"):
        with pytest.raises(NotFoundError):
            queries.day_number(today.ben, day)


def test_a_recall_by_review_counts_as_well(today: Cast) -> None:
    key = approved(today)
    actions.save(today.ben, DAY, Draft(pieces=(Piece(key),)))
    review.recall(today.ben, key)
    assert _keys(queries.story(today.ben, DAY, Use.WALL)) == []


def _keys(wrap: Mapping[str, Any]) -> list[str]:
    return [each["id"] for each in wrap["pieces"]]


def _published(cast: Cast) -> dict[str, Any]:
    with reading() as tx:
        return dict(STORIES.items(tx, cast.event.id))


def _asked(cast: Cast) -> dict[str, Any]:
    with reading() as tx:
        from mixroom.wall.items import screen_items

        asked: dict[str, Any] = screen_items(tx, cast.event.id, [cast.mur.id])[cast.mur.id]["asked"]
        return asked
