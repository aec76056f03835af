"""The page of the edition: what is missing, the programme from elsewhere, names, and the look."""

import io
import re
from collections.abc import Mapping

import pytest
from PIL import Image
from requests import Response

from tests.cast import Cast
from tests.client import Api
from tests.servers import Server, until

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
HTML = {"Accept": "text/html"}
CALENDAR = """BEGIN:VCALENDAR\r
BEGIN:VEVENT\r
SUMMARY:Plénière | Plenary\r
DTSTART:20151107T220000Z\r
END:VEVENT\r
END:VCALENDAR\r
"""


@pytest.fixture
def lead(server: Server, guests: Cast) -> Api:
    return Api(server.url, guests.tokens["amelie"])


def test_the_list_gets_shorter_as_things_are_done(lead: Api) -> None:
    assert _missing(lead) >= {"programme", "look"}
    _post(
        lead, "/event/programme", {"day": "1", "at": "9 h", "fr": "Accueil", "en": "", "asks": ""}
    )
    assert "programme" not in _missing(lead)
    _post(lead, "/event/steps/look", {"on": "1"})
    assert "look" not in _missing(lead)
    assert "1 mise de côté" in lead.page("/event").text
    _post(lead, "/event/steps/look", {})
    assert "look" in _missing(lead)
    saved = _post(lead, "/event/look", {"main": "#c8102e"})
    assert '<p class="just-saved" role="status">Enregistré.</p>' in saved.text
    assert "just-saved" not in lead.page("/event").text
    assert "look" not in _missing(lead)


def test_rows_from_elsewhere_are_shown_and_not_saved(lead: Api) -> None:
    _post(
        lead, "/event/programme", {"day": "1", "at": "9 h", "fr": "Accueil", "en": "", "asks": ""}
    )
    file = {"calendar": ("mmx.ics", CALENDAR.encode(), "text/calendar")}
    shown = lead.post(
        "/event/programme/rows", {"text": "samedi\t2 pm\tTable ronde"}, headers=HTML, files=file
    ).text
    assert re.findall(r'name="fr" lang="fr" value="([^"]+)"', shown) == [
        "Accueil",
        "Plénière",
        "Table ronde",
    ]
    assert "Rien n’est enregistré encore" in shown
    assert "Plénière" not in lead.page("/event").text


def test_two_leads_at_once_do_not_overwrite_each_other(lead: Api) -> None:
    before = _version(lead)
    mine = {"day": "1", "at": "9 h", "fr": "Accueil", "en": "", "asks": "", "before": before}
    _post(lead, "/event/programme", mine | {"fr": "Café"})
    refused = _post(lead, "/event/programme", mine)
    assert refused.status_code == 422
    assert 'value="Accueil"' in refused.text
    assert "entre-temps" in refused.text
    again = mine | {"before": _version_in(refused.text)}
    assert 'value="Accueil"' in _post(lead, "/event/programme", again).text


def test_rows_that_are_not_saved_yet_go_along(lead: Api) -> None:
    sent = {"typed": "1\t9 h\tAccueil\t\t\n1\t\t\t\t", "text": "14 h Table ronde"}
    shown = lead.post("/event/programme/rows", sent, headers=HTML).text
    assert re.findall(r'name="fr" lang="fr" value="([^"]+)"', shown) == ["Accueil", "Table ronde"]


def test_a_calendar_that_is_too_large_is_refused_and_the_rest_stays(lead: Api) -> None:
    file = {"calendar": ("mmx.ics", b"x" * 1_000_001, "text/calendar")}
    refused = lead.post("/event/programme/rows", {"text": ""}, headers=HTML, files=file)
    assert refused.status_code == 422
    assert "trop gros" in refused.text


def test_a_team_is_renamed_where_it_stands(lead: Api, guests: Cast) -> None:
    team = guests.event.teams[0]
    path = f"/event/groups/{team.id}"
    page = _post(lead, path, {"kind": "team", "name_fr": "Équipe Lueur", "name_en": "Team Glow"})
    assert "Équipe Lueur" in page.text
    assert f">{team.name.fr}<" not in page.text
    refused = _post(lead, path, {"kind": "team", "name_fr": "x" * 121})
    assert refused.status_code == 422
    assert 'id="fault-name"' in refused.text


def test_the_colours_reach_pages_the_wall_and_visitors(
    lead: Api, server: Server, guests: Cast
) -> None:
    _post(lead, "/event/look", {"main": "#003366", "second": "fc0"})
    with Api(server.url, guests.tokens["mur"]) as wall:
        for page in (lead.page("/event"), wall.page("/wall"), lead.page("/")):
            (address,) = re.findall(r'href="(/look\.css\?[0-9a-f]+)"', page.text)
        style = wall.page(address)
    assert style.headers["Content-Type"].startswith("text/css")
    assert re.fullmatch(r":root\{--signal:light-dark\(#\w{6},#\w{6}\);--accent:.*\}", style.text)
    _post(lead, "/event/look", {"main": "", "second": ""})
    assert "look.css" not in lead.page("/event").text


def test_the_museums_logo_is_trimmed_and_shown_and_a_file_that_is_none_is_told(
    lead: Api,
) -> None:
    picture = io.BytesIO()
    logo = Image.new("RGBA", (400, 200))
    logo.paste((200, 16, 46, 255), (100, 50, 300, 150))
    logo.save(picture, "PNG")
    _send_logo(lead, picture.getvalue())
    until(lambda: re.search(r'src="/event/[^"]+/logo-\w+\.png"', lead.page("/event").text), "it")
    found = re.search(
        r'src="(/event/[^"]+)" width="(\d+)" height="(\d+)"', lead.page("/event").text
    )
    assert found
    shown = lead.page(found[1])
    assert Image.open(io.BytesIO(shown.content)).size == (int(found[2]), int(found[3]))
    assert int(found[2]) == 2 * int(found[3])
    _send_logo(lead, b"no picture")
    until(lambda: 'class="wide fault"' in lead.page("/event").text, "the refusal")
    assert found[1] in lead.page("/event").text


def test_the_preview_is_the_page_of_a_visitor(lead: Api) -> None:
    page = lead.page("/?preview")
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "data-person" not in page.text
    assert "frame-ancestors 'none'" in lead.page("/").headers["Content-Security-Policy"]


def _missing(lead: Api) -> set[str]:
    page = lead.page("/event").text.partition('class="skipped"')[0]
    return set(re.findall(r'action="/event/steps/(\w+)"', page))


def _version(lead: Api) -> str:
    return _version_in(lead.page("/event").text)


def _version_in(page: str) -> str:
    return page.partition('name="before" value="')[2].partition('"')[0]


def _send_logo(lead: Api, data: bytes) -> None:
    sent = lead.post("/event/look", {"main": ""}, files={"logo": ("l.png", data)}, headers=HTML)
    assert sent.status_code == 200


def _post(who: Api, path: str, form: Mapping[str, str]) -> Response:
    return who.post(path, form, headers=HTML)
