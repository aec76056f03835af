"""Photos: taken in once, developed, shown, or refused with a reason."""

import hashlib
import io
import os
import signal
import threading
from collections.abc import Callable
from copy import copy
from functools import partial
from typing import BinaryIO

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont

from mixroom.core import clock, ids, journal
from mixroom.core.db import reading, transaction
from mixroom.core.disk import DiskStore
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.files import Store, StoreFullError
from mixroom.core.jobs import PAUSES, TRIES, claim, enqueue, fail
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.media import actions, queries, sandbox, store
from mixroom.media.formats import as_item
from mixroom.media.imaging import develop
from mixroom.media.jobs import give_up, process
from mixroom.media.jobs import preview as show
from mixroom.media.model import DATE_JOB, IdTakenError, Media, MediaRole, MediaStatus, Original
from mixroom.media.refusals import Refusal
from mixroom.media.results import UnluckyError
from mixroom.media.twins import alike
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Consent, Content, Kind
from mixroom.submissions.jobs import date
from mixroom.submissions.live import DESK
from tests import hostile, photos
from tests.cast import Cast
from tests.client import Api
from tests.replay import assert_replays
from tests.servers import Server

SIZE = (1200, 900)
COFFEE = photos.phone("coffee", 6, SIZE[::-1]).data
ROCKET = photos.phone("rocket", 1, SIZE).data
PLENTY = 10**9


def send(
    by: Person, files: Store, data: bytes = COFFEE, media_id: str | None = None
) -> tuple[Media, bool]:
    received = files.receive(io.BytesIO(data), PLENTY)
    return actions.upload(by, received, files, media_id=media_id)


def work(cast: Cast, files: Store) -> None:
    """Do what the worker does, until nothing is left; every screen must be able to follow."""
    while True:
        with transaction() as tx:
            job = claim(tx)
        if job is None:
            return
        try:
            run = date if job.kind == DATE_JOB else process
            assert_replays(cast, lambda job=job, run=run: run(job, files))
        except UnluckyError as error:
            with transaction() as tx:
                fail(tx, job, repr(error))


def facts(cast: Cast) -> list[tuple[str, str]]:
    with reading() as tx:
        entries = journal.since(tx, 0, event_id=cast.event.id)
    return [(entry.name, entry.key) for entry in entries if entry.name.startswith("media.")]


def arriving(files: Store) -> list[str]:
    return os.listdir(files.root / "incoming")


def test_a_photo_is_taken_in_and_developed(cast: Cast, files: Store) -> None:
    photo, new = assert_replays(cast, lambda: send(cast.chloe, files))
    assert new
    assert as_item(photo)["thumb"] is None
    work(cast, files)
    ready = queries.visible_to(cast.chloe, photo.id)
    assert ready.status is MediaStatus.READY
    assert (ready.width, ready.height) == SIZE[::-1]
    assert ready.taken_at
    assert ready.taken_at.isoformat() == "2015-11-07T14:03:21-05:00"
    item = as_item(ready)
    for name, rendition in ready.renditions.items():
        data = files.path(ready.stored(rendition.file)).read_bytes()
        assert len(data) == rendition.bytes
        assert hashlib.sha256(data).hexdigest()[:16] in rendition.file
        assert item[name] == f"/media/{photo.id}/{rendition.file}"
    assert [name for name, _ in facts(cast)] == ["media.received", "media.thumbed", "media.ready"]
    assert {key for _, key in facts(cast)} == {photo.id}


def test_the_original_is_kept_byte_for_byte(cast: Cast, files: Store) -> None:
    photo, _ = send(cast.chloe, files)
    work(cast, files)
    assert files.path(photo.original_file).read_bytes() == COFFEE
    assert photo.sha256 == hashlib.sha256(COFFEE).hexdigest()
    assert arriving(files) == []


def test_a_photo_that_is_attached_before_it_is_ready_appears_on_its_submission(
    cast: Cast, files: Store
) -> None:
    photo, _ = send(cast.chloe, files)
    content = Content(Kind.PHOTO, Bilingual("Café."), media=(photo.id,), consent=Consent.CLEARED)
    answer, _ = assert_replays(cast, lambda: submissions.submit(cast.chloe, content))
    work(cast, files)
    with reading() as tx:
        (shown,) = DESK.items(tx, cast.chloe.id)[str(answer["id"])]["media"]
        item = DESK.items(tx, cast.chloe.id)[str(answer["id"])]
    assert shown["status"] == "ready"
    assert shown["wall"]
    assert item["captured_at"] == "2015-11-07T19:03:21Z"  # as the camera wrote, five hours west
    assert not item["clock_wrong"]
    assert facts(cast)[1:] == [("media.thumbed", answer["id"]), ("media.ready", answer["id"])]


def test_what_is_no_photo_is_refused_with_its_reason_in_both_languages(
    cast: Cast, files: Store
) -> None:
    photo, _ = send(cast.chloe, files, b"<svg onload=alert(1)>")
    work(cast, files)
    refusal = as_item(queries.visible_to(cast.chloe, photo.id))["refusal"]
    assert refusal["code"] == Refusal.NOT_AN_IMAGE
    assert "not a photo" in refusal["en"]
    assert "n’est pas une photo" in refusal["fr"]
    assert facts(cast)[-1] == ("media.refused", photo.id)


def test_the_same_id_again_is_the_same_photo(cast: Cast, files: Store) -> None:
    key = ids.new()
    first, new = send(cast.chloe, files, COFFEE, key)
    again, newer = send(cast.chloe, files, COFFEE, key)
    assert (new, newer, again) == (True, False, first)
    work(cast, files)
    assert len(facts(cast)) == 3
    assert arriving(files) == []


@pytest.mark.parametrize(("who", "data"), [("chloe", ROCKET), ("driss", COFFEE), ("eve", COFFEE)])
def test_the_id_of_another_photo_is_taken(cast: Cast, files: Store, who: str, data: bytes) -> None:
    key = ids.new()
    photo, _ = send(cast.chloe, files, COFFEE, key)
    with pytest.raises(IdTakenError):
        send(cast.people[who], files, data, key)
    assert files.path(photo.original_file).read_bytes() == COFFEE
    assert arriving(files) == []


def test_of_two_who_send_under_one_id_at_the_same_moment_one_wins(cast: Cast, files: Store) -> None:
    """And the file is the winner's: never one person's bytes under another's name."""
    rivals = {"chloe": COFFEE, "driss": ROCKET}
    for _ in range(8):
        key = ids.new()
        outcomes = at_once(
            {
                name: partial(send, cast.people[name], files, data, key)
                for name, data in rivals.items()
            }
        )
        losers = [name for name in rivals if isinstance(outcomes[name], IdTakenError)]
        assert len(losers) == 1, [repr(outcome)[:300] for outcome in outcomes.values()]
        (loser,) = losers
        (winner,) = set(rivals) - {loser}
        photo = queries.visible_to(cast.people[winner], key)
        assert photo.owner_id == cast.people[winner].id
        assert files.path(photo.original_file).read_bytes() == rivals[winner]
    assert arriving(files) == []


def at_once(deeds: dict[str, Callable[[], object]]) -> dict[str, object]:
    """Do things in as many threads, begun together; return what came of each."""
    start = threading.Barrier(len(deeds))
    outcomes: dict[str, object] = {}

    def do(name: str) -> None:
        start.wait()
        try:
            outcomes[name] = deeds[name]()
        except Exception as error:
            outcomes[name] = error

    threads = [threading.Thread(target=do, args=(name,)) for name in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_the_same_bytes_without_an_id_are_the_same_photo_until_it_is_used(
    cast: Cast, files: Store
) -> None:
    first, _ = send(cast.chloe, files)
    assert send(cast.chloe, files) == (first, False)
    assert send(cast.driss, files)[1], "someone else's copy is theirs"
    content = Content(Kind.PHOTO, Bilingual("Café."), media=(first.id,), consent=Consent.CLEARED)
    submissions.submit(cast.chloe, content)
    assert send(cast.chloe, files)[1]


def test_a_refused_file_that_is_sent_again_is_looked_at_again(cast: Cast, files: Store) -> None:
    first, _ = send(cast.chloe, files)
    files.delete(first.original_file)
    work(cast, files)
    assert queries.visible_to(cast.chloe, first.id).refusal is Refusal.LOST
    again, new = send(cast.chloe, files)
    work(cast, files)
    assert new
    assert queries.visible_to(cast.chloe, again.id).status is MediaStatus.READY


def test_a_file_that_has_changed_on_the_disk_is_not_shown(cast: Cast, files: Store) -> None:
    photo, _ = send(cast.chloe, files)
    files.path(photo.original_file).write_bytes(ROCKET)
    work(cast, files)
    assert queries.visible_to(cast.chloe, photo.id).refusal is Refusal.LOST


def test_an_empty_file_is_sent_back_at_once(cast: Cast, files: Store) -> None:
    with pytest.raises(InvalidError):
        send(cast.chloe, files, b"")
    assert arriving(files) == []


def test_a_screen_sends_no_photos(cast: Cast, files: Store) -> None:
    with pytest.raises(NotAllowedError):
        send(cast.mur, files)
    assert arriving(files) == []


def test_a_photo_is_known_to_its_sender_and_the_reviewers_only(cast: Cast, files: Store) -> None:
    photo, _ = send(cast.chloe, files)
    for name in ("chloe", "ben", "amelie"):
        assert queries.visible_to(cast.people[name], photo.id) == photo
    for name in ("driss", "flora", "mur", "eve"):
        with pytest.raises(NotFoundError):
            queries.visible_to(cast.people[name], photo.id)


def test_a_photo_that_resembles_an_earlier_one_says_so(cast: Cast, files: Store) -> None:
    first, _ = send(cast.chloe, files, photos.phone("coffee", 1, SIZE).data)
    other, _ = send(cast.driss, files, ROCKET)
    work(cast, files)
    copy, _ = send(cast.driss, files, photos.phone("coffee", 1, (800, 600), p3=False).data)
    work(cast, files)
    assert queries.visible_to(cast.driss, copy.id).twins == (first.id,)
    assert queries.visible_to(cast.driss, other.id).twins == ()


def test_a_photo_that_crashes_its_decoder_is_refused_and_the_worker_goes_on(
    cast: Cast, files: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, _ = send(cast.chloe, files)
    with monkeypatch.context() as patch:
        patch.setattr("mixroom.media.jobs.develop", crashing)
        for n in range(TRIES):
            later = clock.now() + n * max(PAUSES)
            patch.setattr(clock, "now", partial(copy, later))
            work(cast, files)
    good, _ = send(cast.chloe, files, ROCKET)
    work(cast, files)
    assert queries.visible_to(cast.chloe, bad.id).refusal is Refusal.UNDECODABLE
    assert queries.visible_to(cast.chloe, good.id).status is MediaStatus.READY


def crashing(file: BinaryIO, **more: object) -> object:
    return sandbox.develop(file, **more, sabotage=lambda: os.kill(os.getpid(), signal.SIGSEGV))


def test_a_photo_that_no_worker_could_finish_is_given_up(cast: Cast, files: Store) -> None:
    photo, _ = send(cast.chloe, files)
    with transaction() as tx:
        job = claim(tx)
    assert job
    assert_replays(cast, lambda: give_up(job, files))
    assert queries.visible_to(cast.chloe, photo.id).refusal is Refusal.GAVE_UP


def test_a_job_for_a_photo_that_is_done_or_gone_ends_quietly(cast: Cast, files: Store) -> None:
    photo, _ = send(cast.chloe, files)
    work(cast, files)
    done = queries.visible_to(cast.chloe, photo.id)
    with transaction() as tx:
        enqueue(tx, "media.process", {"media_id": photo.id})
        enqueue(tx, "media.process", {"media_id": ids.new()})
    work(cast, files)
    assert queries.visible_to(cast.chloe, photo.id) == done


def test_a_full_disk_takes_no_photo_in_but_finishes_those_it_has(cast: Cast, files: Store) -> None:
    photo, _ = send(cast.chloe, files)
    full = DiskStore(files.root, reserve=1 << 60)
    with pytest.raises(StoreFullError):
        send(cast.driss, full)
    work(cast, full)
    assert queries.visible_to(cast.chloe, photo.id).status is MediaStatus.READY
    assert arriving(files) == []


def followed(cast: Cast, files: Store, preview: bytes, original: bytes) -> tuple[Media, Media]:
    """Return a photo as its preview was shown, and after its original has come."""
    key = ids.new()
    small = files.receive(io.BytesIO(preview), PLENTY)
    actions.upload(cast.chloe, small, files, media_id=key, role=MediaRole.PREVIEW)
    with transaction() as tx:
        job = claim(tx)
    assert job
    show(job, files)
    before = queries.visible_to(cast.chloe, key)
    assert before.status is MediaStatus.READY
    send(cast.chloe, files, original, key)
    work(cast, files)
    return before, queries.visible_to(cast.chloe, key)


def test_an_original_with_an_insult_across_it_takes_no_place(cast: Cast, files: Store) -> None:
    """Both hashes would have passed it."""
    picture = photos.raster("coffee", (2016, 1512)).convert("RGB")
    defaced, out = picture.copy(), io.BytesIO()
    ImageDraw.Draw(defaced).text((900, 700), "IDIOT", "white", ImageFont.load_default(90))
    defaced.save(out, "JPEG", quality=92)
    plain = io.BytesIO()
    picture.save(plain, "JPEG", quality=92)
    preview = photos.preview(plain.getvalue())
    before, after = followed(cast, files, preview, out.getvalue())
    assert alike(before, next(develop(out.getvalue()))), "a hash sees nothing of it"
    assert (after.original, after.role) == (Original.DIFFERENT, MediaRole.PREVIEW)
    assert after.renditions == before.renditions
    assert files.path(after.original_file).read_bytes() == out.getvalue(), "kept, not shown"


def test_the_original_of_a_dim_room_is_kept(cast: Cast, files: Store) -> None:
    room, out = Image.new("RGB", (2016, 1512), (24, 21, 20)), io.BytesIO()
    grain = Image.effect_noise(room.size, 16).convert("RGB")
    ImageChops.add(room, grain, 1, -128).save(out, "JPEG", quality=92)
    _, after = followed(cast, files, photos.preview(out.getvalue()), out.getvalue())
    assert (after.original, after.role) == (Original.KEPT, MediaRole.ORIGINAL)


def test_an_events_photos_are_erased_together(cast: Cast, files: Store) -> None:
    mine, _ = send(cast.chloe, files)
    theirs, _ = send(cast.eve, files)
    work(cast, files)
    with transaction() as tx:
        gone = event_store.erase(tx, cast.event.id)[store.media]
    for media_id in gone:
        files.delete(media_id)
    assert gone == [mine.id]
    assert not files.path(mine.original_file).exists()
    assert files.path(theirs.original_file).exists()


def test_over_http_a_phones_photo_is_taken_in_developed_and_served_clean(
    server: Server, guests: Cast
) -> None:
    phone = photos.phone("chelsea", 3)
    chloe, ben = (Api(server.url, guests.tokens[name]) for name in ("chloe", "ben"))
    answer = upload(chloe, phone.data, id=(key := ids.new()))
    assert answer.status_code == 201
    assert answer.json()["id"] == key
    assert upload(chloe, phone.data, id=key).status_code == 200
    state = chloe.developed(key)
    assert state["status"] == "ready"
    for name in ("thumb", "card", "wall"):
        served = ben.page(state[name])
        assert served.headers["Content-Type"] == "image/jpeg"
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in served.headers["Cache-Control"]
        assert "sandbox" in served.headers["Content-Security-Policy"]
        assert not [secret for secret in photos.SECRETS if secret in served.content]
    for stranger in (Api(server.url), Api(server.url, guests.tokens["driss"])):
        assert stranger.page(state["thumb"]).status_code == 404
        assert stranger.page(f"/media/{key}/original").status_code == 404
        assert stranger.ask("GET", f"/media/{key}").status_code in (401, 404)
    assert chloe.page(f"/media/{key}/original").status_code == 404
    assert (server.settings.uploads / key / "original").read_bytes() == phone.data


def test_over_http_hostile_files_get_an_answer_and_never_a_5xx(
    server: Server, guests: Cast
) -> None:
    names = ("scan bomb", "PNG of 50,000 squared", "zTXt bomb", "SVG", "half a HEIF")
    chloe = Api(server.url, guests.tokens["chloe"])
    for case in (case for case in hostile.CASES if case.name in names):
        answer = upload(chloe, case.make())
        assert answer.status_code == 201, case
        refusal = chloe.developed(answer.json()["id"])["refusal"]
        assert (refusal["code"] if refusal else hostile.FINE) in case.expected, case


def test_over_http_what_is_wrong_is_said(server: Server, guests: Cast) -> None:
    chloe = Api(server.url, guests.tokens["chloe"])
    incoming = server.settings.uploads / "incoming"
    before = os.listdir(incoming)
    assert upload(Api(server.url), COFFEE).status_code == 401
    assert upload(Api(server.url, guests.tokens["mur"]), COFFEE).status_code == 403
    assert upload(chloe, COFFEE, id="../../x").status_code == 422
    assert upload(chloe, COFFEE, role="wizard").status_code == 422
    assert upload(chloe, b"").status_code == 422
    assert chloe.ask("POST", "/media", data={"id": ids.new()}).status_code == 422
    assert chloe.ask("POST", "/media", json={}).status_code == 422
    crowd = [("file", ("x", b"x"))] * 60
    assert chloe.ask("POST", "/media", files=crowd).status_code == 413
    assert os.listdir(incoming) == before


def test_over_http_a_file_that_is_too_large_is_refused(server: Server, guests: Cast) -> None:
    chloe = Api(server.url, guests.tokens["chloe"])
    incoming = server.settings.uploads / "incoming"
    before = os.listdir(incoming)
    most = server.settings.max_upload_mb * 1_000_000
    answer = upload(chloe, bytes(most + 1))
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"
    assert os.listdir(incoming) == before


def upload(api: Api, data: bytes, **fields: str) -> object:
    files = {"file": ('IMG_0001.svg"><script>', data, "text/html")}
    return api.ask("POST", "/media", files=files, data=fields)
