"""A clip: filmed on a phone, seen by the reviewer, moving on the wall and on the public page."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from mixroom.core.roles import Role
from tests.browser.conftest import LAPTOP, PHONE, PROJECTOR, WAIT, OpenPage, SignIn, press_send
from tests.cast import Cast
from tests.client import Api
from tests.clips import clip
from tests.servers import Server, until


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of a phone that was held upright, too large to be shown as it is."""
    path = tmp_path_factory.mktemp("clips") / "IMG_0044.MOV"
    data = clip(6, (1600, 900), turned=-90, kind="mov", options={"preset": "ultrafast"})
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_clip_goes_from_a_phone_over_the_desk_to_the_wall_where_it_plays_muted(
    sign_in: SignIn, server: Server, guests: Cast, film: Path
) -> None:
    phone = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    wall.goto(f"{server.url}/wall?debug=1")

    phone.locator(".pick input[multiple]").set_input_files(film)
    expect(phone.locator("[data-strip] .clip")).to_have_text("0:06")
    expect(phone.locator("[data-strip] .picture")).not_to_have_attribute("data-broken", "")
    phone.locator("textarea[name=text_fr]").fill("Le robot danse.")
    press_send(phone)
    row = phone.locator(".mine li.sent", has_text="Le robot danse.")
    expect(row).to_have_attribute("data-state", "submitted")
    expect(row.locator(".clip")).to_have_text(re.compile("0:06|clip"))

    expect(desk.locator("[data-list] li")).to_have_count(1)
    expect(desk.locator("[data-big] img")).to_have_attribute("src", re.compile("card-"))
    player = desk.locator("[data-big] video")
    expect(player).to_be_visible(timeout=2 * WAIT)
    expect(desk.locator("[data-obstacle]")).to_be_hidden()
    assert player.evaluate("video => [video.muted, video.controls]") == [True, True]
    player.evaluate("video => video.play()")
    _plays(player)
    assert player.evaluate("video => video.videoHeight > video.videoWidth"), "it lies on its side"
    expect(row.locator(".clip")).to_have_text("0:06")
    desk.locator("[data-act=approve]").click()

    video = wall.locator("#hero video")
    expect(video).to_have_attribute("data-runs", "")
    _plays(video)
    assert video.evaluate("video => [video.muted, video.loop, video.playsInline]") == [True] * 3
    expect(wall.locator("#hero figure img")).to_be_visible()
    expect(wall.locator("#hero")).to_contain_text("Le robot danse.")
    expect(row).to_have_attribute("data-state", "approved")

    public = phone.context.new_page()
    public.goto(server.url)
    shown = public.locator(".card video")
    expect(shown).to_be_visible()
    assert shown.evaluate("video => [video.preload, video.poster.includes('card-')]") == [
        "none",
        True,
    ]
    shown.evaluate("video => { video.muted = true; return video.play() }")
    _plays(shown)
    address = shown.get_attribute("src")
    public.close()

    tile = wall.locator("#stage .tile .lasts")
    expect(tile).to_have_text("0:06", timeout=2 * WAIT)
    expect(wall.locator("video")).to_have_count(0)

    [key] = wall.evaluate("wall.turns.keys")
    with Api(server.url, guests.tokens["ben"]) as ben:
        ben.decide(key, "recall", reason="no_consent")
    expect(wall.locator(f'[data-key="{key}"]')).to_have_count(0)
    with Api(server.url, guests.tokens["driss"]) as driss:
        assert driss.page(address).status_code == 404


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_clip_that_is_recalled_while_it_plays_is_gone_from_the_screen(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    wall.goto(f"{server.url}/wall?debug=1")
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        files = {"file": ("IMG_1.MP4", clip(8, (640, 360)), "video/mp4")}
        media = chloe.developed(chloe.ask("POST", "/media", files=files).json()["id"])
        sent = chloe.submit(
            kind="video", text={"fr": "Sans accord."}, consent="cleared", media=[media["id"]]
        )
    with Api(server.url, guests.tokens["ben"]) as ben:
        ben.decide(sent["id"], "approval")
        expect(wall.locator("#hero video")).to_have_attribute("data-runs", "")
        ben.decide(sent["id"], "recall", reason="no_consent")
    expect(wall.locator("video")).to_have_count(0)
    expect(wall.locator("#hero")).to_be_hidden()


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_clip_can_be_sent_without_javascript(
    open_page: OpenPage, sign_in: SignIn, server: Server, guests: Cast, film: Path
) -> None:
    signed_in = sign_in("Flora Nguyen", Role.PRESS, PHONE)
    page = open_page(PHONE, java_script_enabled=False)
    page.context.add_cookies(signed_in.context.cookies())
    page.goto(f"{server.url}/send")
    page.locator("textarea[name=text_fr]").fill("Le robot danse encore.")
    page.locator(".pick input[multiple]").set_input_files(film)
    page.get_by_label("Personne n’est reconnaissable").check()
    page.locator(".no-js.button").click()
    expect(page.locator("li.sent")).to_contain_text("Le robot danse encore.")
    with Api(server.url, guests.tokens["ben"]) as ben:
        [item] = ben.view("review")["changes"].values()
        assert item["kind"] == "video"
        [media] = item["media"]
        assert ben.developed(media["id"])["status"] == "ready"


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_clip_that_cannot_be_used_says_so_to_its_author_and_to_the_reviewer(
    sign_in: SignIn, server: Server, guests: Cast, film: Path
) -> None:
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    phone = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    whole = film.read_bytes()
    cut = {"name": "IMG_1.MOV", "mimeType": "video/quicktime", "buffer": whole[: len(whole) // 2]}
    phone.locator(".pick input[multiple]").set_input_files(cut)
    expect(phone.locator("[data-strip] li")).to_be_visible()
    phone.locator("textarea[name=text_fr]").fill("Coupé.")
    press_send(phone)
    row = phone.locator(".mine li.sent", has_text="Coupé.")
    expect(row).to_contain_text("incomplète ou endommagée", timeout=2 * WAIT)
    expect(desk.locator("[data-trouble]")).to_contain_text("incomplète ou endommagée")
    expect(desk.locator("[data-obstacle]")).to_contain_text("inutilisable")


def _plays(video: Locator) -> None:
    before = video.evaluate("video => video.currentTime")
    until(
        lambda: video.evaluate("video => video.currentTime") not in (0, before),
        "the clip to go on",
        20,
    )
