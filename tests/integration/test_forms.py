"""A form that is refused: what is wrong stands beside its field, and nothing typed is lost."""

import re
from collections.abc import Mapping

import pytest
from requests import Response

from tests.cast import Cast
from tests.client import Api
from tests.servers import Server

EVENT = {
    "name_fr": "Une nuit au musée",
    "name_en": "A night at the museum",
    "starts_on": "2015-11-06",
    "ends_on": "2015-11-08",
    "timezone": "America/Toronto",
    "hashtags": "#museomix #mmx2015",
    "languages": "equal",
}


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
