"""The public page over HTTP: what everyone reads, and what only a reviewer finds on it."""

import re

import pytest

from tests.cast import Cast
from tests.client import Api
from tests.servers import Server

OF_RECALLS = re.compile(r"mx-recall|data-recall|recall\.js|recalled|Retirer|Take off")


@pytest.fixture
def shown(server: Server, guests: Cast) -> str:
    with Api(server.url, guests.tokens["driss"]) as driss:
        key = str(driss.submit(text={"fr": "Le robo danse."})["id"])
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        amelie.decide(key, "approval")
    return key


def test_a_correction_is_said_with_its_time(server: Server, guests: Cast, shown: str) -> None:
    with Api(server.url, guests.tokens["ben"]) as ben:
        assert "corrected_at" in _card(ben.page("/?lang=fr").text, shown)
        assert "Corrigé à" not in _card(ben.page("/?lang=fr").text, shown)
        mended = {"text": {"fr": "Le robot danse."}}
        assert ben.ask("PATCH", f"/submissions/{shown}", json=mended).status_code == 200
        at = ben.view("public")["changes"][shown]["corrected_at"]
        card = _card(ben.page("/?lang=fr").text, shown)
        said = re.search(r'<time class="corrected"[^>]* datetime="([^"]+)">([^<]+)</time>', card)
        assert said
        assert said[1] == at
        assert re.fullmatch(r"Corrigé à \d{1,2}\u00a0h\u00a0\d\d", said[2])
        assert "Corrected at" in _card(ben.page("/?lang=en").text, shown)


@pytest.mark.parametrize("name", ["amelie", "ben"])
def test_a_reviewer_may_take_it_off_from_there_for_the_reasons_of_the_lead(
    server: Server, guests: Cast, shown: str, name: str
) -> None:
    with Api(server.url, guests.tokens["amelie"]) as lead:
        form = {"recall": "Le musée le demande | The museum asks for it"}
        assert lead.post("/review/reasons", form).status_code == 200
    with Api(server.url, guests.tokens[name]) as reviewer:
        page = reviewer.page("/?lang=fr").text
        button = rf'data-recall="{shown}"\s+data-title="Le robo danse."'
        assert re.search(button, _card(page, shown))
        assert "Le musée le demande" in page
        assert "mx-recall" in page
        assert "js/elements/recall.js" in re.sub(r'<script type="importmap".*?</script>', "", page)


@pytest.mark.parametrize("name", [None, "chloe", "driss", "flora", "mur"])
def test_nobody_else_gets_anything_of_it(
    server: Server, guests: Cast, shown: str, name: str | None
) -> None:
    with Api(server.url, guests.tokens[name] if name else None) as api:
        page = re.sub(r'<script type="importmap".*?</script>', "", api.page("/?lang=fr").text)
        assert OF_RECALLS.search(page) is None
        assert name is None or "Le robo danse." in _card(page, shown)


def _card(page: str, key: str) -> str:
    found = re.search(rf'<article class="card"[^>]*data-key="{key}">.*?</article>', page, re.DOTALL)
    assert found
    return found[0]
