"""Shifts in the browser: taken on a phone, seen on the board, begun, handed over, counted."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.core import clock
from mixroom.core.db import transaction
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.event import actions as events
from mixroom.event.model import GroupKind
from mixroom.shifts import actions, attending, planning, queries
from mixroom.shifts.model import Shift
from tests.browser.conftest import PHONE, OpenPage, SignIn, join
from tests.cast import Cast
from tests.servers import Server

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
ZONE = ZoneInfo("America/Toronto")
LAPTOP = {"viewport": {"width": 1440, "height": 900}}
ROOM = {"viewport": {"width": 1920, "height": 1080}}
HOUR = timedelta(hours=1)
LONG = "Anne-Sophie Bouchard-Tremblay de l’Anticonstitutionnellement-Inoubliable"


def _today(cast: Cast) -> None:
    """Have the event be now, and for two days more, so that midnight may come."""
    today = clock.now().astimezone(ZONE).date()
    events.edit(cast.amelie, starts_on=today, ends_on=today + timedelta(days=2))


def _shift(cast: Cast, starts: float, hours: float = 3, **more: object) -> str:
    begin = clock.now().replace(second=0, microsecond=0) + starts * HOUR
    values = {"seats": 1, "place": cast.event.places[0].id, **more}
    wanted = Shift("", "", Role.PHOTOGRAPHER, begin, begin + hours * HOUR, **values)  # type: ignore[arg-type]
    return planning.make(cast.amelie, wanted).id


def test_two_shifts_are_taken_begun_handed_over_and_counted_without_a_reload(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    _today(guests)
    first, second = _shift(guests, -0.05), _shift(guests, 4, seats=2)
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/shifts/timetable")
    slot = lead.locator(f"#slot-{first}")
    expect(slot.locator(".free")).to_have_text("1 place libre")
    phone = sign_in("Noé Tremblay", Role.PHOTOGRAPHER, PHONE)
    phone.goto(f"{server.url}/shifts")
    for key in (first, second):
        phone.locator(f"[data-offer='{key}']").get_by_role("button", name="Je le prends").click()
        expect(phone.locator(f"[data-mine='{key}']")).to_be_visible()
    expect(slot.locator(".who")).to_contain_text("Noé Tremblay")
    expect(slot.locator(".free")).to_have_count(0)

    mine = phone.locator(f"[data-mine='{first}']")
    mine.get_by_role("button", name="Je suis là").click()
    expect(slot.locator("em")).to_have_text("sur place")
    phone.locator(f"[data-mine='{first}'] textarea").fill("La carte SD est au tiroir.")
    assert Axe().run(phone).violations_count == 0
    mine.get_by_role("button", name="Passer la relève et partir").click()
    expect(mine).to_have_attribute("data-standing", "done")
    top = phone.locator(f"[data-mine='{second}']")
    expect(top.locator(".read-first")).to_contain_text("La carte SD est au tiroir.")
    lead.goto(f"{server.url}/shifts/timetable/hours")
    expect(lead.get_by_role("row", name="Noé Tremblay")).to_contain_text("0 h")


def test_a_seat_that_another_takes_is_counted_and_a_stand_in_is_found(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    _today(guests)
    key, other = _shift(guests, 2), _shift(guests, 8, seats=3)
    phone = sign_in("Noé Tremblay", Role.PHOTOGRAPHER, PHONE)
    phone.goto(f"{server.url}/shifts")
    offer = phone.locator(f"[data-offer='{key}']")
    expect(offer.locator("[data-left]")).to_have_text("1 place libre")
    actions.sign_up(guests.chloe, key)
    actions.sign_up(guests.chloe, other)
    expect(offer.locator("[data-left]")).to_have_text("Toutes les places sont prises.")
    expect(offer.get_by_role("button", name="Je le prends")).to_be_hidden()
    left = phone.locator(f"[data-offer='{other}'] [data-left]")
    expect(left).to_have_text("2 places libres")
    actions.ask_for_stand_in(guests.chloe, key)
    expect(offer).to_contain_text("Chloé Gagnon ne peut pas venir")
    offer.get_by_role("button", name="Je prends la relève").click()
    expect(phone.locator(f"[data-mine='{key}']")).to_be_visible()
    assert [each.id for each, _ in queries.mine(guests.chloe)] == [other]


def test_a_lead_makes_copies_and_assigns_without_scripts_and_bad_input_stays(
    open_page: OpenPage, server: Server, guests: Cast
) -> None:
    _today(guests)
    page = open_page(LAPTOP)
    join(page, server, guests, "Amélie Roy", Role.LEAD)
    state = page.context.storage_state()
    plain = open_page(LAPTOP, storage_state=state, java_script_enabled=False, may_say="422")
    plain.goto(f"{server.url}/shifts/timetable")
    plain.get_by_role("link", name="Nouveau quart").click()
    plain.get_by_label("De", exact=True).fill("20:00")
    plain.get_by_label("À", exact=True).fill("02:00")
    plain.get_by_label("Note en français").fill("Avec le trépied")
    plain.get_by_role("button", name="Créer ce quart").click()
    expect(plain.locator(".fault")).to_contain_text("finit avant de commencer")
    expect(plain.get_by_label("Note en français")).to_have_value("Avec le trépied")
    plain.get_by_label("Il finit le lendemain, après minuit").check()
    plain.get_by_role("button", name="Créer ce quart").click()
    expect(plain.locator(".one h1")).to_contain_text("photographe")
    plain.get_by_label("Affecter quelqu’un").select_option(label="Chloé Gagnon")
    plain.get_by_role("button", name="Affecter", exact=True).click()
    expect(plain.locator(".members")).to_contain_text("Chloé Gagnon")
    plain.get_by_text("Copier à d’autres jours").click()
    plain.get_by_role("button", name="Copier", exact=True).click()
    plain.get_by_role("link", name="Horaire", exact=True).click()
    expect(plain.locator(".slot").first).to_be_visible()
    plain.locator(".days a").nth(1).click()
    expect(plain.locator(".slot").first).to_be_visible()


@pytest.mark.parametrize(("lang", "scheme"), [("fr", "light"), ("en", "dark")])
def test_the_pages_are_accessible_and_fit_with_the_longest_names(
    sign_in: SignIn, server: Server, guests: Cast, lang: str, scheme: str
) -> None:
    _today(guests)
    place = events.add_group(guests.amelie, GroupKind.PLACE, Bilingual(LONG, LONG))
    people = [
        crew.token_from_server(guests.event.id, f"{LONG} {n}"[:80], Role.PHOTOGRAPHER)[0]
        for n in range(3)
    ]
    keys = [_shift(guests, -0.5, 9), _shift(guests, 9, 6, place=place.id, seats=12)]
    keys.append(_shift(guests, -2, 4, seats=2))
    with transaction() as tx:
        crew_store.set_lang(tx, guests.amelie.id, lang)
    actions.sign_up(people[0], keys[0])
    for person in people:
        actions.sign_up(person, keys[1])
    actions.sign_up(people[1], keys[2])
    actions.ask_for_stand_in(people[2], keys[1])
    attending.arrive(guests.amelie, keys[2], people[1].id)
    attending.leave_note(guests.amelie, keys[0], "x" * 200)
    look = {"color_scheme": scheme, "locale": f"{lang}-CA"}
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP, **look)
    phone = sign_in(
        LONG, Role.PHOTOGRAPHER, PHONE | {"viewport": {"width": 320, "height": 640}}, **look
    )
    for page, paths in {
        lead: ("/shifts/timetable", f"/shifts/{keys[0]}", "/shifts/timetable/hours"),
        phone: ("/shifts", "/shifts/timetable", f"/shifts/{keys[1]}"),
    }.items():
        for path in (*paths, *(["/shifts/timetable/new"] if page is lead else [])):
            page.goto(f"{server.url}{path}?lang={lang}")
            _must_be_good(page, path)
    room = sign_in("Amélie Roy", Role.LEAD, ROOM, **look)
    room.goto(f"{server.url}/shifts/timetable?room&lang={lang}")
    expect(room.locator(".departures tbody tr")).to_have_count(2)
    _must_be_good(room, "room")
    assert room.evaluate("document.documentElement.scrollHeight") <= 1080
    lead.emulate_media(forced_colors="active")
    lead.goto(f"{server.url}/shifts/timetable")
    for bar in (".pages a", ".shifts .days a"):  # the present one is marked, and no other
        edges = [
            lead.locator(bar + which).first.evaluate(
                "(link) => getComputedStyle(link).borderBlockEndColor"
            )
            for which in ("[aria-current]", ":not([aria-current])")
        ]
        assert edges[0] != edges[1], bar


def _must_be_good(page: Page, path: str) -> None:
    expect(page.locator("h1")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{path} is {wide} px too wide"
