"""Clips: seen at once, converted beside the photos, shown once a reviewer has watched them."""

import io
import os
import time
from functools import cache

import av
import pytest

from mixroom.core import clock, ids, journal
from mixroom.core.db import reading, transaction
from mixroom.core.files import Store
from mixroom.core.jobs import LEASE, Job, LostLeaseError, claim, give_back, renew
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.media import actions, queries, results, uploading
from mixroom.media.converting import Converting
from mixroom.media.filetypes import MediaKind
from mixroom.media.formats import as_item
from mixroom.media.jobs import HANDLERS, LONG
from mixroom.media.model import DATE_JOB, IdTakenError, Media, MediaRole, MediaStatus, Original
from mixroom.media.refusals import Refusal
from mixroom.media.uploads import Quota, Quotas
from mixroom.review import actions as review
from mixroom.review.live import VIEW as REVIEW
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Consent, Content, Kind
from mixroom.submissions.jobs import date
from mixroom.submissions.live import PUBLIC
from mixroom.submissions.model import MediaNotReadyError, MediaRefusedError
from tests import photos
from tests.cast import Cast
from tests.client import Api, following
from tests.clips import SECRETS, clip
from tests.replay import assert_replays
from tests.servers import Server, until
from tests.stores import ObjectStore

CLIP = clip(audio="aac")
OTHER = clip(picture="smptebars")
POSTER = photos.phone("coffee", 1, (640, 360)).data
PLENTY = 10**9
ROOM = Quotas(Quota(10, PLENTY), Quota(10, PLENTY))


@cache
def long_one() -> bytes:
    """Return a clip that is converted for some seconds."""
    return clip(15, (1296, 736), options={"preset": "ultrafast", "crf": "40"})


def send(
    by: Person,
    files: Store,
    data: bytes = CLIP,
    media_id: str | None = None,
    role: MediaRole = MediaRole.ORIGINAL,
) -> Media:
    received = files.receive(io.BytesIO(data), PLENTY)
    kind = MediaKind.VIDEO
    return actions.upload(by, received, files, media_id=media_id, role=role, kind=kind)[0]


def post(by: Person, media: Media) -> str:
    content = Content(
        Kind.VIDEO, Bilingual("Ça tourne."), media=(media.id,), consent=Consent.CLEARED
    )
    return str(submissions.submit(by, content)[0]["id"])


SHORT = HANDLERS | {DATE_JOB: (date, date)}


def work(cast: Cast, files: Store) -> None:
    """Do what the worker does, until nothing is left; every screen must be able to follow."""
    while True:
        with transaction() as tx:
            job = claim(tx)
        if job is None:
            return
        if job.kind in SHORT:
            assert_replays(cast, lambda job=job: SHORT[job.kind][0](job, files))
            continue
        converting = assert_replays(cast, lambda job=job: Converting(job, files))
        while not converting.over:
            assert_replays(cast, lambda: converting.go_on(0.2))  # noqa: B023


def state(cast: Cast, media: Media) -> Media:
    return queries.visible_to(cast.chloe, media.id)


def facts(cast: Cast) -> list[str]:
    with reading() as tx:
        entries = journal.since(tx, 0, event_id=cast.event.id)
    return [entry.name for entry in entries if entry.name.startswith("media.")]


def shown(cast: Cast, key: str) -> dict[str, object] | None:
    with reading() as tx:
        item = PUBLIC.item(tx, cast.event.id, key)
    return item and item["media"][0]


def test_a_clip_is_taken_in_converted_and_has_pictures(cast: Cast, files: Store) -> None:
    sent = assert_replays(cast, lambda: send(cast.chloe, files))
    assert sent.kind is MediaKind.VIDEO
    work(cast, files)
    ready = state(cast, sent)
    assert (ready.status, ready.original, ready.progress) == (
        MediaStatus.READY,
        Original.KEPT,
        None,
    )
    assert set(ready.renditions) == {"thumb", "card", "wall", "clip"}
    assert ready.duration == pytest.approx(2, abs=0.1)
    item = as_item(ready)
    assert item["clip"] == f"/media/{sent.id}/{ready.renditions['clip'].file}"
    made = files.path(ready.stored(ready.renditions["clip"].file)).read_bytes()
    assert not [secret for secret in SECRETS if secret in made]
    assert files.path(sent.original_file).read_bytes() == CLIP
    assert os.listdir(files.root / "incoming") == []
    assert facts(cast) == ["media.received", "media.thumbed", "media.ready"]


def test_a_store_of_objects_serves_as_well_as_a_folder(cast: Cast) -> None:
    """A picture first, then the clip in portions; no other file is left behind."""
    files = ObjectStore()
    media = send(cast.chloe, files, POSTER, role=MediaRole.PREVIEW)
    work(cast, files)
    upload = uploading.announce(cast.chloe, files, media.id, len(CLIP), "video/mp4", None, ROOM)
    token, _ = files.partial(upload.id).take_over()
    with files.partial(upload.id).writing(token, 0) as pen:
        pen.write(CLIP)
    assert uploading.progressed(upload, files).done
    work(cast, files)
    ready = state(cast, media)
    assert (ready.status, ready.original) == (MediaStatus.READY, Original.KEPT)
    with files.open(ready.original_file).stream as original:
        assert original.read() == CLIP
    assert set(map(ready.stored, ready.files)) <= set(files.names(media.id))
    assert (files.staged, files.partial(upload.id).size) == ({}, 0)


def test_what_a_file_is_decides_and_not_what_it_is_called(cast: Cast, files: Store) -> None:
    received = files.receive(io.BytesIO(CLIP), PLENTY)
    said_to_be_a_photo, _ = actions.upload(cast.chloe, received, files)
    said_to_be_a_clip = send(cast.chloe, files, POSTER)
    assert said_to_be_a_photo.kind is MediaKind.VIDEO
    assert said_to_be_a_clip.kind is MediaKind.PHOTO
    work(cast, files)
    assert state(cast, said_to_be_a_photo).status is MediaStatus.READY
    assert state(cast, said_to_be_a_clip).status is MediaStatus.READY


def test_its_first_picture_is_seen_at_once_and_cannot_be_approved_alone(
    cast: Cast, files: Store
) -> None:
    """Else an author could have a harmless picture approved and send another clip after it."""
    media = send(cast.chloe, files, POSTER, ids.new(), MediaRole.PREVIEW)
    key = post(cast.chloe, media)
    work(cast, files)
    with reading() as tx:
        (seen,) = REVIEW.items(tx, cast.event.id)[key]["media"]
    assert (seen["status"], seen["original"]) == ("processing", "awaited")
    assert seen["card"]
    with pytest.raises(MediaNotReadyError):
        review.approve(cast.ben, key)

    send(cast.chloe, files, CLIP, media.id)
    with pytest.raises(MediaNotReadyError):
        review.approve(cast.ben, key)
    work(cast, files)
    assert_replays(cast, lambda: review.approve(cast.ben, key))
    assert shown(cast, key)["clip"]
    work(cast, files)


def test_nothing_takes_the_place_of_a_clip_that_was_approved(cast: Cast, files: Store) -> None:
    media = send(cast.chloe, files, POSTER, ids.new(), MediaRole.PREVIEW)
    key = post(cast.chloe, media)
    send(cast.chloe, files, CLIP, media.id)
    work(cast, files)
    review.approve(cast.ben, key)
    approved = shown(cast, key)
    for data, role in ((OTHER, MediaRole.ORIGINAL), (CLIP[:-9], MediaRole.ORIGINAL)):
        with pytest.raises(IdTakenError):
            send(cast.chloe, files, data, media.id, role)
    send(cast.chloe, files, POSTER, media.id, MediaRole.PREVIEW)
    work(cast, files)
    assert shown(cast, key) == approved


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (CLIP[: len(CLIP) // 2], Refusal.DAMAGED),
        (photos.phone("rocket", 1, (640, 360)).data, Refusal.NOT_A_CLIP),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", Refusal.NOT_A_CLIP),
    ],
    ids=["half a clip", "a photo", "a playlist"],
)
def test_a_clip_that_cannot_be_used_says_why_and_keeps_its_picture(
    cast: Cast, files: Store, data: bytes, why: Refusal
) -> None:
    media = send(cast.chloe, files, POSTER, ids.new(), MediaRole.PREVIEW)
    key = post(cast.chloe, media)
    work(cast, files)
    send(cast.chloe, files, data, media.id)
    work(cast, files)
    item = as_item(state(cast, media))
    assert (item["status"], item["refusal"]["code"]) == ("refused", why)
    assert item["card"]
    with pytest.raises(MediaRefusedError):
        review.approve(cast.ben, key)

    send(cast.chloe, files, CLIP, media.id)
    assert state(cast, media).status is MediaStatus.PROCESSING
    work(cast, files)
    assert state(cast, media).status is MediaStatus.READY


def test_a_clip_after_the_preview_of_a_photo_is_refused(cast: Cast, files: Store) -> None:
    received = files.receive(io.BytesIO(POSTER), PLENTY)
    media, _ = actions.upload(
        cast.chloe, received, files, media_id=ids.new(), role=MediaRole.PREVIEW
    )
    work(cast, files)
    send(cast.chloe, files, CLIP, media.id)
    work(cast, files)
    after = state(cast, media)
    assert (after.kind, after.original) == (MediaKind.PHOTO, Original.REFUSED)
    assert "clip" not in after.renditions


def test_a_server_without_pyav_refuses_clips_in_words(
    cast: Cast, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mixroom.media.filetypes.takes_clips", lambda: False)
    media = send(cast.chloe, files)
    work(cast, files)
    assert as_item(state(cast, media))["refusal"]["code"] == "no_clips"


def test_photos_do_not_wait_for_clips(cast: Cast, files: Store) -> None:
    """The lanes are apart: a worker that asks for short jobs never gets a long one."""
    clips = [send(cast.chloe, files, clip(1 + n / 10)) for n in range(3)]
    photo = actions.upload(cast.driss, files.receive(io.BytesIO(POSTER), PLENTY), files)[0]
    with transaction() as tx:
        short, no_more = claim(tx, but=LONG), claim(tx, but=LONG)
        long = claim(tx, only=LONG)
    assert short
    assert short.payload["media_id"] == photo.id
    assert no_more is None
    assert long
    assert long.payload["media_id"] == clips[0].id


def test_progress_is_told_and_renews_the_lease(cast: Cast, files: Store) -> None:
    media = send(cast.chloe, files)
    job = taken()
    assert_replays(cast, lambda: results.converting(job, media.id, 35))
    assert as_item(state(cast, media))["progress"] == 35
    assert facts(cast)[-1] == "media.converting"
    other = taken(after=True)
    with pytest.raises(LostLeaseError):
        results.converting(job, media.id, 40)
    assert other


def test_a_lease_that_is_renewed_is_kept_and_a_job_given_back_is_due_at_once(
    cast: Cast, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(cast.chloe, files)
    job, start = taken(), clock.now()
    monkeypatch.setattr("mixroom.core.clock.now", lambda: start + LEASE * 0.9)
    with transaction() as tx:
        renew(tx, job)
    monkeypatch.setattr("mixroom.core.clock.now", lambda: start + LEASE * 1.8)
    with transaction() as tx:
        assert claim(tx) is None
        give_back(tx, job)
        again = claim(tx)
    assert again
    assert (again.id, again.tries) == (job.id, 1)
    with transaction() as tx, pytest.raises(LostLeaseError):
        renew(tx, job)


def test_a_clip_whose_worker_was_killed_is_finished_once_by_another(
    cast: Cast, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = send(cast.chloe, files)
    first = Converting(taken(), files)
    second = Converting(taken(after=True), files)
    finished = [each for each in (first, second) if not lost(each)]
    assert finished == [second]
    assert state(cast, media).status is MediaStatus.READY
    assert facts(cast).count("media.ready") == 1


def lost(converting: Converting) -> bool:
    try:
        while not converting.over:
            converting.go_on(0.2)
    except LostLeaseError:
        converting.stop()
        return True
    return False


def taken(*, after: bool = False) -> Job:
    """Claim the next job; `after` the present lease has run out."""
    with pytest.MonkeyPatch.context() as patch:
        if after:
            now = clock.now() + LEASE * 1.1
            patch.setattr("mixroom.core.clock.now", lambda: now)
        with transaction() as tx:
            job = claim(tx, but=[DATE_JOB])
    assert job
    return job


def test_a_job_for_a_clip_that_is_gone_ends_quietly(cast: Cast, files: Store) -> None:
    media = send(cast.chloe, files)
    files.delete(media.original_file)
    work(cast, files)
    assert state(cast, media).refusal is Refusal.LOST
    with transaction() as tx:
        assert claim(tx) is None


# Over HTTP, with the whole of Mixroom running


def upload(api: Api, data: bytes, **fields: str) -> str:
    files = {"file": ("IMG_0001.MOV", data, "video/quicktime")}
    answer = api.ask("POST", "/media", files=files, data=fields)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json()["id"])


def test_over_http_a_clip_is_played_in_parts_by_whom_a_photo_is_seen(
    server: Server, guests: Cast
) -> None:
    chloe, driss = (Api(server.url, guests.tokens[name]) for name in ("chloe", "driss"))
    media = upload(chloe, CLIP)
    item = chloe.developed(media)
    assert (item["status"], item["kind"]) == ("ready", "video")
    whole = chloe.page(item["clip"])
    assert whole.status_code == 200
    assert whole.headers["Content-Type"] == "video/mp4"
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert "no-store" in whole.headers["Cache-Control"]
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert int(whole.headers["Content-Length"]) == len(whole.content)
    with av.open(io.BytesIO(whole.content)) as played:
        assert played.streams.video[0].codec_context.name == "h264"
    for asked, part in {
        "bytes=0-1": whole.content[:2],
        "bytes=100-299": whole.content[100:300],
        "bytes=-10": whole.content[-10:],
        "bytes=70000-": whole.content[70000:],
    }.items():
        answer = chloe.page(item["clip"], headers={"Range": asked})
        assert (answer.status_code, answer.content) == (206, part), asked
        assert answer.headers["Content-Range"].endswith(f"/{len(whole.content)}")
    beyond = {"Range": f"bytes={len(whole.content)}-"}
    assert chloe.page(item["clip"], headers=beyond).status_code == 416
    same = {"If-None-Match": whole.headers["ETag"]}
    assert chloe.page(item["clip"], headers=same).status_code == 304
    for stranger in (driss, Api(server.url)):
        assert stranger.page(item["clip"]).status_code == 404


# Elsewhere the lease has to run out, which takes its time: see the tests of the jobs.
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_over_http_a_photo_is_ready_while_a_clip_is_converted_and_a_killed_worker_loses_neither(
    server: Server, guests: Cast
) -> None:
    chloe, driss = (Api(server.url, guests.tokens[name]) for name in ("chloe", "driss"))
    media = upload(chloe, long_one())
    sent = chloe.submit(kind="video", text={"fr": "Ça tourne."}, consent="cleared", media=[media])
    with following(chloe, "desk") as desk:

        def progress() -> int:
            return int(desk.items[sent["id"]]["media"][0]["progress"] or 0)

        until(lambda: progress() >= 5, "the clip to be on its way")
        picture = driss.developed(upload(driss, POSTER))
        assert picture["status"] == "ready"
        assert chloe.ask("GET", f"/media/{media}").json()["status"] == "processing"

        server.kill_workers()
        killed = time.monotonic()
        assert chloe.developed(media)["status"] == "ready"
        assert time.monotonic() - killed < LEASE.total_seconds(), "nobody is waited for"
    with reading() as tx:
        entries = journal.since(tx, 0, event_id=guests.event.id)
    assert [entry.name for entry in entries if entry.key == sent["id"]].count("media.ready") == 1


def test_over_http_a_worker_that_is_told_to_stop_leaves_its_clip_to_the_next(
    server: Server, guests: Cast
) -> None:
    chloe = Api(server.url, guests.tokens["chloe"])
    before = os.listdir(server.settings.uploads / "incoming")
    media = upload(chloe, long_one()[:-1] + b"x")
    until(
        lambda: (chloe.ask("GET", f"/media/{media}").json()["progress"] or 0) >= 5,
        "the clip to be on its way",
        30,
    )
    server.stop()
    with transaction() as tx:
        left = claim(tx, only=LONG)
        assert left
        assert (left.payload["media_id"], left.tries) == (media, 1)
        give_back(tx, left)
    assert os.listdir(server.settings.uploads / "incoming") == before
    server.start()
    assert chloe.developed(media)["status"] == "ready"


def test_over_http_each_kind_has_its_limit(server: Server, guests: Cast) -> None:
    chloe = Api(server.url, guests.tokens["chloe"])
    before = os.listdir(server.settings.uploads / "incoming")
    most = server.settings.max_bytes(clip=False)
    answer = chloe.ask("POST", "/media", files={"file": ("x.jpg", b"\xff\xd8\xff" + bytes(most))})
    assert answer.status_code == 413
    clip_of_size = CLIP + bytes(most - len(CLIP) + 1)
    answer = chloe.ask("POST", "/media", files={"file": ("x.mp4", clip_of_size)})
    assert answer.status_code == 201
    assert answer.json()["kind"] == "video"
    chloe.developed(answer.json()["id"])
    assert os.listdir(server.settings.uploads / "incoming") == before
