"""A photo is cut, turned and blurred: in every rendition, and nothing older can be fetched."""

import io
from collections.abc import Collection

import pytest
from PIL import Image

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.files import Store
from mixroom.core.jobs import Job, claim
from mixroom.core.text import Bilingual
from mixroom.core.views import Item
from mixroom.media import actions, queries, results
from mixroom.media.filetypes import MediaKind
from mixroom.media.jobs import HANDLERS
from mixroom.media.model import (
    Fact,
    Media,
    MediaRole,
    MediaStatus,
    NotAPhotoError,
    NotReadyError,
    Original,
)
from mixroom.media.refusals import Refusal
from mixroom.media.retouch import Box, Point, Retouch
from mixroom.review import actions as review
from mixroom.review.live import VIEW as REVIEW
from mixroom.review.retouching import retouch
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Consent, Content, Kind
from mixroom.submissions.live import PUBLIC
from mixroom.submissions.model import LostRaceError, MediaNotReadyError
from mixroom.submissions.moves import WrongStatusError
from tests import photos
from tests.cast import Cast
from tests.client import Api, following
from tests.clips import clip
from tests.photos import FACE, portrait, preview
from tests.replay import assert_replays
from tests.servers import Server, until

BLUR = Retouch(blurs=(FACE,))
CROP = Retouch(crop=Box(0, 0, 0.5, 1), focus=Point(0.25, 0.5))
RENDITIONS = ("thumb", "card", "wall")
PLENTY = 10**9


ORIGINAL = portrait()
PREVIEW = preview(ORIGINAL, 800)


def send(
    cast: Cast,
    files: Store,
    data: bytes = ORIGINAL,
    media_id: str | None = None,
    **more: object,
) -> str:
    received = files.receive(io.BytesIO(data), PLENTY)
    media, _ = actions.upload(cast.chloe, received, files, media_id=media_id, **more)
    return media.id


def post(cast: Cast, media_id: str) -> str:
    content = Content(
        Kind.PHOTO, Bilingual("Une tête."), media=(media_id,), consent=Consent.CLEARED
    )
    return str(submissions.submit(cast.chloe, content)[0]["id"])


def work(cast: Cast, files: Store) -> None:
    """Do what the worker does, until nothing is left; every screen must be able to follow."""
    while job := next_job():
        assert_replays(cast, lambda job=job: HANDLERS[job.kind][0](job, files))


def next_job(only: Collection[str] = tuple(HANDLERS)) -> Job | None:
    with transaction() as tx:
        return claim(tx, only=only)


def state(media_id: str) -> Media:
    media = queries.get(media_id)
    assert media
    return media


def published(cast: Cast) -> dict[str, Item]:
    with reading() as tx:
        return PUBLIC.items(tx, cast.event.id)


def picture(files: Store, media: Media, name: str) -> Image.Image:
    data = files.path(media.stored(media.renditions[name].file)).read_bytes()
    return Image.open(io.BytesIO(data))


def faces(files: Store, media: Media) -> dict[str, float]:
    """Return how much detail there is where the face was, in each rendition."""
    return {name: photos.detail(picture(files, media, name), FACE) for name in RENDITIONS}


@pytest.fixture
def approved(cast: Cast, files: Store) -> str:
    media_id = send(cast, files)
    key = post(cast, media_id)
    work(cast, files)
    review.approve(cast.ben, key)
    return media_id


def test_a_blur_is_in_every_rendition_and_leaves_no_detail(cast: Cast, files: Store) -> None:
    media_id = send(cast, files)
    key = post(cast, media_id)
    work(cast, files)
    assert min(faces(files, state(media_id)).values()) > 15
    photo = assert_replays(cast, lambda: retouch(cast.ben, media_id, BLUR))
    assert photo.status is MediaStatus.PROCESSING
    with pytest.raises(MediaNotReadyError):
        review.approve(cast.ben, key)
    work(cast, files)
    after = state(media_id)
    assert max(faces(files, after).values()) < 4
    assert photos.detail(picture(files, after, "plain"), FACE) > 60
    assert after.retouching is not None
    assert (after.retouching.version, after.retouching.by) == (1, cast.ben.id)
    review.approve(cast.ben, key)


def test_what_is_to_be_blurred_is_not_shown_until_it_is(
    cast: Cast, files: Store, approved: str
) -> None:
    before = state(approved)
    (key,) = published(cast)
    assert_replays(cast, lambda: retouch(cast.ben, approved, BLUR))
    assert published(cast) == {}
    assert not [file for file in before.files if state(approved).shows(file)]
    with reading() as tx:
        assert REVIEW.item(tx, cast.event.id, key) is None, "it is still approved"
    work(cast, files)
    (item,) = published(cast)[key]["media"]
    assert item["wall"]
    assert not set(before.files) & state(approved).files
    assert "retouch" not in item
    assert "plain" not in item


def test_a_crop_and_a_turn_take_the_place_of_what_is_shown_in_one_step(
    cast: Cast, files: Store, approved: str
) -> None:
    before = published(cast)
    (key,) = before
    cut = Retouch(1, CROP.crop, CROP.focus)
    assert_replays(cast, lambda: retouch(cast.ben, approved, cut))
    assert published(cast) == before, "what is shown stays, with its shape"
    work(cast, files)
    (item,) = published(cast)[key]["media"]
    assert (item["width"], item["height"]) == (1200, 800)
    assert item["focus"] == {"x": 0.5, "y": 0.5}
    assert picture(files, state(approved), "wall").size == (1200, 800)
    old = before[key]["media"][0]["wall"].rpartition("/")[2]
    assert not state(approved).shows(old)


def test_the_journal_says_which_photo_was_retouched(
    cast: Cast, files: Store, approved: str
) -> None:
    retouch(cast.ben, approved, BLUR)
    with reading() as tx:
        told = [e.particulars for e in journal.since(tx, 0) if e.name == Fact.RETOUCHED]
    assert told == [{"media": approved}]


def test_a_focus_alone_changes_no_picture(cast: Cast, files: Store, approved: str) -> None:
    wall = published(cast).popitem()[1]["media"][0]["wall"]
    retouch(cast.ben, approved, Retouch(focus=Point(0.1, 0.9)))
    work(cast, files)
    item = published(cast).popitem()[1]["media"][0]
    assert (item["wall"], item["focus"]) == (wall, {"x": 0.1, "y": 0.9})


def test_all_of_it_can_be_undone(cast: Cast, files: Store, approved: str) -> None:
    before = state(approved)
    for wanted in (Retouch(2, CROP.crop, None, (FACE,)), Retouch()):
        retouch(cast.ben, approved, wanted)
        work(cast, files)
    after = state(approved)
    assert after.renditions == before.renditions
    assert after.retouching is not None
    assert after.retouching.version == 2


def test_an_original_that_follows_is_retouched_as_its_preview_was(cast: Cast, files: Store) -> None:
    media_id = send(cast, files, PREVIEW, ids.new(), role=MediaRole.PREVIEW)
    key = post(cast, media_id)
    work(cast, files)
    retouch(cast.ben, media_id, Retouch(blurs=(FACE,), crop=Box(0, 0, 1, 0.75)))
    work(cast, files)
    review.approve(cast.ben, key)
    (item,) = published(cast)[key]["media"]
    assert (item["role"], item["width"], item["height"]) == ("preview", 800, 450)

    send(cast, files, ORIGINAL, media_id)
    work(cast, files)
    (item,) = published(cast)[key]["media"]
    assert (item["role"], item["width"], item["height"]) == ("original", 1600, 900)
    cut = Box(FACE.x, FACE.y / 0.75, FACE.w, FACE.h / 0.75)
    for name in RENDITIONS:
        assert photos.detail(picture(files, state(media_id), name), cut) < 4, name


def test_an_original_of_another_photo_is_set_aside_also_while_a_blur_is_made(
    cast: Cast, files: Store
) -> None:
    media_id = send(cast, files, PREVIEW, ids.new(), role=MediaRole.PREVIEW)
    post(cast, media_id)
    work(cast, files)
    retouch(cast.ben, media_id, BLUR)
    send(cast, files, portrait(name="rocket"), media_id)
    job = next_job(only=["media.process"])
    assert job
    HANDLERS[job.kind][0](job, files)
    work(cast, files)
    after = state(media_id)
    assert (after.role, after.original) == (MediaRole.PREVIEW, Original.DIFFERENT)
    assert after.status is MediaStatus.READY
    assert max(faces(files, after).values()) < 4


@pytest.mark.parametrize("late", ["media.process", "media.retouch"])
def test_what_was_begun_before_a_blur_was_wanted_is_not_shown(
    cast: Cast, files: Store, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """The blur is asked for while the worker is at the picture without it."""
    media_id = send(cast, files, PREVIEW, ids.new(), role=MediaRole.PREVIEW)
    key = post(cast, media_id)
    work(cast, files)
    review.approve(cast.ben, key)
    if late == "media.process":
        send(cast, files, ORIGINAL, media_id)
    else:
        retouch(cast.ben, media_id, CROP)
    job = next_job()
    assert job
    assert job.kind == late
    finish = getattr(results, "ready" if late == "media.process" else "retouched")

    def interrupted(*facts: object, **more: object) -> None:
        retouch(cast.ben, media_id, BLUR)
        finish(*facts, **more)

    with monkeypatch.context() as patch:
        patch.setattr(results, finish.__name__, interrupted)
        HANDLERS[late][0](job, files)
    assert published(cast) == {}
    work(cast, files)
    after = state(media_id)
    assert published(cast)[key]["media"][0]["status"] == "ready"
    assert max(faces(files, after).values()) < 4
    wanted = MediaRole.ORIGINAL if late == "media.process" else MediaRole.PREVIEW
    assert after.role is wanted


def test_of_two_reviewers_the_second_is_told(cast: Cast, files: Store, approved: str) -> None:
    retouch(cast.ben, approved, BLUR, version=0)
    with pytest.raises(LostRaceError):
        retouch(cast.amelie, approved, CROP, version=0)
    retouch(cast.amelie, approved, CROP, version=1)
    work(cast, files)
    assert state(approved).burnt == CROP


def test_the_same_again_is_done_already(cast: Cast, files: Store, approved: str) -> None:
    retouch(cast.ben, approved, CROP)
    work(cast, files)
    before = state(approved)
    assert retouch(cast.ben, approved, CROP) == before
    assert next_job() is None


def test_a_blur_that_fails_shows_nothing_and_can_be_tried_again(
    cast: Cast, files: Store, approved: str
) -> None:
    original = files.path(state(approved).original_file)
    original.rename(aside := original.with_name("aside"))
    retouch(cast.ben, approved, BLUR)
    work(cast, files)
    failed = state(approved)
    assert (failed.status, failed.refusal) == (MediaStatus.REFUSED, Refusal.LOST)
    assert failed.original is Original.KEPT
    assert published(cast) == {}
    aside.rename(original)
    retouch(cast.ben, approved, BLUR)
    work(cast, files)
    assert published(cast)
    assert max(faces(files, state(approved)).values()) < 4


def test_a_crop_that_fails_leaves_what_is_shown(cast: Cast, files: Store, approved: str) -> None:
    before = state(approved)
    files.path(before.original_file).write_bytes(portrait(name="rocket"))
    retouch(cast.ben, approved, CROP)
    work(cast, files)
    after = state(approved)
    assert (after.status, after.renditions) == (MediaStatus.READY, before.renditions)
    assert not after.needs_rendering


def test_what_older_renditions_there_were_is_deleted_and_the_only_picture_kept(
    cast: Cast, files: Store
) -> None:
    media_id = send(cast, files, PREVIEW, ids.new(), role=MediaRole.PREVIEW)
    post(cast, media_id)
    work(cast, files)
    retouch(cast.ben, media_id, BLUR)
    work(cast, files)
    with transaction() as tx:
        tx.execute(jobs.jobs.update().values(run_at=clock.now()))
    work(cast, files)
    after = state(media_id)
    kept = {after.preview_file, *map(after.stored, after.files)}
    assert set(files.names(media_id)) == kept
    assert set(after.renditions) == {*RENDITIONS, "plain"}


def test_only_reviewers_of_the_event_retouch(cast: Cast, files: Store, approved: str) -> None:
    for name in ("chloe", "driss", "flora", "mur"):
        with pytest.raises(NotAllowedError):
            retouch(cast.people[name], approved, BLUR)
    with pytest.raises(NotFoundError):
        retouch(cast.eve, approved, BLUR)
    with pytest.raises(InvalidError):
        retouch(cast.ben, approved, Retouch(crop=Box(0.5, 0.5, 1, 1)))
    assert state(approved).retouching is None


def test_a_photo_that_nobody_is_to_see_is_left_as_it_is(
    cast: Cast, files: Store, approved: str
) -> None:
    (key,) = published(cast)
    review.recall(cast.ben, key)
    with pytest.raises(WrongStatusError):
        retouch(cast.ben, approved, BLUR)
    alone = send(cast, files, portrait(name="rocket"))
    work(cast, files)
    with pytest.raises(NotFoundError):
        retouch(cast.ben, alone, BLUR)


def test_neither_a_clip_nor_a_photo_that_is_still_prepared_is_retouched(
    cast: Cast, files: Store
) -> None:
    film = send(cast, files, clip(1), kind=MediaKind.VIDEO)
    post(cast, film)
    photo = send(cast, files)
    post(cast, photo)
    with pytest.raises(NotAPhotoError):
        retouch(cast.ben, film, BLUR)
    with pytest.raises(NotReadyError):
        retouch(cast.ben, photo, BLUR)


def test_over_http_a_face_that_was_blurred_is_nowhere_to_be_fetched(
    server: Server, guests: Cast
) -> None:
    chloe, ben, mur = (Api(server.url, guests.tokens[name]) for name in ("chloe", "ben", "mur"))
    stranger = Api(server.url)
    answer = chloe.ask("POST", "/media", files={"file": ("p.jpg", ORIGINAL)})
    media_id = answer.json()["id"]
    sent = chloe.submit(kind="photo", media=[media_id], consent="cleared")
    before = ben_sees(ben, media_id)
    ben.decide(sent["id"], "approval")
    old = [before[name] for name in RENDITIONS]
    assert {stranger.page(address).status_code for address in old} == {200}
    with following(mur, "wall") as wall:
        wall.frames.clear()
        body = {"blurs": [{"x": FACE.x, "y": FACE.y, "w": FACE.w, "h": FACE.h}]}
        answer = ben.ask(
            "PUT", f"/media/{media_id}/retouch", json=body, headers={"If-Match": '"0"'}
        )
        assert answer.status_code == 200
        said = answer.json()
        assert (said["status"], said["retouch"]["version"]) == ("processing", 1)
        assert said["retouch"]["blurs"] == body["blurs"]
        everyone = (stranger, mur, chloe, ben)
        for api in everyone:
            assert {api.page(address).status_code for address in old} == {404}
        after = ben_sees(ben, media_id)
        until(lambda: sent["id"] in wall.items, "the photo to be back on the wall")
        changes = [frame["changes"] for frame in wall.frames]
    assert any(each.get(sent["id"], "") is None for each in changes), "it was off the wall"
    new = [after[name] for name in RENDITIONS]
    assert not set(new) & set(old)
    for address in new:
        served = stranger.page(address)
        assert served.status_code == 200
        assert photos.detail(Image.open(io.BytesIO(served.content)), FACE) < 4
    for api in everyone:
        assert {api.page(address).status_code for address in old} == {404}
    plain = ben.page(after["plain"])
    assert photos.detail(Image.open(io.BytesIO(plain.content)), FACE) > 60
    assert plain.headers["Cache-Control"] == "private, no-store"
    for api in (stranger, mur, chloe, Api(server.url, guests.tokens["eve"])):
        assert api.page(after["plain"]).status_code == 404
    assert chloe.ask("GET", f"/media/{media_id}").json()["plain"] is None


def test_over_http_what_is_wrong_is_said_by_field(server: Server, guests: Cast) -> None:
    chloe, ben = (Api(server.url, guests.tokens[name]) for name in ("chloe", "ben"))
    media_id = chloe.ask("POST", "/media", files={"file": ("p.jpg", PREVIEW)}).json()["id"]
    chloe.submit(kind="photo", media=[media_id], consent="cleared")
    ben_sees(ben, media_id)

    def fields(body: object, **headers: str) -> tuple[int, list[str]]:
        answer = ben.ask("PUT", f"/media/{media_id}/retouch", json=body, headers=headers)
        assert answer.headers["Content-Type"] == "application/problem+json"
        return answer.status_code, [each["field"] for each in answer.json().get("errors", [])]

    part = {"x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2}
    assert fields({"turn": 5}) == (422, ["turn"])
    assert fields({"turn": "round"}) == (422, ["turn"])
    assert fields({"crop": {"x": 0, "y": 0, "w": 1}}) == (422, ["crop.h"])
    assert fields({"crop": part | {"w": 1}}) == (422, ["crop"])
    assert fields({"blurs": [part, part | {"y": 0.9}]}) == (422, ["blurs.1"])
    assert fields({"blurs": [part | {"x": "left"}]}) == (422, ["blurs.0.x"])
    assert fields({"focus": {"x": 2, "y": 0}}) == (422, ["focus"])
    assert fields({"bend": 1}) == (422, ["bend"])
    assert fields({"blurs": [part]}, **{"If-Match": '"3"'}) == (412, [])


def ben_sees(ben: Api, media_id: str) -> dict[str, object]:
    seen = ben.developed(media_id)
    assert seen["status"] == "ready"
    return seen
