"""Wraps over HTTP: the form without scripts, the public story, its caches, and the exports."""

import io
import json
import re
import zipfile

import pytest

from mixroom.wrap import actions
from mixroom.wrap.model import Draft, Piece
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.gallery import hang
from tests.servers import Server, until
from tests.wraps import TODAY, approved, under_way

DAY = TODAY - 1
PAGE = f"/wrap/{TODAY}"


@pytest.fixture
def today(guests: Cast) -> Cast:
    under_way(guests)
    return guests


def test_the_form_works_without_scripts_and_loses_nothing_to_a_second_person(
    server: Server, today: Cast
) -> None:
    first, second = approved(today, "Un"), approved(today, "Deux")
    with Api(server.url, today.tokens["ben"]) as ben:
        fields = {"version": "0", "title_fr": "La nuit", "do": f"add:{first}"}
        assert ben.post(PAGE, fields).status_code == 200
        fields |= {"version": "1", "piece": first, f"fr:{first}": "Légende", "do": f"add:{second}"}
        page = ben.post(PAGE, fields).text
        assert page.index(f'data-key="{first}"') < page.index(f'data-key="{second}"')
        both = {**fields, "version": "2", "piece": [first, second], "do": f"up:{second}"}
        page = ben.post(PAGE, both).text  # type: ignore[arg-type]
        assert page.index(f'data-key="{second}"') < page.index(f'data-key="{first}"')
        assert "Légende" in page
        held = json.dumps({"title_fr": "Le soir"})
        late = ben.post(PAGE, {**fields, "title_fr": "Le jour", "do": "save", "held": held})
        assert late.status_code == 412
        assert "Les deux textes sont conservés" in late.text
        assert 'value="Le jour"' in late.text
        assert ">La nuit</span>" in late.text
        wrong = ben.post(PAGE, {"title_fr": "x" * 121, "version": "3", "do": "save"})
        assert wrong.status_code == 422
        assert 'id="fault-title"' in wrong.text


def test_the_api_keeps_both_texts_of_a_lost_race(server: Server, today: Cast) -> None:
    key = approved(today, "Un")
    with Api(server.url, today.tokens["ben"]) as ben:
        assert ben.ask("GET", f"/wraps/{TODAY}").headers["ETag"] == '"0"'
        sent = {"title": {"fr": "A"}, "pieces": [{"id": key, "caption": {"en": "One"}}]}
        saved = ben.ask("PUT", f"/wraps/{TODAY}", json=sent, headers={"If-Match": '"0"'})
        assert (saved.status_code, saved.json()["version"]) == (200, 1)
        lost = ben.ask("PUT", f"/wraps/{TODAY}", json=sent, headers={"If-Match": '"0"'})
        assert lost.status_code == 412
        assert (
            lost.json()["now"]["title"] == lost.json()["sent"]["title"] == {"fr": "A", "en": None}
        )
        assert ben.ask("POST", f"/wraps/{TODAY}/proposal").json()["pieces"][0]["id"] == key
        assert ben.ask("POST", f"/wraps/{TODAY}/publication").json()["status"] == "published"
        assert ben.ask("DELETE", f"/wraps/{TODAY}/publication").json()["status"] == "taken_down"
        assert ben.ask("POST", "/wraps/9/proposal").status_code == 404
        assert ben.ask("POST", "/wraps/1/publication").json()["code"] == "empty_wrap"


@pytest.mark.parametrize("server", ["embedded", "scaled"], indirect=True)
def test_the_story_of_the_latest_day_is_pinned_for_everyone_and_changes_at_once(
    server: Server,
) -> None:
    with cast_at(server, present=True) as cast, Api(server.url) as stranger:
        under_way(cast)
        key = approved(cast, "Le robot danse")
        plain = stranger.page("/?lang=fr")
        assert "wrap-up" not in plain.text
        assert stranger.page(f"/wrap-up/{TODAY}").status_code == 404
        actions.save(cast.ben, DAY, Draft(pieces=(Piece(key),)))
        draft = stranger.page("/?lang=fr", headers={"If-None-Match": plain.headers["ETag"]})
        assert draft.status_code == 304  # a draft is nothing that a visitor sees
        actions.publish(cast.ben, DAY)
        until(lambda: f'href="/wrap-up/{TODAY}"' in stranger.page("/?lang=fr").text, "the story")
        english = {"Accept-Language": "en"}
        story = stranger.page(f"/wrap-up/{TODAY}", headers=english)
        assert "Le robot danse" in story.text
        assert 'property="og:title"' in story.text
        assert "s-maxage" in story.headers["Cache-Control"]
        english["If-None-Match"] = story.headers["ETag"]
        again = stranger.page(f"/wrap-up/{TODAY}", headers=english)
        assert again.status_code == 304
        with Api(server.url, cast.tokens["amelie"]) as amelie:
            amelie.decide(key, "recall")
        assert "Le robot danse" not in stranger.page(f"/wrap-up/{TODAY}?lang=en").text
        actions.take_down(cast.ben, DAY)
        assert "wrap-up" not in stranger.page("/?lang=fr").text
        assert stranger.page(f"/wrap-up/{TODAY}").status_code == 404
        for path in (
            "/wrap-up/0",
            "/wrap-up/99",
            "/wrap-up/x",
            "/wrap/0",
            "/wrap/9",
            f"/wrap/{10**20}/story.md",
        ):
            assert Api(server.url, cast.tokens["ben"]).page(path).status_code == 404


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_an_export_has_story_pictures_and_credits_and_is_the_same_each_time(
    server: Server, today: Cast
) -> None:
    keys = hang(server, today.tokens["amelie"], 3, (1600, 1200))
    with Api(server.url, today.tokens["ben"]) as ben:
        for key in keys:
            about = {"team": "Équipe Écho", "credit": "=Inès 🦊"}
            assert ben.ask("PATCH", f"/submissions/{key}", json=about).status_code == 200
        actions.save(today.ben, DAY, Draft(pieces=tuple(map(Piece, keys))))
        path = f"{PAGE}/pictures.zip"
        sent = ben.page(path)
        assert sent.headers["Content-Type"] == "application/zip"
        assert ben.page(path).content == sent.content
        with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
            pictures = [f"pictures/{n:02}-equipe-echo.jpg" for n in (1, 2, 3)]
            assert names == ["index.html", "story.md", *pictures, "credits.txt", "credits.csv"]
            assert all(archive.read(name).startswith(b"\xff\xd8") for name in pictures)
            table = archive.read("credits.csv").decode()
            assert table.count("'=Inès 🦊") == 3
            assert all(f'src="{name}"' in archive.read("index.html").decode() for name in pictures)
            assert archive.read("story.md").decode().count("](pictures/") == 6
        page = ben.page(f"{PAGE}/story.html").text
        assert page.count("data:image/jpeg;base64,/9j/") == 3
        assert "\0" not in page
        text = ben.page(f"{PAGE}/story.md")
        assert text.headers["Content-Type"].startswith("text/markdown")
        assert f"{server.settings.base_url}/media/" in text.text
        assert ben.page(f"{PAGE}/pictures.zip?for=press").status_code == 200
        with zipfile.ZipFile(io.BytesIO(ben.page(f"{path}?for=press").content)) as archive:
            assert not [name for name in archive.namelist() if name.startswith("pictures/")]
        assert ben.page(f"{path}?for=anything").status_code == 422
        gone = _remove_file(server, ben, keys[1])
        with zipfile.ZipFile(io.BytesIO(ben.page(path).content)) as archive:
            assert len([name for name in archive.namelist() if name.startswith("pictures/")]) == 2
            assert "le fichier manque" in archive.read("credits.txt").decode()
            assert gone not in archive.read("credits.csv").decode()
        assert ben.page(f"{PAGE}/story.html").status_code == 200


def _remove_file(server: Server, ben: Api, key: str) -> str:
    """Delete the largest rendition of a photo, as a failing disk does."""
    (photo,) = ben.ask("GET", f"/submissions/{key}").json()["media"]
    file = server.settings.uploads / photo["wall"].removeprefix("/media/")
    until(file.exists, "the rendition")
    file.unlink()
    card = server.settings.uploads / photo["card"].removeprefix("/media/")
    card.unlink()
    assert re.fullmatch(r"wall-\w+\.jpg", file.name)
    return "02-equipe-echo.jpg"
