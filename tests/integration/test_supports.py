"""A support from its brief to where it hangs: versions, validation, addresses, refusals."""

import base64
import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image, ImageOps
from werkzeug.test import TestResponse

from mixroom.alarms import results as alarms
from mixroom.alarms import store as alarm_store
from mixroom.app import create_app
from mixroom.core import clock, ids
from mixroom.core import jobs as queue
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.files import Store
from mixroom.core.text import Bilingual
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as events
from mixroom.event.renewal import Renewal
from mixroom.media import uploading
from mixroom.media.sandbox import Limits, draw
from mixroom.media.store import uploads
from mixroom.settings import Settings
from mixroom.supports import actions, jobs, queries, results
from mixroom.supports.alarms import LATE
from mixroom.supports.live import VIEW
from mixroom.supports.model import (
    NotReadyError,
    NotValidError,
    Status,
    SupportChangedError,
    SupportDroppedError,
    SupportKind,
    SupportLang,
)
from mixroom.work import Worker
from tests.cast import Cast
from tests.documents import EXECUTABLE, endless_pdf, pdf
from tests.photos import SECRETS, phone
from tests.replay import assert_replays
from tests.rosters import SATURDAY, At, at
from tests.servers import env_in

__all__ = ["at"]
TITLE = Bilingual("Affiche du musée", "Museum poster")


@dataclass
class Room:
    """A media room without a server: its pages, its worker and its media store."""

    client: FlaskClient
    worker: Worker
    files: Store
    cast: Cast

    def ask(self, who: str, method: str, path: str, **more: Any) -> TestResponse:
        token = self.cast.tokens.get(who)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **more)

    def work(self) -> None:
        while self.worker.step():
            pass

    def send(self, who: str, key: str, data: bytes, name: str = "affiche.pdf") -> TestResponse:
        form = {"file": (io.BytesIO(data), name)}
        return self.ask(who, "POST", f"/supports/{key}/versions", data=form)

    def item(self, key: str) -> Any:
        with reading() as tx:
            return VIEW.items(tx, self.cast.event.id)[key]


@pytest.fixture
def room(cast: Cast, tmp_path: Path) -> Room:
    env = env_in(tmp_path, MIXROOM_BASE_URL="https://mmx.test")
    settings = Settings.from_env(env)
    app = create_app(settings)
    return Room(app.test_client(), Worker(settings), app.extensions["parts"].files, cast)


def _poster(by: Person, **more: Any) -> Any:
    return actions.add(by, TITLE, SupportKind.POSTER, SupportLang.FR, **more)[0]


def test_a_support_goes_from_its_brief_to_three_places(room: Room, cast: Cast) -> None:
    due = datetime(2015, 11, 5, 17, tzinfo=UTC)
    french, english = assert_replays(
        cast,
        partial(
            actions.add,
            cast.amelie,
            TITLE,
            SupportKind.POSTER,
            brief="A2, le logo en haut",
            owner_id=cast.driss.id,
            due=due,
        ),
    )
    assert french.pair_id == english.pair_id
    key = french.id
    assert room.item(key)["status"] == "brief"
    assert room.send("driss", key, pdf(pages=4)).status_code == 303
    assert room.item(key)["newest"]["state"] == "waiting"
    with pytest.raises(NotReadyError):
        actions.validate(cast.amelie, key, 1)
    room.work()
    item = room.item(key)
    assert (item["status"], item["newest"]["pages"]) == ("draft", 4)
    assert len(item["newest"]["previews"]) == 3
    assert_replays(cast, partial(actions.comment, cast.flora, key, "La date manque."))
    with pytest.raises(NotValidError):
        actions.distribute(cast.chloe, key, "Entrée", copies=2)
    room.send("amelie", key, pdf(pages=1))
    room.work()
    assert_replays(cast, partial(actions.validate, cast.amelie, key, 2))
    address = room.item(key)["address"]
    places = [("Entrée", {"copies": 2}), ("Métro Saint-Laurent", {"copies": 40})]
    for place, more in [*places, ("Site du musée", {"url": "https://musee.test/museomix"})]:
        assert_replays(cast, partial(actions.distribute, cast.chloe, key, place, **more))
    (opened, beside) = queries.opened(cast.ben, key)
    assert opened.distributions[0].place == "Site du musée"
    assert {each.number for each in opened.distributions} == {2}
    assert beside.support.id == english.id
    assert room.item(key)["status"] == "distributed"
    # A newer version takes its place once it is validated, at the same address.
    room.send("driss", key, pdf(pages=2))
    room.work()
    before = room.ask("nobody", "GET", address).data
    assert_replays(cast, partial(actions.validate, cast.amelie, key, 3))
    assert room.item(key)["address"] == address
    assert room.item(key)["status"] == "validated"
    assert room.ask("nobody", "GET", address).data != before
    page = room.ask("amelie", "GET", f"/supports/{key}").text
    assert page.count("à remplacer") == 3
    assert "La date manque." in page
    assert "Métro Saint-Laurent" in page


def test_the_valid_version_is_served_safely_to_everyone(room: Room, cast: Cast) -> None:
    key = _poster(cast.amelie).id
    room.send("amelie", key, pdf())
    room.work()
    actions.validate(cast.amelie, key, 1)
    address = room.item(key)["address"]
    answer = room.ask("nobody", "GET", address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "allow-same-origin" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"] == "inline; filename=affiche-du-musee-fr-1.pdf"
    saved = room.ask("nobody", "GET", f"{address}?download=1")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert room.ask("nobody", "GET", address, headers=tag).status_code == 304
    assert room.ask("nobody", "GET", f"{address}/preview").mimetype == "image/jpeg"
    # Nothing is valid there for a while.
    assert_replays(cast, partial(actions.invalidate, cast.amelie, key))
    gone = room.ask("nobody", "GET", address, headers={"Accept-Language": "en"})
    assert gone.status_code == 410
    assert room.ask("nobody", "GET", "/s/nothing").status_code == 404
    # A version is not for another event, nor for strangers.
    file = room.item(key)["newest"]["file"]
    assert room.ask("ben", "GET", file).status_code == 200
    assert room.ask("eve", "GET", file).status_code == 404
    assert room.ask("nobody", "GET", file).status_code == 401


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_pictures_are_versions_too_and_do_not_say_where_they_were_taken(
    room: Room, cast: Cast, kind: str
) -> None:
    data = phone("coffee", 6, (360, 560), kind=kind).data
    assert any(secret in data for secret in SECRETS)
    key = _poster(cast.amelie).id
    room.send("amelie", key, data, "logo.png")
    room.work()
    version = room.item(key)["newest"]
    (preview,) = version["previews"]
    assert (preview["width"], preview["height"]) == (360, 560)
    actions.validate(cast.amelie, key, 1)
    served = room.ask("nobody", "GET", room.item(key)["address"]).data
    assert [secret for secret in SECRETS if secret in served] == []
    assert version["size"] == len(served)
    before, after = (Image.open(io.BytesIO(each)) for each in (data, served))
    assert (after.format, after.mode) == (before.format, before.mode)
    assert ImageOps.exif_transpose(after).tobytes() == ImageOps.exif_transpose(before).tobytes()
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert len(room.files.names(key)) == 2  # with its preview


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_file_that_is_not_what_it_says_is_refused_where_it_was_chosen(
    room: Room, cast: Cast, lang: str
) -> None:
    key = _poster(cast.amelie, brief="A2, le logo en haut").id
    with transaction() as tx:
        crew_store.set_lang(tx, cast.amelie.id, lang)
    headers = {"Accept": "text/html"}
    words = {"fr": "ni un PDF ni une image", "en": "neither a PDF nor a picture"}
    form = {"file": (io.BytesIO(EXECUTABLE), "affiche.pdf")}
    answer = room.ask("amelie", "POST", f"/supports/{key}/versions", data=form, headers=headers)
    assert answer.status_code == 422
    assert words[lang] in answer.text
    assert "A2, le logo en haut" in answer.text
    # Three gigabytes are announced, and refused before a byte is read.
    large = {"fr": "dépasse 100", "en": "larger than 100"}
    announced = {
        "wsgi.input": _Unread(),
        "CONTENT_LENGTH": str(3 << 30),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    path = f"/supports/{key}/versions"
    answer = room.ask("amelie", "POST", path, headers=headers, environ_overrides=announced)
    assert answer.status_code == 413
    assert large[lang] in answer.text
    answer = room.ask("amelie", "POST", f"/api/v1{path}", environ_overrides=announced)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert room.item(key)["newest"] is None


class _Unread(io.RawIOBase):
    """A body of which nothing may be read."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise AssertionError("it was read")


def test_a_pdf_that_hangs_its_reader_harms_nothing_else(
    room: Room, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "draw", partial(draw, limits=Limits(cpu=1)))  # not fifteen seconds
    key = _poster(cast.amelie).id
    room.send("amelie", key, pdf())
    room.work()
    actions.validate(cast.amelie, key, 1)
    room.send("amelie", key, endless_pdf())
    room.work()
    item = room.item(key)
    assert item["newest"]["state"] == "refused"
    assert "trop de temps" in item["newest"]["refusal"]["fr"]
    assert "too long" in item["newest"]["refusal"]["en"]
    assert item["valid"]["number"] == 1
    assert room.ask("nobody", "GET", item["address"]).status_code == 200
    assert len([name for name in room.files.names(key) if name.endswith(".pdf")]) == 1
    with pytest.raises(NotReadyError):
        actions.validate(cast.amelie, key, 2)
    room.send("amelie", key, pdf(pages=2))
    room.work()
    assert room.item(key)["newest"]["state"] == "ready"


def test_partners_see_what_is_valid_until_their_page_is_revoked(room: Room, cast: Cast) -> None:
    french, english = actions.add(cast.amelie, TITLE, SupportKind.LEAFLET)
    _poster(cast.amelie)  # which is not valid
    for each in (french, english):
        room.send("amelie", each.id, pdf())
        room.work()
        actions.validate(cast.amelie, each.id, 1)
    page = assert_replays(cast, partial(actions.share, cast.amelie, "Tourisme Montréal"))
    made = room.ask("amelie", "GET", "/api/v1/partner-pages").json["items"]
    assert [each["id"] for each in made] == [page.id]
    answer = room.ask("nobody", "GET", made[0]["path"])
    assert answer.text.count("<article>") == 2
    assert room.item(french.id)["address"] in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert room.ask("nobody", "GET", made[0]["path"][:-1] + "x").status_code == 404
    with pytest.raises(NotFoundError):
        actions.unshare(cast.eve, page.id)
    assert_replays(cast, partial(actions.unshare, cast.amelie, page.id))
    assert room.ask("nobody", "GET", made[0]["path"]).status_code == 410


def test_two_leads_edit_one_brief_and_nothing_is_lost(room: Room, cast: Cast) -> None:
    support = _poster(cast.amelie)
    edited = assert_replays(
        cast,
        partial(
            actions.edit, cast.amelie, support.id, seen=1, brief="En bleu", kind=SupportKind.SIGN
        ),
    )
    assert edited.version == 2
    with pytest.raises(SupportChangedError):
        actions.edit(cast.amelie, support.id, seen=1, brief="En rouge")
    form = {"seen": "1", "title_fr": "Affiche", "kind": "poster", "brief": "En rouge"}
    headers = {"Accept": "text/html"}
    answer = room.ask("amelie", "POST", f"/supports/{support.id}", data=form, headers=headers)
    assert answer.status_code == 409
    assert "En rouge" in answer.text
    assert "En bleu" in answer.text
    again = form | {"seen": "2"}
    assert room.ask("amelie", "POST", f"/supports/{support.id}", data=again).status_code == 303
    assert room.item(support.id)["brief"] == "En rouge"


def test_a_support_is_dropped_taken_up_again_and_gets_its_other_language(
    room: Room, cast: Cast
) -> None:
    key = _poster(cast.amelie).id
    other = assert_replays(cast, partial(actions.add_other_language, cast.amelie, key))
    assert (other.lang, other.status) == (SupportLang.EN, Status.BRIEF)
    with pytest.raises(InvalidError, match="has_both_languages"):
        actions.add_other_language(cast.amelie, key)
    assert_replays(cast, partial(actions.drop, cast.amelie, key))
    assert room.send("amelie", key, pdf()).json["code"] == "support_dropped"
    with pytest.raises(SupportDroppedError):
        actions.distribute(cast.amelie, key, "Entrée", copies=1)
    assert_replays(cast, partial(actions.reopen, cast.amelie, key))
    assert room.item(key)["status"] == "brief"


def test_a_note_of_a_place_can_be_taken_back(room: Room, cast: Cast) -> None:
    key = _poster(cast.amelie).id
    room.send("amelie", key, pdf())
    room.work()
    actions.validate(cast.amelie, key, 1)
    for wrong in ({}, {"copies": 0}, {"url": "javascript:alert(1)"}):
        with pytest.raises(InvalidError):
            actions.distribute(cast.amelie, key, "Entrée", **wrong)
    made = actions.distribute(cast.chloe, key, "Entrée", copies=2)
    actions.invalidate(cast.amelie, key)
    actions.validate(cast.amelie, key, 1)
    assert room.item(key)["status"] == "distributed"  # it is still out there
    assert_replays(cast, partial(actions.remove_distribution, cast.amelie, key, made.id))
    assert room.item(key)["status"] == "validated"


def test_the_owner_sends_versions_and_others_do_not(room: Room, cast: Cast) -> None:
    key = _poster(cast.amelie, owner_id=cast.driss.id).id
    assert room.send("chloe", key, pdf()).status_code == 403
    assert room.send("eve", key, pdf()).status_code == 404
    assert room.send("driss", key, pdf()).status_code == 303
    with pytest.raises(NotAllowedError):
        actions.validate(cast.ben, key, 1)
    for nobody in (cast.eve, cast.mur):
        with pytest.raises(InvalidError, match="owner"):
            actions.edit(cast.amelie, key, owner_id=nobody.id)


def test_what_is_late_rings_is_in_the_calendar_and_on_top(room: Room, cast: Cast) -> None:
    now = clock.now()
    # Longer ago than a night, in which nothing rings: at any hour of the test it is late.
    late = _poster(cast.amelie, due=now - timedelta(hours=26), owner_id=cast.driss.id)
    later = _poster(cast.amelie, due=now + timedelta(days=2))
    alarms.watch(LATE, cast.event.id, now, room.files)
    with reading() as tx:
        found = alarm_store.all_open(tx, cast.event.id)
        entries = list(
            queries.entries(tx, cast.event.id, now - timedelta(2), now + timedelta(days=1))
        )
    assert [each.path for each in found] == [f"/supports/{late.id}"]
    assert [(each.path, each.is_late, each.owner_id) for each in entries] == [
        (f"/supports/{late.id}", True, cast.driss.id)
    ]
    page = room.ask("amelie", "GET", "/supports").text
    assert page.index('data-group="late"') < page.index('data-group="to_do"')
    assert page.index(late.id) < page.index(later.id)


def test_the_next_edition_begins_with_the_same_briefs(cast: Cast, at: At) -> None:
    at(SATURDAY)
    due = datetime(2015, 11, 2, 22, tzinfo=UTC)  # four days before
    pair = actions.add(cast.amelie, TITLE, SupportKind.POSTER, brief="A2", due=due)
    actions.drop(cast.amelie, _poster(cast.amelie).id)
    later = cast.event.starts_on + timedelta(days=371)
    with transaction() as tx:
        new = replace(events.require(tx, cast.eve.event_id), starts_on=later)
        results.renew(tx, Renewal(cast.event, new, cast.amelie.id))
    made = queries.page(cast.eve)
    assert [(each["status"], each["brief"], each["lang"]) for each in made] == [
        ("brief", "A2", "fr"),
        ("brief", "A2", "en"),
    ]
    assert {each["due"] for each in made} == {"2016-11-07T22:00:00Z"}
    assert made[0]["pair"] == made[1]["pair"] != pair[0].pair_id
    assert all(each["owner"] is None and each["newest"] is None for each in made)
    with reading() as tx:  # of which somebody is reminded
        kind = queue.jobs.c.kind == results.REMIND_JOB
        reminded = set(tx.scalars(sa.select(queue.jobs.c.about).where(kind)))
    assert reminded >= {each["id"] for each in made}


def test_over_the_api_a_support_is_asked_for_and_changed(room: Room, cast: Cast) -> None:
    body = {"title": {"fr": "Plan"}, "kind": "sign", "lang": "both", "due": "2015-11-05T17:00:00Z"}
    made = room.ask("amelie", "POST", "/api/v1/supports", json=body).json["items"][0]
    path = f"/api/v1/supports/{made['id']}"
    edit = {"owner": cast.driss.id, "due": None}
    changed = room.ask("amelie", "PATCH", path, json=edit, headers={"If-Match": "1"}).json
    assert (changed["owner"]["id"], changed["due"]) == (cast.driss.id, None)
    stale = room.ask("amelie", "PATCH", path, json=edit, headers={"If-Match": "1"})
    assert (stale.status_code, stale.json["code"]) == (409, "support_changed")
    form = {"file": (io.BytesIO(pdf()), "x")}
    assert room.ask("driss", "POST", f"{path}/versions", data=form).json == {"number": 1}
    room.work()
    valid = room.ask("amelie", "POST", f"{path}/versions/1/validation").json
    assert valid["valid"]["number"] == 1
    place = {"place": "Entrée", "copies": 3}
    note = room.ask("chloe", "POST", f"{path}/distributions", json=place).json["id"]
    assert room.ask("amelie", "DELETE", f"{path}/distributions/{note}").status_code == 204
    assert room.ask("amelie", "DELETE", f"{path}/validation").json["address"] is None
    assert room.ask("ben", "POST", f"{path}/comments", json={"text": "Bien"}).status_code == 201
    assert room.ask("amelie", "POST", f"{path}/dropping").json["status"] == "dropped"
    assert room.ask("amelie", "POST", f"{path}/reopening").json["status"] == "draft"


def test_a_file_that_arrived_in_portions_is_a_version_once(room: Room, cast: Cast) -> None:
    key = _poster(cast.amelie, owner_id=cast.driss.id).id
    data, tus = pdf(pages=2), {"Tus-Resumable": "1.0.0"}

    def announce(who: str, size: int, name: str) -> TestResponse:
        told = f"id {base64.b64encode(name.encode()).decode()},use bG9vc2U="  # loose
        headers = tus | {"Upload-Length": str(size), "Upload-Metadata": told}
        return room.ask(who, "POST", "/api/v1/uploads/", headers=headers)

    def add(place: str, at: int, part: bytes, who: str = "driss") -> int:
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(at)}
        return room.ask(who, "PATCH", place, data=part, headers=tus | kind).status_code

    def use(who: str, name: str) -> tuple[int, str | None]:
        path = f"/api/v1/supports/{key}/versions/uploaded"
        answer = room.ask(who, "POST", path, json={"upload": name})
        return answer.status_code, answer.json.get("code")

    name = ids.new()
    assert announce("driss", 100_000_001, name).status_code == 413
    place = announce("driss", len(data), name).headers["Location"]
    assert add(place, 0, data[:100]) == 204
    assert use("driss", name) == (409, "upload_incomplete")
    # The line broke; the same announcement tells how far it is, and not to others.
    assert announce("driss", len(data), name).headers["Upload-Offset"] == "100"
    assert announce("amelie", len(data), name).json["code"] == "id_taken"
    assert add(place, 100, data[100:]) == 204
    assert use("chloe", name) == (403, "not_allowed")
    assert use("amelie", name) == (422, "invalid")
    assert room.item(key)["newest"] is None
    assert use("driss", name) == (201, None)
    assert use("driss", name) == (409, "upload_taken")
    assert announce("driss", len(data), name).headers["Upload-Offset"] == str(len(data))
    room.work()
    assert (room.item(key)["newest"]["number"], room.item(key)["newest"]["pages"]) == (1, 2)
    # A program called otherwise is refused, and its portions are deleted.
    program = ids.new()
    place = announce("driss", len(EXECUTABLE), program).headers["Location"]
    assert add(place, 0, EXECUTABLE) == 204
    assert use("driss", program) == (422, "invalid")
    assert use("driss", program) == (422, "invalid")  # it is unknown now
    # The sweep deletes an upload that became no version.
    abandoned = ids.new()
    assert add(announce("driss", 9, abandoned).headers["Location"], 0, b"%PDF-") == 204
    assert room.files.partial(abandoned).size == 5
    with transaction() as tx:
        late = clock.now() - timedelta(hours=1)
        tx.execute(uploads.update().where(uploads.c.id == abandoned).values(expires_at=late))
    assert uploading.expire(room.files) == 1
    assert room.files.partial(abandoned).size == 0
