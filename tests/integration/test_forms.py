"""A form that is refused: what is wrong stands beside its field, and nothing typed is lost."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from requests import Response

from mixroom.app import create_app
from mixroom.core.db import transaction
from mixroom.core.text import Bilingual
from mixroom.crew.notices import INVITE
from mixroom.event.model import Moment
from mixroom.letters.model import Addressee
from mixroom.letters.results import write
from mixroom.plan import actions as planning
from mixroom.plan.aims import Campaign, Objective
from mixroom.promises import actions as promising
from mixroom.promises.model import PromiseKind
from mixroom.settings import Settings
from mixroom.sponsors import actions as sponsoring
from mixroom.sponsors.model import Promise as WallPromise
from mixroom.sponsors.model import Tier
from mixroom.supports import actions as supporting
from mixroom.supports.model import SupportKind, SupportLang
from tests import rosters
from tests.cast import Cast
from tests.client import Api
from tests.pages import Pages, form_of
from tests.servers import Server, env_in

once = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

EVENT = {
    "name_fr": "Une nuit au musée",
    "name_en": "A night at the museum",
    "starts_on": "2015-11-06",
    "ends_on": "2015-11-08",
    "timezone": "America/Toronto",
    "hashtags": "#museomix #mmx2015",
    "languages": "equal",
}


@pytest.fixture
def pages(cast: Cast, tmp_path: Path) -> Pages:
    """The pages, for a lead."""
    client = create_app(Settings.from_env(env_in(tmp_path))).test_client()
    return Pages(client, cast.tokens["amelie"])


def test_the_programme_names_the_row_that_is_wrong(server: Server, guests: Cast) -> None:
    rows = {
        "day": ["1", "2", "3"],
        "at": ["9 h", "25 h", "14:00"],
        "fr": ["Accueil", "Table ronde", "Visite"],
        "en": ["Welcome", "", ""],
        "asks": ["", "photo fr en +10", ""],
    }
    with Api(server.url, guests.tokens["amelie"]) as lead:
        refused = _post(lead, "/event/programme", rows)
        assert refused.status_code == 422
        assert "ligne 2 n’est pas comprise\u00a0: «\u00a02 25 h Table ronde\u00a0»" in refused.text
        assert 'id="fault-programme"' in refused.text
        for typed in (each for column in rows.values() for each in column[:2] if each):
            assert f'value="{typed}"' in refused.text

        page = _post(lead, "/event/programme", rows | {"at": ["9 h", "2 pm", "14:00"]})
        assert page.status_code == 200
        times = re.findall(r'name="at" value="([^"]+)"', page.text)
        assert times == ["09:00", "14:00", "14:00"]
        assert 'value="photo fr en +10"' in page.text


@pytest.mark.parametrize(
    ("path", "form", "fault"),
    [
        ("/event", EVENT | {"ends_on": "2015-11-01"}, "fault-ends_on"),
        ("/event", EVENT | {"timezone": "Montréal"}, "fault-timezone"),
        ("/event", EVENT | {"hashtags": "#à-propos"}, "fault-hashtags"),
        ("/team/invites", {"name": "x" * 81, "role": "press"}, "fault-name"),
        ("/team/pairings", {"code": "9999 9999", "name": "Rotonde"}, "fault-code"),
        ("/event/groups", {"kind": "place", "name_fr": "y" * 121}, "fault-name"),
        ("/event/look", {"main": "rouge", "second": "#ffcc00"}, "fault-main"),
        (
            "/sponsors",
            {"name_fr": "Érable", "amount": "trop", "tier": "major"},
            "fault-promise",
        ),
    ],
)
def test_each_form_says_it_beside_the_field_and_keeps_the_rest(
    server: Server, guests: Cast, path: str, form: dict[str, str], fault: str
) -> None:
    with Api(server.url, guests.tokens["amelie"]) as lead:
        refused = _post(lead, path, form)
    assert refused.status_code in (404, 422)
    assert f'id="{fault}"' in refused.text
    assert f'aria-describedby="{fault}" autofocus' in refused.text
    for typed in form.values():
        assert f'value="{typed}"' in refused.text, typed


def test_a_list_of_reasons_that_is_too_long_is_kept(server: Server, guests: Cast) -> None:
    reasons = "\n".join(f"Raison {n}" for n in range(9))
    with Api(server.url, guests.tokens["amelie"]) as lead:
        refused = _post(lead, "/review/reasons", {"return": reasons})
    assert refused.status_code == 422
    assert reasons in refused.text
    assert 'id="fault-return"' in refused.text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_wrong_code_is_told_by_the_field_with_what_to_do(server: Server, lang: str) -> None:
    with Api(server.url, lang=lang) as stranger:
        refused = _post(stranger, "/j", {"code": "k7qf 3mzx"})
    assert refused.status_code == 404
    assert 'value="k7qf 3mzx"' in refused.text
    assert 'aria-describedby="code-fault"' in refused.text
    todo = {"fr": "Comparez-le à l’invitation", "en": "Compare it with the invitation"}
    assert todo[lang] in refused.text


def test_what_cannot_be_taken_back_is_asked_for_twice(server: Server, guests: Cast) -> None:
    with Api(server.url, guests.tokens["amelie"]) as lead:
        page = _post(lead, "/event/groups", {"kind": "team", "name_fr": "Pixel"}).text
        assert "Aucun envoi ne le porte." in page
        pixel = page.partition(">Pixel")[2].partition("/event/groups/")[2].partition('"')[0]
        for words in ("Un.", "Deux."):
            lead.submit(text={"fr": words}, team=pixel)
        page = lead.page("/event", headers={"Accept": "text/html"}).text
        assert "Les 2 envois qui le portent le gardent." in page
        for act in re.findall(r'action="(/[^"]*/(?:removal|revocation))"', page):
            before = page[: page.index(act)].rpartition("<details")[2]
            assert before.startswith(' class="sure"'), act


def _post(who: Api, path: str, form: Mapping[str, str | list[str]]) -> Response:
    return who.post(path, form, headers={"Accept": "text/html"})


AIMS = "/plan/campaigns"
NEW_SHIFT, NEW_MESSAGE = "/shifts/timetable/new", "/plan/messages/new"
TOGETHER: tuple[tuple[str, str, Mapping[str, str], Mapping[str, str]], ...] = (
    (
        "/applications",
        "/applications/needs",
        {"need:press:2015-11-06:morning": "3"},
        {"need:blogger:2015-11-07:evening": "2"},
    ),
    ("/applications", "/applications/opening", {"contact": "Amélie"}, {"most": "40"}),
    ("/applications", "/applications/opening", {"instead_fr": "Venez"}, {"instead_en": "Come"}),
    (
        "/plan/campaigns?change={campaign}",
        "/plan/campaigns",
        {"name_fr": "Hiver"},
        {"to": "2015-11-30"},
    ),
    ("/plan/campaigns?change={aim}", "/plan/objectives", {"target": "40"}, {"gauge": "photos"}),
    (
        "/sponsors",
        "/sponsors/{sponsor}",
        {"name_fr": "Lueur"},
        {"name_en": "Glow", "tier": "friend"},
    ),
    ("/event", "/event", {"name_en": "A night"}, {"hashtags": "#nuit", "name_fr": "Nuit"}),
    ("/event", "/event/look", {"main": "#c8102e"}, {"second": "#ffcc00"}),
    ("/shifts/timetable/hours", "/shifts/timetable/hours", {"rest": "9"}, {"most": "11"}),
    (
        "/team/people/{chloe}",
        "/team/people/{chloe}/details",
        {"email": "chloe@example.org"},
        {"telephone": "514 555-0199"},
    ),
)


@once
def test_a_refused_invitation_keeps_its_language(pages: Pages) -> None:
    form = pages.form("/team", "/team/invites") | {"name": "Ada", "email": "ada", "lang": "en"}
    refused = pages.post("/team/invites", form)
    assert refused.status_code == 422
    again = form_of(refused.text, "/team/invites")
    assert {name: again[name] for name in ("name", "email", "lang")} == {
        name: form[name] for name in ("name", "email", "lang")
    }


@once
def test_two_who_have_a_form_open_keep_what_each_changes(cast: Cast, pages: Pages) -> None:
    campaign = Campaign("", cast.event.id, Bilingual("Été"), Moment.BEFORE)
    aim = Objective("", cast.event.id, Bilingual("Se montrer"))
    keys = {
        "chloe": cast.chloe.id,
        "campaign": planning.save_campaign(cast.amelie, campaign).id,
        "aim": planning.save_objective(cast.amelie, aim).id,
        "sponsor": sponsoring.add(
            cast.amelie, name=Bilingual("Lumen"), tier=Tier.MAJOR, promise=WallPromise(10)
        ).id,
    }
    for ways in TOGETHER:
        page, path = (each.format(**keys) for each in ways[:2])
        one, other = ways[2:]
        first, second = pages.form(page, path), pages.form(page, path)
        assert pages.post(path, first | one).status_code == 303, path
        assert pages.post(path, second | other).status_code == 303, path
        now = pages.form(page, path)
        assert {name: now[name] for name in (*one, *other)} == {**one, **other}, path


@once
def test_the_second_of_two_who_save_keeps_what_each_changed_and_sees_where_both_did(
    cast: Cast, pages: Pages
) -> None:
    for page, path, both, one, other in _saved_as_a_whole(cast):
        first, second = pages.form(page, path), pages.form(page, path)
        assert pages.post(path, first | one | {both: "Bienvenue"}).status_code == 303, path
        lost = pages.post(path, second | other | {both: "Bonjour"})
        assert lost.status_code == 409, path
        assert "les autres ont ce que l’autre personne a enregistré" in lost.text, path
        assert re.findall(r'id="theirs-(\w+)".*?</b> <span[^>]*>([^<]*)<', lost.text) == [
            (both, "Bienvenue")
        ], path
        again, meant = form_of(lost.text, path), one | other | {both: "Bonjour"}
        assert {name: again[name] for name in meant} == meant, path
        assert pages.post(path, again).status_code == 303, path
        now = pages.form(page, path)
        assert {name: now[name] for name in meant} == meant, path


@once
def test_a_form_that_is_refused_undoes_nothing_that_was_saved_meanwhile(
    cast: Cast, pages: Pages
) -> None:
    path = f"/supports/{_support(cast)}"
    first, second = pages.form(path, path), pages.form(path, path)
    assert pages.post(path, first | {"brief": "En bleu"}).status_code == 303
    refused = pages.post(path, second | {"title_fr": "Annonce", "due": "2015-03-08T02:30"})
    assert refused.status_code == 422
    again = form_of(refused.text, path)
    assert (again["brief"], again["due"]) == ("En bleu", "2015-03-08T02:30")
    assert pages.post(path, again | {"due": ""}).status_code == 303
    now = pages.form(path, path)
    assert (now["brief"], now["title_fr"]) == ("En bleu", "Annonce")


Fields = dict[str, str]


def _saved_as_a_whole(cast: Cast) -> list[tuple[str, str, str, Fields, Fields]]:
    """Return forms with a text that both change, and others that one or the other changes."""
    letter, template = f"/letters/{_letter(cast)}", f"/letters/templates/{INVITE.name}"
    support, shift = f"/supports/{_support(cast)}", f"/shifts/{rosters.make(cast)}"
    sponsor = sponsoring.add(
        cast.amelie, name=Bilingual("Lumen"), tier=Tier.MAJOR, promise=WallPromise(10)
    )
    mentions = promising.make(cast.amelie, sponsor.id, PromiseKind.MENTIONS)
    promise = f"/promises/{mentions.id}"
    return [
        (letter, f"{letter}/words", "subject", {"email": "zoe@mac.test"}, {"body": "À demain"}),
        (template, template, "subject_fr", {"subject_en": "Welcome"}, {}),
        (support, support, "title_fr", {"brief": "En bleu\navec le mur"}, {"title_en": "Poster"}),
        (promise, promise, "words_fr", {"amount": "3"}, {"due": "2015-11-09T10:00"}),
        (shift, shift, "note_fr", {"seats": "4"}, {"note_en": "Bring tape", "to": "15:30"}),
    ]


def _support(cast: Cast) -> str:
    title = Bilingual("Affiche")
    return supporting.add(cast.amelie, title, SupportKind.POSTER, SupportLang.FR)[0].id


def _letter(cast: Cast) -> str:
    """Put a letter into the outbox; return its id."""
    to, fields = Addressee("Zoé", "zoe@example.org", "fr"), dict.fromkeys(INVITE.fields, "x")
    with transaction() as tx:
        return write(tx, cast.event.id, INVITE, to, fields, key="k", by="")


@once
def test_a_form_that_is_sent_twice_makes_one(cast: Cast, pages: Pages) -> None:
    sponsor = sponsoring.add(
        cast.amelie, name=Bilingual("Lumen"), tier=Tier.MAJOR, promise=WallPromise(10)
    )
    made: tuple[tuple[str, str, dict[str, str | list[str]], str], ...] = (
        ("/supports", "/supports", {"title_fr": "Affiche"}, "title_fr"),
        ("/promises", "/promises", {"sponsor": sponsor.id, "words_fr": "Merci"}, "words_fr"),
        (NEW_SHIFT, NEW_SHIFT, {"from": "09:00", "to": "12:00"}, "note_fr"),
        (AIMS, AIMS, {"name_fr": "Été"}, "name_fr"),
        (AIMS, "/plan/objectives", {"what_fr": "Se montrer", "target": "1,5"}, "what_fr"),
        (NEW_MESSAGE, NEW_MESSAGE, {"channels": ["x"], "text_fr": "Bonjour"}, "text_fr"),
        (NEW_MESSAGE, NEW_MESSAGE, {"channels": ["x"], "text_fr": "Bonjour"}, "title"),
    )
    for page, path, typed, words in made:
        form = pages.form(page, path) | typed
        one, again = (pages.post(path, form).headers["Location"] for _ in range(2))
        assert one == again, path
        other = pages.post(path, form | {words: "Autre chose"})
        assert other.status_code == 303, path
        assert other.headers["Location"] != one, "of a page that was gone back to"
