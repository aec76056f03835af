"""French first, as a museum's label does it: in the hang and in every scene."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.event import actions as event_actions
from mixroom.event.model import Languages
from mixroom.event.programme import read_programme
from mixroom.review import actions as review
from mixroom.submissions import actions
from mixroom.submissions.content import Content, Kind
from mixroom.wall import actions as screens
from mixroom.wall.model import Filters, ScreenSettings
from tests.browser.conftest import PROJECTOR, SignIn
from tests.cast import Cast
from tests.servers import Server

BOTH = [Bilingual(f"Une fusée, essai {n}.", f"A rocket, test {n}.") for n in range(4)]
FRENCH, ENGLISH = Bilingual("Soupe aux pois."), Bilingual(None, "Fire drill.")
IN_ENGLISH = {"locale": "en-CA", "timezone_id": "America/Vancouver"}  # the projector's computer
# Each label of the hang or of a scene: what it says first, what below, in which language and size.
LABELS = """(scope) => [...document.querySelectorAll(scope)].map((label) => {
  const side = (part) => {
    const element = label.querySelector(part)
    if (!element?.checkVisibility() || !element.textContent) return null
    const { lang, textContent: text } = element
    return { lang, text, size: parseFloat(getComputedStyle(element).fontSize) }
  }
  const about = label.querySelector(".about")
  return {
    first: side(".say, .caption, .giant"),
    second: side(".also"),
    about: about?.textContent ?? "",
  }
})"""
SHOW = """async ([name, keys]) => {
  wall.conductor.paused = true
  const items = keys.map((key) => wall.turns.get(key))
  const plan = { scene: name, items, fresh: true }
  plan.moment = { at: "16:30", minutes: 12, title: { fr: "Plénière", en: "Plenary" } }
  plan.text = { fr: "On commence.", en: "We begin." }
  await wall.scenes[name].prepare(plan)
  wall.scenes[name].show(plan, () => null)
}"""


@pytest.fixture
def shown(guests: Cast) -> list[str]:
    """Words in both languages, in French alone and in English alone, on the wall."""
    keys = []
    for text in [*BOTH, FRENCH, ENGLISH]:
        answer, _ = actions.submit(guests.driss, Content(Kind.POST, text, credit="Inès"))
        keys.append(str(answer["id"]))
        review.approve(guests.ben, keys[-1])
    return keys


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_french_is_large_and_english_below_it_in_the_hang_and_in_each_scene(
    sign_in: SignIn, server: Server, shown: list[str]
) -> None:
    wall = _open(sign_in, server)
    hung = wall.evaluate(LABELS, "#stage .tile[data-key]:not([data-key^=house])")
    assert len(hung) == len(shown)
    for label in hung:
        _holds(label)
    for name, keys, scope in [
        ("hero", shown[:1], "#hero"),
        ("hero", shown[5:], "#hero"),
        ("trio", [shown[0], shown[5], shown[1]], "#scene-trio article"),
        ("programme", [], "#scene-programme .words"),
        ("message", [], "#scene-message"),
    ]:
        wall.evaluate(SHOW, [name, keys])
        for label in wall.evaluate(LABELS, scope):
            _holds(label)
        if name == "programme":
            expect(wall.locator("#scene-programme .giant")).to_contain_text("16\u202fh\u202f30")
        wall.evaluate("(name) => wall.scenes[name].hide()", name)


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_the_event_says_what_goes_first_and_a_wall_takes_it_up(
    sign_in: SignIn, server: Server, guests: Cast, shown: list[str]
) -> None:
    wall = _open(sign_in, server)
    _is_said(wall, "En direct Live")
    event_actions.edit(guests.amelie, languages=Languages.ENGLISH_FIRST)
    _is_said(wall, "Live En direct")
    assert {label["lang"] for label in _firsts(wall, shown)} == {"en"}
    event_actions.edit(guests.amelie, languages=Languages.EQUAL)
    _is_said(wall, "En direct Live")
    wall.evaluate(SHOW, ["hero", shown[:1]])
    (label,) = wall.evaluate(LABELS, "#hero")
    assert label["first"]["lang"] == "fr"
    assert label["second"]["size"] == pytest.approx(label["first"]["size"], rel=0.02)
    event_actions.edit(guests.amelie, languages=Languages.ALTERNATING)
    expect(wall.locator("html")).to_have_attribute("data-languages", "alternating")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    assert sorted(label["lang"] for label in _firsts(wall, shown)) == ["en", "en", "fr", "fr"]


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_screen_set_to_a_language_has_it_first(
    sign_in: SignIn, server: Server, guests: Cast, shown: list[str]
) -> None:
    wall = _open(sign_in, server)
    key = wall.evaluate("wall.managed.own && Object.keys(wall.managed.own.items)[0]")
    screens.set_up(guests.amelie, key, ScreenSettings(filters=Filters(lang="en")))
    _is_said(wall, "Live En direct")
    labels = wall.evaluate(LABELS, "#stage .tile[data-key]:not([data-key^=house])")
    assert len(labels) == len(BOTH) + 1
    assert {label["first"]["lang"] for label in labels} == {"en"}


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_wall_takes_up_another_name_and_programme(
    sign_in: SignIn, server: Server, guests: Cast, shown: list[str]
) -> None:
    wall = _open(sign_in, server)
    programme = read_programme("1 14:00 Plénière | Plenary")
    event_actions.edit(guests.amelie, name=Bilingual("Nuit blanche"), programme=programme)
    expect(wall.locator(".rail .title")).to_have_attribute("aria-label", "Nuit blanche")


def _open(sign_in: SignIn, server: Server) -> Page:
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR, **IN_ENGLISH)
    wall.goto(f"{server.url}/wall?debug=1&seed=3")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    wall.evaluate("wall.schedule.calm = Infinity")
    return wall


def _is_said(wall: Page, words: str) -> None:
    expect(wall.locator('.line .said[data-on~="live"]')).to_have_text(words)
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")


def _firsts(wall: Page, keys: list[str]) -> list[dict[str, Any]]:
    scope = ", ".join(f'#stage [data-key="{key}"]' for key in keys[: len(BOTH)])
    return [label["first"] for label in wall.evaluate(LABELS, scope)]


def _holds(label: dict[str, Any]) -> None:
    first, second = label["first"], label["second"]
    if second is None:
        assert first["text"] in (FRENCH.fr, ENGLISH.en), label
        assert first["lang"] == ("fr" if first["text"] == FRENCH.fr else "en")
    else:
        assert (first["lang"], second["lang"]) == ("fr", "en"), label
        assert second["size"] <= 0.8 * first["size"], label
    if label["about"]:
        assert ("h" in label["about"]) == (first["lang"] == "fr"), label
