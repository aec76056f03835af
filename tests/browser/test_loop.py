"""The main job, whole: a phone sends a real photo, a reviewer approves it, the wall shows it."""

from pathlib import Path

from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from tests.browser.conftest import LAPTOP, PHONE, PROJECTOR, SignIn, press_send

WAIT = 20_000  # milliseconds
UPRIGHT = """() => {
  const image = document.querySelector("[data-key] img, [data-shown] img")
  return image?.complete && image.naturalHeight > image.naturalWidth
}"""


def test_a_real_photo_goes_from_a_phone_to_the_wall_without_a_reload(
    sign_in: SignIn, photo: Path
) -> None:
    phone = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    for page in (phone, desk, wall):
        page.evaluate("window.neverReloaded = true")

    _send(phone, photo, "Premier café de la nuit.")
    row = phone.locator(".mine li", has_text="Premier café de la nuit.")
    expect(row).to_have_attribute("data-state", "submitted")

    expect(desk.locator("[data-list] li")).to_have_count(1)
    approve = desk.locator("[data-act=approve]")
    expect(approve).to_be_enabled()
    approve.click()

    shown = wall.locator("[data-key] img, [data-shown] img").first
    expect(shown).to_be_visible()
    wall.wait_for_function(UPRIGHT, timeout=WAIT)  # it was stored lying on its side
    expect(wall.locator("body")).to_contain_text("Premier café de la nuit.")
    expect(row).to_have_attribute("data-state", "approved")
    expect(desk.locator("[data-list] li")).to_have_count(0)
    for page in (phone, desk, wall):
        assert page.evaluate("window.neverReloaded") is True


def _send(phone: Page, photo: Path, caption: str) -> None:
    phone.locator(".pick input[multiple]").set_input_files(photo)
    phone.locator("textarea[name=text_fr]").fill(caption)
    expect(phone.locator("[data-strip] li")).to_be_visible()
    press_send(phone)
