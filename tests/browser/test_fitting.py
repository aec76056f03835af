"""Long and odd names: nothing outside its box, nothing on something else, no word cut."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from playwright.sync_api import expect

from mixroom.core import clock
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.event import actions as event_actions
from mixroom.event.model import GroupKind, Moment
from mixroom.plan import actions as planning
from mixroom.plan.aims import Campaign, Objective
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.promises import actions as promises
from mixroom.promises.model import PromiseKind
from mixroom.review import actions as review
from mixroom.shortlinks import actions as links
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors import queries as sponsor_queries
from mixroom.sponsors.model import Promise, Tier
from mixroom.submissions import actions
from mixroom.submissions.content import Content, Kind
from mixroom.supports import actions as supports
from mixroom.supports.model import SupportKind
from tests.browser.conftest import LAPTOP, PHONE, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.odd import LONG_NAME, ODD_WORDS, walls
from tests.servers import Server

BIGGER = os.environ.get("MIXROOM_FITTING")  # so many examples of each shape, others every time
EXAMPLES = int(BIGGER or 5)
PHASES = [Phase.explicit, Phase.generate, *([Phase.shrink] if BIGGER else [])]
SHAPES = {"16:9": (1920, 1080), "9:16": (1080, 1920), "4:3": (1024, 768)}
HARNESS = (Path(__file__).parent / "fitting.js").read_text()
EVERYTHING = " ".join(ODD_WORDS)


def _both(fr: str | None, en: str | None = None) -> dict[str, str | None]:
    return {"fr": fr, "en": en}


WORST = {
    "name": LONG_NAME,
    "texts": [
        _both("Anticonstitutionnellement", "Counterrevolutionarily"),
        _both(EVERYTHING[:280], EVERYTHING[280:560]),
        _both("Une phrase ordinaire, au musée.", "An ordinary sentence, in the museum."),
        _both(ODD_WORDS[2] * 4),
        _both("a" * 280, "b" * 280),
        _both(None, "🎉🐘🏛️ " * 40),
    ],
    "credit": "Ghislaine Tremblay-Bouchard, gardienne de sécurité de la salle d’ornithologie",
    "team": _both(ODD_WORDS[2] + " " + ODD_WORDS[7], "x" * 120),
    "place": _both(ODD_WORDS[6], ODD_WORDS[13]),
    "sponsor": _both("Société-des-amis-du-patrimoine-industriel-de-Mercier–Hochelaga-Maisonneuve"),
    "titles": [_both(EVERYTHING[:120], EVERYTHING[120:240]), _both("y" * 120), _both("z" * 60)],
    "message": _both(EVERYTHING[:200], "w" * 200),
}


@pytest.fixture
def shown(server: Server, guests: Cast, snapshot: Path) -> None:
    """A photograph on the wall, which the drawn items borrow."""
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        media = chloe.developed(chloe.upload(snapshot)["id"])
        sent = chloe.submit(kind="photo", text={"fr": "x"}, consent="cleared", media=[media["id"]])
    review.approve(guests.ben, str(sent["id"]))


@pytest.mark.parametrize("server", ["embedded"], indirect=True)  # it is about the page alone
@pytest.mark.parametrize("shape", SHAPES)
def test_every_scene_fits_whatever_people_write(
    sign_in: SignIn, server: Server, shown: None, shape: str
) -> None:
    width, height = SHAPES[shape]
    wall = sign_in("Mur", Role.SCREEN, {"viewport": {"width": width, "height": height}})
    wall.goto(f"{server.url}/wall?debug=1&seed=3")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    wall.evaluate(HARNESS)
    wall.evaluate(HOLD)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
        derandomize=not BIGGER,
        database=None,
    )
    @example(WORST)
    @given(walls())
    def fits(drawn: dict[str, Any]) -> None:
        faults = wall.evaluate("(drawn) => fitting.render(drawn)", drawn)
        assert not faults, "\n".join(faults)

    fits()


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
@pytest.mark.parametrize("device", ["phone", "laptop"])
def test_every_page_fits_whatever_people_write(
    sign_in: SignIn, server: Server, guests: Cast, device: str
) -> None:
    odd = [Bilingual.of(word, word) for word in ODD_WORDS]
    event_actions.edit(guests.amelie, name=Bilingual.of(LONG_NAME, LONG_NAME))
    for name in odd:
        event_actions.add_group(guests.amelie, GroupKind.TEAM, name)
    for name in odd[:8]:
        cut = Bilingual.of((name.fr or "")[:80])
        sponsors.add(guests.amelie, name=cut, tier=Tier.MAJOR, promise=Promise(3))
    _plan(guests, odd)
    for n, text in enumerate([*odd, Bilingual.of(EVERYTHING), Bilingual.of("a" * 300)]):
        credit = (odd[n % len(odd)].fr or "")[:100]
        kind = Kind.QUOTE if n % 2 else Kind.POST
        content = Content(kind, text, credit=credit, team=odd[-n % len(odd)])
        answer, _ = actions.submit(guests.driss, content)
        if n % 3:
            review.approve(guests.ben, str(answer["id"]))
    size = PHONE if device == "phone" else LAPTOP
    page = sign_in(ODD_WORDS[2], Role.LEAD, size)
    for path in (
        "/",
        "/team",
        "/event",
        "/sponsors",
        "/screens",
        "/alarms",
        "/webhooks",
        "/plan",
        "/plan/board",
        "/plan/campaigns",
        "/plan/templates",
        "/plan/links",
        "/plan/accounts",
        "/supports",
        "/promises",
        "/review",
        "/send",
        "/translations",
        "/me",
    ):
        page.goto(server.url + path)
        page.wait_for_function("globalThis.hyphenationPatternsEnUs")
        page.evaluate(HARNESS)
        page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
        faults = page.evaluate(LOOK, path)
        assert not faults, "\n".join(faults)


def _plan(guests: Cast, odd: list[Bilingual]) -> None:
    """Have messages, campaigns, objectives, links, supports and promises with odd names."""
    lead, event, due = guests.amelie, guests.event.id, clock.now()
    sponsor = sponsor_queries.sponsors(lead)[0]
    for n, name in enumerate(odd):
        title = (name.fr or "")[:80]
        made = planning.save_campaign(lead, Campaign("", event, Bilingual.of(title), Moment.BEFORE))
        planning.save_objective(lead, Objective("", event, Bilingual.of(title), 1e6, name))
        message = Message("", event, title, tuple(Channel), name, due=due, owner_id=lead.id)
        planning.add(lead, replace(message, campaign_id=made.id))
        links.make(lead, f"https://example.org/{'x' * 150}", title)
        supports.add(lead, Bilingual.of(title), SupportKind.POSTER, owner_id=lead.id, due=due)
        if n < 8:
            words = Bilingual.of(title)
            promises.make(lead, sponsor.id, PromiseKind.STAGE, words=words, owner_id=lead.id)


LOOK = "(path) => fitting.look(document.body, path, { scrolls: true })"
# The wall stands still, and belongs to the test.
HOLD = """() => {
  const [photo] = wall.turns.all
  wall.picture = photo.media
  wall.conductor.paused = true
}"""


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_emoji_are_drawn_where_the_machine_has_none_and_measured_anew(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    content = Content(Kind.POST, Bilingual.of("🎉🐘🏛️ " * 30), credit="Inès 🐘")
    answer, _ = actions.submit(guests.driss, content)
    review.approve(guests.ben, str(answer["id"]))
    wall = sign_in("Mur", Role.SCREEN, {"viewport": {"width": 1024, "height": 768}})
    wall.goto(f"{server.url}/wall?debug=1&seed=3")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    wall.wait_for_function(DRAWN)
    wall.evaluate(HARNESS)
    assert wall.evaluate("fitting.look(document.querySelector('#stage'), 'hang')") == []


# The bundled font has come; and on this machine nothing else draws an elephant.
DRAWN = """() => [...document.fonts].some(
  ({ family, status }) => family.includes("Noto Emoji Ink") && status === "loaded",
)"""
