"""The pages of the plan: as forms, without a script."""

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from mixroom.app import create_app
from mixroom.core import clock
from mixroom.core.text import LANGS, Bilingual
from mixroom.plan import actions, queries, results
from mixroom.plan.channels import Channel
from mixroom.plan.hours import written_local
from mixroom.plan.model import Message
from mixroom.review import actions as review
from mixroom.settings import Settings
from tests.cast import Cast
from tests.servers import env_in
from tests.wraps import approved, approved_photo

WORDS = {"channels": ["mastodon", "x"], "text_fr": "Les portes ouvrent.", "text_en": "Doors open."}


class Browser:
    """A browser without scripts, signed in as one of the cast."""

    def __init__(self, client: FlaskClient, cast: Cast) -> None:
        self._client, self._cast = client, cast

    def page(self, path: str, who: str = "ben", lang: str = "en") -> str:
        return self._open("GET", path, who, lang).text

    def send(self, path: str, who: str = "ben", lang: str = "en", **form: Any) -> Any:
        return self._open("POST", path, who, lang, data=form)

    def _open(self, method: str, path: str, who: str, lang: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._cast.tokens[who]}", "Accept": "text/html"}
        self._client.set_cookie("lang", lang)
        return self._client.open(path, method=method, headers=headers, **more)


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Browser:
    return Browser(create_app(Settings.from_env(env_in(tmp_path))).test_client(), cast)


def made(desk: Browser, **form: Any) -> str:
    answer = desk.send("/plan/messages/new", **(WORDS | form))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"]).rpartition("/")[2]


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a message's form: its version, and what its fields held."""
    pattern = r'name="version" value="(\d+)"><input type="hidden" name="held" value="([^"]*)'
    found = re.search(pattern, page)
    assert found
    return {"version": found[1], "held": html.unescape(found[2])}


def test_a_message_is_made_read_scheduled_and_noted_as_out(cast: Cast, desk: Browser) -> None:
    due = written_local(clock.now() + timedelta(hours=3), cast.event.zone)
    key = made(desk, due=due, owner=cast.ben.id, submissions=[approved_photo(cast)])
    path = f"/plan/messages/{key}"
    own = desk.send(f"{path}/moves", how="ready", version="1")
    assert own.status_code == 409
    assert "somebody else has to read it" in own.text
    assert desk.send(f"{path}/moves", "amelie", how="ready", version="1").status_code == 303
    assert desk.send(f"{path}/moves", how="schedule", version="2").status_code == 303
    wrong = desk.send(f"{path}/publication", channel="x", url="x.com/1")
    assert wrong.status_code == 422
    assert 'value="x.com/1"' in wrong.text, "what was typed is still there"
    url = "https://x.com/museomix/1"
    assert desk.send(f"{path}/publication", channel="x", url=url).status_code == 303
    assert desk.send(f"{path}/publication", channel="mastodon.fr").status_code == 303
    assert queries.item(cast.ben, key)["status"] == "scheduled"
    assert desk.send(f"{path}/publication", channel="mastodon.en").status_code == 303
    assert queries.item(cast.ben, key)["status"] == "published"
    assert url in desk.page(path, "driss")
    assert desk.send(f"{path}/publication", channel="x.fr", forget="1").status_code == 303
    assert queries.item(cast.ben, key)["status"] == "ready"


def test_the_desk_shows_each_channel_with_its_lengths_and_crops(cast: Cast, desk: Browser) -> None:
    key = made(
        desk,
        submissions=[approved_photo(cast)],
        channels=["x", "instagram"],
        **{"own_fr:x": "x" * 281, "out_en:instagram": "1"},
    )
    page = desk.page(f"/plan/messages/{key}", lang="fr")
    counters = dict(
        re.findall(r'data-counter="(\w+\.\w+)"[^>]*>.*?<b data-n>(\d+)', page, re.DOTALL)
    )
    assert counters["x.fr"] == "281"
    assert counters["instagram.en"] == "0"
    assert "trop long" in page
    assert 'viewBox="0 0 1080 1350"' in page, "the crop of Instagram"
    assert re.search(r'data-channel="mastodon"[^>]* hidden', page)


def test_of_two_leads_the_second_sees_both_texts_and_loses_nothing(
    cast: Cast, desk: Browser
) -> None:
    key = made(desk)
    path = f"/plan/messages/{key}"
    first = WORDS | hidden(desk.page(path))
    bens = {"text_fr": "Texte de Ben", "title": "Titre de Ben", "owner": cast.ben.id}
    bens |= {"channels": ["mastodon", "x", "bluesky"], "own_fr:mastodon": "Ben, court"}
    assert desk.send(path, **(first | bens)).status_code == 303
    amelies = {"text_fr": "Texte d’Amélie", "text_en": "Amélie’s", "own_fr:mastodon": "Court"}
    amelies["channels"] = ["mastodon"]
    lost = desk.send(path, "amelie", "fr", **(first | amelies))
    assert lost.status_code == 412
    assert re.findall(r'id="theirs-(\w+)"', lost.text) == ["text_fr"], "both changed it"
    for bens_text, amelies_text in (("Texte de Ben", "Texte d’Amélie"), ("Ben, court", "Court")):
        assert f"{bens_text}</span>" in lost.text
        assert f"{amelies_text}</textarea>" in lost.text
    assert 'name="title" maxlength="120" dir="auto" value="Titre de Ben"' in lost.text
    again = hidden(lost.text)
    assert again["version"] == "2"
    # The rest of the form as the page shows it now.
    form = WORDS | bens | amelies | again | {"channels": ["mastodon", "bluesky"]}
    actions.change(cast.ben, key, {"title": "Titre de plus"})
    assert desk.send(path, "amelie", **form).status_code == 412, "a third time"
    form |= hidden(desk.page(path)) | {"title": "Titre de plus"}
    assert desk.send(path, "amelie", **form).status_code == 303
    found = queries.item(cast.ben, key)
    assert found["text"] == {"fr": "Texte d’Amélie", "en": "Amélie’s"}
    assert (found["title"], found["owner"]["id"]) == ("Titre de plus", cast.ben.id)
    assert found["channels"] == ["mastodon", "bluesky"]


def test_of_a_picture_that_two_described_the_second_sees_both_descriptions(
    cast: Cast, desk: Browser
) -> None:
    key = made(desk, submissions=[photo := approved_photo(cast)])
    path = f"/plan/messages/{key}"
    (picture,) = queries.desk(cast.ben, key).message.pictures
    form = WORDS | hidden(desk.page(path)) | {"submissions": [photo]}
    of = picture.media_id
    bens = {f"alt_fr:{of}": "Le mur, selon Ben", f"alt_en:{of}": "The wall", f"x:{of}": "20"}
    amelies = {f"alt_fr:{of}": "Le mur, selon Amélie", f"x:{of}": "80"}
    shown = {f"credit:{of}": picture.credit or "", f"y:{of}": "50"}
    shown |= {f"alt_{lang}:{of}": getattr(picture.alt, lang) or "" for lang in LANGS}
    form |= shown | {"picture": of}
    assert desk.send(path, **(form | bens)).status_code == 303
    lost = desk.send(path, "amelie", **(form | amelies))
    assert lost.status_code == 412
    assert re.findall(r'id="theirs-(\w+):', lost.text) == ["alt_fr", "focus"]
    assert "Le mur, selon Ben</span>" in lost.text
    assert "20 × 50</span>" in lost.text
    values = re.findall(rf'name="(?:alt_..|x|y):{of}".*?value="([^"]*)"', lost.text, re.DOTALL)
    assert values == ["Le mur, selon Amélie", "The wall", "80.0", "50.0"]


def test_a_text_that_one_took_out_and_the_other_changed_is_in_sight(
    cast: Cast, desk: Browser
) -> None:
    key = made(desk, **{"own_fr:x": "Court"})
    path = f"/plan/messages/{key}"
    form = WORDS | hidden(desk.page(path))
    assert desk.send(path, **(form | {"own_fr:x": "Ben, court"})).status_code == 303
    lost = desk.send(path, "amelie", **form)
    assert lost.status_code == 412
    (own,) = re.findall(r'<details class="own" open>(.*?)</details>', lost.text, re.DOTALL)
    assert "Ben, court</span>" in own


def test_of_a_form_that_does_not_say_what_it_held_all_that_was_typed_stays(
    cast: Cast, desk: Browser
) -> None:
    key = made(desk)
    actions.change(cast.ben, key, {"title": "Titre de Ben"})
    typed = WORDS | {"version": "1", "title": "Titre"}
    lost = desk.send(f"/plan/messages/{key}", "amelie", **typed)
    assert lost.status_code == 412
    assert 'name="title" maxlength="120" dir="auto" value="Titre"' in lost.text
    assert "Titre de Ben</span>" in lost.text


def test_a_skipped_hour_is_refused_where_it_was_typed_and_nothing_is_lost(
    desk: Browser,
) -> None:
    refused = desk.send("/plan/messages/new", **(WORDS | {"due": "2026-03-08T02:30"}))
    assert refused.status_code == 422
    assert "The clocks skip this hour on that day." in refused.text
    assert 'value="2026-03-08T02:30"' in refused.text
    assert "Les portes ouvrent.</textarea>" in refused.text
    french = desk.send("/plan/messages/new", lang="fr", **(WORDS | {"due": "2026-03-08T02:30"}))
    assert "cette heure n’existe pas" in french.text


def test_the_second_of_two_equal_hours_is_not_moved_by_saving_something_else(
    cast: Cast, desk: Browser
) -> None:
    key = made(desk, due="2026-11-01T01:30")
    second = queries.desk(cast.ben, key).message.due + timedelta(hours=1)
    actions.change(cast.ben, key, {"due": second})
    form = WORDS | {"due": "2026-11-01T01:30", "title": "Nuit"}
    assert desk.send(f"/plan/messages/{key}", **form).status_code == 303
    after = queries.desk(cast.ben, key).message
    assert (after.due, after.title) == (second, "Nuit")


def test_what_is_not_touched_is_not_another_text(cast: Cast, desk: Browser) -> None:
    words = approved(cast, "Le mur répond")
    key = made(desk, submissions=[words], **{"own_en:x": "Short"})
    x_first = (Channel.X, Channel.MASTODON)  # the form lists Mastodon first
    actions.change(cast.ben, key, {"channels": x_first})
    actions.mark_ready(cast.amelie, key)
    form = WORDS | {"submissions": [words], "own_en:x": "Short", "title": "Titre"}
    assert desk.send(f"/plan/messages/{key}", "amelie", **form).status_code == 303
    assert queries.item(cast.ben, key)["status"] == "ready"


def test_a_recall_is_said_on_the_desk_and_its_picture_is_gone(cast: Cast, desk: Browser) -> None:
    photo = approved_photo(cast)
    key = made(desk, submissions=[photo])
    path = f"/plan/messages/{key}"
    assert "data-picture-row" in desk.page(path)
    review.recall(cast.amelie, photo)
    assert "data-picture-row" not in desk.page(path), "at once"
    results.watch(clock.now())
    page = desk.page(path)
    assert "is no longer shown" in page
    assert "No longer shown" in page
    assert desk.send(path, **WORDS).status_code == 303
    assert "is no longer shown" not in desk.page(path)


def test_the_board_has_late_ones_on_top_and_lists_lead_on(cast: Cast, desk: Browser) -> None:
    campaign = desk.send("/plan/campaigns", name_fr="Avant", moment="before", owner="")
    key = str(campaign.headers["Location"]).partition("#campaign-")[2]
    now = clock.now()
    late = Message("", "", "En retard", (Channel.X,), Bilingual("x"), due=now - timedelta(hours=1))
    actions.add(cast.ben, late)
    made(desk, campaign=key, title="À venir")
    page = desk.page("/plan/board", "driss", "fr")
    assert page.index("En retard") < page.index("data-lane")
    assert page.count("En retard</span>") == 2, "on top, and in its lane"
    of_campaign = desk.page(f"/plan/messages?campaign={key}")
    assert "À venir" in of_campaign
    assert "En retard</span>" not in of_campaign
    assert "À venir" not in desk.page("/plan/messages?status=published")
    assert "Brouillon 1" in desk.page("/plan/campaigns", lang="fr")


def test_objectives_are_set_by_leads_with_what_how_much_and_by_when(
    cast: Cast, desk: Browser
) -> None:
    aim = {"what_fr": "Abonnés", "target": "1 500,5", "unit_fr": "personnes", "by": "2015-11-08"}
    aim |= {"measure_fr": "Comptes"}
    assert desk.send("/plan/objectives", **aim).status_code == 403
    wrong = desk.send("/plan/objectives", "amelie", **(aim | {"target": "beaucoup"}))
    assert wrong.status_code == 422
    assert 'value="beaucoup"' in wrong.text
    assert desk.send("/plan/objectives", "amelie", **aim).status_code == 303
    page = desk.page("/plan/campaigns", lang="fr")
    assert "1\u00a0500,5" in page
    assert "8 novembre" in page
    (objective,) = queries.aims(cast.ben).objectives
    assert "Pas encore de nombre" in page
    number = f"/plan/objectives/{objective.id}/number"
    assert desk.send(number, number="3").status_code == 403
    wrong = desk.send(number, "amelie", number="-3")
    assert wrong.status_code == 422
    assert 'value="-3"' in wrong.text
    assert desk.send(number, "amelie", number="300,5", on="2015-10-30").status_code == 303
    page = desk.page("/plan/campaigns", lang="fr")
    assert 'max="1500.5" value="300.5"' in page
    assert "noté à la main\u00a0: vendredi 30 octobre" in page
    form = desk.page(f"/plan/campaigns?change={objective.id}", "amelie")
    assert 'name="target" value="1500.5"' in form
    changed = aim | {"key": objective.id, "target": "200", "measure_fr": "Autrement"}
    assert desk.send("/plan/objectives", "amelie", **changed).status_code == 303
    page = desk.page("/plan/campaigns", lang="fr")
    assert "300,5" in page, "what was noted stays"
    assert "atteint" in page
    path = f"/plan/objectives/{objective.id}/removal"
    assert desk.send(path, "amelie").status_code == 303


def test_those_who_may_only_read_see_no_buttons(cast: Cast, desk: Browser) -> None:
    key = made(desk)
    page = desk.page(f"/plan/messages/{key}", "chloe")
    assert "Note that it is out" not in page
    assert ">Save<" not in page
    assert "I have read it" not in page
    assert "Copy for…" in page
    refused = desk.send(f"/plan/messages/{key}", "chloe", **WORDS)
    assert refused.status_code == 403
