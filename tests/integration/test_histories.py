"""Random histories by several people: whatever they do, every follower is exact.

A state machine does what people do, in any order, on each database; after every step what a
follower has folded together equals what a fresh look shows, for every view and everyone's list.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import MixroomError
from mixroom.core.live_list import encode
from mixroom.core.materialized import MaterializedViews
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.core.views import Item, View
from mixroom.crew import actions as crew
from mixroom.crew.model import Person
from mixroom.features import views
from mixroom.media import queries, results
from mixroom.media import store as media_store
from mixroom.media.filetypes import Format
from mixroom.media.findings import Photo
from mixroom.media.model import Fact as MediaFact
from mixroom.media.model import Media, MediaRole, Rendition
from mixroom.media.retouch import PLAIN, WHOLE, Retouch
from mixroom.review import actions as review
from mixroom.review import queries as review_queries
from mixroom.review import retouching, translating
from mixroom.review.formats import timeline
from mixroom.submissions import actions as submissions
from mixroom.submissions import store as submissions_store
from mixroom.submissions.content import Consent, Content, Kind
from mixroom.submissions.model import Showing
from mixroom.submissions.moves import Fact, Status
from mixroom.wall import actions as wall
from mixroom.wall.actions import ScreenReport
from tests.cast import Cast, enter

AUTHORS = st.sampled_from(["chloe", "driss", "flora", "ben", "amelie"])
RETOUCHES = (PLAIN, Retouch(turn=1), Retouch(blurs=(WHOLE,)), Retouch(2, blurs=(WHOLE,)))
REVIEWERS = st.sampled_from(["ben", "amelie"])
TRANSLATORS = st.sampled_from(["ben", "amelie", "driss", "flora"])
NOISE = {Fact.CLAIMED, Fact.RELEASED, Fact.ASKED, *(set(MediaFact) - {MediaFact.RETOUCHED})}
DECISIONS: dict[str, Callable[[Person, str], object]] = {
    "approve": review.approve,
    "return": lambda by, key: review.return_to_author(by, key, "text_unclear"),
    "reject": lambda by, key: review.reject(by, key, "duplicate"),
    "hold": lambda by, key: review.hold(by, key, "later"),
    "recall": wall.recall,
}


class Follower:
    """A screen's copy of a list; it looks only when it pleases, at whichever process answers.

    The second process is asked less often, so that it reads several facts at once.
    """

    def __init__(self, processes: tuple[MaterializedViews, ...], view: View, scope: str) -> None:
        self.processes, self.view, self.scope = processes, view, scope
        self.seq, self.items = 0, dict[str, Item]()

    def look(self, process: int = 0, *, refreshed: bool = False) -> None:
        lists = self.processes[process]
        found = lists.get(self.view, self.scope, refreshed=refreshed)
        answer = json.loads(found.answer(self.seq, lists.position))
        held = {} if answer.get("reset") else self.items
        folded = {**held, **answer["changes"]}
        self.items = {key: item for key, item in folded.items() if item is not None}
        self.seq = answer["seq"]


class Histories(RuleBasedStateMachine):
    """The acts of the people at an event."""

    sent = Bundle("sent")
    photos = Bundle("photos")
    cast: Cast
    turn = 0

    @initialize()
    def begin(self) -> None:
        self.cast = enter()
        processes = MaterializedViews(), MaterializedViews()
        self.followers = [
            Follower(processes, view, view.scope_of(person))
            for view in views()
            for person in self.cast.people.values()
        ]
        self.cast.people["driss"] = replace(self.cast.driss, bilingual=True)
        crew.set_bilingual(self.cast.driss, self.cast.driss.id, on=True)
        self.approved: dict[str, Bilingual] = {}

    @rule(target=photos, author=AUTHORS)
    def upload(self, author: str) -> tuple[str, str]:
        by, media_id = self.cast.people[author], ids.new()
        with transaction() as tx:
            photo = Media(
                media_id, by.event_id, by.id, None, MediaRole.ORIGINAL, 1, "0" * 64, clock.now()
            )
            media_store.add(tx, photo)
            jobs.enqueue(tx, "media.process", {"media_id": media_id})
        return author, media_id

    @rule()
    def develop(self) -> None:
        with transaction() as tx:
            job = jobs.claim(tx, only=["media.process", "media.retouch"])
        if job is None:
            return
        media_id = str(job.payload["media_id"])
        hashes = "0" * 16
        learnt = Photo(Format.JPEG, 4, 3, "0" * 64, hashes, hashes, "#123456", "data:,", None)
        thumb = Rendition("thumb-0.jpg", 4, 3, 1)
        made = {"thumb": thumb, "card": thumb, "wall": thumb}
        photo = queries.get(media_id)
        assert photo is not None
        results.thumbed(media_id, learnt, {"thumb": thumb}, photo.wanted)
        if job.kind == "media.retouch":
            results.retouched(job, photo, learnt, made)
        else:
            results.ready(job, media_id, learnt, made, burnt=photo.wanted)

    @rule(photo=photos, reviewer=REVIEWERS, wanted=st.sampled_from(RETOUCHES))
    def retouch(self, photo: tuple[str, str], reviewer: str, wanted: Retouch) -> None:
        by, media_id = self.cast.people[reviewer], photo[1]
        self._try(lambda: retouching.retouch(by, media_id, wanted))

    @rule(target=sent, author=AUTHORS, words=st.sampled_from(["Un", "Deux", "Trois"]))
    def submit(self, author: str, words: str) -> tuple[str, str]:
        content = Content(Kind.POST, Bilingual(words))
        answer, _ = submissions.submit(self.cast.people[author], content)
        return author, str(answer["id"])

    @rule(target=sent, photo=photos)
    def submit_photo(self, photo: tuple[str, str]) -> tuple[str, str]:
        author, media_id = photo
        content = Content(Kind.PHOTO, media=(media_id,), consent=Consent.CLEARED)
        key = ids.new()
        self._try(lambda: submissions.submit(self.cast.people[author], content, submission_id=key))
        return author, key

    @rule(item=sent, words=st.sampled_from(["Mieux", "Better"]))
    def edit(self, item: tuple[str, str], words: str) -> None:
        author, key = item
        content = Content(Kind.POST, Bilingual(words))
        self._try(lambda: submissions.edit(self.cast.people[author], key, content))

    @rule(item=sent)
    def withdraw(self, item: tuple[str, str]) -> None:
        author, key = item
        self._try(lambda: submissions.withdraw(self.cast.people[author], key))

    @rule(item=sent, reviewer=REVIEWERS, how=st.sampled_from(sorted(DECISIONS)))
    def decide(self, item: tuple[str, str], reviewer: str, how: str) -> None:
        author, key = item
        decided = self._try(lambda: DECISIONS[how](self.cast.people[reviewer], key))
        if decided and how == "approve":
            assert author != reviewer or reviewer == "amelie"
            with reading() as tx:
                found = submissions_store.get(tx, key)
            assert found is not None
            self.approved[key] = found.content.text

    @rule(item=sent, reviewer=REVIEWERS, take_over=st.booleans())
    def claim(self, item: tuple[str, str], reviewer: str, take_over: bool) -> None:
        by = self.cast.people[reviewer]
        self._try(lambda: review.claim(by, item[1], take_over=take_over))

    @rule(item=sent, reviewer=REVIEWERS)
    def release(self, item: tuple[str, str], reviewer: str) -> None:
        self._try(lambda: review.release(self.cast.people[reviewer], item[1]))

    @rule(item=sent, reviewer=REVIEWERS)
    def reopen(self, item: tuple[str, str], reviewer: str) -> None:
        self._try(lambda: review.reopen(self.cast.people[reviewer], item[1]))

    @rule(item=sent, reviewer=REVIEWERS, words=st.sampled_from(["Juste", "Right"]))
    def amend(self, item: tuple[str, str], reviewer: str, words: str) -> None:
        author, key = item
        with reading() as tx:
            before = submissions_store.get(tx, key)
        if before is None:
            return
        content = replace(before.content, text=Bilingual(words))
        by = self.cast.people[reviewer]
        if self._try(lambda: submissions.amend(by, key, content)) and key in self.approved:
            assert (
                before.status is not Status.APPROVED or author != reviewer or by.role is Role.LEAD
            )
            self.approved[key] = Bilingual(words)

    @rule(item=sent, by=TRANSLATORS, whom=TRANSLATORS)
    def ask_for_english(self, item: tuple[str, str], by: str, whom: str) -> None:
        people = self.cast.people
        self._try(lambda: translating.ask(people[by], item[1], people[whom].id))

    @rule(item=sent, by=TRANSLATORS)
    def ask_nobody(self, item: tuple[str, str], by: str) -> None:
        self._try(lambda: translating.unask(self.cast.people[by], item[1]))

    @rule(item=sent, by=TRANSLATORS, words=st.sampled_from(["One", "Two"]))
    def translate(self, item: tuple[str, str], by: str, words: str) -> None:
        author, key = item
        person = self.cast.people[by]
        done = self._try(lambda: translating.translate(person, key, {"text": words}))
        if done and person.reviews:
            assert author != by or person.role is Role.LEAD
            self.approved[key] = replace(self.approved[key], en=words)

    @rule(item=sent, reviewer=REVIEWERS)
    def approve_for_later(self, item: tuple[str, str], reviewer: str) -> None:
        showing = Showing(clock.now() + timedelta(hours=1))
        by = self.cast.people[reviewer]
        self._try(lambda: review.approve(by, item[1], showing=showing))

    @rule(item=sent)
    def report(self, item: tuple[str, str]) -> None:
        _, key = item
        wall.report(self.cast.mur, ScreenReport({"held": 1}, 0, (key,)))

    @rule(on=st.booleans(), what=st.sampled_from(["panic", "blank"]))
    def drive(self, what: str, on: bool) -> None:
        if what == "panic":
            wall.panic(self.cast.ben, on=on)
        else:
            wall.blank(self.cast.ben, self.cast.mur.id, on=on)

    @rule()
    def bring_a_screen(self) -> None:
        crew.token_from_server(self.cast.event.id, "Encore un mur", Role.SCREEN)

    @rule()
    def invite(self) -> None:
        crew.invite(self.cast.amelie, "Léa", Role.BLOGGER)

    @rule(data=st.data())
    def some_look(self, data: st.DataObject) -> None:
        refreshed = False
        for follower in self.followers:
            if data.draw(st.booleans()):
                follower.look(process=1, refreshed=refreshed)
                refreshed = True

    @invariant()
    def everyone_who_looks_is_exact(self) -> None:
        """After each step a sixth of the followers look, all of them in turn."""
        self.turn = (self.turn + 1) % 6
        self._look(getattr(self, "followers", [])[self.turn :: 6])

    @invariant()
    def the_wall_shows_what_was_approved_and_no_other_text(self) -> None:
        if not hasattr(self, "cast"):
            return
        wall = next(view for view in views() if view.name == "wall")
        with reading() as tx:
            shown = wall.items(tx, self.cast.event.id)
        for key, item in shown.items():
            assert item["text"] == self.approved[key].as_dict()

    @invariant()
    def the_wall_shows_no_photo_of_which_a_part_is_still_to_be_blurred(self) -> None:
        if not hasattr(self, "cast"):
            return
        wall = next(view for view in views() if view.name == "wall")
        with reading() as tx:
            items = wall.items(tx, self.cast.event.id)
        for media in (each for item in items.values() for each in item["media"]):
            photo = queries.get(media["id"])
            assert photo is not None
            assert not photo.wanted.hides_more_than(photo.burnt)

    @rule(item=sent)
    def read_what_became_of_it(self, item: tuple[str, str]) -> None:
        """The history has every act once, in the order of time."""
        _, key = item
        with reading() as tx:
            if submissions_store.get(tx, key) is None:
                return
            happened = journal.about(tx, self.cast.event.id, key)
        story, _ = review_queries.history(self.cast.ben, key)
        told = timeline(story, {}, {})
        facts = [each.name.partition(".")[2] for each in happened if each.name not in NOISE]
        actions = [each["action"] for each in told]
        assert sorted(map(_of_a_version, facts)) == sorted(map(_of_a_version, actions))
        times = [each["at"] for each in told]
        assert times == sorted(times)

    def teardown(self) -> None:
        self._look(getattr(self, "followers", []))

    def _look(self, followers: list[Follower]) -> None:
        """Have these look; each has what a fresh look shows, which is read once for all of them."""
        fresh: dict[tuple[str, str], dict[str, Item]] = {}
        for follower in followers:
            follower.look(refreshed=bool(fresh))
            asked = follower.view.name, follower.scope
            if asked not in fresh:
                with reading() as tx:
                    fresh[asked] = json.loads(encode(follower.view.items(tx, follower.scope)))
            assert follower.items == fresh[asked]

    @staticmethod
    def _try(act: Callable[[], object]) -> bool:
        """Do what may be refused; a refusal changes nothing."""
        with reading() as tx:
            before = journal.latest(tx)
        try:
            act()
        except MixroomError:
            with reading() as tx:
                assert journal.latest(tx) == before
            return False
        return True


def _of_a_version(action: str) -> str:
    """Return one name for both: a lead who mends their own words is told of as their author."""
    return "changed" if action in ("edited", "amended") else action


# The rules are the same code on both databases; a few histories show that PostgreSQL answers alike.
HISTORIES = {"sqlite": 15, "postgresql": 5}


def test_every_follower_is_exact_in_every_history(database: sa.Engine) -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=HISTORIES[database.dialect.name],
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
