"""A form that is refused: what is wrong stands beside its field, and nothing typed is lost."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from requests import Response

from mixroom.app import create_app
from mixroom.core.db import transaction
from mixroom.crew.notices import INVITE
from mixroom.letters.model import Addressee
from mixroom.letters.results import write
from mixroom.settings import Settings
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


TOGETHER: tuple[tuple[str, str, Mapping[str, str], Mapping[str, str]], ...] = (
    (
        "/applications",
        "/applications/needs",
        {"need:press:2015-11-06:morning": "3"},
        {"need:blogger:2015-11-07:evening": "2"},
    ),
    ("/applications", "/applications/opening", {"contact": "Amélie"}, {"most": "40"}),
    ("/applications", "/applications/opening", {"instead_fr": "Venez"}, {"instead_en": "Come"}),
    ("/event", "/event", {"name_en": "A night"}, {"hashtags": "#nuit", "name_fr": "Nuit"}),
    ("/event", "/event/look", {"main": "#c8102e"}, {"second": "#ffcc00"}),
    ("/shifts/timetable/hours", "/shifts/timetable/hours", {"rest": "9"}, {"most": "11"}),
    (
        "/team/people/CHLOE",
        "/team/people/CHLOE/details",
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
    for ways in TOGETHER:
        page, path = (each.replace("CHLOE", cast.chloe.id) for each in ways[:2])
        one, other = ways[2:]
        first, second = pages.form(page, path), pages.form(page, path)
        assert pages.post(path, first | one).status_code == 303, path
        assert pages.post(path, second | other).status_code == 303, path
        now = pages.form(page, path)
        assert {name: now[name] for name in (*one, *other)} == {**one, **other}, path


@once
def test_words_that_another_lead_has_changed_are_not_overwritten(cast: Cast, pages: Pages) -> None:
    letter = f"/letters/{_letter(cast)}"
    template = f"/letters/templates/{INVITE.name}"
    for page, path, name in (
        (letter, f"{letter}/words", "subject"),
        (template, template, "subject_fr"),
    ):
        first, second = pages.form(page, path), pages.form(page, path)
        assert pages.post(path, first | {name: "Bienvenue"}).status_code == 303
        refused = pages.post(path, second | {name: "Bonjour"})
        assert refused.status_code == 409
        assert "entre-temps" in refused.text
        assert "Bienvenue" in refused.text
        again = form_of(refused.text, path)
        assert again[name] == "Bonjour"
        assert pages.post(path, again).status_code == 303
        assert pages.form(page, path)[name] == "Bonjour"


def _letter(cast: Cast) -> str:
    """Put a letter into the outbox; return its id."""
    to, fields = Addressee("Zoé", "zoe@example.org", "fr"), dict.fromkeys(INVITE.fields, "x")
    with transaction() as tx:
        return write(tx, cast.event.id, INVITE, to, fields, key="k", by="")
