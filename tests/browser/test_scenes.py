"""Every scene of the wall, in both themes and all shapes: read from the last row, and inside."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from mixroom.submissions import actions
from mixroom.submissions.content import Content, Kind
from tests.browser.conftest import SignIn
from tests.cast import Cast
from tests.client import Api
from tests.servers import Server, until

SCREENS = {
    "16:9": (1920, 1080),
    "4K": (3840, 2160),
    "9:16": (1080, 1920),
    "4:3": (1024, 768),
    "21:9": (2560, 1080),
}
LEAST_CONTRAST = 7
CLEARLY_SMALLER = 0.8  # the second language, of the first one's size
TOLERANCE = 0.97  # of a size: type is set in whole pixels

STORY = Bilingual(
    "Le prototype a parlé pendant la nuit, et ce matin tout le monde veut lui répondre.",
    "The prototype talked during the night, and this morning everyone wants to answer.",
)


@pytest.fixture
def shown(server: Server, guests: Cast, snapshot: Path) -> list[str]:
    """A team's morning: photographs, a story, a quotation; the keys of what is approved."""
    keys = []
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        for n in range(5):
            media = chloe.developed(chloe.upload(snapshot)["id"])
            sent = chloe.submit(
                kind="photo",
                text={"fr": f"La fusée, essai {n}.", "en": f"The rocket, test {n}."},
                team="Équipe Écho",
                consent="cleared",
                media=[media["id"]],
            )
            keys.append(str(sent["id"]))
    for kind, text in [(Kind.POST, STORY), (Kind.QUOTE, Bilingual("On recommence demain."))]:
        answer, _ = actions.submit(guests.driss, Content(kind, text, credit="Inès"))
        keys.append(str(answer["id"]))
    for key in keys:
        review.approve(guests.ben, key)
    for n in range(3):  # half of the time is nobody's, so that somebody is soon owed a card
        name = Bilingual.of(f"Fondation Lumen {n}")
        sponsors.add(guests.amelie, name=name, tier=Tier.MAJOR, promise=Promise(15))
    return keys


@pytest.mark.parametrize("server", ["embedded"], indirect=True)  # it is about the page alone
@pytest.mark.parametrize("theme", ["noir", "blanc"])
@pytest.mark.parametrize("shape", SCREENS)
def test_every_scene_is_read_from_the_last_row_and_stays_inside(
    sign_in: SignIn, server: Server, shown: list[str], shape: str, theme: str
) -> None:
    width, height = SCREENS[shape]
    wall = sign_in("Mur", Role.SCREEN, {"viewport": {"width": width, "height": height}})
    wall.goto(f"{server.url}/wall?debug=1&theme={theme}&seed=3&pace=8")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    wall.evaluate("wall.conductor.paused = true")
    contrasts, letters = [], []
    for plan in _plans(shown):
        name = plan["scene"]
        if name == "sponsor":
            until(lambda: wall.evaluate("wall.thanks.isDue"), "somebody to be owed a card")
        found = wall.evaluate(LOOK, plan)
        assert found["read"] or name == "mosaic", f"{name} says nothing"
        for each in found["read"]:
            where = f"{name}, {shape}, {theme}: {each['text']!r}"
            assert each["letter"] >= TOLERANCE * found["least"], where
        for each in found["below"]:
            where = f"{name}, {shape}, {theme}: {each}"
            assert each["size"] >= TOLERANCE * found["least"], where
            assert each["of"] <= CLEARLY_SMALLER, where
            assert each["lang"] == "en", where
        for each in found["texts"]:
            where = f"{name}, {shape}, {theme}: {each}"
            assert each["contrast"] >= LEAST_CONTRAST, where
            assert each["inside"], where
        contrasts += [each["contrast"] for each in found["texts"]]
        letters += [each["letter"] / found["least"] for each in found["read"]]
        _leave(wall)
    least, smallest, asked = min(contrasts), min(letters), found["least"]
    print(f"{shape} {theme}: {least:.1f} to 1, letters {smallest:.2f} of {asked:.0f} px")


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_what_was_in_the_spotlight_hangs_as_sharp_as_before(
    sign_in: SignIn, server: Server, shown: list[str]
) -> None:
    wall = sign_in("Mur", Role.SCREEN, {"viewport": {"width": 1920, "height": 1080}})
    wall.goto(f"{server.url}/wall?debug=1&seed=3&pace=8")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    wall.evaluate("wall.schedule.calm = Infinity")
    photos = wall.locator("#stage .tile.photo[data-large][data-key]")  # but not what leaves
    hanging = photos.evaluate_all("(tiles) => tiles.map((tile) => tile.dataset.key)")
    assert hanging
    for key in hanging:
        wall.evaluate("(key) => wall.conductor.spotlight(key)", key)
        expect(wall.locator(f'#hero[data-key="{key}"]')).to_be_visible()
        expect(wall.locator("#hero")).to_be_hidden()
        assert photos.evaluate_all(EMPTY) == []  # at once: the next exchange would fill it again


def _plans(keys: list[str]) -> list[dict[str, Any]]:
    moment = {
        "at": "16:30",
        "minutes": 12,
        "title": {"fr": "Plénière des équipes", "en": "Team plenary"},
    }
    notice = {"fr": "La table ronde commence.", "en": "The round table begins."}
    return [
        {"scene": "mosaic"},
        {"scene": "hero", "items": [keys[0]]},
        {"scene": "hero", "items": [keys[5]]},
        {"scene": "hero", "items": [keys[6]]},
        {"scene": "trio", "items": [keys[1], keys[6], keys[2]]},
        {"scene": "hour"},
        {"scene": "team"},
        {"scene": "join"},
        {"scene": "programme", "moment": moment},
        {"scene": "sponsor"},
        {"scene": "card"},
        {"scene": "message", "text": notice},
        *({"scene": "wrap", "wrap": _wrap(keys), "turns": turns} for turns in range(6)),
    ]


def _wrap(keys: list[str]) -> dict[str, Any]:
    """Return the wrap of a day: a photo, a quotation, numbers and many names."""
    label = {"fr": "personnes ont envoyé quelque chose", "en": "people sent something"}
    return {
        "id": "w",
        "day": 2,
        "status": "published",
        "date_words": {"fr": "Samedi 7 novembre", "en": "Saturday, November 7"},
        "name": STORY.as_dict(),
        "opening": {"fr": f"{STORY.fr} " * 2, "en": f"{STORY.en} " * 2},
        "thanks": {"fr": "Merci aux gardiens de nuit.", "en": "Thanks to the night guards."},
        "pieces": [{"id": key, "caption": {"fr": None, "en": None}} for key in (keys[0], keys[6])],
        "counts": [{"count": 10 ** (n % 4), "label": label} for n in range(6)],
        "people": [{"name": f"Marc-André Bélanger {n}", "named": True} for n in range(80)],
    }


def _leave(wall: Page) -> None:
    wall.evaluate(LEAVE)


EMPTY = """(tiles) => tiles
  .filter((tile) => !tile.querySelector(".frame > img"))
  .map((tile) => tile.dataset.key)"""
LEAVE = """() => {
  for (const scene of Object.values(wall.scenes)) scene.hide()
  delete document.documentElement.dataset.scene
}"""
# Show a scene at once, and measure what it says: the height of its small letters, against what the
# room asks for; how large the second language is, also beside the first; the contrast of each text
# with the nearest colour behind it; whether it is inside, and above the band of the sponsors. The
# hang and the column beside it are there already; what hangs had its turn before, and is looked at
# from near.
LOOK = """async (asked) => {
  const items = (asked.items ?? []).map((key) => wall.turns.get(key))
  const plan = { ...asked, ...(wall.offers.at()[asked.scene] ?? {}), items, fresh: true }
  if (asked.moment) plan.moment = asked.moment
  const scene = wall.scenes[asked.scene]
  if (scene) {
    if (!(await scene.prepare(plan))) throw new Error(`${asked.scene} is not ready`)
    document.documentElement.dataset.scene = asked.scene
    scene.show(plan, () => null)
    for (let n = 0; n < (asked.turns ?? 0); n++) scene.turn()
    for (const part of scene.front ? scene.section.children : []) {
      if (Number(part.style.zIndex) < scene.front) part.hidden = true // it is covered
    }
  }
  const section = scene?.section ?? document.body
  for (const moving of document.getAnimations()) moving.finish()
  const pen = document.createElement("canvas").getContext("2d")
  const letter = (element) => {
    const style = getComputedStyle(element)
    pen.font = `${style.fontWeight} 200px ${style.fontFamily}`
    return (pen.measureText("x").actualBoundingBoxAscent / 200) * parseFloat(style.fontSize)
  }
  const paint = (text) => {
    pen.clearRect(0, 0, 1, 1)
    pen.fillStyle = text
    pen.fillRect(0, 0, 1, 1)
    return [...pen.getImageData(0, 0, 1, 1).data]
  }
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = paint(getComputedStyle(at).backgroundColor)
      if (found[3] === 255) return found
    }
    return paint("white")
  }
  const light = ([r, g, b]) => {
    const part = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    return 0.2126 * part(r / 255) + 0.7152 * part(g / 255) + 0.0722 * part(b / 255)
  }
  const band = document.querySelector(".band")
  const isUnderBand = scene && !section.matches(".cover") && band.checkVisibility()
  const foot = isUnderBand ? band.getBoundingClientRect().top - 4 : innerHeight
  const seen = [...section.querySelectorAll("p, b, span, h2")].filter((element) => {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
    return own && element.checkVisibility({ visibilityProperty: true })
  })
  const texts = seen.map((element) => {
    const lights = [light(paint(getComputedStyle(element).color)), light(behind(element))]
    const [dark, bright] = lights.sort((a, b) => a - b)
    const contrast = (bright + 0.05) / (dark + 0.05)
    const { left, top, right, bottom } = element.getBoundingClientRect()
    const fits = Math.max(right - innerWidth, bottom - foot) <= 1
    const inside = Math.min(left, top) >= -1 && fits
    return { text: element.textContent.trim().slice(0, 40), contrast, inside: inside || !scene }
  })
  const read = seen
    .filter((element) => scene && element.matches(".say, .giant"))
    .map((element) => ({ text: element.textContent.trim().slice(0, 40), letter: letter(element) }))
  const below = seen
    .filter((element) => scene && element.matches(".also"))
    .map((element) => {
      const first = element.parentElement.querySelector(".say, .giant")
      const sizeOf = (each) => parseFloat(getComputedStyle(each).fontSize)
      const size = sizeOf(element)
      const text = element.textContent.trim().slice(0, 40)
      return { text, lang: element.lang, size, of: size / sizeOf(first) }
    })
  return { read, below, texts, least: (wall.room.ratio / 200) * innerHeight }
}"""
