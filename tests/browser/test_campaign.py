"""A campaign from its template to two real networks, whose worker is killed on the way."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.event import actions as event
from mixroom.plan import queries
from mixroom.review import actions as review
from tests.browser.conftest import LAPTOP, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.line import Line
from tests.networks import Bluesky, Mastodon, Network, bluesky, mastodon
from tests.photos import phone
from tests.servers import Server, embedded_in, running

WORDS = {"mastodon": "Les équipes arrivent.", "bluesky": "Demain, les portes ouvrent."}
PUTS = {"mastodon": b"POST /api/v1/statuses", "bluesky": b"POST /xrpc/com.atproto.repo.putRecord"}
MOMENT = timedelta(seconds=3)


@dataclass
class Far:
    """A network, and the line to it, which can hold its answers back."""

    network: Network
    line: Line

    @property
    def texts(self) -> list[str]:
        """Return all the texts of the account, as everyone sees them."""
        return [each.text for each in self.network.posts()]


@pytest.fixture(scope="module")
def networks() -> Iterator[dict[str, Far]]:
    """mastodon-mock and Bluesky's own server, each behind a line."""
    with ExitStack() as stack:
        found: dict[str, Far] = {}
        ways: tuple[Mastodon | Bluesky, ...]
        ways = stack.enter_context(mastodon()), stack.enter_context(bluesky())
        for each in ways:
            port = int(each.origin.rpartition(":")[2])
            found[each.channel.value] = Far(each, stack.enter_context(Line(port)))
        yield found


@pytest.fixture(scope="module")
def server(networks: dict[str, Far], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Mixroom as one program, which may ask these two."""
    server = embedded_in(tmp_path_factory.mktemp("campaign"))
    origins = " ".join(each.line.url for each in networks.values())
    server.env["MIXROOM_CONNECTOR_HOSTS"] = origins
    with running(server) as started:
        yield started


def test_a_campaign_goes_out_once_each_though_its_worker_is_killed(
    sign_in: SignIn, server: Server, networks: dict[str, Far], guests: Cast, tmp_path: Path
) -> None:
    photos = [_approved(server, guests, tmp_path, kind) for kind in ("coffee", "rocket")]
    today = clock.now().astimezone(guests.event.zone).date()
    _begins_on(guests, today + timedelta(days=12))
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    reader = sign_in("Ben Li", Role.COMMUNITY_MANAGER, LAPTOP)
    for channel, far in networks.items():
        _connect(lead, server, channel, far)

    lead.goto(f"{server.url}/plan/templates")
    lead.locator('form[action$="/ten-days-before"] button').click()
    expect(lead.get_by_role("status")).to_contain_text("8 messages")
    keys = _keys(guests)
    assert len(keys) == 8
    going = {"mastodon": keys[3], "bluesky": keys[7]}
    for number, key in enumerate(keys):
        only = next((channel for channel, its in going.items() if its == key), None)
        _draw(lead, f"{server.url}/plan/messages/{key}", photos[number % 2], only)
    for key in keys:
        reader.goto(f"{server.url}/plan/messages/{key}")
        _move(reader, "ready", "ready")
        _move(reader, "schedule", "scheduled")
    lead.goto(f"{server.url}/plan/board")
    expect(lead.locator('[data-lane="scheduled"] [data-key]')).to_have_count(8)

    with ExitStack() as held, Api(server.url, guests.tokens["amelie"]) as amelie:
        for channel, far in networks.items():
            held.enter_context(far.line.held_answers(PUTS[channel]))
        for key in going.values():
            now = {"due": rfc3339(clock.now() + MOMENT)}
            assert amelie.ask("PATCH", f"/messages/{key}", json=now).status_code == 200
        for channel, far in networks.items():
            far.line.until_held()
            assert far.texts == [WORDS[channel]]  # it is out, and nobody knows
        server.kill_workers()
        expect(lead.locator('[data-lane="published"] [data-key]')).to_have_count(2)
    for channel, far in networks.items():
        assert far.texts == [WORDS[channel]]
        (post,) = far.network.posts()
        assert post.alts == ["Un mur de lumière"]
        lead.goto(f"{server.url}/plan/messages/{going[channel]}")
        expect(lead.locator(".publications li")).to_have_count(1)
        expect(lead.locator(".publications")).to_contain_text("envoi automatique")

    lead.goto(f"{server.url}/plan/board")
    review.recall(guests.amelie, photos[1])
    lost = [key for number, key in enumerate(keys) if number % 2]
    for number, key in enumerate(keys):
        mark = lead.locator(f'[data-key="{key}"]').get_by_text("retiré")
        expect(mark.first).to_be_visible(visible=bool(number % 2))
    for key in lost:
        lead.goto(f"{server.url}/plan/messages/{key}")
        expect(lead.get_by_text("n’est plus montré").first).to_be_visible()
        expect(lead.locator("[data-picture-row]")).to_have_count(0)
    lead.goto(f"{server.url}/plan/messages/{keys[0]}")
    expect(lead.locator("[data-picture-row]")).to_have_count(1)


def _approved(server: Server, cast: Cast, folder: Path, kind: str) -> str:
    """Have a photo approved, and developed."""
    path = folder / f"{kind}.jpg"
    path.write_bytes(phone(kind, 1, (800, 600)).data)
    alt = {"fr": "Un mur de lumière", "en": "A wall of light"}
    with Api(server.url, cast.tokens["driss"]) as driss:
        made = driss.upload(path)
        driss.developed(made["id"])
        sent = driss.submit(
            kind="photo", text={"fr": kind}, alt=alt, media=[made["id"]], consent="cleared"
        )
    review.approve(cast.ben, sent["id"])
    return str(sent["id"])


def _begins_on(cast: Cast, first: date) -> None:
    event.edit(cast.amelie, starts_on=first, ends_on=first + timedelta(days=2))


def _connect(page: Page, server: Server, channel: str, far: Far) -> None:
    """Connect an account by the page, and wait until its network has answered."""
    wanted = far.network.wanted()
    page.goto(f"{server.url}/plan/accounts")
    form = page.locator(f'form[action="/plan/accounts/{channel}"]')
    form.locator("[name=origin]").fill(far.line.url)
    form.locator("[name=secret]").fill(wanted.secret)
    if wanted.handle:
        form.locator("[name=handle]").fill(wanted.handle)
    form.get_by_role("button").click()
    account = page.locator(f'[data-network="{channel}"]')
    expect(account.locator('[data-state="connected"]')).to_be_visible()


def _keys(cast: Cast) -> list[str]:
    """Return the ids of the event's messages, by their time."""
    found, _, _ = queries.whole(cast.amelie)
    return [each.id for each in found]


def _draw(page: Page, address: str, photo: str, channel: str | None) -> None:
    """Choose a message's photo; have one that goes to a network go there only, in French."""
    page.goto(address)
    page.locator(f'.source input[value="{photo}"]').check()
    if channel:
        others = page.locator(f'[name=channels]:checked:not([value="{channel}"])')
        for _ in range(others.count()):
            others.first.uncheck()
        page.locator("#text-fr").fill(WORDS[channel])
        page.locator("#text-en").fill("")
    page.get_by_role("button", name="Enregistrer").first.click()
    expect(page.locator("[data-picture-row]")).to_have_count(1)


def _move(page: Page, how: str, status: str) -> None:
    page.locator(f'button[name=how][value="{how}"]').click()
    expect(page.locator(".desk")).to_have_attribute("data-status", status)
