"""A plan begins with a template or a table, once, and leaves as a table that is read again."""

import csv
import io
import re
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mixroom.app import create_app
from mixroom.core.spreadsheets import workbook
from mixroom.core.text import Bilingual
from mixroom.plan import actions, beginning, queries
from mixroom.plan.channels import Channel
from mixroom.plan.model import Message
from mixroom.plan.moves import Status
from mixroom.settings import Settings
from tests.cast import Cast
from tests.replay import assert_replays
from tests.servers import env_in

SITE = "https://mixroom.example.org"
HEAD = ["Date", "Heure", "Campagne", "Titre", "Canaux", "Français", "Anglais", "Responsable"]
ROWS = [
    ["27/10/2015", "10 h", "Dix jours", "J-10", "Instagram, FB", "Bonjour", "Hello", "Ben Carter"],
    ["", "", "", "Une idée", "site web", "", "", ""],
]
BAD = [
    ["31/02/2015", "10 h", "", "Faux", "mastodon", "Bonjour", "", ""],
    ["08/03/2015", "2 h 30", "", "Sautée", "mastodon", "Bonjour", "", ""],
    ["07/11/2015", "9 h", "", "Perdu", "mastodon", "Bonjour", "", "Personne Inconnue"],
]


class Lead:
    """A lead's browser without scripts, in French."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self._client = client
        self._headers = {
            "Authorization": f"Bearer {cast.tokens['amelie']}",
            "Accept": "text/html",
            "Accept-Language": "fr",
        }

    def get(self, path: str) -> TestResponse:
        return self._client.get(path, headers=self._headers)

    def post(self, path: str, **form: Any) -> TestResponse:
        return self._client.post(path, data=form, headers=self._headers)


@pytest.fixture
def lead(cast: Cast, tmp_path: Path) -> Lead:
    return Lead(create_app(Settings.from_env(env_in(tmp_path))).test_client(), cast)


def tabs(*rows: list[str]) -> str:
    """Return rows as a spreadsheet puts them on the clipboard."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue().rstrip("\n")


def test_a_campaign_of_eight_messages_begins_once(cast: Cast) -> None:
    begin = partial(beginning.begin_with, cast.amelie, "ten-days-before", site=SITE)
    first = assert_replays(cast, begin)
    assert (first.added, first.known) == (8, 0)
    again = begin()
    assert (again.added, again.known, again.campaign_id) == (0, 8, first.campaign_id)
    messages, campaigns, names = queries.whole(cast.amelie)
    assert [each.due.astimezone(cast.event.zone).date() for each in messages if each.due] == [
        date(2015, month, day)
        for month, day in [
            (10, 27),
            (10, 29),
            (10, 30),
            (10, 31),
            (11, 1),
            (11, 3),
            (11, 4),
            (11, 5),
        ]
    ]
    assert {each.status for each in messages} == {Status.DRAFT}
    assert {names[each.owner_id or ""] for each in messages} == {cast.amelie.name}
    (campaign,) = campaigns.values()
    assert (campaign.name.fr, campaign.name.en) == ("Dix jours avant", "Ten days before")


def test_each_sponsor_has_messages_of_their_own(cast: Cast) -> None:
    begin = partial(beginning.begin_with, cast.amelie, "thank-a-sponsor", site=SITE)
    for sponsor in ("Alpha", "Bêta", "Alpha"):
        begin(sponsor=sponsor)
    messages, campaigns, _ = queries.whole(cast.amelie)
    assert sorted(each.name.fr or "" for each in campaigns.values()) == [
        "Remercier un commanditaire · Alpha",
        "Remercier un commanditaire · Bêta",
    ]
    assert len(messages) == 4
    assert sum("Alpha" in (each.text.fr or "") for each in messages) == 2


def test_a_lead_begins_without_a_script(cast: Cast, lead: Lead) -> None:
    page = lead.get("/plan/templates").text
    assert "mardi 27 octobre" in page
    assert "ils sont en retard dès l’ajout" in page
    done = lead.post("/plan/templates/each-evening")
    assert done.status_code == 303
    assert "avec 3 messages à travailler" in lead.get(done.location).text
    assert (
        "est déjà dans le plan" in lead.get(lead.post("/plan/templates/each-evening").location).text
    )
    assert lead.post("/plan/templates/nothing").status_code == 422
    assert lead.post("/plan/templates/thank-a-sponsor", sponsor="x" * 81).status_code == 422


def test_a_table_is_checked_and_added_and_what_is_wrong_stays(cast: Cast, lead: Lead) -> None:
    text = tabs(HEAD, *ROWS, *BAD)
    checked = lead.post("/plan/import", text=text).text
    assert queries.whole(cast.amelie)[0] == [], "nothing is kept yet"
    assert "Ajouter 2 messages" in checked
    for words in ("Ce n’est pas une date", "on avance l’heure", "Personne de l’équipe"):
        assert words in checked, "before anything is added"
    added = lead.post("/plan/import", text=text, do="add").text
    assert "2 messages sont nouveaux dans le plan." in added
    for words in ("Ce n’est pas une date", "on avance l’heure", "Personne de l’équipe"):
        assert words in added
    left = re.search(r"<textarea[^>]*>(.*?)</textarea>", added, re.DOTALL)
    assert left
    assert all(row[3] in left[1] for row in BAD)
    assert not any(row[3] in left[1] for row in ROWS)
    assert left[1].splitlines()[0].startswith("Date")

    messages, campaigns, names = queries.whole(cast.amelie)
    first = next(each for each in messages if each.title == "J-10")
    assert first.due
    assert f"{first.due.astimezone(cast.event.zone):%Y-%m-%d %H:%M}" == "2015-10-27 10:00"
    assert [each.value for each in first.channels] == ["instagram", "facebook"]
    assert names[first.owner_id or ""] == "Ben Carter"
    assert campaigns[first.campaign_id or ""].name.fr == "Dix jours"
    assert "1 y était déjà" in lead.post("/plan/import", text=tabs(HEAD, ROWS[0]), do="add").text


@pytest.mark.parametrize(
    "data",
    [
        ";".join(HEAD).encode("cp1252") + b"\r\n" + ";".join(ROWS[0]).encode("cp1252"),
        workbook([HEAD, ROWS[0]]),
    ],
    ids=["Windows-1252", "Excel"],
)
def test_a_file_is_read_as_spreadsheets_write_it(cast: Cast, lead: Lead, data: bytes) -> None:
    page = lead.post("/plan/import", file=(io.BytesIO(data), "plan")).text
    assert "Dix jours" in page
    assert "Français" in page
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert text
    lead.post("/plan/import", text=text[1], do="add")
    ((message,), _, _) = queries.whole(cast.amelie)
    assert message.text.fr == "Bonjour"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7 no table", "texte"),
        (b"Bonjour;Hello", "ne nomme les colonnes"),
        (b"", "requis"),
    ],
    ids=["PDF", "no columns", "nothing"],
)
def test_what_is_no_plan_is_refused_where_it_was_given(lead: Lead, data: bytes, words: str) -> None:
    answer = lead.post("/plan/import", file=(io.BytesIO(data), "plan.csv"), text="")
    assert answer.status_code == 422
    fault = re.search(r'class="fault"[^>]*>(.*?)<', answer.text)
    assert fault
    assert words in fault[1]


def test_a_table_of_forty_megabytes_is_refused(cast: Cast, tmp_path: Path) -> None:
    client = create_app(Settings.from_env(env_in(tmp_path))).test_client()
    head = b'--X\r\nContent-Disposition: form-data; name="file"; filename="plan.csv"\r\n\r\n'
    body = head + b"a" * 40_000_000 + b"\r\n--X--\r\n"
    headers = {
        "Authorization": f"Bearer {cast.tokens['amelie']}",
        "Accept": "text/html",
        "Content-Type": "multipart/form-data; boundary=X",
    }
    answer = client.post("/plan/import", data=body, headers=headers)
    assert answer.status_code in (413, 422)
    assert "1\u00a0Mo au plus" in answer.text or answer.status_code == 413


def test_a_plan_leaves_as_a_table_that_is_read_again(cast: Cast, lead: Lead) -> None:
    lead.post(
        "/plan/import", text=tabs(HEAD, *ROWS, ["", "", "", "=1+1", "x", "Deux", "", ""]), do="add"
    )
    written = lead.get("/plan/export.csv").data.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(written)))
    assert table[0][:3] == ["Date", "Heure", "Campagne"]
    assert ["2015-10-27", "10:00", "Dix jours", "J-10"] in [row[:4] for row in table]
    assert "'=1+1" in [row[3] for row in table]
    book = openpyxl.load_workbook(io.BytesIO(lead.get("/plan/export.xlsx").data))
    cells = [[cell or "" for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert cells == table
    channels = {row[3]: (row[4], row[8]) for row in table}
    assert channels["J-10"] == ("Instagram, Facebook", "Brouillon")
    assert channels["Une idée"] == ("Site Web", "Idée")
    again = lead.post("/plan/import", text=tabs(*table)).text
    assert "fault" not in again
    assert "3 sont déjà dans le plan" in again


def test_a_plan_that_left_comes_back_with_what_was_changed_in_it(cast: Cast, lead: Lead) -> None:
    odd = ["", "", "", "@museomix", "x", "- un\n- deux", "=1", ""]
    file = io.BytesIO(workbook([HEAD, *ROWS, odd]))
    lead.post("/plan/import", file=(file, "plan.xlsx"), do="add")
    table = list(csv.reader(io.StringIO(lead.get("/plan/export.csv").data.decode("utf-8-sig"))))
    head, rows = table[0], {row[3].removeprefix("'"): row for row in table[1:]}
    same = lead.post("/plan/import", file=(io.BytesIO(workbook(table)), "plan.xlsx"), do="add")
    assert "3 y étaient déjà" in same.text
    others, _, _ = queries.whole(cast.amelie)
    assert {each.title for each in others} == {"J-10", "Une idée", "@museomix"}
    assert {each.version for each in others} == {1}
    second = datetime(2015, 11, 1, 6, 30, 20, tzinfo=UTC)  # of the hour that the clocks repeat
    kept = actions.add(cast.ben, Message("", "", "Nuit", (Channel.X,), due=second))
    out = list(csv.reader(io.StringIO(lead.get("/plan/export.csv").data.decode("utf-8-sig"))))
    lead.post("/plan/import", text=tabs(*out), do="add")
    assert queries.item(cast.ben, kept.id)["due"] == "2015-11-01T06:30:20Z"
    actions.drop(cast.ben, kept.id)

    dated, idea = rows["J-10"], rows["Une idée"]
    dated[:2], dated[5] = ["6 novembre 2015", "0.5"], "Bonsoir"
    new = ["42315", "", "", "Nouveau", "mastodon", "Neuf", "", "", "", ""]
    by_id = {each.title: each for each in others}
    actions.change(cast.ben, by_id["Une idée"].id, {"title": "Une autre idée"})
    idea[3] = "Une idée d’hier"
    text = tabs(head, dated, idea, new)
    assert "En ajouter 1, en modifier 1" in lead.post("/plan/import", text=text).text
    done = lead.post("/plan/import", text=text, do="add").text
    assert "entre-temps" in done
    assert "Une idée d’hier" in done, "what was not kept is still there"
    messages = {each.title: each for each in queries.whole(cast.amelie)[0]}
    assert messages.keys() == {"J-10", "Une autre idée", "@museomix", "Nouveau"}
    first = messages["J-10"]
    assert (first.id, first.version, first.text.fr) == (by_id["J-10"].id, 2, "Bonsoir")
    assert f"{first.due.astimezone(cast.event.zone):%Y-%m-%d %H:%M}" == "2015-11-06 12:00"
    assert f"{messages['Nouveau'].due:%Y-%m-%d}" == "2015-11-07", "a day as Excel counts it"
    assert messages["@museomix"].text == Bilingual("- un\n- deux", "=1")
